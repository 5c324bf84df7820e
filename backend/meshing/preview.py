"""A quick mesh of a coarse grid, with a colour a vertex: what is shown while the optimisation runs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backend.meshing.decimate import TooRough, decimate
from backend.meshing.field_grid import FieldGrid, Floats
from backend.meshing.flat_base import with_flat_base
from backend.meshing.solid import Solid, coarser, make_solid
from backend.meshing.surface import SmoothSettings, march, smooth
from backend.meshing.threshold import ThresholdSettings, find_level
from backend.meshing.topology import vertex_normals

PREVIEW_TRIANGLES = 8000
PREVIEW_SMOOTHING = SmoothSettings(iterations=5)
# Fewer rays than the final search: a preview's level has to be right to a fraction of its coarser voxels only.
PREVIEW_SEARCH = ThresholdSettings(views=8, rays=32, candidates=17)


def preview_level(surface: Floats, density_scale: float, beta: float) -> float:
    """The level at which to cut a coarse grid [N, N, N]; 0 when the field is still empty."""
    grid = FieldGrid(surface, np.zeros((*surface.shape, 3), np.uint8), density_scale, beta)
    return find_level(grid.inside_unit_sphere(), PREVIEW_SEARCH).level


def preview_mesh(
    surface: Floats, albedo: NDArray[np.uint8], level: float, base_limit: float | None = None
) -> tuple[Floats, NDArray[np.int32], NDArray[np.uint8]]:
    """Vertices [V, 3], triangles [T, 3], colours [V, 3] of grids [N, N, N] and [N, N, N, 3]; empty for no surface.

    The vertices are in the field's frame, inside the unit sphere.  base_limit: not None for a flat base, see flat_base.
    """
    grid = FieldGrid(np.asarray(surface, np.float32), albedo, 1.0, 1.0).inside_unit_sphere()
    if base_limit is not None:
        grid = with_flat_base(grid, level, base_limit)
    vertices, triangles = _light_mesh(make_solid(grid.surface, level))
    if not len(triangles):
        return np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32), np.zeros((0, 3), np.uint8)
    # Half a voxel inwards: what lies outside the surface has no learnt colour.
    inside = (vertices - 0.5 * grid.voxel * vertex_normals(vertices, triangles)).astype(np.float32)
    colours = np.stack([grid.sample(grid.albedo[..., channel], inside) for channel in range(3)], axis=-1)
    return vertices, triangles, np.rint(colours).astype(np.uint8)


def _light_mesh(solid: Solid) -> tuple[Floats, NDArray[np.int32]]:
    """Its skin in few triangles: a field that is still rough, as it is early in a run, is looked at more coarsely."""
    while True:
        vertices, triangles = march(solid.surface)
        if not len(triangles):
            return vertices, triangles
        try:
            return decimate(smooth(vertices, triangles, PREVIEW_SMOOTHING), triangles, PREVIEW_TRIANGLES)
        except TooRough:
            solid = coarser(solid)
