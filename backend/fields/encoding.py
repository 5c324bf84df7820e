"""Positions as waves of rising frequency, averaged over a Gaussian: what lets a small network draw fine detail."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["integrated_encoding"]


def integrated_encoding(mean: Tensor, variance: float, frequencies: int) -> Tensor:
    """The expected sines and cosines of 2^l x, l = 0 … frequencies - 1, for x from the Gaussian N(mean, variance I).

    mean: [P, D].  variance: in the square of its unit; 0 gives the positional encoding of the mean itself.
    Returns [P, 2 D frequencies], sines before cosines, without the position itself. A wave that is short beside the
    Gaussian averages to nothing, so a large variance hides the high frequencies from the network that reads them.
    Source: mip-NeRF (Barron et al. 2021), eq. 13 and 14, for an isotropic covariance as in DreamFusion §3.1.
    """
    scale = 2.0 ** torch.arange(frequencies, dtype=mean.dtype, device=mean.device)
    phase = mean[..., None, :] * scale[:, None]
    damping = torch.exp(-0.5 * variance * scale**2)[:, None]
    return torch.cat([damping * torch.sin(phase), damping * torch.cos(phase)], dim=-2).flatten(-2)
