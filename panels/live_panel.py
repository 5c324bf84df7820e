"""How the object takes shape: what the prior is shown, and the viewport's colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.types import Panel

from ..operators import prior_view
from ..operators.live_view import view
from ..operators.session import session
from .section import Section
from .words import draw_text

if TYPE_CHECKING:
    from bpy.types import Context

SCALE = 7.0  # times an icon's size; the picture has 64 pixels a side

WORDS = {
    "deleted": "You deleted the object. The job goes on, and its result will be offered here",
    "edited": "You changed the mesh: it is yours now, and the result will be an object of its own",
    "elsewhere": "The job belongs to another file. It goes on, and its result will be offered here",
}


class DREAMFUSION_PT_live(Section, Panel):
    """While a job is at work"""

    bl_label = "Live View"

    @classmethod
    def poll(cls, _context: Context) -> bool:
        """There is a job to watch."""
        return session.work is not None

    def draw(self, context: Context) -> None:
        """Draw why the object no longer changes, if so; else the picture and the choice of colours."""
        layout = self.layout
        if view.standing in WORDS:
            draw_text(layout, context, WORDS[view.standing], icon="INFO")
            return
        icon = prior_view.icon()
        if icon:
            layout.label(text="What the prior is shown:")
            layout.template_icon(icon, scale=SCALE)
        shading = context.space_data.shading
        if shading.type == "SOLID":
            layout.prop(shading, "color_type", text="Colours")
