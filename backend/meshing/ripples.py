"""Ripples taken out of a surface: its normals are made even, edges apart, and then the surface is turned to them.

Of many pictures each is a little different, and what they disagree on stays in the field as ripples of many voxels,
longer than Taubin's filter takes. An edge is where normals differ by much, and there nothing is evened out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from backend.meshing.field_grid import Floats
from backend.meshing.topology import triangle_normals

Matrix = NDArray[np.float64]

TURNS: Final = 30  # of the surface towards the normals
AT_ONCE: Final = 1_000_000  # pairs of neighbours


@dataclass(frozen=True)
class RippleSettings:
    """How even normals are made. Where a grid is finer, triangles are smaller, and as many rounds reach less far."""

    rounds: int = 20  # of means over neighbours
    every: int = 5  # rounds, after which it is looked anew at which neighbours are across an edge
    angle: float = 0.25  # rad, that neighbours differ by across an edge
    reach: float = 0.5  # edges' mean lengths, which no vertex moves farther than


def without_ripples(
    vertices: Floats, triangles: NDArray[np.int32], settings: RippleSettings, base: float = -math.inf
) -> Floats:
    """Vertices [V, 3] of the same mesh, moved by little; as they were without rounds.

    base: z in m below which the mesh is flat already, and stays so.

    Sources: the weights of Zheng et al. 2011, "Bilateral normal filtering for mesh denoising", without their distances;
    the vertices of Sun et al. 2007, "Fast and effective feature-preserving mesh denoising". Numbers are our own.
    """
    if not settings.rounds:
        return vertices
    touches = _incidence(triangles, len(vertices))
    normals = _even_normals(triangle_normals(vertices, triangles), touches, settings)
    moved = _turned(vertices, normals, touches) - vertices
    # Tips of thin parts would run away: so few triangles have no normals to agree on.
    far = np.linalg.norm(moved, axis=1, keepdims=True) / (settings.reach * _edge(vertices, triangles))
    result = (vertices + moved / np.maximum(far, 1)).astype(np.float32)
    if math.isfinite(base):
        result = np.where(vertices[:, 2:] < base, vertices, result)
        result[:, 2] = np.maximum(result[:, 2], vertices[:, 2].min())
    return result


def _even_normals(normals: Matrix, touches: csr_matrix, settings: RippleSettings) -> Matrix:
    """Unit normals [T, 3] from those [T, 3] that are as long as triangles are large."""
    areas = np.linalg.norm(normals, axis=1)
    normals = normals / np.maximum(areas, 1e-30)[:, None]
    neighbours = csr_matrix(touches @ touches.T)  # itself, and those that share a corner
    row = np.repeat(np.arange(len(areas)), np.diff(neighbours.indptr))
    column = neighbours.indices
    for turn in range(settings.rounds):
        if turn % settings.every == 0:
            alike = _products(normals, row, column)
            neighbours.data = areas[column] * np.exp((alike - 1) / settings.angle**2)  # |n - m|² = 2 - 2 n·m
        normals = neighbours @ normals
        normals /= np.maximum(np.linalg.norm(normals, axis=1), 1e-30)[:, None]
    return normals


def _products(normals: Matrix, row: NDArray[np.integer], column: NDArray[np.integer]) -> NDArray[np.float64]:
    """n·m of pairs of normals [T, 3], in parts: a fine mesh has tens of millions of pairs."""
    parts = [slice(first, first + AT_ONCE) for first in range(0, len(row), AT_ONCE)]
    return np.concatenate([np.einsum("pi,pi->p", normals[row[part]], normals[column[part]]) for part in parts])


def _turned(vertices: Floats, normals: Matrix, touches: csr_matrix) -> Matrix:
    """Vertices moved along their triangles' new normals, into the planes through these triangles' middles."""
    moved = vertices.astype(np.float64)
    gather = csr_matrix(touches.T)
    count = np.maximum(np.diff(gather.indptr), 1)[:, None]
    # n nᵀ summed over a vertex's triangles: what they see of it.
    along = (gather @ (normals[:, :, None] * normals[:, None]).reshape(-1, 9)).reshape(-1, 3, 3)
    for _ in range(TURNS):
        middles = (touches @ moved) / 3
        planes = gather @ (normals * (normals * middles).sum(axis=1, keepdims=True))
        moved += (planes - np.einsum("vij,vj->vi", along, moved)) / count
    return moved


def _edge(vertices: Floats, triangles: NDArray[np.int32]) -> float:
    """The mean length of the triangles' edges, in m."""
    return float(np.linalg.norm(vertices[triangles] - vertices[np.roll(triangles, 1, axis=1)], axis=2).mean())


def _incidence(triangles: NDArray[np.int32], vertex_count: int) -> csr_matrix:
    """[T, V], 1 where a triangle has a vertex."""
    starts = np.arange(0, triangles.size + 1, 3)
    return csr_matrix((np.ones(triangles.size), triangles.ravel(), starts), (len(triangles), vertex_count))
