"""What a plausible object looks like before any picture is seen: smooth, and either solid or empty."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from backend.fields.base import Field
from backend.rendering.base import Renderer

__all__ = ["RegularizerSettings", "opacity_entropy", "opacity_size", "orientation", "surface_smoothness"]


@dataclass(frozen=True)
class RegularizerSettings:
    slope_weight: float = 0.015  # weight on the mean absolute slope of d; far above it, objects melt
    bend_weight: float = 0.02  # weight on the mean absolute second difference of d: ripples and crumples
    points: int = 3000  # random points near the surface, a step
    reach: float = 0.03  # m along each axis, deviation of the points that are compared from one another


def surface_smoothness(
    field: Field, renderer: Renderer, settings: RegularizerSettings, generator: torch.Generator
) -> Tensor:
    """Total variation of d and of its slope near the surface, estimated at random points; 0 when both are off.

    Both are absolute differences: they flatten ripples and leave the edges of made things alone.
    """
    if not settings.slope_weight and not settings.bend_weight:
        return torch.zeros(())
    middle = renderer.surface_points(settings.points, generator)
    # Drawn on the CPU, so that a seed means the same on every device.
    shift = settings.reach * torch.randn(settings.points, 3, generator=generator).to(middle.device)
    before, here, after = field.surface(torch.cat([middle - shift, middle, middle + shift])).chunk(3)
    slope = (after - here).abs().mean() / settings.reach
    bend = (before + after - 2 * here).abs().mean() / settings.reach
    return settings.slope_weight * slope + settings.bend_weight * bend


def opacity_entropy(opacity: Tensor) -> Tensor:
    """Mean binary uncertainty of rays, 4 o (1 - o): 0 when every ray either hits or misses.  opacity: [R]."""
    clamped = opacity.clamp(1e-3, 1 - 1e-3)
    return 4 * (clamped * (1 - clamped)).mean()


def opacity_size(opacity: Tensor) -> Tensor:
    """Mean of √(o² + 0.01): less for what covers less of the picture.  opacity: [R].

    Source: DreamFusion (2209.14988), geometry regularisers.
    """
    return (opacity**2 + 0.01).sqrt().mean()


def orientation(weights: Tensor, normals: Tensor, directions: Tensor, rays: int) -> Tensor:
    """Mean over rays of Σ w max(0, n · v)²: what is seen must not face away from the camera.

    weights: [M] of samples, not pushed themselves.  normals, directions: [M, 3], unit length, outwards and from the
    camera.  rays: how many the samples lie on, those without samples included.
    Source: Ref-NeRF (Verbin et al. 2022), its orientation loss, as DreamFusion uses it.
    """
    away = (normals * directions).sum(dim=-1).clamp(min=0)
    return (weights.detach() * away**2).sum() / rays
