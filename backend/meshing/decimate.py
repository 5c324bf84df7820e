"""Fewer triangles: down to a budget, closed and manifold as before."""

from __future__ import annotations

import fast_simplification
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from backend.meshing.field_grid import Floats
from backend.meshing.mirror import left_half, with_mirror_image
from backend.meshing.topology import count_edges, directed_edges, drop_unused, part_of_triangle, signed_volumes

Indices = NDArray[np.int32]

# The library's `agg` and the share of the budget aimed at. Low aggression keeps most of the shape and pinches least
# (measured; it takes no longer), but gives up early on small budgets.
ATTEMPTS = ((3, 1.0), (5, 1.0), (7, 1.0), (7, 0.9), (10, 0.8), (14, 0.7))

SPLIT_PASSES = 10


class TooRough(ValueError):
    """The surface has more holes and handles than the budget has triangles for."""


def decimate(vertices: Floats, triangles: Indices, budget: int, symmetric: bool = False) -> tuple[Floats, Indices]:
    """At most `budget` triangles, by quadric edge collapse; a closed mesh stays closed.

    vertices: [V, 3].  triangles: [T, 3].  symmetric: the mesh is its own mirror image at x = 0, and stays so but for
    the few places that have to be mended.  The library does not ask whether a collapse pinches the surface to an edge
    that four triangles share, which happens where the mesh is rough; such places are taken apart again.
    Raises TooRough when no manifold mesh within the budget comes out.
    """
    lighter, fewer = vertices, triangles
    for aggression, share in ATTEMPTS:
        if len(triangles) > budget:
            if symmetric:
                half = _collapse(*left_half(vertices, triangles), int(share * budget / 2), aggression)
                lighter, fewer = with_mirror_image(*half)
            else:
                lighter, fewer = _collapse(vertices, triangles, int(share * budget), aggression)
        lighter, fewer = split_double_edges(*part_sheets(lighter, drop_fins(fewer)))
        lighter, fewer = drop_flakes(lighter, fewer)
        if len(fewer) <= budget and count_edges(fewer).closed:
            return lighter, fewer
    raise TooRough(f"No closed mesh of at most {budget} triangles: last {len(fewer)}, {count_edges(fewer)}")


def _collapse(vertices: Floats, triangles: Indices, target: int, aggression: int) -> tuple[Floats, Indices]:
    """About `target` triangles; an open mesh's rim stays in the plane that it lies in."""
    simplified = fast_simplification.simplify(
        vertices.astype(np.float64), triangles, target_count=target, agg=aggression
    )
    return simplified[0].astype(np.float32), simplified[1].astype(np.int32)


def part_sheets(vertices: Floats, triangles: Indices) -> tuple[Floats, Indices]:
    """Separate sheets that merely touch at an edge or a vertex, by giving each its own vertices.

    Where an edge has several triangles of each direction, one is joined to its neighbour across the solid between
    them. Corners joined through edges then form one vertex. A mesh that is not closed comes back as it was.
    """
    paired = _pair_half_edges(vertices, triangles)
    if paired is None:
        return vertices, triangles
    ahead, behind = paired
    # Half-edge h starts at corner h of the flattened triangles and ends at the next corner of the same triangle.
    starts = np.concatenate([ahead, _next_corner(ahead)])
    ends = np.concatenate([_next_corner(behind), behind])
    corners = triangles.size
    graph = coo_matrix((np.ones(len(starts), np.int8), (starts, ends)), (corners, corners))
    count, corner_vertex = connected_components(graph, directed=False)
    source = np.zeros(count, np.int64)
    source[corner_vertex] = triangles.reshape(-1)
    return vertices[source], corner_vertex.reshape(-1, 3).astype(np.int32)


def drop_fins(triangles: Indices) -> Indices:
    """The triangles [T, 3] without those that lie back to back on the same three vertices: they enclose nothing."""
    _, group, users = np.unique(np.sort(triangles, axis=1), axis=0, return_inverse=True, return_counts=True)
    return triangles[users[group.reshape(-1)] == 1]


