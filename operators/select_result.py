"""From the panel to what a job has left in the scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.props import StringProperty

from ..dreamfusion_blender.scene.placing import JOB_PROPERTY, select_only
from .session import session
from .speaking import Operator

if TYPE_CHECKING:
    from bpy.types import Context


class DREAMFUSION_OT_select_result(Operator):
    """Select the result, so that its quality is shown, and what can be made of it"""

    bl_idname = "dreamfusion.select_result"
    bl_label = "Select Result"
    bl_options = {"INTERNAL", "UNDO"}

    job: StringProperty(name="Job", description="Its identifier, as objects carry it", options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context: Context) -> bool:
        """It selects objects."""
        if context.mode != "OBJECT":
            cls.poll_message_set("Go to Object Mode first: in other modes the selection is not of objects")
        return context.mode == "OBJECT"

    def execute(self, context: Context) -> set[str]:
        """Make it the one that is selected and active."""
        session.arrived = None  # seen
        made = next((each for each in context.view_layer.objects if each.get(JOB_PROPERTY) == self.job), None)
        if made is None or not made.visible_get(view_layer=context.view_layer):
            self.report({"WARNING"}, "The result is hidden, in another scene, or gone")
            return {"CANCELLED"}
        select_only(made, context)
        return {"FINISHED"}
