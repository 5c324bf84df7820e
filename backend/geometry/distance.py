"""Distance to triangles, and which side of them a point is on, for meshes of any kind: closed, open or doubled."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from backend.geometry.winding import WindingTree
from dreamfusion_blender.inputs import sample_triangles

__all__ = ["SurfaceDistance"]

Floats = NDArray[np.float64]

SAMPLES: Final = 100_000  # on all triangles: a few millimetres apart on a shape that fills the unit ball
NEIGHBOURS: Final = 4  # samples whose triangles are measured exactly


class SurfaceDistance:
    """Triangles [T, 3] over vertices [V, 3] in m, ready to be asked for distances."""

    def __init__(self, vertices: NDArray[np.floating], triangles: NDArray[np.integer]) -> None:
        self.corners = vertices.astype(np.float64)[triangles]
        self.winding = WindingTree(self.corners)
        self.samples, self.owners = sample_triangles(self.corners, SAMPLES)
        self.tree = KDTree(self.samples)

    def inside(self, points: Floats) -> NDArray[np.bool_]:
        """points: [P, 3].  Returns [P]. A mesh that is turned inside out winds the other way, and counts as well."""
        return np.abs(self.winding(points)) > 0.5

    def unsigned(self, points: Floats) -> Floats:
        """points: [P, 3].  Returns [P] in m."""
        _, index = self.tree.query(points, k=min(NEIGHBOURS, len(self.samples)))
        owners = self.owners[np.asarray(index, np.int64).reshape(len(points), -1)]
        distances = [triangle_distance(points, self.corners[owner]) for owner in owners.T]
        return np.min(distances, axis=0)


def triangle_distance(points: Floats, corners: Floats) -> Floats:
    """Distances [P] from points [P, 3] to a triangle each, [P, 3, 3]."""
    edges = np.roll(corners, -1, axis=1) - corners
    normal = np.cross(edges[:, 0], edges[:, 1])
    length = np.linalg.norm(normal, axis=1)
    offset = points[:, None] - corners
    # Over the triangle where it lies on the inner side of all three edges.
    sides = np.einsum("pei,pei->pe", np.cross(edges, offset), normal[:, None])
    over = (sides >= 0).all(axis=1) & (length > 1e-20)
    plane = np.abs(np.einsum("pi,pi->p", offset[:, 0], normal)) / np.maximum(length, 1e-20)
    along = np.einsum("pei,pei->pe", offset, edges) / np.maximum(np.einsum("pei,pei->pe", edges, edges), 1e-30)
    nearest = offset - np.clip(along, 0, 1)[..., None] * edges
    return np.where(over, plane, np.linalg.norm(nearest, axis=2).min(axis=1))
