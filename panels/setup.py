"""What is missing before the first job, in one line, and the button that does it; where an install stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy

from ..dreamfusion_blender.machine import usual_device
from ..operators import timer
from ..operators.backend_environment import environment_status
from ..operators.lookups import cost_of_install
from ..operators.session import session
from ..translations import translated
from .words import draw_text

if TYPE_CHECKING:
    from bpy.types import Context, UILayout


def draw_setup(layout: UILayout, context: Context) -> None:
    """Nothing where the backend is installed."""
    if session.install.is_busy:
        draw_install(layout, context)
    elif (problem := environment_status(context).problem) is not None:
        draw_text(layout, context, f"The backend {problem}: {install_cost()}", icon="INFO")
        draw_install_button(layout, context)


def draw_install(layout: UILayout, context: Context) -> None:
    """How far the install, or the removal, on its way has come."""
    install = session.install
    if install.progress is None:
        return
    layout.progress(
        factor=install.progress.fraction,
        type="BAR",
        text=translated(f"{install.title} {install.progress.fraction:.0%}"),
    )
    draw_text(layout, context, install.progress.message)
    if install.title == "Installing":  # a removal takes seconds and is not left half done
        layout.operator("dreamfusion.cancel_install", icon="X")


def draw_install_button(layout: UILayout, context: Context) -> None:
    """The button, and what keeps it from being pressed."""
    layout.operator("dreamfusion.install_backend", icon="IMPORT")
    if not bpy.app.online_access:
        draw_text(layout, context, "Blender is set to stay offline: nothing can be downloaded", "INTERNET_OFFLINE")
        layout.operator("extensions.userpref_allow_online", text="Allow Online Access")


def install_cost() -> str:
    """Gigabytes, in words; a thread may first have to ask which GPU there is."""
    cost = cost_of_install(usual_device())
    if cost is None:
        timer.start()
        return "looking up its size"
    return cost
