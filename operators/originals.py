"""What was refined, while something stands in its place: hidden for the jobs of this file, and shown by a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy

from ..dreamfusion_blender.inputs import Placement
from ..dreamfusion_blender.scene.standing import hidden_under, hide_original, original_in_place, show
from .session import session
from .speaking import Operator

if TYPE_CHECKING:
    from bpy.types import Context


def know_home(job: str) -> None:
    """Know the file that is open for the one whose object the job of this id refines."""
    session.at_home.add(job)


def hide(job: str, covered: Placement) -> None:
    """Hide what the job of this id was refined from, where it still stands, unless another file may be open.

    That may have an object of the same name in the same place, such as Blender's own cube, which nobody has refined. A
    mark in the original would not do: an undo of the result takes it away, too.
    """
    if job in session.at_home or (covered.file and covered.file == bpy.data.filepath):
        hide_original(covered)
    elif original_in_place(covered) is not None:
        words = (
            f"{covered.name} stays visible where the result stands: nobody knows whether it was refined, or another "
            "file's object of this name. Hide it if it was"
        )
        if words not in session.warnings:  # an undo may have it stand up once more
            session.warnings.append(words)


class DREAMFUSION_OT_show_original(Operator):
    """Show again what the active object was refined from, in the viewport and in renders"""

    bl_idname = "dreamfusion.show_original"
    bl_label = "Show Original"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: Context) -> bool:
        """Something must be hidden under the active object, and the undo step be able to hold that it is not."""
        if hidden_under(context.view_layer.objects.active) is None:
            cls.poll_message_set("Select what was refined from an object that is hidden: there is none under this one")
        elif context.mode != "OBJECT":
            cls.poll_message_set("Go to Object Mode first: the original can only be shown there")
        else:
            return True
        return False

    def execute(self, context: Context) -> set[str]:
        """Show it; what was refined stays where it is."""
        found = hidden_under(context.view_layer.objects.active)
        if found is None:
            return {"CANCELLED"}
        show(found)
        return {"FINISHED"}
