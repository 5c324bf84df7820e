"""The panel's buttons: start a job, stop it, go on from where it stopped, throw the dice."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import bpy
from bpy.types import Operator

from ..dreamfusion_blender.errors import DreamFusionError
from ..dreamfusion_blender.vocabulary import read_prompt
from . import timer
from .backend_environment import environment_of
from .session import session
from .settings import SEED_LIMIT, spec_from

if TYPE_CHECKING:
    from bpy.types import Context


class DREAMFUSION_OT_start(Operator):
    """Turn the prompt into a mesh at the 3D cursor, while you go on working"""

    bl_idname = "dreamfusion.start"
    bl_label = "Generate"
    bl_options = {"INTERNAL"}  # no UNDO: the scene changes when the result comes, and that pushes the one step

    @classmethod
    def poll(cls, _context: Context) -> bool:
        """One job at a time, and a window to come back to."""
        if bpy.app.background:
            cls.poll_message_set("There is no window to come back to; use dreamfusion.generate, which waits")
        elif session.work is not None:
            cls.poll_message_set("A job is at work already")
        elif session.install.is_busy:
            cls.poll_message_set("The backend is being installed")
        return not bpy.app.background and session.work is None and not session.install.is_busy

    def execute(self, context: Context) -> set[str]:
        """Start the job and return at once; the timer brings the result home."""
        try:
            spec = spec_from(context)
            read_prompt(spec.prompt, spec.prior)  # refuses what the prior knows nothing of before anything starts
        except DreamFusionError as error:
            session.error = error
            # The panel shows it whole, with its remedy. As an error it would also open over the panel and keep the
            # keyboard until the mouse has left it.
            self.report({"WARNING"}, error.message.partition(". ")[0])
            return {"CANCELLED"}
        session.start(spec, tuple(context.scene.cursor.location), environment_of(context))
        timer.start()
        return {"FINISHED"}


class DREAMFUSION_OT_resume(Operator):
    """Go on from where the last job stopped"""

    bl_idname = "dreamfusion.resume"
    bl_label = "Resume"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: Context) -> bool:
        """There must be a job that stopped half-way."""
        if session.stopped is None:
            cls.poll_message_set("No job stopped half-way")
        return session.stopped is not None and DREAMFUSION_OT_start.poll(context)

    def execute(self, context: Context) -> set[str]:
        """Hand the stopped job to the backend again and return at once."""
        assert session.stopped is not None
        session.start(session.stopped, tuple(context.scene.cursor.location), environment_of(context))
        timer.start()
        return {"FINISHED"}


class DREAMFUSION_OT_cancel(Operator):
    """Stop the job; what it reached is kept and can be resumed"""

    bl_idname = "dreamfusion.cancel"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: Context) -> bool:
        """There must be a job at work."""
        if session.work is None:
            cls.poll_message_set("No job is at work")
        return session.work is not None

    def execute(self, _context: Context) -> set[str]:
        """Ask the backend to stop; its answer comes through the timer."""
        session.cancel()
        return {"FINISHED"}


class DREAMFUSION_OT_roll_seed(Operator):
    """Choose another seed by chance"""

    bl_idname = "dreamfusion.roll_seed"
    bl_label = "Roll the Dice"
    bl_options = {"INTERNAL", "UNDO"}

    def execute(self, context: Context) -> set[str]:
        """Set the scene's seed."""
        context.scene.dreamfusion.seed = random.randint(0, SEED_LIMIT)
        return {"FINISHED"}
