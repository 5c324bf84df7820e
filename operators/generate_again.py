"""The same job once more with another seed: what helps when an object came out wrong."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from ..dreamfusion_blender.errors import DreamFusionError
from ..dreamfusion_blender.job import JobSpec
from ..dreamfusion_blender.models import resolve
from ..dreamfusion_blender.origin import Origin
from ..dreamfusion_blender.ranges import WHOLE_NUMBERS
from ..dreamfusion_blender.scene.placing import JOB_PROPERTY
from ..dreamfusion_blender.store import JobFolder, find_job
from . import timer
from .backend_environment import environment_of
from .field_settings import generated_object
from .home import home_of
from .live_view import view
from .places import beside
from .refusals import refuse
from .session import session
from .speaking import Operator
from .start import DREAMFUSION_OT_start

if TYPE_CHECKING:
    from bpy.types import Context

PERP_NEG = "sds.perp_neg"


class DREAMFUSION_OT_generate_again(Operator):
    """Make the object once more with another seed, beside this one; with Perp-Neg where the prior sees one view"""

    bl_idname = "dreamfusion.generate_again"
    bl_label = "Generate Again with Another Seed"
    bl_options = {"INTERNAL"}  # no UNDO: the scene changes when the result comes

    @classmethod
    def poll(cls, context: Context) -> bool:
        """The active object must be one that a job made, and no other job at work."""
        if generated_object(context) is None:
            cls.poll_message_set("Make an object active that a job made: this one was not generated")
            return False
        return DREAMFUSION_OT_start.poll(context)

    def execute(self, context: Context) -> set[str]:
        """Start the job and return at once."""
        target = generated_object(context)
        assert target is not None
        try:
            job = find_job(target[JOB_PROPERTY])
            spec = with_another_seed(job)
            inputs = job.read_inputs()
        except DreamFusionError as error:
            return refuse(self, error)
        view.reset()
        place = beside(job.id, max(target.dimensions), context, target)
        start = job.start if job.start.is_file() else None  # of a parent that may be gone
        session.start(spec, place, environment_of(context), inputs=inputs, start=start, home=home_of(context))
        timer.start()
        return {"FINISHED"}


def with_another_seed(job: JobFolder) -> JobSpec:
    """The same job with a seed by chance, and with Perp-Neg where the prior sees one view at a time.

    It descends from the first as a variation, or from what that descends from, and so it stands beside it.
    """
    spec = job.spec
    sees_one = resolve(spec.prior).family.views_for(spec.views) == 1
    overrides = {**spec.overrides, PERP_NEG: True} if sees_one else spec.overrides
    origin = spec.origin or Origin(job.id, "variation")
    return replace(spec, seed=random.randint(*WHOLE_NUMBERS["seed"]), overrides=overrides, origin=origin)
