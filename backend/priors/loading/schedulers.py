"""What a diffusers scheduler's configuration says of a model: its noise levels, and what its denoiser predicts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, cast

import torch
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler

from backend.priors.base import NoiseSchedule
from backend.priors.loading.files import damaged, read_json
from dreamfusion_blender.errors import BadSpec

__all__ = ["Prediction", "load_epsilon_schedule", "prediction_type", "read_schedule", "read_scheduler"]

Prediction = Literal["epsilon", "v_prediction"]

# What decides the noise levels, whichever sampler a configuration was written for.
_SCHEDULE: Final = ("num_train_timesteps", "beta_start", "beta_end", "beta_schedule", "trained_betas")
_LEAST_ALPHA_SQUARED: Final = 2.0**-24
"""In place of 0, where a schedule rescaled to end without signal ends: x = (z - σ ε) / α needs an α. As diffusers."""


def read_scheduler(source: Path) -> dict[str, Any]:
    """The configuration of the scheduler in a model's folder. Raises WeightsMissing or WeightsDamaged."""
    return read_json(source / "scheduler" / "scheduler_config.json")


def load_epsilon_schedule(source: Path, model: str, device: torch.device) -> NoiseSchedule:
    """The noise levels of a folder whose denoiser must predict ε. Raises WeightsMissing, WeightsDamaged or BadSpec."""
    config = read_scheduler(source)
    found = config.get("prediction_type", "epsilon")
    if found != "epsilon":
        raise damaged(f"{source / 'scheduler'} says {found}, but {model} predicts epsilon")
    return read_schedule(config, device)


def read_schedule(config: Mapping[str, Any], device: torch.device) -> NoiseSchedule:
    """α and σ from the betas. Raises BadSpec for a configuration without betas (flow matching, EDM)."""
    if "beta_schedule" not in config:
        raise BadSpec(
            f"The model's scheduler ({config.get('_class_name', 'unnamed')}) has no betas: models of flow matching or "
            "EDM are not supported by this prior"
        )
    settings = {name: config[name] for name in _SCHEDULE if name in config}
    ends_without_signal = config.get("rescale_betas_zero_snr", False)
    scheduler: Any = DDPMScheduler(**settings, rescale_betas_zero_snr=ends_without_signal)
    alphas_cumprod = scheduler.alphas_cumprod.clamp(min=_LEAST_ALPHA_SQUARED if ends_without_signal else 0)
    return NoiseSchedule.variance_preserving(alphas_cumprod.to(device))


def prediction_type(config: Mapping[str, Any]) -> Prediction:
    """What the denoiser predicts; old configurations, which do not say, mean ε. Raises BadSpec for anything else."""
    found = config.get("prediction_type", "epsilon")
    if found not in ("epsilon", "v_prediction"):
        raise BadSpec(f"The model predicts {found!r}; models that predict epsilon or v_prediction are supported")
    return cast(Prediction, found)
