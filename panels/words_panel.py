"""What the prior knows, as buttons that write the prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.types import Panel

from ..dreamfusion_blender.errors import DreamFusionError
from ..dreamfusion_blender.vocabulary import COLOURS, known_words
from .words import draw_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bpy.types import Context, UILayout

IN_A_ROW = 6


class DREAMFUSION_PT_words(Panel):
    """The words that the prior knows; a click puts one at the end of the prompt"""

    bl_label = "Known Words"
    bl_space_type = "VIEW_3D"
    bl_region_type = "WINDOW"
    bl_options = {"INSTANCED"}  # opened by its button, and in no sidebar
    bl_ui_units_x = 24

    def draw(self, context: Context) -> None:
        """The prompt, so that one sees what is written, then colours and all else."""
        settings = context.scene.dreamfusion
        self.layout.prop(settings, "prompt", text="", icon="GREASEPENCIL")
        try:
            words = known_words(settings.prior)
        except DreamFusionError as error:
            draw_text(self.layout, context, error.message, icon="ERROR")
            return
        draw_words(self.layout, (word for word in COLOURS if word in words))
        draw_words(self.layout, (word for word in words if word not in COLOURS))


def draw_words(layout: UILayout, words: Iterable[str]) -> None:
    """A button each. They are the prior's own words, which no language translates."""
    grid = layout.box().grid_flow(row_major=True, columns=IN_A_ROW, even_columns=True, align=True)
    for word in words:
        grid.operator("dreamfusion.add_word", text=word, translate=False, emboss=False).word = word
