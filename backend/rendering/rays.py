"""What every renderer computes along rays: where they cross the ball, and what each sample adds."""

from __future__ import annotations

import torch
from torch import Tensor

from backend.cameras import Rays

__all__ = ["intersect_ball", "render_weights"]


def intersect_ball(rays: Rays, radius: float = 1.0) -> tuple[Tensor, Tensor]:
    """Distances [R] at which rays enter and leave a ball about the origin; equal where they miss it.

    What lies behind a ray's origin does not count: from inside the ball a ray enters it at 0.
    """
    half_chord_offset = (rays.origins * rays.directions).sum(dim=-1)
    discriminant = half_chord_offset**2 - (rays.origins**2).sum(dim=-1) + radius**2
    half_chord = discriminant.clamp(min=0).sqrt()
    return (-half_chord_offset - half_chord).clamp(min=0), (-half_chord_offset + half_chord).clamp(min=0)


def render_weights(density: Tensor, deltas: Tensor) -> Tensor:
    """How much each sample contributes to its ray, front to back.

    density: [R, S] in 1/m, non-negative.  deltas: [R, S], or one for all, in m.
    Returns weights [R, S]; their sum is the opacity.
    Source: NeRF (Mildenhall et al. 2020), eq. 3.
    """
    optical_depth = density * deltas
    # Exclusive sum: what reaches a sample is what the samples before it let through.
    transmittance = torch.exp(-(torch.cumsum(optical_depth, dim=-1) - optical_depth))
    return -torch.expm1(-optical_depth) * transmittance
