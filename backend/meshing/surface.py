"""The skin of a solid: marching cubes, then smoothing that takes the staircase and leaves the volume."""

from __future__ import annotations

from dataclasses import dataclass

import mcubes
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix

from backend.meshing.field_grid import Floats
from backend.meshing.topology import directed_edges, drop_unused, part_of_triangle, signed_volumes

Indices = NDArray[np.int32]


@dataclass(frozen=True)
class SmoothSettings:
    """Taubin's filter: a step of diffusion that shrinks, then one that swells a little more."""

    iterations: int = 10  # pairs of steps
    shrink: float = 0.5  # lambda
    pass_band: float = 0.1  # k: 1/lambda + 1/mu; detail of lower frequency than this is kept


def march(signed: Floats) -> tuple[Floats, Indices]:
    """Marching cubes at zero of a grid [N, N, N] over [-1, 1]^3, positive inside: vertices [V, 3], triangles [T, 3].

    The triangles face outwards, and skins of cavities that slipped through are left out.
    """
    places, corners = mcubes.marching_cubes(np.ascontiguousarray(signed, np.float32), 0.0)
    vertices = (places * (2.0 / (signed.shape[0] - 1)) - 1.0).astype(np.float32)
    triangles: Indices = corners.astype(np.int32)
    if not len(triangles):
        return vertices, triangles
    parts, part = part_of_triangle(triangles, len(vertices))
    volumes = np.bincount(part, signed_volumes(vertices, triangles), parts)
    if volumes.min() <= 0:
        vertices, triangles = drop_unused(vertices, triangles[volumes[part] > 0])
    return vertices, triangles


def neighbour_mean(triangles: Indices, vertex_count: int) -> csr_matrix:
    """The matrix [V, V] that replaces each vertex by the mean of its neighbours."""
    edges = directed_edges(triangles)
    both = np.concatenate([edges, edges[:, ::-1]])
    links = coo_matrix((np.ones(len(both), np.float32), (both[:, 0], both[:, 1])), (vertex_count, vertex_count)).tocsr()
    links.data[:] = 1.0  # an edge counts once, whatever the number of triangles that name it
    degree = np.maximum(np.diff(links.indptr), 1)
    links.data /= np.repeat(degree, np.diff(links.indptr)).astype(np.float32)
    return csr_matrix(links)


def smooth(vertices: Floats, triangles: Indices, settings: SmoothSettings | None = None) -> Floats:
    """Smoothed vertices [V, 3].

    Source: Taubin, "A signal processing approach to fair surface design" (1995).
    """
    settings = settings or SmoothSettings()
    mean = neighbour_mean(triangles, len(vertices))
    swell = 1.0 / (settings.pass_band - 1.0 / settings.shrink)
    moved: Floats = vertices.astype(np.float32)
    for _ in range(settings.iterations):
        for step in (settings.shrink, swell):
            moved = (moved + step * (np.asarray(mean @ moved) - moved)).astype(np.float32)
    return moved
