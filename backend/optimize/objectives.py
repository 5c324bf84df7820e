"""Which objective a stage of a preset means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend.distillation.base import Objective
from backend.distillation.denoise_fit import DenoiseFit
from backend.distillation.score import ScoreDistillation
from backend.distillation.sds import SDS

if TYPE_CHECKING:
    from backend.presets import Preset, Stage


def make_objective(stage: Stage, preset: Preset, prior_views: int, entry: float, has_object: bool) -> Objective:
    """The one place that knows which objective a name means.  entry, has_object: see Optimization."""
    if stage.objective == "sds":
        how = (preset.score, preset.cameras, preset.growth)
        return ScoreDistillation(SDS(preset.sds), *how, stage.steps, prior_views)
    return DenoiseFit(preset.denoise_fit, stage.steps, entry, preset.first_ring, has_object)
