"""The panel's buttons for a job at work, or one that is paused: stop here, pause, cancel, free the memory, leave it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bpy.props import StringProperty

from ..dreamfusion_blender import jobs
from ..dreamfusion_blender.errors import DreamFusionError
from ..dreamfusion_blender.store import JobFolder
from .refusals import refuse
from .session import session
from .speaking import Operator
from .start import DREAMFUSION_OT_start, take_up

if TYPE_CHECKING:
    from bpy.types import Context


def needs_work(cls: type[Operator]) -> bool:
    """Whether a job is at work; sets the message that says why not."""
    if session.work is None:
        cls.poll_message_set("No job is at work: start one with Generate")
    return session.work is not None


class DREAMFUSION_OT_stop(Operator):
    """Stop here: what stands now becomes the finished asset, with mesh and texture. It can still go on later"""

    bl_idname = "dreamfusion.stop"
    bl_label = "Stop Here"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: Context) -> bool:
        """There must be a job at work, or one that stopped half-way."""
        if session.work is not None:
            return True
        if session.stopped is None or session.stopped_early:
            return needs_work(cls)
        return DREAMFUSION_OT_start.poll(context)

    def execute(self, context: Context) -> set[str]:
        """Ask the backend to finish; the asset comes through the timer."""
        if session.work is not None:
            session.ask("finish")
        elif session.stopped is not None:
            take_up(session.stopped, context, finish=True)
        return {"FINISHED"}


class DREAMFUSION_OT_pause(Operator):
    """Free the GPU for something else; what the job reached is kept, and Resume goes on with it"""

    bl_idname = "dreamfusion.pause"
    bl_label = "Pause"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: Context) -> bool:
        """There must be a job at work."""
        return needs_work(cls)

    def execute(self, _context: Context) -> set[str]:
        """Ask the backend to write a checkpoint and leave; its answer comes through the timer."""
        session.ask("pause")
        return {"FINISHED"}


class DREAMFUSION_OT_cancel(Operator):
    """Stop the job and take its object away, unless you have changed it; what it reached is kept and can be resumed"""

    bl_idname = "dreamfusion.cancel"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: Context) -> bool:
        """There must be a job at work."""
        return needs_work(cls)

    def execute(self, _context: Context) -> set[str]:
        """Ask the backend to stop; its answer comes through the timer."""
        session.ask("cancel")
        return {"FINISHED"}


class DREAMFUSION_OT_free(Operator):
    """Give back the memory of the model that the backend keeps loaded for the next job"""

    bl_idname = "dreamfusion.free"
    bl_label = "Free Memory"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: Context) -> bool:
        """There must be a backend, at rest."""
        if session.work is not None:
            cls.poll_message_set("A job is at work: Pause frees the memory and keeps the job")
            return False
        if not jobs.is_up():
            cls.poll_message_set("The backend does not run: it keeps no memory")
            return False
        return True

    def execute(self, _context: Context) -> set[str]:
        """Tell the backend; it stays, and loads the model again when a job needs it."""
        jobs.free()
        return {"FINISHED"}


class DREAMFUSION_OT_leave_job(Operator):
    """Take the job off this list. Nothing is deleted: its folder stays, and History can resume it"""

    bl_idname = "dreamfusion.leave_job"
    bl_label = "Not Now"
    bl_options = {"INTERNAL"}

    job: StringProperty(name="Job", description="Its name in the folder of all jobs")

    def execute(self, _context: Context) -> set[str]:
        """Mark the job as one that the user does not want to go on with."""
        session.forget(Path(self.job))  # also where its folder is gone
        try:
            job = JobFolder.open(self.job)
            session.forget(job.path)
            if job.status in ("interrupted", "paused"):
                with job.lock():
                    job.write_state("cancelled")
        except DreamFusionError as error:
            return refuse(self, error)
        return {"FINISHED"}
