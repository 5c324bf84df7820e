"""The preferences' sections: the backend and what it may take, the network, folders, deleted jobs; with their sizes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ..dreamfusion_blender.paths import models_folder
from ..dreamfusion_blender.removing import deleted_folder
from ..operators import timer
from ..operators.backend_environment import environment_of, environment_status
from ..operators.lookups import size_of
from ..operators.session import session
from .setup import draw_install, install_cost
from .words import draw_text

if TYPE_CHECKING:
    from bpy.types import AddonPreferences, Context, UILayout


def draw_backend(layout: UILayout, context: Context, preferences: AddonPreferences) -> None:
    """Where it stands, its size, the buttons, and what it may take."""
    box = _section(layout, "Backend")
    status, environment = environment_status(context), environment_of(context)
    if session.install.is_busy:
        draw_install(box, context)
    else:
        size = size_on_disk(environment.folder) if status.ready else install_cost()
        draw_text(box, context, f"{status.words}: {size}", icon="CHECKMARK" if status.ready else "INFO")
        row = box.row(align=True)
        if not status.ready:
            row.operator("dreamfusion.install_backend", icon="IMPORT")
        row.operator("dreamfusion.repair_backend", icon="FILE_REFRESH")
        row.operator("dreamfusion.remove_backend", icon="TRASH")
    if session.error is not None:
        draw_text(box, context, session.error.message, icon="ERROR")
    column = box.column()
    column.use_property_split = True
    for name in ("device", "memory", "idle", "python"):
        column.prop(preferences, name)


def draw_network(layout: UILayout, context: Context) -> None:
    """Whether Blender allows the network, which only the two buttons for downloads ask for."""
    box = _section(layout, "Network")
    words, icon = network_words()
    draw_text(box, context, words, icon=icon)
    box.operator("extensions.userpref_show_online", text="Show in System Preferences", icon="PREFERENCES")


def network_words() -> tuple[str, str]:
    """What Blender allows and how to change it, and a symbol."""
    used = "only Install Backend, Repair Backend and Download Model do"
    if bpy.app.online_access_override:
        state = "online" if bpy.app.online_access else "offline"
        return f"Blender was started to be {state}, whatever its preferences say", "INFO"
    if bpy.app.online_access:
        return f"Blender may go online: {used}.\nTo forbid it: System > Network > Allow Online Access", "INTERNET"
    return (
        "Blender is set to stay offline: nothing is downloaded.\nTo allow it: System > Network > Allow Online Access",
        "INTERNET_OFFLINE",
    )


def draw_folders(layout: UILayout, context: Context, preferences: AddonPreferences) -> None:
    """The folders that the user chose, and what the models take."""
    box = _section(layout, "Folders")
    column = box.column()
    column.use_property_split = True
    for name in ("cache", "models", "environment", "scorer"):
        column.prop(preferences, name)
    folder = models_folder()
    draw_text(box, context, f"Models: {size_on_disk(folder)} in {folder}", icon="FILE_FOLDER")


def draw_deleted(layout: UILayout, context: Context) -> None:
    """What the jobs take that were deleted from the history, and the button that deletes them for ever."""
    box = _section(layout, "Deleted Jobs")
    folder = deleted_folder()
    draw_text(box, context, f"Deleted jobs: {size_on_disk(folder)} in {folder}", icon="TRASH")
    box.operator("dreamfusion.empty_deleted", icon="CANCEL")


def size_on_disk(folder: Path) -> str:
    """In words; measured in a thread, which the timer brings home."""
    size = size_of(folder)
    if size is None:
        timer.start()
        return "measuring"
    return size


def _section(layout: UILayout, title: str) -> UILayout:
    box = layout.box()
    box.label(text=title)
    return box
