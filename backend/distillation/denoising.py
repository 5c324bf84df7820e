"""Pictures made better: noise added up to a level, and taken away again by the prior."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor

from backend.priors.base import Condition, Prior, classifier_free_guidance, rescale_contrast

__all__ = ["denoise", "follow", "noised"]


def denoise(
    prior: Prior,
    latents: Tensor,
    level: float,
    steps: int,
    condition: Condition,
    generator: torch.Generator,
    guidance_weight: float,
    contrast_rescale: float,
) -> Tensor:
    """Add noise up to a level and take it away again in guided DDIM steps (Song et al. 2020, eq. 12, η = 0).

    latents: [B, ...] clean.  level: 0 … 1.  Returns the same shape, clean.
    """
    timesteps = prior.schedule.ddim_timesteps(level, steps)
    noisy = noised(prior, latents, timesteps[0], generator)
    return follow(prior, noisy, timesteps, condition, guidance_weight, contrast_rescale)[1]


def noised(prior: Prior, latents: Tensor, timestep: int, generator: torch.Generator) -> Tensor:
    """Latents with noise of this timestep added."""
    noise = torch.randn(latents.shape, generator=generator).to(latents.device)
    return prior.schedule.add_noise(latents, noise, timestep)


def follow(
    prior: Prior,
    noisy: Tensor,
    timesteps: list[int],
    condition: Condition,
    guidance_weight: float,
    contrast_rescale: float,
) -> tuple[Tensor, Tensor]:
    """Noisy latents [B, ...] at the first of the timesteps, brought to the last: these, and the clean ones in them."""
    schedule, clean = prior.schedule, noisy
    for now, then in pairwise(timesteps):
        conditional, unconditional = prior.predict_noise(noisy, now, condition)
        guided = classifier_free_guidance(conditional, unconditional, guidance_weight)
        clean = schedule.clean_from_noise(noisy, guided, now)
        plain = schedule.clean_from_noise(noisy, conditional, now)
        clean = rescale_contrast(clean, plain, contrast_rescale)
        if prior.in_pixels:
            clean = clean.clamp(-1, 1)
        noisy = schedule.ddim_step(noisy, clean, now, then)
    return noisy, clean
