"""A mesh on a regular grid: its signed distance, and the colour of the nearest place on its surface.

Winding numbers are costly, and sides hardly change: voxels that hang together without the surface between them lie on
one side, unless a hole in the mesh joins both. So each such region is asked at a few places, and asked through where
these disagree. A part of the surface with nothing solid on either side is a sheet, and gets a little thickness: it
would vanish else. One with the solid on both sides, as where joined parts touch, is no surface at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, distance_transform_edt, label
from scipy.spatial import KDTree

from backend.geometry.distance import SurfaceDistance

__all__ = ["VoxelGrid", "voxelize"]

BAND: Final = 3  # voxels on either side of the surface that are measured exactly
ASKED: Final = 64  # places of a region, along the surface, whose sides are to agree
COARSE: Final = 3  # voxels between those that are asked, away from the surface, in a region that disagrees
SHEET: Final = 0.012  # m, half the thickness that sheets get: less than half a pixel of a 64-pixel view
SHEET_STEPS: Final = 0.75  # of the grid, at the least: one between two layers of points is half a step from both
ROUNDING: Final = 1e-9  # m


@dataclass(frozen=True)
class VoxelGrid:
    """On N³ points of the cube [-1, 1]³, both ends included; indexed [x, y, z].

    surface: [N, N, N] in m, positive inside.  albedo: [N, N, N, 3] sRGB in 0 … 1, None without colours.
    """

    surface: NDArray[np.float32]
    albedo: NDArray[np.float32] | None


def voxelize(
    vertices: NDArray[np.floating],
    triangles: NDArray[np.integer],
    side: int,
    points: NDArray[np.floating] | None = None,
    colours: NDArray[np.uint8] | None = None,
) -> VoxelGrid:
    """Triangles [T, 3] over vertices [V, 3] within the unit ball, on side³ points.

    points, colours: [P, 3] places on the surface and their sRGB colours.
    """
    measure = SurfaceDistance(vertices, triangles)
    step = 2 / (side - 1)
    touched = np.zeros((side,) * 3, dtype=bool)
    touched[tuple(_nearest(measure.samples, side).T)] = True
    band = binary_dilation(touched, np.ones((3, 3, 3), bool), iterations=BAND)
    places = _positions(np.argwhere(band), side)
    # Elsewhere: as far as from the touched voxel that is nearest.
    steps, nearest = distance_transform_edt(~touched, return_indices=True)  # pyright: ignore[reportGeneralTypeIssues]
    distance = steps * step
    distance[band] = measure.unsigned(places)
    inside = _inside(measure, distance, step)
    surface = _without_buried(np.where(inside, distance, -distance), step)
    is_sheet = _is_sheet(measure.samples, surface, side)
    if is_sheet.any():
        of_sheet = is_sheet[measure.tree.query(places)[1]]
        thick = max(SHEET, SHEET_STEPS * step) - distance[band]
        surface[band] = np.where(of_sheet, np.maximum(surface[band], thick), surface[band])
    albedo = None
    if points is not None and colours is not None and len(points):
        albedo = np.empty((side,) * 3 + (3,), np.float32)
        albedo[band] = colours[KDTree(points).query(places)[1]] / np.float32(255)
        albedo[~band] = albedo[tuple(nearest[:, ~band])]
    return VoxelGrid(surface.astype(np.float32), albedo)


def _inside(measure: SurfaceDistance, distance: NDArray[np.float64], step: float) -> NDArray[np.bool_]:
    """Which voxels of a grid of distances [N, N, N] lie inside: [N, N, N]."""
    side = len(distance)
    # Neighbours that are both farther from the surface than half a step have none of it between them.
    clear = distance > step / 2
    regions, count = label(clear)  # pyright: ignore[reportGeneralTypeIssues]  # SciPy's types miss the tuple
    inside = np.zeros(distance.shape, bool)
    inside[~clear] = measure.inside(_positions(np.argwhere(~clear), side))
    order = np.argsort(regions, axis=None, kind="stable")
    firsts = np.searchsorted(regions.ravel()[order], np.arange(1, count + 2))
    for begin, end in pairwise(firsts):
        members = order[begin:end]
        near = members[distance.flat[members] < BAND * step]
        asked = near if len(near) else members
        asked = asked[np.linspace(0, len(asked) - 1, min(ASKED, len(asked))).astype(int)]
        answers = _ask(measure, asked, side)
        inside.flat[members] = answers.all()
        if answers.any() and not answers.all():
            inside.flat[members] = _coarse_inside(measure, side).flat[members]
            inside.flat[near] = _ask(measure, near, side)
    return inside


def _without_buried(surface: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """Distances [N, N, N] from the outside alone: where parts overlap or touch, their triangles lie in the solid."""
    steps, nearest = distance_transform_edt(surface >= 0, return_indices=True)  # pyright: ignore[reportGeneralTypeIssues]
    # A place is as far from the surface as from the nearest voxel outside, less what that one is away from it. On a
    # grid this is up to 0.42 steps too much, at a plane that leans equally to all axes.
    depth = steps * step + surface[tuple(nearest)] - step / 2
    return np.where(surface >= 0, np.maximum(surface, depth), surface)


def _ask(measure: SurfaceDistance, voxels: NDArray[np.int64], side: int) -> NDArray[np.bool_]:
    """Which voxels [K], as flat indices, lie inside: [K]."""
    return measure.inside(_positions(np.stack(np.unravel_index(voxels, (side,) * 3), axis=1), side))


def _coarse_inside(measure: SurfaceDistance, side: int) -> NDArray[np.bool_]:
    """The answer of the nearest of every third voxel: [N, N, N], right farther than BAND voxels from the surface."""
    coarse = np.arange(COARSE // 2, side + COARSE // 2, COARSE)
    corners = np.stack(np.meshgrid(coarse, coarse, coarse, indexing="ij"), axis=-1).reshape(-1, 3)
    inside = measure.inside(_positions(corners, side)).reshape((len(coarse),) * 3)
    for axis in range(3):
        inside = inside.repeat(COARSE, axis=axis)
    return inside[:side, :side, :side]


def _is_sheet(samples: NDArray[np.float64], surface: NDArray[np.float64], side: int) -> NDArray[np.bool_]:
    """Which places on the surface [P, 3] have nothing solid around them: [P]."""
    # A point on the surface itself is inside or not by rounding alone.
    around = binary_dilation(surface > ROUNDING, np.ones((3, 3, 3), bool))
    return ~around[tuple(_nearest(samples, side).T)]


def _positions(index: NDArray[np.integer], side: int) -> NDArray[np.float64]:
    """Where voxels [K, 3] lie: [K, 3] in m."""
    return np.asarray(index * (2 / (side - 1)) - 1.0, np.float64)


def _nearest(points: NDArray[np.float64], side: int) -> NDArray[np.int64]:
    """The voxels [K, 3] nearest to points [K, 3]."""
    return np.clip(np.rint((points + 1) * (side - 1) / 2), 0, side - 1).astype(np.int64)
