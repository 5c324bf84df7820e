"""Where UVs lie: what of the unit square they cover, and which triangles lie on top of one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from backend.rendering.rasterize import fragments

OVERLAP_RESOLUTION: Final = 1024  # texels a side on which overlaps are looked for
OVERLAP_MARGIN: Final = 1e-3  # barycentric: a texel on the edge that two triangles share belongs to both


def texel_owners(corner_uvs: NDArray[np.float32]) -> NDArray[np.int64]:
    """How many triangles [T, 3, 2] each of the unit square's texels belongs to, [OVERLAP_RESOLUTION²]."""
    owners = np.zeros(OVERLAP_RESOLUTION**2, np.int64)
    for texel, _ in _texels(corner_uvs):
        owners += np.bincount(texel, minlength=len(owners))
    return owners


def overlapping_triangles(corner_uvs: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which of the triangles [T, 3, 2] have a texel that belongs to another one as well, [T]."""
    owners = texel_owners(corner_uvs)
    overlapping = np.zeros(len(corner_uvs), bool)
    if owners.max(initial=0) > 1:
        for texel, triangle in _texels(corner_uvs):
            overlapping[triangle[owners[texel] > 1]] = True
    return overlapping


def _texels(corner_uvs: NDArray[np.float32]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """All pairs of a texel and a triangle over its centre, in portions: flat texel [P] and triangle [P]."""
    side = OVERLAP_RESOLUTION
    places = np.nan_to_num(corner_uvs.reshape(-1, 2)) * side
    for texel, triangle, weights in fragments(places, np.arange(len(places)).reshape(-1, 3), side, side):
        inside = weights.min(axis=1) > OVERLAP_MARGIN
        yield texel[inside], triangle[inside]
