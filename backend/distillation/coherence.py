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

from backend.cameras import Cameras, Rays

__all__ = ["silhouette_coherence"]

RAYS_A_SIDE: Final = 32  # of the rays that are looked at, in a picture; it may have more pixels
DEPTHS: Final = 64  # points looked at on each ray: as many as an int64 has bits
BIT: Final = [1 << depth for depth in range(DEPTHS - 1)] + [-(1 << (DEPTHS - 1))]
LEAST_INSIDE: Final = 0.005  # share of a picture below which there is no object in it


def silhouette_coherence(cameras: Cameras, inside: Tensor, outside: Tensor, ways: Tensor) -> Tensor:
    """The share of the pictures' solid pixels that some body within all silhouettes can fill, a mean over views; 0 … 1.

    Pixel by pixel: is there a point on its ray that no other view has outside? 0 if a view shows no object at all.

    inside, outside: [P, H, W] bool, where the object surely is and surely is not in each of P pictures.
    ways: [N, V], the picture that each camera has in each of N arrangements.  Returns [N].
    Source: silhouette coherence (Hernández, Schmitt & Cipolla 2007), here with the visual hull sampled along the rays.
    """
    views = len(cameras)
    filled = torch.zeros(len(ways), device=inside.device)
    for view in range(views):
        for picture in ways[:, view].unique().tolist():
            chosen = (ways[:, view] == picture).nonzero()[:, 0]
            points = _points(_solid_rays(cameras, view, inside[picture]))
            possible = torch.full((len(chosen), len(points)), -1, device=inside.device)  # all bits are set
            for other in (other for other in range(views) if other != view):
                possible &= _open_depths(cameras, other, points, outside)[ways[chosen, other]]
            filled[chosen] += (possible != 0).sum(dim=1) / max(1, len(points))
    nothing = inside.flatten(1).float().mean(dim=1) < LEAST_INSIDE
    return torch.where(nothing[ways].any(dim=1), 0.0, filled / views)


def _solid_rays(cameras: Cameras, view: int, inside: Tensor) -> Rays:
    """Rays [R] of a camera through pixels that are inside [H, W], of every n-th row and column in a large picture."""
    stride = max(1, len(inside) // RAYS_A_SIDE)
    row, column = (stride * each for each in inside[::stride, ::stride].nonzero(as_tuple=True))
    return cameras.rays(torch.full_like(row, view), column + 0.5, row + 0.5, len(inside))


def _points(rays: Rays) -> Tensor:
    """Points [R, DEPTHS, 3] along rays, where they cross the unit ball, in which the object lies."""
    nearest = -(rays.origins * rays.directions).sum(dim=-1, keepdim=True)
    depth = nearest + torch.linspace(-1, 1, DEPTHS, device=nearest.device)
    return rays.origins[:, None] + depth[..., None] * rays.directions[:, None]


def _open_depths(cameras: Cameras, view: int, points: Tensor, outside: Tensor) -> Tensor:
    """Which points [R, DEPTHS, 3] a camera does not see outside, in each of P pictures [P, H, W] that it may have.

    Beyond a picture's border everything is outside. Returns [P, R] int64, a bit for each depth, so that `&` of two
    cameras' numbers takes all depths at once: thousands of arrangements are tried.
    """
    size = outside.shape[-1]
    pose = cameras.pose[view]
    local = (points - pose[:, 3]) @ pose[:, :3]  # right, up, back
    scale = size / 2 / torch.tan(cameras.fov[view] / 2)
    column = (size / 2 - local[..., 0] / local[..., 2] * scale).floor().long()
    row = (size / 2 + local[..., 1] / local[..., 2] * scale).floor().long()
    seen = (column >= 0) & (column < size) & (row >= 0) & (row < size)
    free = seen & ~outside[:, row.clamp(0, size - 1), column.clamp(0, size - 1)]
    return (free * torch.tensor(BIT, device=points.device)).sum(dim=-1)
