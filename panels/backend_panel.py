"""Whether the backend is there, and the button that installs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from bpy.types import Panel

from ..operators.backend_environment import environment_status
from ..operators.session import session
from ..translations import translated
from .generate_panel import CATEGORY, DREAMFUSION_PT_generate
from .words import draw_text

if TYPE_CHECKING:
    from bpy.types import Context


class DREAMFUSION_PT_backend(Panel):
    """The process that computes, in a Python environment of its own"""

    bl_label = "Backend"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY
    bl_parent_id = DREAMFUSION_PT_generate.__name__

    def draw(self, context: Context) -> None:
        """Draw the environment's status, or how far its installation has come."""
        layout = self.layout
        install = session.install.progress
        if install is not None:
            layout.progress(factor=install.fraction, type="BAR", text=translated(f"Installing {install.fraction:.0%}"))
            draw_text(layout, context, install.message)
            layout.operator("dreamfusion.cancel_install", icon="X")
            return
        status = environment_status(context)
        draw_text(layout, context, status.words, icon="CHECKMARK" if status.ready else "INFO")
        if not status.ready:
            layout.operator("dreamfusion.install_backend", icon="IMPORT")
            if not bpy.app.online_access:
                draw_text(
                    layout, context, "Blender is set to stay offline: nothing can be downloaded", "INTERNET_OFFLINE"
                )
                layout.operator("extensions.userpref_allow_online", text="Allow Online Access")
