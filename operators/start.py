"""The panel's buttons that begin something: start a job, go on from where one stopped, throw the dice."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import bpy
from bpy.props import StringProperty

from ..dreamfusion_blender.errors import DreamFusionError
from ..dreamfusion_blender.ranges import WHOLE_NUMBERS
from ..dreamfusion_blender.scene.reading import active_mesh
from ..dreamfusion_blender.store import JobFolder
from ..dreamfusion_blender.vocabulary import read_prompt
from ..translations import translated
from . import timer
from .backend_environment import environment_of
from .cancelled_objects import cancelled_objects
from .history_view import history_view
from .home import home_of
from .inputs import with_inputs
from .live_view import view
from .places import at_cursor, beside, enclosing
from .refusals import backend_is_free, refuse
from .session import session
from .settings import CUSTOM, spec_from
from .speaking import DIALOG_WIDTH, Operator

if TYPE_CHECKING:
    from bpy.types import Context, Event


class DREAMFUSION_OT_start(Operator):
    """Turn the prompt into a mesh at the 3D cursor, while you go on working"""

    bl_idname = "dreamfusion.start"
    bl_label = "Generate"
    bl_options = {"INTERNAL"}  # no UNDO: the scene changes when the result comes, and that pushes a step

    @classmethod
    def poll(cls, _context: Context) -> bool:
        """One job at a time, and a window to come back to."""
        if bpy.app.background:
            cls.poll_message_set("There is no window to come back to: use dreamfusion.generate, which waits")
            return False
        return backend_is_free(cls)

    def execute(self, context: Context) -> set[str]:
        """Start the job and return at once; the timer brings the result home."""
        return begin(self, context)


class DREAMFUSION_OT_ask(Operator):
    """Ask for a prompt, then turn it into a mesh at the 3D cursor, while you go on working"""

    bl_idname = "dreamfusion.ask"
    bl_label = "Generate from Prompt"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: Context) -> bool:
        """As for starting without being asked."""
        return DREAMFUSION_OT_start.poll(context)

    def invoke(self, context: Context, _event: Event) -> set[str]:
        """Show what every job has its own of; the keyboard is in the prompt."""
        return context.window_manager.invoke_props_dialog(self, width=DIALOG_WIDTH, confirm_text=translated("Generate"))

    def draw(self, context: Context) -> None:
        """The scene's own settings, as the panel has them."""
        settings = context.scene.dreamfusion
        row = self.layout.row()
        row.activate_init = True
        row.prop(settings, "prompt", text="", icon="GREASEPENCIL")
        column = self.layout.column()
        column.use_property_split = True
        column.use_property_decorate = False
        for name in ("seed", "preset", "prior"):
            column.prop(settings, name)
        if settings.prior == CUSTOM:
            column.prop(settings, "custom_prior")

    def execute(self, context: Context) -> set[str]:
        """Start the job and return at once."""
        return begin(self, context)


def begin(operator: Operator, context: Context, from_mesh: bool = False) -> set[str]:
    """Start the job that the panel's settings describe; what `execute` is to return.

    from_mesh: it starts from the active mesh.
    """
    try:
        spec, inputs = with_inputs(spec_from(context), context, active_mesh(context) if from_mesh else None)
        read_prompt(spec.prompt, spec.prior)  # refuses what the prior knows nothing of before anything starts
    except DreamFusionError as error:
        session.error = error
        # The panel shows it whole, with its remedy. As an error it would also open over the panel and keep the
        # keyboard until the mouse has left it.
        operator.report({"WARNING"}, translated(error.message).partition(". ")[0])
        return {"CANCELLED"}
    view.reset()
    location, home = at_cursor(spec.size, context), home_of(context)
    session.start(spec, location, environment_of(context), inputs=inputs, home=home)
    if inputs is None and (around := enclosing(location, spec.size, context)) is not None:
        session.warnings.append(f"It grows inside of {around.name}: hide that, or move one of them to see it")
    timer.start()
    return {"FINISHED"}


class DREAMFUSION_OT_resume(Operator):
    """Go on from where the job stopped"""

    bl_idname = "dreamfusion.resume"
    bl_label = "Resume"
    bl_options = {"INTERNAL"}

    job: StringProperty(
        name="Job",
        description="Its name in the folder of all jobs. Empty: the one that stopped last",
        options={"SKIP_SAVE"},  # or the menu's entry would take up the last one that was named
    )

    @classmethod
    def poll(cls, context: Context) -> bool:
        """There must be a job that stopped half-way."""
        if _latest() is None and not any(each.can_resume for each in history_view.entries):
            cls.poll_message_set("No job stopped half-way: there is nothing to go on with")
            return False
        return DREAMFUSION_OT_start.poll(context)

    def execute(self, context: Context) -> set[str]:
        """Hand the stopped job to the backend again and return at once."""
        try:
            job = JobFolder.open(self.job) if self.job else _latest() or _latest_of_all()
        except DreamFusionError as error:
            return refuse(self, error)
        take_up(job, context)
        return {"FINISHED"}


class DREAMFUSION_OT_begin_again(Operator):
    """Begin the job anew that stopped last, where what it kept cannot be read; that stays in its folder"""

    bl_idname = "dreamfusion.begin_again"
    bl_label = "Begin Again"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: Context) -> bool:
        """There must be the job that stopped last."""
        if session.stopped is None:
            cls.poll_message_set("No job stopped half-way: there is nothing to begin again")
            return False
        return DREAMFUSION_OT_start.poll(context)

    def execute(self, context: Context) -> set[str]:
        """Put its checkpoint out of the way, hand the job to the backend and return at once."""
        job = session.stopped
        assert job is not None
        try:
            with job.lock():
                job.set_checkpoint_aside()
        except DreamFusionError as error:
            return refuse(self, error)
        take_up(job, context)
        return {"FINISHED"}


def _latest() -> JobFolder | None:
    """The job to go on with that the panel offers first."""
    return session.stopped or next(iter(session.unfinished.jobs), None)


def _latest_of_all() -> JobFolder:
    """The newest of the history that stopped half-way. Raises JobMissing where it is gone."""
    newest = max((each for each in history_view.entries if each.can_resume), key=lambda each: each.created)
    return JobFolder.open(newest.path)


def take_up(job: JobFolder, context: Context, finish: bool = False) -> None:
    """Hand a job of earlier to the backend; its object, where it has one in this file, takes shape again.

    One that has an asset there already, of fewer steps, takes shape beside that.
    """
    view.reset()
    cancelled_objects.keep(job.id)
    location, home = beside(job.id, job.spec.size, context), home_of(context)
    session.start(job, location, environment_of(context), finish, home=home)
    timer.start()


class DREAMFUSION_OT_roll_seed(Operator):
    """Choose another seed by chance"""

    bl_idname = "dreamfusion.roll_seed"
    bl_label = "Roll the Dice"
    bl_options = {"INTERNAL", "UNDO"}

    def execute(self, context: Context) -> set[str]:
        """Set the scene's seed."""
        context.scene.dreamfusion.seed = random.randint(*WHOLE_NUMBERS["seed"])
        return {"FINISHED"}
