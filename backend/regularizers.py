"""What a plausible object looks like before any picture is seen: smooth, either solid or empty, evenly coloured."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from backend.fields.base import Field

__all__ = ["RegularizerSettings", "opacity_entropy", "surface_smoothness"]


@dataclass(frozen=True)
class RegularizerSettings:
    surface_smoothness: float = 0.03  # weight of the mean absolute slope of d; far above it, objects melt
    smoothness_points: int = 4000  # random points a step
    smoothness_step: float = 0.02  # m between the two points that are compared


def surface_smoothness(field: Field, settings: RegularizerSettings, generator: torch.Generator) -> Tensor:
    """Total variation of d, estimated at random points: mean |d(x) - d(x + h)| / |h|'s scale.

    It flattens ripples and leaves steps alone, which is what surfaces of made things look like.
    """
    # Drawn on the CPU, so that a seed means the same on every device.
    points = (torch.rand(settings.smoothness_points, 3, generator=generator) * 2 - 1) * 0.9
    shift = settings.smoothness_step * torch.randn(settings.smoothness_points, 3, generator=generator)
    both = torch.cat([points, points + shift]).to(next(iter(field.parameter_groups()[0]["params"])).device)
    here, there = field.surface(both).chunk(2)
    return settings.surface_smoothness * (here - there).abs().mean() / settings.smoothness_step


def opacity_entropy(opacity: Tensor) -> Tensor:
    """Mean binary uncertainty of rays, 4 o (1 - o): 0 when every ray either hits or misses.  opacity: [R]."""
    clamped = opacity.clamp(1e-3, 1 - 1e-3)
    return 4 * (clamped * (1 - clamped)).mean()
