"""What the operators share that go on from a job: which one it is, the dialog, and running the new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import StringProperty

from ..dreamfusion_blender import descent, jobs
from ..dreamfusion_blender.asset import Asset
from ..dreamfusion_blender.errors import DreamFusionError
from ..dreamfusion_blender.job import JobSpec
from ..dreamfusion_blender.scene import add_asset
from ..dreamfusion_blender.scene.placing import JOB_PROPERTY
from ..dreamfusion_blender.store import JobFolder, find_job
from . import timer
from .backend_environment import environment_of
from .home import home_of
from .live_view import view
from .places import beside
from .refusals import backend_is_free, refuse
from .series import series
from .session import session
from .speaking import DIALOG_WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable

    from bpy.types import Context, Event


class Iterates:
    """Mixed into the operators (iterate.py). The job is the one named, or the active object's."""

    job: StringProperty(
        name="Job",
        description="A job's folder or name. Empty: the job that made the active object",
        options={"HIDDEN", "SKIP_SAVE"},  # or the menu's entry would go on from the last one that was named
    )

    if TYPE_CHECKING:  # what Operator and the operators give
        layout: Any
        properties: Any
        poll_message_set: Any
        shown: tuple[str, ...]  # the settings that the dialog shows
        spec: Callable[[JobFolder], JobSpec]

    @classmethod
    def poll(cls, context: Context) -> bool:
        """One job at a time, and new objects only where they are welcome."""
        if not backend_is_free(cls):
            return False
        if series.is_busy:
            cls.poll_message_set("A job is at work already: wait for it, or stop it")
            return False
        if bpy.app.background and context.mode != "OBJECT":
            cls.poll_message_set("Go to Object Mode first: the result can only be added there")
            return False
        return True

    def invoke(self, context: Context, _event: Event) -> set[str]:
        """Show what can be changed, as the job has it."""
        try:
            self.prepare(self.parent(context))
        except DreamFusionError as error:
            return refuse(self, error)
        return context.window_manager.invoke_props_dialog(self, width=DIALOG_WIDTH)

    def draw(self, _context: Context) -> None:
        """The operator's settings, one below the other."""
        column = self.layout.column()
        column.use_property_split = True
        for name in self.shown:
            column.prop(self, name)

    def execute(self, context: Context) -> set[str]:
        """Start the job and return, or in the background run it to its end."""
        try:
            parent = self.parent(context)
            self.go(context, parent)
        except DreamFusionError as error:
            return refuse(self, error)
        return {"FINISHED"}

    def parent(self, context: Context) -> JobFolder:
        """The job to go on from. Raises JobMissing."""
        if self.job:
            return JobFolder.open(bpy.path.abspath(self.job))
        chosen = context.object
        identifier = None if chosen is None else chosen.get(JOB_PROPERTY)
        if not isinstance(identifier, str):
            raise descent.no_job("What is active" if chosen is None else chosen.name)
        return find_job(identifier)

    def prepare(self, parent: JobFolder) -> None:
        """Fill in the dialog."""
        if "prompt" in self.shown and not self.properties.is_property_set("prompt"):
            self.prompt = parent.spec.prompt
        if "negative_prompt" in self.shown and not self.properties.is_property_set("negative_prompt"):
            self.negative_prompt = parent.spec.negative_prompt
        if "seed" in self.shown and not self.properties.is_property_set("seed"):
            self.seed = parent.spec.seed

    def go(self, context: Context, parent: JobFolder) -> None:
        """Run the one job that `spec` gives."""
        spec, environment = self.spec(parent), environment_of(context)
        jobs.check(spec)
        place = beside(parent.id, spec.size, context)
        if bpy.app.background:
            backend = jobs.shared_backend(environment)
            job = jobs.run_to_end(jobs.create(spec, backend, parent=parent), backend=backend)
            add_asset(Asset.load(job), context, place)
            return
        view.reset()
        session.start(spec, place, environment, parent=parent, home=home_of(context))
        timer.start()
