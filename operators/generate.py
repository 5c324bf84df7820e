"""One job from a script or in the background: the operator returns when the asset is in the scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.props import FloatProperty

from ..dreamfusion_blender import jobs
from ..dreamfusion_blender.asset import Asset
from ..dreamfusion_blender.errors import DreamFusionError
from .backend_environment import environment_of
from .inputs import with_inputs
from .job_settings import JobSettings
from .refusals import backend_is_free, refuse
from .settings import spec_from
from .speaking import Operator

if TYPE_CHECKING:
    from bpy.types import Context


class DREAMFUSION_OT_generate(JobSettings, Operator):
    """Turn a prompt into a mesh at the 3D cursor and wait for it. What is not given is as set in the panel"""

    bl_idname = "dreamfusion.generate"
    bl_label = "Generate and Wait"
    bl_options = {"UNDO"}  # no REGISTER: the redo panel would run the whole job again

    size: FloatProperty(name="Size", description="Metres, the largest side")  # see JobSettings

    @classmethod
    def poll(cls, context: Context) -> bool:
        """The one backend must be free, and new objects welcome."""
        return can_wait_for_job(cls, context)

    def execute(self, context: Context) -> set[str]:
        """Run the job to its end and put the asset into the scene."""
        try:
            spec, inputs = with_inputs(spec_from(context, self), context)
            backend = jobs.shared_backend(environment_of(context))
            job = jobs.run_to_end(jobs.create(spec, backend, inputs=inputs), backend=backend)
            Asset.load(job).to_scene(context)
        except DreamFusionError as error:
            return refuse(self, error)
        return {"FINISHED"}


def can_wait_for_job(cls: type[Operator], context: Context) -> bool:
    """Whether an operator may run a job synchronously; sets the message that says why not."""
    if not backend_is_free(cls):
        return False
    if context.mode != "OBJECT":
        cls.poll_message_set("Go to Object Mode first: the result can only be added there")
    return context.mode == "OBJECT"
