"""A question to a prior at one noise level, as a gradient rule asks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch import Tensor

from backend.cameras import Cameras
from backend.priors.base import Condition, Prior, classifier_free_guidance, rescale_contrast

__all__ = ["GradientRule", "Query", "Weighting", "Wording"]

Weighting = Literal["sigma2", "uniform", "clean"]


@dataclass(frozen=True)
class Wording:
    """What the pictures are of, for rules that also ask about other directions; there is none where none are said."""

    prompt: str
    negative_prompt: str
    cameras: Cameras


@dataclass(frozen=True)
class Query:
    """z: [B, ...] latents of the renders.  timestep: one for all.  Noise is drawn from the generator."""

    prior: Prior
    z: Tensor
    timestep: int
    condition: Condition
    generator: torch.Generator
    wording: Wording | None = None

    def noise(self) -> Tensor:
        """Standard normal noise shaped like z."""
        return torch.randn(self.z.shape, generator=self.generator).to(self.z.device)

    def guided_noise(self, noise: Tensor, guidance_weight: float, contrast_rescale: float = 0.0) -> Tensor:
        """ε̂ for z with this noise added; with part of the guided picture's excess contrast taken back if asked."""
        noisy = self.prior.schedule.add_noise(self.z.detach(), noise, self.timestep)
        conditional, unconditional = self.prior.predict_noise(noisy, self.timestep, self.condition)
        guided = classifier_free_guidance(conditional, unconditional, guidance_weight)
        return self.with_contrast_of(noisy, guided, conditional, contrast_rescale)

    def with_contrast_of(self, noisy: Tensor, guided: Tensor, plain: Tensor, share: float) -> Tensor:
        """Guided noise whose picture has given back this share of its excess contrast over the plain one's."""
        if not share:
            return guided
        schedule = self.prior.schedule
        wanted = schedule.clean_from_noise(noisy, guided, self.timestep)
        measure = schedule.clean_from_noise(noisy, plain, self.timestep)
        # One factor for a ring, whose views show one object alike; views that are seen alone share one as well.
        together = self.prior.views if self.prior.views > 1 else len(noisy)
        rings = zip(wanted.split(together), measure.split(together), strict=True)
        clean = torch.cat([rescale_contrast(ring, plain_ring, share) for ring, plain_ring in rings])
        return schedule.noise_from_clean(noisy, clean, self.timestep)

    def weight(self, kind: Weighting) -> float:
        """w(t): σ² (DreamFusion §3), 1, or σ / α, which turns ε̂ - ε into z minus the clean picture it implies."""
        if kind == "uniform":
            return 1.0
        sigma = self.prior.schedule.sigmas[self.timestep].item()
        return sigma**2 if kind == "sigma2" else sigma / self.prior.schedule.alphas[self.timestep].item()


class GradientRule(Protocol):
    """What to do with a prior's answer: SDS and its kin."""

    label: str
    calls: int  # of the prior, for one query

    def gradient(self, query: Query) -> Tensor:
        """Gradient on the prior's latents, shaped like query.z."""
        ...
