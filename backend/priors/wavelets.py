"""Maps as means and details of patches of 2 × 2 pixels, as Haar's wavelets have them.

A network that draws these works on half as many pixels a side as what it draws, for a quarter of the time. Diffusion
over wavelets instead of pixels is WaveDiff's idea (2211.16152).
"""

from __future__ import annotations

from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["DETAIL_GAIN", "PATCH", "WAVELETS", "from_wavelets", "guessed_velocity", "to_wavelets", "without_noise"]

PATCH: Final = 2  # pixels a side
WAVELETS: Final = PATCH**2
"""Numbers for each channel of a map: the mean, and differences across, downwards and crosswise."""
DETAIL_GAIN: Final = 3.0  # differences are small; so enlarged, those at an edge are as large as the means beside it
DETAIL_DEVIATION: Final = 0.2  # of differences so enlarged, measured over the toybox's layouts
NOISE: Final = 0.15  # of details so enlarged: what is smaller is none
HAAR: Final = ((1, 1, 1, 1), (1, -1, 1, -1), (1, 1, -1, -1), (1, -1, -1, 1))


def to_wavelets(maps: Tensor) -> Tensor:
    """maps: [V, C, 2 R, 2 R].  Returns [V, 4 C, R, R]: all means, then the three kinds of differences."""
    pixels = F.pixel_unshuffle(maps, PATCH).unflatten(1, (-1, WAVELETS))
    return torch.einsum("ws,vcsyx->vwcyx", _gains(maps)[:, None] * _haar(maps) / WAVELETS, pixels).flatten(1, 2)


def from_wavelets(wavelets: Tensor) -> Tensor:
    """The maps [V, C, 2 R, 2 R] that have these wavelets [V, 4 C, R, R]."""
    apart = wavelets.unflatten(1, (WAVELETS, -1))
    pixels = torch.einsum("ws,vwcyx->vcsyx", _haar(wavelets) / _gains(wavelets)[:, None], apart)
    return F.pixel_shuffle(pixels.flatten(1, 2), PATCH)


def without_noise(wavelets: Tensor) -> Tensor:
    """The same with details drawn to 0 by what noise leaves in them (soft thresholds: Donoho & Johnstone 1994)."""
    means, details = _apart(wavelets)
    return torch.cat([means, F.softshrink(details, NOISE)], dim=1)


def guessed_velocity(noisy: Tensor, alpha: Tensor, sigma: Tensor) -> Tensor:
    """The best linear answer about noised wavelets' details, of which only the deviation is known; for means none.

    x is guessed as z α s² / (α² s² + σ²) (Wiener), and v = (α z - x) / σ. A network that answers what is missing of it
    need not hand all the noise through to tell it from the details (preconditioning: Karras et al. 2022, §5).

    noisy: [V, 4 C, R, R].  alpha, sigma: [V, 1, 1, 1] or numbers in tensors.  Returns as noisy.
    """
    means, details = _apart(noisy)
    variance = DETAIL_DEVIATION**2
    share = alpha * sigma * (1 - variance) / (alpha**2 * variance + sigma**2)
    return torch.cat([torch.zeros_like(means), share * details], dim=1)


def _apart(wavelets: Tensor) -> tuple[Tensor, Tensor]:
    """Means [V, C, R, R] and details [V, 3 C, R, R]."""
    means = wavelets.shape[1] // WAVELETS
    return wavelets[:, :means], wavelets[:, means:]


def _haar(like: Tensor) -> Tensor:
    return like.new_tensor(HAAR)


def _gains(like: Tensor) -> Tensor:
    return like.new_tensor([1.0] + [DETAIL_GAIN] * (WAVELETS - 1))
