"""What can be done with a job of the history: import it, compare it, show its folder, delete it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from bpy.props import StringProperty

from ..dreamfusion_blender.asset import Asset
from ..dreamfusion_blender.errors import DreamFusionError, JobLocked, JobMissing
from ..dreamfusion_blender.history import delete
from ..dreamfusion_blender.paths import jobs_folder
from ..dreamfusion_blender.scene import add_asset
from ..dreamfusion_blender.scene.placing import JOB_PROPERTY
from ..dreamfusion_blender.store import JobFolder, find_job
from ..translations import translated
from . import timer
from .history_view import history_view
from .places import spread
from .refusals import refuse
from .series import series
from .session import session
from .speaking import Operator

if TYPE_CHECKING:
    from bpy.types import Context, Event


class DREAMFUSION_OT_read_history(Operator):
    """Read the folder of all jobs again"""

    bl_idname = "dreamfusion.read_history"
    bl_label = "Read Again"
    bl_options = {"INTERNAL"}

    def execute(self, _context: Context) -> set[str]:
        """Begin; the list appears a moment later."""
        history_view.look()
        timer.start()
        return {"FINISHED"}


class DREAMFUSION_OT_compare(Operator):
    """Stand the results of two jobs side by side at the 3D cursor"""

    bl_idname = "dreamfusion.compare"
    bl_label = "Compare"
    bl_options = {"UNDO"}

    job: StringProperty(name="Job", description="A job's folder or name")
    other: StringProperty(
        name="Other", description="A job's folder or name. Empty: the active object's job, else the job's parent"
    )

    @classmethod
    def poll(cls, context: Context) -> bool:
        """New objects are added in Object Mode."""
        if context.mode != "OBJECT":
            cls.poll_message_set("The results can only be added in Object Mode")
        return context.mode == "OBJECT"

    def execute(self, context: Context) -> set[str]:
        """Add both, the older one on the left."""
        try:
            job = JobFolder.open(self.job)
            pair = sorted((job, self._other(context, job)), key=lambda each: str(each.header["created"]))
            assets = [Asset.load(each) for each in pair]
        except DreamFusionError as error:
            return refuse(self, error)
        size = max(each.spec.size for each in pair)
        places = spread(tuple(context.scene.cursor.location), 2, size, "ROW")
        for asset, place in zip(assets, places, strict=True):
            add_asset(asset, context, place)
        return {"FINISHED"}

    def _other(self, context: Context, job: JobFolder) -> JobFolder:
        if self.other:
            return JobFolder.open(self.other)
        chosen = context.object.get(JOB_PROPERTY) if context.object is not None else None
        if isinstance(chosen, str) and chosen != job.id:
            return find_job(chosen)
        if job.spec.origin is None:
            raise JobMissing("Make another job's object active first: this job was made of none to compare it with")
        return find_job(job.spec.origin.job)


class DREAMFUSION_OT_reveal_job(Operator):
    """Show the job's folder in the file manager"""

    bl_idname = "dreamfusion.reveal_job"
    bl_label = "Show Folder"
    bl_options = {"INTERNAL"}

    job: StringProperty(name="Job", description="A folder's name among the jobs")

    def execute(self, _context: Context) -> set[str]:
        """Open it with whatever the system opens folders with."""
        path = jobs_folder() / self.job
        if not path.is_dir():
            return refuse(self, JobMissing(f"There is no folder {path} any more"))
        return bpy.ops.wm.path_open(filepath=str(path))


class DREAMFUSION_OT_delete_job(Operator):
    """Move the job to the folder of deleted ones. Objects in the scene and jobs that were made of it stay"""

    bl_idname = "dreamfusion.delete_job"
    bl_label = "Delete Job"
    bl_options = {"INTERNAL"}

    job: StringProperty(name="Job", description="A folder's name among the jobs")

    def invoke(self, context: Context, event: Event) -> set[str]:
        """Ask first."""
        return context.window_manager.invoke_confirm(self, event)

    def execute(self, _context: Context) -> set[str]:
        """Move the folder, unless something is at work in it."""
        path = jobs_folder() / self.job
        try:
            if _is_in_use(self.job):
                raise JobLocked(f"{self.job} is at work, or its result is not in the scene yet")
            target = delete(path)
        except DreamFusionError as error:
            return refuse(self, error)
        for job in [*session.offered, *session.unfinished.jobs, session.stopped]:
            if job is not None and job.path == path:
                session.forget(job)
        history_view.look()
        timer.start()
        self.report({"INFO"}, translated(f"It lies in {target.parent} now"))
        return {"FINISHED"}


def _is_in_use(name: str) -> bool:
    """Whether this Blender still needs the job's folder."""
    at_work = [each.job for each in (session.work, *session.ready) if each is not None]
    waiting = [job for job, _place in series.waiting]
    return any(job is not None and job.name == name for job in (*at_work, *waiting))
