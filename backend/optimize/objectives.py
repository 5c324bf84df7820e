"""Which objective a stage of a preset means, and how often they ask the prior."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backend.distillation.base import Objective
from backend.distillation.denoise_fit import DenoiseFit
from backend.distillation.likeness import likeness_calls
from backend.distillation.score import ScoreDistillation
from backend.distillation.sds import SDS
from backend.optimize.takes import Takes

if TYPE_CHECKING:
    from backend.presets import Preset, Stage


def planned_calls(preset: Preset, objectives: Sequence[Objective], takes: Takes, prior_views: int) -> int:
    """How often the prior will be asked in all stages and takes.  prior_views: how many it looks at together."""
    once = sum(each.calls_within(stage.steps) for each, stage in zip(objectives, preset.stages, strict=True))
    if takes.count == 1:
        return once
    again, left = 0, takes.steps
    for each, stage in zip(objectives, preset.stages, strict=True):
        again += each.calls_within(min(left, stage.steps))
        left -= min(left, stage.steps)
    return once + (takes.count - 1) * again + takes.count * likeness_calls(prior_views)


def make_objective(
    stage: Stage, preset: Preset, prior_views: int, entry: float, has_object: bool, layouts: bool
) -> Objective:
    """The one place that knows which objective a name means.

    entry, has_object: see RunState.  layouts: whether the prior draws them.
    """
    if stage.objective == "sds":
        how = (preset.score, preset.cameras, preset.growth)
        return ScoreDistillation(SDS(preset.sds), *how, stage.steps, prior_views)
    return DenoiseFit(preset.denoise_fit, stage.steps, entry, preset.first_ring, has_object, layouts)
