"""Going on from an asset: continue, branch, restyle, vary. A window starts a job, the background waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from bpy.props import EnumProperty, FloatProperty, IntProperty, StringProperty

from ..dreamfusion_blender import descent, jobs
from ..dreamfusion_blender.asset import Asset
from ..dreamfusion_blender.batch import Failure, run_rows
from ..dreamfusion_blender.job import JobSpec
from ..dreamfusion_blender.scene import add_asset
from ..dreamfusion_blender.sheets import write_sheet
from ..dreamfusion_blender.store import JobFolder
from ..translations import translated
from . import timer
from .backend_environment import environment_of
from .home import home_of
from .iterating import Iterates
from .live_view import view
from .places import beside, spread
from .prior_options import as_typed
from .refusals import backend_is_free
from .series import SHEET, series
from .speaking import Operator
from .work import Location

if TYPE_CHECKING:
    from bpy.types import Context

LAYOUTS = (
    ("ROW", "Row", "All side by side"),
    ("GRID", "Grid", "As many rows as columns"),
)


class DREAMFUSION_OT_continue_job(Iterates, Operator):
    """Optimize the asset further with its own settings. The result is a new object; this one stays as it is"""

    bl_idname = "dreamfusion.continue_job"
    bl_label = "Continue"
    bl_options = set()  # a redo panel would run the whole job again
    shown = ("steps",)

    steps: IntProperty(name="Steps", description="How many more; 0 takes a quarter of a new job's", min=0)

    def spec(self, parent: JobFolder) -> JobSpec:
        """The job to run."""
        return descent.continued(parent, self.steps or None)


class DREAMFUSION_OT_branch(Iterates, Operator):
    """Go on from the asset's shape under another prompt or other settings. The asset stays as it is"""

    bl_idname = "dreamfusion.branch"
    bl_label = "Branch"
    bl_options = set()  # a redo panel would run the whole job again
    shown = ("prompt", "negative_prompt", "strength", "seed", "guidance", "prior")

    prompt: StringProperty(name="Prompt", description="What it is to become")
    # These two are not saved: the dialog would show the last ones, which the job does not get.
    negative_prompt: StringProperty(name="Negative Prompt", description="What to keep away from", options={"SKIP_SAVE"})
    strength: FloatProperty(
        name="Strength",
        description="How much may change: 1 leaves little of the asset, 0 only polishes it",
        subtype="FACTOR",
        default=descent.BRANCH_STRENGTH,
        min=0.0,
        max=1.0,
    )
    seed: IntProperty(name="Seed", description="Another one makes another object", min=0)
    guidance: FloatProperty(name="Guidance", description="How strongly the prior follows the prompt; 0: as set", min=0)
    prior: StringProperty(name="Prior", description="Another 2D model; empty: the same", options={"SKIP_SAVE"})

    def spec(self, parent: JobFolder) -> JobSpec:
        """The job to run; what was not given is as the parent has it."""
        changes = {
            name: getattr(self, name)
            for name in ("prompt", "negative_prompt", "seed", "prior")
            if self.properties.is_property_set(name) and (getattr(self, name) != "" or name == "negative_prompt")
        }
        if self.guidance:
            changes["overrides"] = descent.guidance(as_typed(self.guidance))
        return descent.branched(parent, as_typed(self.strength), **changes)


class DREAMFUSION_OT_restyle(Iterates, Operator):
    """Find new colours for the asset's very shape. The result is a new object; this one stays as it is"""

    bl_idname = "dreamfusion.restyle"
    bl_label = "Restyle"
    bl_options = set()  # a redo panel would run the whole job again
    shown = ("prompt", "strength")

    prompt: StringProperty(name="Prompt", description="How it is to look")
    strength: FloatProperty(
        name="Strength",
        description="How far the colours may go from the present ones",
        subtype="FACTOR",
        default=descent.RESTYLE_STRENGTH,
        min=0.0,
        max=1.0,
    )

    def spec(self, parent: JobFolder) -> JobSpec:
        """The job to run."""
        return descent.restyled(parent, self.prompt or parent.spec.prompt, as_typed(self.strength))


class DREAMFUSION_OT_variations(Iterates, Operator):
    """Make several siblings of the asset that differ in their seeds, side by side, and a picture of all"""

    bl_idname = "dreamfusion.variations"
    bl_label = "Variations"
    bl_options = set()  # a redo panel would run the whole job again
    shown = ("prompt", "count", "strength", "arrangement")

    prompt: StringProperty(name="Prompt", description="What to make, in a few words")
    count: IntProperty(name="Count", description="How many siblings", default=4, min=1, max=descent.MOST_VARIATIONS)
    strength: FloatProperty(
        name="Strength",
        description="1: each begins with nothing. Below, each begins with the asset, the nearer the smaller",
        subtype="FACTOR",
        default=1.0,
        min=0.0,
        max=1.0,
    )
    arrangement: EnumProperty(name="Arrange", description="How they stand", items=LAYOUTS)

    def go(self, context: Context, parent: JobFolder) -> None:
        """Run them one after another."""
        specs = descent.varied(parent, self.count, as_typed(self.strength), prompt=self.prompt or None)
        jobs.check(specs[0])
        size = parent.spec.size
        places = spread(beside(parent.id, size, context), len(specs), size, self.arrangement)
        if bpy.app.background:
            self._wait(context, specs, places, parent)
            return
        view.reset()
        series.start(list(zip(specs, places, strict=True)), environment_of(context), parent, home_of(context))
        timer.start()

    def _wait(self, context: Context, specs: list[JobSpec], places: list[Location], parent: JobFolder) -> None:
        environment = environment_of(context)
        results = run_rows(specs, backend=jobs.shared_backend(environment), reuse=False, parent=parent)
        done: list[JobFolder] = []
        for result, place in zip(results, places, strict=True):
            if isinstance(result, Failure):
                self.report({"WARNING"}, translated(str(result)))
                continue
            add_asset(Asset.load(result), context, place)
            done.append(result)
        if done:
            path = write_sheet(done, done[0].path / SHEET, environment)
            self.report({"INFO"}, translated(f"All of them in one picture: {path}"))


class DREAMFUSION_OT_make_rest(Operator):
    """Make those variations that wait, whatever became of the one that was paused"""

    bl_idname = "dreamfusion.make_rest"
    bl_label = "Make the Rest"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: Context) -> bool:
        """There must be some, and a backend that is free."""
        if not (series.waiting and series.is_held):
            cls.poll_message_set("No variations wait for one that was paused")
            return False
        return backend_is_free(cls)

    def execute(self, _context: Context) -> set[str]:
        """Have the timer start the next."""
        series.go_on()
        timer.start()
        return {"FINISHED"}
