"""Histograms along rays: resampling them, bounding one by another, and how spread out they are.

A histogram has edges [R, S + 1] in 0 … 1 of its ray's chord, rising, and weights [R, S].  Source: mip-NeRF 360 (Barron
et al. 2022), §3, §4 and its supplement.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["dilated", "distortion_loss", "interlevel_loss", "resampled", "upper_bound"]

# Added to all weights, so that a ray on which nothing was found is sampled evenly.
PADDING = 1e-5


def resampled(edges: Tensor, weights: Tensor, count: int, anneal: float, offset: Tensor) -> Tensor:
    """Edges [R, count + 1] of intervals about samples drawn evenly from the histogram's weights^anneal.

    anneal: 0 draws from the intervals evenly, 1 by their weights.  offset: [R, 1] in 0 … 1, where the first of the
    strata is sampled, and with it all others of the ray.
    """
    shares = torch.where(edges.diff(dim=-1) > 0, (weights + PADDING) ** anneal, 0.0)
    sums = F.pad(shares.cumsum(dim=-1), (1, 0))
    sums = sums / sums[:, -1:]
    wanted = (torch.arange(count, device=edges.device, dtype=edges.dtype) + offset) / count
    after = torch.searchsorted(sums, wanted, right=True).clamp(1, edges.shape[-1] - 1)
    low_sum, high_sum = sums.gather(-1, after - 1), sums.gather(-1, after)
    low, high = edges.gather(-1, after - 1), edges.gather(-1, after)
    centres = low + (wanted - low_sum) / (high_sum - low_sum).clamp(min=1e-12) * (high - low)
    between = (centres[:, 1:] + centres[:, :-1]) / 2
    # The outermost intervals reach as far outwards as inwards.
    first, last = 2 * centres[:, :1] - between[:, :1], 2 * centres[:, -1:] - between[:, -1:]
    return torch.cat([first, between, last], dim=-1).clamp(0, 1)


def dilated(edges: Tensor, weights: Tensor, reach: float) -> tuple[Tensor, Tensor]:
    """The histogram whose density is everywhere the largest that the given one has within `reach`; sum 1.

    So samples are also drawn beside a thin thing that the coarse look only just met.
    Returns edges [R, 3 S + 1] and weights [R, 3 S].
    """
    density = weights / edges.diff(dim=-1).clamp(min=1e-12)
    begins, ends = (edges[:, :-1] - reach).contiguous(), (edges[:, 1:] + reach).contiguous()
    wide = torch.cat([edges, begins, ends], dim=-1).clamp(0, 1).sort(dim=-1).values
    middle = (wide[:, 1:] + wide[:, :-1]) / 2
    # The grown intervals over a place follow one another: those that have begun and have not ended.
    first = torch.searchsorted(ends, middle, right=True)
    after = torch.searchsorted(begins, middle, right=True)
    mass = range_max(density, first, after) * wide.diff(dim=-1)
    return wide, mass / mass.sum(dim=-1, keepdim=True).clamp(min=1e-12)


def range_max(values: Tensor, first: Tensor, after: Tensor) -> Tensor:
    """The largest of values[r, first:after] in each row, by a table of windows of all powers of two.

    values: [R, S].  first, after: [R, Q].  Returns [R, Q]; an empty range is taken to hold its first value.
    """
    size = values.shape[-1]
    table = [values]
    while 2 ** len(table) <= size:
        shift = 2 ** (len(table) - 1)
        # Beyond the end a window is as long as there are values.
        table.append(torch.maximum(table[-1], torch.cat([table[-1][:, shift:], table[-1][:, -shift:]], dim=-1)))
    first = first.clamp(max=size - 1)
    length = (after - first).clamp(min=1)
    level = length.log2().floor().long()
    windows = torch.cat(table, dim=-1)
    # Two windows, from the start and up to the end, cover the range.
    last = first + length - 2**level
    return torch.maximum(windows.gather(-1, level * size + first), windows.gather(-1, level * size + last))


def upper_bound(edges: Tensor, other_edges: Tensor, other_weights: Tensor) -> Tensor:
    """The most that each interval can weigh if the other histogram is right: all its intervals that overlap it.

    edges: [R, S + 1].  Returns [R, S].  Source: mip-NeRF 360, eq. 12.
    """
    sums = F.pad(other_weights.cumsum(dim=-1), (1, 0))
    last = other_edges.shape[-1] - 1
    first = (torch.searchsorted(other_edges, edges[:, :-1].contiguous(), right=True) - 1).clamp(0, last)
    after = torch.searchsorted(other_edges, edges[:, 1:].contiguous()).clamp(0, last)
    return (sums.gather(-1, after) - sums.gather(-1, first)).clamp(min=0)


def interlevel_loss(edges: Tensor, weights: Tensor, other_edges: Tensor, other_weights: Tensor) -> Tensor:
    """How far a proposal (the other) fails to bound what was seen; mean over rays.  mip-NeRF 360, eq. 13.

    weights: [R, S]; only the proposal is to learn from it, so they carry no gradient.
    """
    excess = (weights - upper_bound(edges, other_edges, other_weights)).clamp(min=0)
    return (excess**2 / (weights + 1e-7)).sum(dim=-1).mean()


def distortion_loss(edges: Tensor, weights: Tensor) -> Tensor:
    """Σ w_i w_j |m_i - m_j| + ⅓ Σ w_i² (width of i), mean over rays: small for one thin lump.  mip-NeRF 360, eq. 15."""
    middle = (edges[:, 1:] + edges[:, :-1]) / 2
    moment = weights * middle
    # Middles rise, so that the pairs' distances need no pairs: each sample against all before it.
    before = weights.cumsum(dim=-1) - weights
    moment_before = moment.cumsum(dim=-1) - moment
    between = 2 * (weights * (middle * before - moment_before)).sum(dim=-1)
    return (between + (weights**2 * edges.diff(dim=-1)).sum(dim=-1) / 3).mean()
