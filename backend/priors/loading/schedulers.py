"""What a diffusers scheduler's configuration says of a model: its noise levels, and what its U-Net predicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, cast

import torch
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler
from torch import Tensor

from backend.priors.base import NoiseSchedule
from dreamfusion_blender.errors import BadSpec

__all__ = ["Prediction", "noise_from_prediction", "prediction_type", "read_schedule"]

Prediction = Literal["epsilon", "v_prediction"]

# What decides the noise levels, whichever sampler a configuration was written for.
_SCHEDULE: Final = ("num_train_timesteps", "beta_start", "beta_end", "beta_schedule", "trained_betas")
_LEAST_ALPHA_SQUARED: Final = 2.0**-24
"""In place of 0, where a schedule rescaled to end without signal ends: x = (z - σ ε) / α needs an α. As diffusers."""


def read_schedule(config: Mapping[str, Any], device: torch.device) -> NoiseSchedule:
    """α and σ from the betas. Raises BadSpec for a configuration without betas (flow matching, EDM)."""
    if "beta_schedule" not in config:
        raise BadSpec(
            f"The model's scheduler ({config.get('_class_name', 'unnamed')}) has no betas: models of flow matching or "
            "EDM are not supported by this prior"
        )
    settings = {name: config[name] for name in _SCHEDULE if name in config}
    scheduler: Any = DDPMScheduler(**settings, rescale_betas_zero_snr=config.get("rescale_betas_zero_snr", False))
    return NoiseSchedule.variance_preserving(scheduler.alphas_cumprod.clamp(min=_LEAST_ALPHA_SQUARED).to(device))


def prediction_type(config: Mapping[str, Any]) -> Prediction:
    """What the U-Net predicts; old configurations, which do not say, mean ε. Raises BadSpec for anything else."""
    found = config.get("prediction_type", "epsilon")
    if found not in ("epsilon", "v_prediction"):
        raise BadSpec(f"The model predicts {found!r}; models that predict epsilon or v_prediction are supported")
    return cast(Prediction, found)


def noise_from_prediction(
    predicted: Tensor, noisy: Tensor, timestep: int, prediction: Prediction, schedule: NoiseSchedule
) -> Tensor:
    """ε, shaped like noisy, from what the U-Net said."""
    if prediction == "epsilon":
        return predicted
    return schedule.noise_from_velocity(noisy, predicted, timestep)
