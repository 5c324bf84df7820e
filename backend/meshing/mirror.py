"""A mesh that is its own mirror image at x = 0, vertex by vertex: its left half, and that half mirrored."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backend.meshing.field_grid import Floats
from backend.meshing.topology import drop_unused

Indices = NDArray[np.int32]

ON_PLANE = 1e-5  # metres of the field; a thousandth of the smallest voxel


def left_half(vertices: Floats, triangles: Indices) -> tuple[Floats, Indices]:
    """The triangles at x < 0 of a mesh none of whose triangles crosses the plane; its rim lies on x = 0 exactly.

    vertices: [V, 3].  triangles: [T, 3]. Triangles that lie in the plane go: with their mirror images they would
    enclose nothing.
    """
    vertices = vertices.copy()
    vertices[np.abs(vertices[:, 0]) < ON_PLANE, 0] = 0.0
    return drop_unused(vertices, triangles[vertices[triangles, 0].min(axis=1) < 0])


def with_mirror_image(vertices: Floats, triangles: Indices) -> tuple[Floats, Indices]:
    """A half [V, 3], [T, 3] as `left_half` gives it, with its mirror image, welded where its rim is."""
    on_plane = np.abs(vertices[:, 0]) < ON_PLANE
    vertices = np.where((on_plane[:, None]) & (np.arange(3) == 0), 0.0, vertices).astype(np.float32)
    away = np.flatnonzero(~on_plane)
    image = np.arange(len(vertices))
    image[away] = len(vertices) + np.arange(len(away))
    both = np.concatenate([vertices, vertices[away] * np.array([-1, 1, 1], np.float32)])
    # Reversed, because a mirror turns a triangle's front to its back.
    return both, np.concatenate([triangles, image[triangles[:, ::-1]]]).astype(np.int32)


def kept_apart(moved: Floats, vertices: Floats) -> Floats:
    """Moved vertices [V, 3], none of which has crossed x = 0 on the way from where it was [V, 3]."""
    x, before = moved[:, 0], vertices[:, 0]
    x = np.where(before < -ON_PLANE, np.minimum(x, 0), np.where(before > ON_PLANE, np.maximum(x, 0), 0))
    return np.column_stack([x, moved[:, 1:]]).astype(np.float32)
