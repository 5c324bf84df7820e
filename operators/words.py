"""The words that the embedded prior knows, at hand while a prompt is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import bpy
from bpy.props import StringProperty

from ..dreamfusion_blender.vocabulary import has_vocabulary
from .speaking import Operator

if TYPE_CHECKING:
    from bpy.types import Context

PANEL: Final = "DREAMFUSION_PT_words"


class DREAMFUSION_OT_known_words(Operator):
    """Show the words that the prior knows, to be clicked into the prompt"""

    bl_idname = "dreamfusion.known_words"
    bl_label = "Known Words"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: Context) -> bool:
        """Only some priors have a list, and it opens at the mouse."""
        if bpy.app.background:
            cls.poll_message_set("There is no window to show them in")
            return False
        if not has_vocabulary(context.scene.dreamfusion.prior):
            cls.poll_message_set("This prior reads any text")
            return False
        return True

    def execute(self, _context: Context) -> set[str]:
        """Open the list; it stays open while words are clicked."""
        return bpy.ops.wm.call_panel(name=PANEL, keep_open=True)


class DREAMFUSION_OT_add_word(Operator):
    """Put this word at the end of the prompt"""

    bl_idname = "dreamfusion.add_word"
    bl_label = "Add Word"
    bl_options = {"INTERNAL", "UNDO"}

    word: StringProperty(name="Word", description="What is put there", options={"SKIP_SAVE"})

    def execute(self, context: Context) -> set[str]:
        """An article stands before the first."""
        settings = context.scene.dreamfusion
        article = "an" if self.word[:1] in {*"aeiou"} else "a"
        before = settings.prompt.strip() or article
        settings.prompt = f"{before} {self.word}"
        return {"FINISHED"}
