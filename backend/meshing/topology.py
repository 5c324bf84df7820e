"""What can be counted and measured on a triangle mesh: edges, parts, volume, area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

Vertices = NDArray[np.floating]
Triangles = NDArray[np.integer]


@dataclass(frozen=True)
class EdgeCounts:
    """Edges by the number of triangles that meet at them; a closed manifold surface has all in `paired`."""

    paired: int  # two triangles, running through the edge in opposite directions
    boundary: int  # one triangle: a hole
    crowded: int  # more than two triangles
    flipped: int  # two triangles that run the same way: one of them faces inwards

    @property
    def closed(self) -> bool:
        """Whether the surface is watertight, manifold at its edges and consistently oriented."""
        return self.paired > 0 and self.boundary == self.crowded == self.flipped == 0


def count_edges(triangles: Triangles) -> EdgeCounts:
    """Count the edges of triangles [T, 3]."""
    directed = directed_edges(triangles)
    forward = directed[:, 0] < directed[:, 1]
    size = int(triangles.max()) + 1 if len(triangles) else 1
    low, high = directed.min(axis=1).astype(np.int64), directed.max(axis=1).astype(np.int64)
    _, edge, users = np.unique(low * size + high, return_inverse=True, return_counts=True)
    balance = np.bincount(edge, weights=np.where(forward, 1.0, -1.0), minlength=len(users))
    pairs = users == 2
    return EdgeCounts(
        paired=int((pairs & (balance == 0)).sum()),
        boundary=int((users == 1).sum()),
        crowded=int((users > 2).sum()),
        flipped=int((pairs & (balance != 0)).sum()),
    )


def directed_edges(triangles: Triangles) -> NDArray[np.integer]:
    """Each triangle's three edges in its own direction: [3 T, 2]."""
    return triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)


def euler_number(triangles: Triangles) -> int:
    """V - E + F over the used vertices: 2 for each sphere, 0 for a torus, minus two for each further handle."""
    edges = np.unique(np.sort(directed_edges(triangles), axis=1), axis=0)
    return len(np.unique(triangles)) - len(edges) + len(triangles)


def part_of_triangle(triangles: Triangles, vertex_count: int) -> tuple[int, NDArray[np.int32]]:
    """The number of connected parts and the part of each triangle [T]; vertices join, not only edges."""
    edges = directed_edges(triangles)
    graph = coo_matrix((np.ones(len(edges), np.int8), (edges[:, 0], edges[:, 1])), (vertex_count, vertex_count))
    _, labels = connected_components(graph, directed=False)
    used, part = np.unique(labels[triangles[:, 0]], return_inverse=True)
    return len(used), part.astype(np.int32)


def signed_volumes(vertices: Vertices, triangles: Triangles) -> NDArray[np.float64]:
    """Each triangle's share [T] of the enclosed volume in cubic metres; the sum is positive when they face outwards."""
    corners = vertices[triangles].astype(np.float64)
    return np.einsum("ti,ti->t", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6


def triangle_normals(vertices: Vertices, triangles: Triangles) -> NDArray[np.float64]:
    """Normals [T, 3] whose length is twice the triangle's area, in square metres."""
    corners = vertices[triangles].astype(np.float64)
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]).astype(np.float64)


def triangle_areas(vertices: Vertices, triangles: Triangles) -> NDArray[np.float64]:
    """Areas [T] in square metres."""
    return np.linalg.norm(triangle_normals(vertices, triangles), axis=1) / 2


def vertex_normals(vertices: Vertices, triangles: Triangles) -> NDArray[np.float32]:
    """Unit normals [V, 3], the triangles' about each vertex weighted by their areas."""
    faces = triangle_normals(vertices, triangles)
    sums = np.stack(
        [np.bincount(triangles.ravel(), np.repeat(faces[:, axis], 3), len(vertices)) for axis in range(3)], axis=1
    )
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0).astype(np.float32)


def drop_unused(vertices: NDArray[np.float32], triangles: Triangles) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """The same triangles over only the vertices they use."""
    used, packed = np.unique(triangles, return_inverse=True)
    return vertices[used], packed.reshape(-1, 3).astype(np.int32)
