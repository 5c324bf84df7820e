"""UVs for a mesh: charts in the unit square, none of which folds over itself."""

from __future__ import annotations

from typing import Final

import numpy as np
import xatlas
from numpy.typing import NDArray

from backend.meshing.field_grid import Floats
from backend.uvs import overlapping_triangles

Indices = NDArray[np.int32]

REGROUPINGS: Final = 3  # how often triangles that overlap are given charts with one another, before each gets its own


def unwrap(
    vertices: Floats,
    triangles: Indices,
    normals: Floats,
    texture_size: int,
    padding: int,
    regroupings: int = REGROUPINGS,
) -> Floats:
    """UVs of each triangle's corners [T, 3, 2] in the unit square, without overlaps; v upwards.

    padding: texels between charts.  On rough meshes some of xatlas's charts fold over themselves. The triangles that
    lie on one another are then taken out and charted among themselves, up to `regroupings` times; what overlaps even
    so gets a chart for each triangle, which cannot.
    """
    group = np.zeros(len(triangles), np.int64)
    while True:
        corner_uvs = charts(vertices, triangles, normals, group, texture_size, padding)
        overlapping = overlapping_triangles(corner_uvs)
        if not overlapping.any():
            return corner_uvs
        last = int(group.max())
        if last < regroupings:
            group[overlapping] = last + 1
            continue
        # Ends: each round leaves fewer triangles that share a chart.
        together = np.flatnonzero(overlapping & (np.bincount(group)[group] > 1))
        if not len(together):
            raise RuntimeError("xatlas packed charts on top of one another")
        group[together] = last + 1 + np.arange(len(together))


def charts(
    vertices: Floats,
    triangles: Indices,
    normals: Floats,
    group: NDArray[np.int64],
    texture_size: int,
    padding: int,
) -> Floats:
    """The corners' UVs [T, 3, 2] as xatlas makes them, where no chart has triangles of more than one group [T]."""
    atlas = xatlas.Atlas()
    members = [np.flatnonzero(group == each) for each in np.unique(group)]
    parts = [np.unique(triangles[each], return_inverse=True) for each in members]
    for used, corners in parts:
        own = corners.reshape(-1, 3).astype(np.uint32)
        atlas.add_mesh(vertices[used].astype(np.float32), own, normals[used].astype(np.float32))
    charting, packing = xatlas.ChartOptions(), xatlas.PackOptions()
    charting.max_iterations = 1  # more take several times as long and save few charts
    charting.max_cost = 0.5  # a third of the default's time for a third more charts, which pack better
    packing.resolution = texture_size
    packing.padding = padding
    packing.bilinear = True
    atlas.generate(charting, packing)
    corner_uvs = np.empty((*triangles.shape, 2), np.float32)
    for index, (mine, (_, corners)) in enumerate(zip(members, parts, strict=True)):
        source, found, uvs = atlas[index]
        # xatlas splits vertices along seams but keeps the triangles' order: UVs can be given by corner.
        if not np.array_equal(source[found], corners.reshape(-1, 3)):
            raise RuntimeError("xatlas returned other triangles than it was given")
        corner_uvs[mine] = uvs[found]
    return np.clip(corner_uvs, 0.0, 1.0)
