"""What a layout's loose parts hang together by: a pole or a strut that its views show here and there is drawn into all.

Half of the views of a lamp may lack the pole, and a hull is what nearly all of them agree on: its shade would float.
What stands on the ground beside the object is an object of its own: only parts that hang in the air are joined.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor

from backend.cameras import Cameras
from backend.distillation.carving import SIDE, SOLID, grid_points, hull, seen_by_views
from backend.priors.layouts import Layout

__all__ = ["bridges", "drawn_in"]

LARGE: Final = 0.01  # share of the whole, smaller parts are specks
STANDING: Final = 0.1  # m above the lowest part's lowest point
LEAST: Final = 0.4  # share of the views that have to show a bridge, all along
AROUND: Final = np.ones((3, 3, 3), bool)

Mask = NDArray[np.bool_]


@torch.no_grad()
def bridges(layout: Layout, cameras: Cameras) -> Tensor:
    """Points [K, 3] of what is missing between parts; none where all stand or nothing shows what holds them."""
    seen = seen_by_views(layout.opacity[:, 0], cameras)
    missing = _joining(hull(seen).cpu().numpy(), seen.mean(dim=0).cpu().numpy())
    points = grid_points(SIDE, seen.device)
    return points[torch.from_numpy(missing.ravel()).to(points.device)]


@torch.no_grad()
def drawn_in(layout: Layout, cameras: Cameras, points: Tensor) -> Layout:
    """The layout with these points [K, 3] in each view that shows them, in the colours in which most views have them.

    Their normals are not known: 0, as where nothing is.
    """
    if not len(points):
        return layout
    size = layout.opacity.shape[-1]
    covered = cameras.read(layout.opacity, points)
    colours = cameras.read(layout.albedo * layout.opacity, points) / covered  # none where nothing is
    colour = torch.where(covered > SOLID, colours, torch.nan).nanmedian(dim=0).values.nan_to_num(0.5)  # [K, 3]
    albedo, opacity = layout.albedo.clone(), layout.opacity.clone()
    for view, place in enumerate(cameras.project(points)):
        pixel = ((place + 1) / 2 * size).floor().long()
        shown = ((pixel >= 0) & (pixel < size)).all(dim=1)  # a picture leaves out the cube's corners
        column, row = pixel[shown].unbind(dim=1)
        lacks = layout.opacity[view, 0, row, column] < SOLID
        albedo[view, :, row[lacks], column[lacks]] = colour[shown][lacks].T
        opacity[view, 0, row[lacks], column[lacks]] = 1.0
    return Layout(albedo, opacity, layout.normals)


def _joining(solid: Mask, shown: NDArray[np.float32]) -> Mask:
    """The voxels that join parts which stand on nothing to what is above or below them: [N, N, N]."""
    missing = np.zeros_like(solid)
    if solid.any():
        while (way := _next_way(solid | missing, shown)) is not None:
            missing |= way
    return missing


def _next_way(solid: Mask, shown: NDArray[np.float32]) -> Mask | None:
    """The voxels that one of these parts lacks, or None where none does."""
    parts = _large_parts(solid)
    bottoms = [int(part.any(axis=(0, 1)).argmax()) for part in parts]
    ground = min(bottoms, default=0) + STANDING / 2 * (len(solid) - 1)  # noise may be all specks
    for part, bottom in zip(parts, bottoms, strict=True):
        if bottom > ground:
            others = [each for each in parts if each is not part and _is_below_or_above(each, part)]
            if others and (way := _way(part, np.logical_or.reduce(others), shown)) is not None:
                return way
    return None


def _is_below_or_above(other: Mask, part: Mask) -> bool:
    """Whether one's footprint reaches under the other, or most of one is at heights at which the other is not."""
    if (other.any(axis=2) & part.any(axis=2)).any():
        return True
    heights, others = part.any(axis=(0, 1)), other.any(axis=(0, 1))
    return (heights & others).sum() < min(heights.sum(), others.sum()) / 2


def _large_parts(solid: Mask) -> list[Mask]:
    """The parts that are more than specks."""
    labels = np.empty(solid.shape, np.int32)
    ndimage.label(solid, AROUND, output=labels)
    sizes = np.bincount(labels.ravel())[1:]
    return [labels == number + 1 for number in np.flatnonzero(sizes > LARGE * sizes.sum())]


def _way(part: Mask, others: Mask, shown: NDArray[np.float32]) -> Mask | None:
    """The shortest way, three voxels wide, from one part to any of the others where most views show something."""
    for share in np.arange(0.95, LEAST - 0.01, -0.05):
        through = (shown > share) | part | others
        steps = _steps(part, through)
        if np.isfinite(steps[others]).any():
            way = _way_back(np.where(others, steps, np.inf), steps, shown)
            return ndimage.binary_dilation(way, AROUND) & through & ~part & ~others
    return None


def _way_back(ends: NDArray[np.float32], steps: NDArray[np.float32], shown: NDArray[np.float32]) -> Mask:
    """One of the shortest ways from the nearest of the ends to where steps are 0, along what most views show."""
    way = np.zeros(steps.shape, bool)
    at = tuple(int(index) for index in np.unravel_index(ends.argmin(), steps.shape))
    while steps[at] > 0:
        box = tuple(slice(max(0, index - 1), index + 2) for index in at)
        nearer = np.where(steps[box] == steps[at] - 1, shown[box], -1)
        offsets = np.unravel_index(nearer.argmax(), nearer.shape)
        at = tuple(edge.start + int(offset) for edge, offset in zip(box, offsets, strict=True))
        way[at] = True
    return way


def _steps(start: Mask, through: Mask) -> NDArray[np.float32]:
    """How many voxels it is from the start to each voxel, on ways through a region; infinite where none leads."""
    steps = np.where(start, 0, np.inf).astype(np.float32)
    reached, count = start, 0
    while True:
        grown = ndimage.binary_dilation(reached, AROUND, mask=through)
        if (grown == reached).all():
            return steps
        count += 1
        steps[grown & ~reached] = count
        reached = grown
