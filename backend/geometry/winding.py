"""How often triangles wind about points: 1 inside a closed surface, 0 outside, and something between near a hole.

Counting crossings along rays fails where a mesh has holes or overlaps; the winding number degrades gracefully, which
is what meshes made by hand need. Source: Jacobson et al. 2013 (generalized winding numbers), made fast by clusters
that look like one dipole from afar: Barill et al. 2018, "Fast Winding Numbers for Soups and Clouds", first order.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["WindingTree", "solid_angles"]

Floats = NDArray[np.float64]

LEAF: Final = 1  # triangles in the smallest cluster: exact angles cost ten dipoles, and few are near
FAR: Final = 2.0  # radii from a cluster beyond which it counts as a dipole; the value of Barill et al.
POINTS_AT_ONCE: Final = 8192  # bounds the memory: each looks at some hundred clusters
MORTON_BITS: Final = 10  # a side of the grid by which triangles are sorted


class WindingTree:
    """A binary tree of clusters over triangles [T, 3, 3], each level of it an array."""

    def __init__(self, corners: Floats) -> None:
        corners = corners[np.argsort(_morton(corners.mean(axis=1)), kind="stable")]
        self.depth = max(0, math.ceil(math.log2(max(1, len(corners)) / LEAF)))
        padding = LEAF * 2**self.depth - len(corners)
        # A triangle that is one point has no area and no solid angle.
        corners = np.concatenate([corners, np.repeat(corners[-1:, :1], padding, axis=0).repeat(3, axis=1)])
        self.leaves = corners.reshape(-1, LEAF, 3, 3)
        self.levels = [_clusters(corners.reshape(2**level, -1, 3, 3)) for level in range(self.depth + 1)]

    def __call__(self, points: Floats) -> Floats:
        """points: [P, 3].  Returns [P]."""
        parts = [self._wind(part) for part in np.split(points, range(POINTS_AT_ONCE, len(points), POINTS_AT_ONCE))]
        return np.concatenate(parts)

    def _wind(self, points: Floats) -> Floats:
        total = np.zeros(len(points))
        who, node = np.arange(len(points)), np.zeros(len(points), np.int64)
        for level, (centre, radius, area) in enumerate(self.levels):
            offset = centre[node] - points[who]
            distance = np.linalg.norm(offset, axis=1)
            far = distance > FAR * radius[node]
            dipole = np.einsum("pi,pi->p", area[node[far]], offset[far]) / np.maximum(distance[far], 1e-12) ** 3
            total += np.bincount(who[far], dipole, len(points))
            who, node = who[~far], node[~far]
            if level < self.depth:
                who, node = who.repeat(2), np.stack([2 * node, 2 * node + 1], axis=1).ravel()
        angles = solid_angles(self.leaves[node] - points[who, None, None]).sum(axis=1)
        return (total + np.bincount(who, angles, len(points))) / (4 * np.pi)


def solid_angles(corners: Floats) -> Floats:
    """Signed solid angles of triangles [..., 3, 3] seen from the origin, in sr: positive from behind.

    Source: Van Oosterom and Strackee 1983, "The solid angle of a plane triangle".
    """
    a, b, c = np.moveaxis(corners, -2, 0)
    la, lb, lc = (np.linalg.norm(each, axis=-1) for each in (a, b, c))
    volume = np.einsum("...i,...i->...", a, np.cross(b, c))
    dots = [np.einsum("...i,...i->...", one, two) for one, two in ((a, b), (b, c), (c, a))]
    return 2 * np.arctan2(volume, la * lb * lc + dots[0] * lc + dots[1] * la + dots[2] * lb)


def _clusters(corners: Floats) -> tuple[Floats, Floats, Floats]:
    """Centres [C, 3], radii [C] and area vectors [C, 3] of clusters of triangles [C, N, 3, 3]."""
    vectors = 0.5 * np.cross(corners[:, :, 1] - corners[:, :, 0], corners[:, :, 2] - corners[:, :, 0])
    # Never quite zero, so that a cluster of points still has a centre.
    weights = np.linalg.norm(vectors, axis=-1) + 1e-12
    centre = (weights[..., None] * corners.mean(axis=2)).sum(axis=1) / weights.sum(axis=1)[:, None]
    radius = np.linalg.norm(corners - centre[:, None, None], axis=-1).max(axis=(1, 2))
    return centre, radius, vectors.sum(axis=1)


def _morton(points: Floats) -> NDArray[np.int64]:
    """Places of points [P, 3] along a curve that keeps neighbours together."""
    low, high = points.min(axis=0), points.max(axis=0)
    cells = ((points - low) / np.maximum(high - low, 1e-12) * (2**MORTON_BITS - 1)).astype(np.int64)
    code = np.zeros(len(points), np.int64)
    for bit in range(MORTON_BITS):
        for axis in range(3):
            code |= ((cells[:, axis] >> bit) & 1) << (3 * bit + axis)
    return code
