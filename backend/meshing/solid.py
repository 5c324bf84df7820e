"""From a field and a level to one solid: cavities filled, crumbs removed, before any triangle is made."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from backend.meshing.field_grid import Floats


@dataclass(frozen=True)
class SolidSettings:
    """What is kept of a field's solid voxels."""

    crack_width: int = 4  # voxels: a cavity that opens only through cracks no wider than this is closed too
    island_volume: float = 0.02  # of the largest part's volume: smaller separate parts are crumbs
    island_extent: float = 0.25  # of the larger parts' extent: a smaller one that reaches this far is kept all the same


@dataclass(frozen=True)
class Solid:
    """A scalar field whose level set has one outer skin for each kept part."""

    surface: Floats  # [N, N, N], positive inside
    islands_removed: int
    cavity_voxels_filled: int
    parts: int


def make_solid(surface: Floats, level: float, settings: SolidSettings | None = None) -> Solid:
    """Cut a scalar grid [N, N, N] at a level; the result is positive inside and negative outside.

    The outermost layer is always outside, so that the surface closes before the grid ends.
    """
    settings = settings or SolidSettings()
    signed = (surface - level).astype(np.float32)
    for axis in range(3):
        ends = np.moveaxis(signed, axis, 0)
        ends[0] = np.minimum(ends[0], -1e-3)
        ends[-1] = np.minimum(ends[-1], -1e-3)
    cavities = _cavities(signed > 0, settings.crack_width)
    # The fill's height only has to be clear of zero; a typical slope keeps the skin of a closed crack smooth.
    slope = float(np.abs(np.diff(signed, axis=0)).mean()) + 1e-4
    signed[cavities] = np.maximum(signed[cavities], slope)
    labels, count = _label(signed > 0)
    crumbs = _crumbs(labels, count, settings)
    signed[np.isin(labels, crumbs)] = -slope
    return Solid(signed, len(crumbs), int(cavities.sum()), count - len(crumbs))


def coarser(solid: Solid, settings: SolidSettings | None = None, odd: bool = False) -> Solid:
    """The same solid on half as many points an axis, without what is thinner than those can show.

    odd: an odd number of points, so that one of them is in the middle.
    """
    calm = ndimage.gaussian_filter(solid.surface, 1.0)
    side = (solid.surface.shape[0] + 1) // 2
    side += odd and 1 - side % 2
    fewer = ndimage.zoom(calm, side / solid.surface.shape[0], order=1)
    half = make_solid(np.asarray(fewer, np.float32), 0.0, settings)
    return replace(half, islands_removed=solid.islands_removed + half.islands_removed)


def _label(solid: NDArray[np.bool_]) -> tuple[NDArray[np.int32], int]:
    """Connected parts, through faces: a number from 1 for each voxel's part, and how many there are."""
    labels = np.zeros(solid.shape, np.int32)
    return labels, int(ndimage.label(solid, output=labels))  # pyright: ignore[reportArgumentType] - with output, a count


def _fill(solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(ndimage.binary_fill_holes(solid), bool)


def _cavities(solid: NDArray[np.bool_], crack_width: int) -> NDArray[np.bool_]:
    """Empty voxels that cannot be reached from outside, or only through cracks: [N, N, N]."""
    enclosed = _fill(solid) & ~solid
    reach = (crack_width + 1) // 2  # from both sides
    if reach:
        ball = ndimage.generate_binary_structure(3, 1)
        thick = np.asarray(ndimage.binary_dilation(solid, ball, iterations=reach), bool)
        cores = _fill(thick) & ~thick
        if cores.any():
            # Grown back by what the dilation took, the cores fill their cavities up to the walls and no further.
            enclosed |= np.asarray(ndimage.binary_dilation(cores, ball, iterations=reach, mask=~solid), bool)
    return enclosed


def _crumbs(labels: NDArray[np.int32], count: int, settings: SolidSettings) -> list[int]:
    """Labels of the parts too small to mean anything.

    Toybox objects have thin parts that float for want of a voxel (a rotor, a wheel): a part stays when it is
    not tiny, or when it is long.
    """
    if count < 2:
        return []
    volumes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    boxes = ndimage.find_objects(labels)
    extents = np.array([max(side.stop - side.start for side in box) for box in boxes])
    large = volumes >= settings.island_volume * volumes.max()
    kept = [box for box, is_large in zip(boxes, large, strict=True) if is_large]
    whole = max(max(box[axis].stop for box in kept) - min(box[axis].start for box in kept) for axis in range(3))
    keep = large | (extents >= settings.island_extent * whole)
    return [index + 1 for index in range(count) if not keep[index]]
