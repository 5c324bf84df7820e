"""What can be done with a job of the history: read them again, show its folder, delete it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from bpy.props import StringProperty

from ..dreamfusion_blender.errors import DreamFusionError, JobLocked, JobMissing
from ..dreamfusion_blender.history import delete
from ..dreamfusion_blender.paths import jobs_folder
from ..dreamfusion_blender.store import JobFolder
from ..translations import translated
from . import timer
from .history_view import history_view
from .lookups import lookups
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
                raise JobLocked(
                    f"{self.job} is at work or needed by one that waits, or its result is not in the scene yet"
                )
            target = delete(path)
        except DreamFusionError as error:
            return refuse(self, error)
        session.forget(path)
        history_view.look()
        lookups.forget()
        timer.start()
        self.report({"INFO"}, translated(f"It lies in {target.parent} now"))
        return {"FINISHED"}


def _is_in_use(name: str) -> bool:
    """Whether this Blender still needs the job's folder."""
    at_work = [each.job for each in (session.work, *session.ready) if each is not None]
    waiting = [series.parent, *(job for job, _place in series.waiting)]
    return any(isinstance(job, JobFolder) and job.name == name for job in (*at_work, *waiting))
