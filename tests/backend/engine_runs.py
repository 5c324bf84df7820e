"""A job small enough to test the engine with, and how to run, watch and stop it."""

import dataclasses

from analytic import BallField

from backend.run import Engine
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.store import JobFolder

BALL = BallField(radius=0.6, density=50.0, colour=(0.9, 0.2, 0.1))
SPEC = JobSpec(
    prompt="a red ball",
    preset="standard",
    steps=60,
    size=0.5,
    triangles=800,
    texture_size=64,
    device="cpu",
    overrides={
        "takes.count": 1,
        "denoise_fit.guidance_weight": 0.0,
        "denoise_fit.contrast_rescale": 0.0,
        "denoise_fit.shaded_share": 0.0,
        "denoise_fit.steps_per_ring": 10,
        "denoise_fit.rays": 1024,
        "render.samples": 32,
        "render.occupancy_resolution": 16,
        "regularize.points": 500,
    },
)


def never():
    """Do not stop."""
    return False


class Events(list):
    """What the engine emitted."""

    def of(self, kind):
        return [event for event in self if event["type"] == kind]

    def stages(self):
        """Each stage once, in order."""
        return list(dict.fromkeys(event["stage"] for event in self.of("stage")))


def new_job(**changes):
    return JobFolder.create(dataclasses.replace(SPEC, **changes))


def work(job, should_stop=never, engine=None):
    events = Events()
    (engine or Engine()).run(job, events.append, should_stop)
    return events


ASKED_BEFORE = 2
"""How often the engine asks before its first step: before it loads the prior, and when it has."""


def stop_after(steps):
    """Asked before each step as well: true from that after so many steps on."""
    asked = iter(range(10**9))
    return lambda: next(asked) >= ASKED_BEFORE + steps


def names(job):
    return {path.name for path in job.path.iterdir()}