def split_double_edges(vertices: Floats, triangles: Indices) -> tuple[Floats, Indices]:
    """Give every edge a pair of vertices of its own: what collapsing made of a thin handle can be two edges between
    the same two vertices, which no index can tell apart. All but one of them get a vertex in the middle.
    """
    for _ in range(SPLIT_PASSES):
        if not count_edges(triangles).crowded:
            break
        paired = _pair_half_edges(vertices, triangles)
        if paired is None:
            return vertices, triangles
        ends = np.sort(directed_edges(triangles)[paired[0]].astype(np.int64), axis=1)
        _, first, users = np.unique(ends @ [len(vertices), 1], return_index=True, return_counts=True)
        triangles = triangles.copy()
        middles, halves, touched = [], [], set()
        for pair in first[users > 1]:
            sides = [int(paired[0][pair]), int(paired[1][pair])]
            if touched & {side // 3 for side in sides}:
                continue  # its turn comes when the other edge of this triangle is done
            touched |= {side // 3 for side in sides}
            middle = len(vertices) + len(middles)
            middles.append(vertices[ends[pair]].mean(axis=0))
            for side in sides:
                corner, half = int(_next_corner(np.array(side))), triangles[side // 3].copy()
                half[side % 3] = middle
                triangles[corner // 3, corner % 3] = middle
                halves.append(half)
        vertices = np.concatenate([vertices, np.array(middles, vertices.dtype)])
        triangles = np.concatenate([triangles, np.array(halves, triangles.dtype)])
    return vertices, triangles


def _next_corner(corner: NDArray[np.int64]) -> NDArray[np.int64]:
    """The corner after one in the same triangle, both as indices into the flattened triangles."""
    return corner // 3 * 3 + (corner + 1) % 3


def _pair_half_edges(vertices: Floats, triangles: Indices) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Half-edges that run from the lower vertex to the higher [E] and their partners [E]; None when not closed."""
    edges = directed_edges(triangles).astype(np.int64)
    order = _sorted_about_edges(vertices, triangles, edges)
    forward = (edges[:, 0] < edges[:, 1])[order]
    ahead, behind = order[forward], order[~forward]
    if len(ahead) != len(behind) or (edges[ahead] != edges[behind, ::-1]).any():
        return None
    return ahead, behind


def _sorted_about_edges(vertices: Floats, triangles: Indices, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Half-edges ordered by undirected edge, and about each crowded edge so that solid wedges' sides pair up."""
    low, high = edges.min(axis=1), edges.max(axis=1)
    key = low * len(vertices) + high
    _, group, users = np.unique(key, return_inverse=True, return_counts=True)
    angle = np.zeros(len(edges))
    for edge in np.flatnonzero(users > 2):
        members = np.flatnonzero(group == edge)
        angle[members] = _wedge_order(vertices, triangles, edges, members)
    return np.lexsort((angle, group))


def _wedge_order(
    vertices: Floats, triangles: Indices, edges: NDArray[np.int64], members: NDArray[np.int64]
) -> NDArray[np.float64]:
    """A rank for each half-edge about one edge: the k-th forward one and the k-th backward one bound the same solid."""
    ends = np.sort(edges[members[0]])
    origin = vertices[ends[0]].astype(np.float64)
    axis = vertices[ends[1]] - origin
    axis /= max(float(np.linalg.norm(axis)), 1e-12)
    apex = vertices[triangles[members // 3, (members % 3 + 2) % 3]] - origin
    apex = apex - np.outer(apex @ axis, axis)
    first = apex[0] / max(float(np.linalg.norm(apex[0])), 1e-12)
    angle = np.arctan2(apex @ np.cross(axis, first), apex @ first) % (2 * np.pi)
    forward = edges[members, 0] == ends[0]
    # A forward triangle's normal points to rising angles, so its solid lies at lower ones, down to the backward
    # triangle before it: counted from any backward one, the k-th of each kind belong together.
    start = angle[~forward].min() if not forward.all() else 0.0
    return (angle - start) % (2 * np.pi)


def drop_flakes(vertices: Floats, triangles: Indices) -> tuple[Floats, Indices]:
    """The mesh without parts that enclose nothing to speak of: what is left of a crumb or a fin after collapsing."""
    parts, part = part_of_triangle(triangles, len(vertices))
    volumes = np.bincount(part, signed_volumes(vertices, triangles), parts)
    return drop_unused(vertices, triangles[volumes[part] > 1e-4 * volumes.max()])
