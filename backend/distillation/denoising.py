"""Pictures made better: noise added up to a level, and taken away again by the prior."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor

from backend.priors.base import Condition, Prior, classifier_free_guidance, rescale_contrast

__all__ = ["denoise"]


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
    schedule = prior.schedule
    timesteps = [schedule.timestep(level * (1 - i / steps)) for i in range(steps + 1)]
    noise = torch.randn(latents.shape, generator=generator).to(latents.device)
    noisy = schedule.add_noise(latents, noise, timesteps[0])
    clean = latents
    for now, then in pairwise(timesteps):
        conditional, unconditional = prior.predict_noise(noisy, now, condition)
        guided = classifier_free_guidance(conditional, unconditional, guidance_weight)
        clean = schedule.clean_from_noise(noisy, guided, now)
        plain = schedule.clean_from_noise(noisy, conditional, now)
        clean = rescale_contrast(clean, plain, contrast_rescale)
        if prior.in_pixels:
            clean = clean.clamp(-1, 1)
        noisy = schedule.add_noise(clean, schedule.noise_from_clean(noisy, clean, now), then)
    return clean
