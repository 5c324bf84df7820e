"""All measures of one asset, and what those of several seeds say of each other."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final

import numpy as np

from backend.rendering.rasterize import Model
from backend.rendering.turntable import views
from backend.two_faced import two_faced
from benchmarks.scoring import PICTURE, Judge
from benchmarks.toybox_benchmark.candidates import candidates
from benchmarks.toybox_benchmark.clouds import align, cloud_of
from benchmarks.toybox_benchmark.looks import LOOKS, coverage, saturation
from benchmarks.toybox_benchmark.tasks import Task
from benchmarks.toybox_benchmark.truth import Truth

__all__ = ["NOTHING", "assess", "diversity"]

SATURATION_PICTURE: Final = 64  # pixels a side
# What an asset gets that could not be made: wrong in every view and nowhere near, and no figures of what is not there.
NOTHING: Final[dict[str, Any]] = {"albedo": 0.0, "colour": 0.0, "geometry": 0.0, "iou": 0.0, "answers": {}}


def assess(model: Model, task: Task, judge: Judge, truth: Truth) -> dict[str, Any]:
    """Plain values; shares and saturation from 0 to 1, Chamfer distance in root mean square radii, turn in rad."""
    shown = {look: views(model, PICTURE, LOOKS[look]) for look in LOOKS}
    colours, shapes = candidates(task, "colour"), candidates(task, "clay")
    seen = {
        "albedo": judge.choose(shown["albedo"], colours),
        "colour": judge.choose(shown["shaded"], colours),
        "geometry": judge.choose(shown["textureless"], shapes),
    }
    fit = truth.fit(model)
    unlit = views(model, SATURATION_PICTURE, LOOKS["albedo"])
    return {
        **{name: each.per_view for name, each in seen.items()},
        "answers": {name: each.answers for name, each in seen.items()},
        "chamfer": fit.chamfer,
        "iou": fit.iou,
        "turn": fit.turn,
        "two_faced": two_faced(model).score,
        "saturation": saturation(unlit, coverage(model, SATURATION_PICTURE)),
    }


def diversity(models: list[Model], judge: Judge) -> dict[str, float] | None:
    """How much a prompt's seeds differ, in the mean over all pairs; None for fewer than two.

    shape: Chamfer distance, laid over each other.  look: 1 - cosine between what the judge makes of their views.
    """
    if len(models) < 2:
        return None
    clouds = [cloud_of(model.vertices, model.triangles).points for model in models]
    looks = [judge.embeddings(views(model, PICTURE, LOOKS["shaded"])).mean(axis=0) for model in models]
    looks = [each / np.linalg.norm(each) for each in looks]
    return {
        "shape": float(np.mean([align(one, other)[1] for one, other in combinations(clouds, 2)])),
        "look": float(np.mean([1 - one @ other for one, other in combinations(looks, 2)])),
    }
