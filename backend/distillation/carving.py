"""A field begins as the hull of a layout: as much as its outlines leave, like a block that is carved from all sides.

From an ellipsoid what is thin has to be found by chance in what is carved away, and where that was carved deep, nothing
brings it back.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from scipy import ndimage
from torch import Tensor

from backend.cameras import Cameras
from backend.distillation.shape_rings import ShapeRing
from backend.fields.base import Field

__all__ = ["SIDE", "SOLID", "carve", "grid_points", "hull", "hull_distance", "seen_by_views"]

SIDE: Final = 96  # points of the grid on which a hull is measured
SOLID: Final = 0.5  # opacity
STEPS: Final = 150
POINTS: Final = 8192  # a step; half of them near the hull's surface
NEAR: Final = 0.08  # m
FAR: Final = 0.25  # m, farther it does not matter how far


def carve(field: Field, shape: ShapeRing, generator: torch.Generator) -> None:
    """Have a field's surface learn the hull of a ring of shapes; an empty hull leaves it as it is."""
    distance = hull_distance(shape).clamp(-FAR, FAR)
    if not (distance > 0).any():
        return
    groups = [{"params": group["params"], "lr": group["lr"]} for group in field.parameter_groups()]
    optimizer = torch.optim.Adam(groups)
    rates = [group["lr"] for group in groups]
    near = (distance.abs() < NEAR).flatten().nonzero()[:, 0]
    with torch.enable_grad():
        for step in range(STEPS):
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * (1 - 0.9 * step / STEPS)
            points = _random_points(near, len(distance), generator)
            wanted = _read(distance, points)
            optimizer.zero_grad()
            (field.surface(points) - wanted).abs().mean().backward()
            optimizer.step()
    optimizer.zero_grad()


@torch.no_grad()
def hull_distance(shape: ShapeRing) -> Tensor:
    """Distance in m, positive inside, to the hull of a ring of shapes: [N, N, N] over -1 … 1 m."""
    solid = hull(seen_by_views(shape.opacity, shape.cameras)).cpu().numpy()
    if not solid.any():
        return torch.full((SIDE, SIDE, SIDE), -FAR, device=shape.opacity.device)
    # A voxel's centre is half a voxel from the nearest face at least.
    inside, outside = (np.asarray(ndimage.distance_transform_edt(each)) for each in (solid, ~solid))
    distance = torch.from_numpy(inside - outside).float()
    return ((distance - distance.sign() / 2) * (2 / (SIDE - 1))).to(shape.opacity.device)


def seen_by_views(opacity: Tensor, cameras: Cameras, side: int = SIDE) -> Tensor:
    """The opacity [V, H, W] of pictures where they show the points of a grid over -1 … 1 m: [V, N, N, N]."""
    points = grid_points(side, opacity.device)
    views = [one.read(seen[None, None], points) for one, seen in zip(cameras.split(1), opacity, strict=True)]
    return torch.cat(views).view(-1, side, side, side)


def grid_points(side: int, device: torch.device) -> Tensor:
    """The points of a grid over -1 … 1 m, z fastest: [N³, 3]."""
    axis = torch.linspace(-1, 1, side, device=device)
    return torch.cartesian_prod(axis, axis, axis)


def hull(seen: Tensor) -> Tensor:
    """What all views but one see as solid, of [V, N, N, N]: [N, N, N] bool.

    One may be wrong: a handle that it lacks would be gone.
    """
    return seen.kthvalue(min(2, len(seen)), dim=0).values > SOLID


def _random_points(near: Tensor, side: int, generator: torch.Generator) -> Tensor:
    """[POINTS, 3], half of them in the voxels of these numbers.  Drawn on the CPU, as all that a seed decides."""
    half = POINTS // 2
    at = near[torch.randint(len(near), (half,), generator=generator).to(near.device)]
    index = torch.stack([at // side**2, at // side % side, at % side], dim=-1)
    draw = torch.rand(POINTS, 3, generator=generator).to(near.device)
    close = (index + draw[:half] - 0.5) * (2 / (side - 1)) - 1
    return torch.cat([close, draw[half:] * 2 - 1]).clamp(-1, 1)


def _read(distance: Tensor, points: Tensor) -> Tensor:
    """A grid [N, N, N], first axis x, at points [P, 3]: [P]."""
    volume = distance.permute(2, 1, 0)[None, None]
    return F.grid_sample(volume, points[None, None, None], align_corners=True)[0, 0, 0, 0]
