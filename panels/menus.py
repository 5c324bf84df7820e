"""All that the sidebar does, in menus of the 3D viewport: for the keyboard, and to be found by F3.

Add → DreamFusion makes something new and steers the job at work; Object → DreamFusion, and the context menu, go on from
the active object. The sidebar's sections open at the mouse, where arrow keys and Return work in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from bpy.types import Menu

from ..dreamfusion_blender.scene.reading import SOLID_TYPES
from ..dreamfusion_blender.scene.standing import hidden_under
from ..operators.field_settings import generated_object
from ..operators.session import session

if TYPE_CHECKING:
    from collections.abc import Callable

    from bpy.types import Context

SECTIONS = (
    "generate",
    "live",
    "iterate",
    "history",
    "refine",
    "guides",
    "constraints",
    "quality",
    "field",
    "advanced",
    "prior_options",
    "overrides",
    "backend",
)
STEERING = (("stop", "SNAP_FACE"), ("pause", "PAUSE"), ("cancel", "X"))
WAYS = (("continue_job", "PLAY"), ("branch", "OUTLINER"), ("restyle", "BRUSH_DATA"), ("variations", "MOD_ARRAY"))


class DREAMFUSION_MT_sections(Menu):
    """The sidebar's sections, each as a popup"""

    bl_label = "Sections"

    def draw(self, context: Context) -> None:
        """Those that have something to show now."""
        for name in SECTIONS:
            panel = getattr(bpy.types, f"DREAMFUSION_PT_{name}")
            if not hasattr(panel, "poll") or panel.poll(context):
                button = self.layout.operator("wm.call_panel", text=panel.bl_label, text_ctxt="*")
                button.name, button.keep_open = panel.__name__, True


class DREAMFUSION_MT_add(Menu):
    """Make something of a prompt, and steer the job at work"""

    bl_label = "DreamFusion"

    def draw(self, _context: Context) -> None:
        """Draw what can be done now; the rest says why it cannot."""
        layout = self.layout
        # Entries, not buttons: what asks for something first does so from here, too.
        layout.operator_context = "INVOKE_REGION_WIN"
        if session.work is None:
            layout.operator("dreamfusion.ask", icon="SHADERFX")
            layout.operator("dreamfusion.resume", icon="PLAY")
        else:
            for name, icon in STEERING:
                layout.operator(f"dreamfusion.{name}", icon=icon)
        layout.operator("dreamfusion.import_job", icon="IMPORT")
        layout.operator("dreamfusion.add_front", icon="EMPTY_ARROWS")
        layout.separator()
        layout.operator("dreamfusion.install_backend")
        layout.operator("dreamfusion.download_model")
        layout.separator()
        layout.menu(DREAMFUSION_MT_sections.__name__)


class DREAMFUSION_MT_object(Menu):
    """Go on from the active object"""

    bl_label = "DreamFusion"

    def draw(self, context: Context) -> None:
        """Draw what can be made of any mesh, then of one that a job made."""
        layout = self.layout
        layout.operator_context = "INVOKE_REGION_WIN"
        layout.operator("dreamfusion.start_refine", icon="MOD_SMOOTH")
        if hidden_under(context.object) is not None:
            layout.operator("dreamfusion.show_original", icon="HIDE_OFF")
        if generated_object(context) is None:
            return
        layout.separator()
        for name, icon in WAYS:
            layout.operator(f"dreamfusion.{name}", icon=icon)
        layout.operator("dreamfusion.generate_again", icon="FILE_REFRESH")
        layout.separator()
        layout.operator("dreamfusion.reextract", icon="MOD_REMESH")
        layout.operator("dreamfusion.mark_asset", icon="ASSET_MANAGER")


def draw_add(menu: Menu, context: Context) -> None:
    """At the end of the menu Add, where there is one for objects."""
    if context.mode == "OBJECT":
        menu.layout.separator()
        menu.layout.menu(DREAMFUSION_MT_add.__name__, icon="SHADERFX")


def draw_object(menu: Menu, context: Context) -> None:
    """At the end of the menu Object and of an object's context menu."""
    if context.object is not None and context.object.type in SOLID_TYPES:
        menu.layout.separator()
        menu.layout.menu(DREAMFUSION_MT_object.__name__, icon="SHADERFX")


_ENTRIES: tuple[tuple[str, Callable[[Menu, Context], None]], ...] = (
    ("VIEW3D_MT_add", draw_add),
    ("VIEW3D_MT_object", draw_object),
    ("VIEW3D_MT_object_context_menu", draw_object),
)


def register() -> None:
    """Append the entries to Blender's menus."""
    for name, draw in _ENTRIES:
        getattr(bpy.types, name).append(draw)


def unregister() -> None:
    """Take them out again."""
    for name, draw in _ENTRIES:
        getattr(bpy.types, name).remove(draw)
