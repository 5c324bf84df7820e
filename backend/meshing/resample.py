"""Another grid for the same field: more points or fewer, or one half and its mirror image."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from backend.meshing.field_grid import FieldGrid, Floats


def resampled(surface: Floats, side: int) -> Floats:
    """A scalar grid [N, N, N] on `side` points an axis over the same cube, by cubic interpolation.

    More points than were stored bring no detail that was not there: the steps of the stored grid become a smooth
    slope between its points, and the cut follows it with smaller triangles. Fewer points first lose what they could
    not show, so that nothing thin comes out torn.
    """
    stored = surface.shape[0]
    if side == stored:
        return surface
    if side < stored:
        surface = np.asarray(ndimage.gaussian_filter(surface, 0.5 * (stored / side - 1)), np.float32)
    # grid_mode False: the first and the last points stay where they are, at -1 and 1.
    return np.asarray(ndimage.zoom(surface, side / stored, order=3, mode="nearest", grid_mode=False), np.float32)


def mirrored(grid: FieldGrid, plane: float, keep: Literal["left", "right"]) -> FieldGrid:
    """One half of a field and its mirror image, moved so that the plane x = `plane` comes to x = 0.

    keep: left is the half at -X. The side is odd afterwards, so that the plane has points of its own.
    """
    side = grid.side + 1 - grid.side % 2
    axis = (np.arange(side) - side // 2) / (side // 2)  # x and -x are the same to the last bit
    # Every x reads the kept half: with "left", x and -x both read plane - |x|.
    kept = plane + (-np.abs(axis) if keep == "left" else np.abs(axis))
    surface = _read(grid.surface, kept, axis)
    # What the cube did not hold is air: a clamped sample would draw its wall on for ever.
    surface[np.abs(kept) > 1] = np.minimum(surface[np.abs(kept) > 1], -grid.voxel)
    albedo = np.stack([_read(grid.albedo[..., channel], kept, axis) for channel in range(3)], axis=-1)
    return replace(grid, surface=surface, albedo=np.rint(albedo).astype(np.uint8))


def _read(values: NDArray[Any], x: NDArray[np.floating], axis: NDArray[np.floating]) -> Floats:
    """Trilinear samples of a grid [N, N, N] at the product of `x` and twice `axis`, in [-1, 1]: [M, M, M]."""
    half = 0.5 * (values.shape[0] - 1)
    index = np.meshgrid((x + 1) * half, (axis + 1) * half, (axis + 1) * half, indexing="ij")
    return np.asarray(ndimage.map_coordinates(values, index, output=np.float32, order=1, mode="nearest"), np.float32)
