"""Whether the backend is there, and the button that installs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.types import Panel

from ..dreamfusion_blender import jobs
from ..operators.backend_environment import environment_status
from ..operators.session import session
from .section import Section
from .setup import draw_install, draw_install_button
from .words import draw_text

if TYPE_CHECKING:
    from bpy.types import Context


class DREAMFUSION_PT_backend(Section, Panel):
    """The process that computes, in a Python environment of its own"""

    bl_label = "Backend"

    def draw(self, context: Context) -> None:
        """Draw the environment's status, or how far its installation has come, and what a running backend can do."""
        if session.install.is_busy:
            draw_install(self.layout, context)
            return
        status = environment_status(context)
        draw_text(self.layout, context, status.words, icon="CHECKMARK" if status.ready else "INFO")
        if not status.ready:
            draw_install_button(self.layout, context)
        elif jobs.is_up():
            self.layout.operator("dreamfusion.free", icon="MEMORY")
