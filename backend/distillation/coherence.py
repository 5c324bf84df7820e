"""Whether pictures of a ring can be of one object: silhouettes that no body could cast together tell.

A prior that hardly knows directions draws its favourite side more than once: a dog in profile from all around. Fitted
to such pictures, the field becomes what all of them allow, which is little. The silhouettes know before any fit: what
can be solid is only what lies within the outlines of all views (their visual hull), and each view whose own outline is
not filled by that contradicts the others.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from backend.cameras import Cameras

__all__ = ["silhouette_coherence"]

DEPTHS: Final = 64  # points looked at on the ray of each pixel
LEAST_INSIDE: Final = 0.005  # share of a picture below which there is no object in it


def silhouette_coherence(cameras: Cameras, inside: Tensor, outside: Tensor) -> float:
    """The share of the pictures' solid pixels that some body within all silhouettes can fill, a mean over views; 0 … 1.

    Pixel by pixel: is there a point on its ray that no other view has outside? 0 if a view shows no object at all.

    inside, outside: [V, H, W] bool, where the object surely is and surely is not.
    Source: silhouette coherence (Hernández, Schmitt & Cipolla 2007), here with the visual hull sampled along the rays.
    """
    views, size = inside.shape[0], inside.shape[-1]
    if inside.flatten(1).float().mean(dim=1).min() < LEAST_INSIDE:
        return 0.0
    view, row, column = inside.nonzero(as_tuple=True)
    rays = cameras.rays(view, column + 0.5, row + 0.5, size)
    # The unit ball, in which the object lies, as each ray crosses it.
    nearest = -(rays.origins * rays.directions).sum(dim=-1, keepdim=True)
    depth = nearest + torch.linspace(-1, 1, DEPTHS, device=nearest.device)
    points = rays.origins[:, None] + depth[..., None] * rays.directions[:, None]  # [R, DEPTHS, 3]
    possible = torch.ones(depth.shape, dtype=torch.bool, device=depth.device)
    for other in range(views):
        possible &= ~_covered(cameras, other, points, outside) | (view == other)[:, None]
    filled = possible.any(dim=1).float()
    count = torch.bincount(view, minlength=views)
    return (torch.zeros(views, device=filled.device).index_add(0, view, filled) / count).mean().item()


def _covered(cameras: Cameras, view: int, points: Tensor, mask: Tensor) -> Tensor:
    """Whether points [..., 3] fall on a mask [V, H, W] of this view; beyond its picture they count as covered."""
    size = mask.shape[-1]
    pose = cameras.pose[view]
    local = (points - pose[:, 3]) @ pose[:, :3]  # right, up, back
    scale = size / 2 / torch.tan(cameras.fov[view] / 2)
    column = (size / 2 - local[..., 0] / local[..., 2] * scale).floor().long()
    row = (size / 2 + local[..., 1] / local[..., 2] * scale).floor().long()
    beyond = (column < 0) | (column >= size) | (row < 0) | (row >= size)
    return beyond | mask[view, row.clamp(0, size - 1), column.clamp(0, size - 1)]
