"""The result of a job that was finished earlier, or elsewhere, into the scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from bpy.props import StringProperty

from ..dreamfusion_blender.asset import Asset
from ..dreamfusion_blender.errors import DreamFusionError
from ..dreamfusion_blender.inputs import Placement
from ..dreamfusion_blender.paths import jobs_folder
from ..dreamfusion_blender.scene import live
from ..dreamfusion_blender.scene.presence import is_in
from ..dreamfusion_blender.store import JobFolder
from . import originals
from .refusals import refuse
from .session import session
from .speaking import Operator

if TYPE_CHECKING:
    from bpy.types import Context, Event


class DREAMFUSION_OT_import_job(Operator):
    """Add the result of a finished job at the 3D cursor"""

    bl_idname = "dreamfusion.import_job"
    bl_label = "Import Job"
    bl_options = {"REGISTER", "UNDO"}

    directory: StringProperty(
        name="Job",
        description="The job's folder, or its name in the folder of all jobs",
        subtype="DIR_PATH",
        options={"SKIP_SAVE"},  # or the menu's entry would take the last one without asking
    )

    @classmethod
    def poll(cls, context: Context) -> bool:
        """New objects are added in Object Mode."""
        if context.mode != "OBJECT":
            cls.poll_message_set("Go to Object Mode first: the result can only be added there")
        return context.mode == "OBJECT"

    def invoke(self, context: Context, _event: Event) -> set[str]:
        """Ask for the folder, beginning where the jobs are kept, unless the button names one."""
        if self.properties.is_property_set("directory"):
            return self.execute(context)
        self.directory = f"{jobs_folder()}/"
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: Context) -> set[str]:
        """Read the asset and add it, or give it to the object that took shape while the job ran."""
        try:
            job = JobFolder.open(bpy.path.abspath(self.directory))
            bring(job, context)
        except DreamFusionError as error:
            return refuse(self, error)
        session.forget(job.path)
        session.has_come(job, by_hand=True)
        return {"FINISHED"}


def bring(job: JobFolder, context: Context) -> None:
    """Add a job's asset, or give it to this scene's object that took shape for it. Raises JobMissing, JobDamaged."""
    asset, standing = Asset.load(job), live.find_live(job.id)
    is_at_work = session.work is not None and session.work.job is not None and session.work.job.path == job.path
    if is_at_work:  # on more steps than this asset has: its object goes on taking shape
        asset.to_scene(context)
        return
    if standing is not None and is_in(standing, context.scene) and live.is_untouched(standing):
        live.settle(standing, asset)
    else:
        asset.to_scene(context)
        covered = Placement.of(job.path) if job.spec.origin is None else None
        if covered is not None:
            originals.hide(job.id, covered)
    live.release(job.id)
