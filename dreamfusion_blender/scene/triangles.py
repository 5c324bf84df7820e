"""Triangles in a mesh data-block: put in all at once, and told by a checksum."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from bpy.types import Mesh


def fill(mesh: Mesh, vertices: NDArray[np.floating], triangles: NDArray[np.int32]) -> None:
    """Give an empty mesh these vertices [V, 3] and triangles [T, 3]; its edges come with its next update."""
    mesh.vertices.add(len(vertices))
    mesh.vertices.foreach_set("co", flat(vertices))
    mesh.loops.add(triangles.size)
    mesh.loops.foreach_set("vertex_index", triangles.ravel())
    mesh.polygons.add(len(triangles))
    # Blender derives each face's length from where the next one starts.
    mesh.polygons.foreach_set("loop_start", np.arange(0, triangles.size, 3, dtype=np.int32))


def checksum(mesh: Mesh) -> int:
    """Of positions and triangles as they are in the mesh now."""
    positions = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.vertices.foreach_get("co", positions)
    corners = np.empty(len(mesh.loops), np.int32)
    mesh.loops.foreach_get("vertex_index", corners)
    return zlib.crc32(corners.tobytes(), zlib.crc32(positions.tobytes()))


def flat(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """An array as `foreach_set` takes it fastest."""
    return np.ascontiguousarray(values, dtype=np.float32).ravel()
