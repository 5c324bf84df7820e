"""A mesh that is given: what may be one, several as one, and how large it is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..errors import BadSpec

MOST_TRIANGLES: Final = 4_000_000
COLOUR_SAMPLES: Final = 100_000  # of a mesh's colours: millimetres apart on a shape that fills the unit ball

GREY: Final = 204
"""What has no colour is light grey, as in Blender's own viewport."""


@dataclass(frozen=True)
class GivenMesh:
    """Triangles, and colours at places on them. Metres, Z up, front facing −Y, in the placement's frame."""

    vertices: NDArray[np.float32]  # [V, 3]
    triangles: NDArray[np.int32]  # [T, 3]
    points: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 3), np.float32))  # [P, 3]
    colours: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 3), np.uint8))  # [P, 3] sRGB

    def validate(self, name: str) -> GivenMesh:
        """Return self. Raises BadSpec for what is no mesh: wrong shapes, wild indices, values that are not numbers."""
        _check(name, "vertices", self.vertices, np.floating)
        _check(name, "triangles", self.triangles, np.integer)
        _check(name, "points", self.points, np.floating)
        _check(name, "colours", self.colours, np.integer)
        if not 1 <= len(self.triangles) <= MOST_TRIANGLES:
            raise BadSpec(f"{name} has {len(self.triangles)} triangles; permitted: 1 to {MOST_TRIANGLES:,}")
        if self.triangles.min() < 0 or self.triangles.max() >= len(self.vertices):
            raise BadSpec(f"{name} has triangles between vertices that it does not have")
        if not (np.isfinite(self.vertices).all() and np.isfinite(self.points).all()):
            raise BadSpec(f"{name} has coordinates that are not numbers")
        if len(self.points) != len(self.colours):
            raise BadSpec(f"{name} has {len(self.points)} places with colours and {len(self.colours)} colours")
        if not np.ptp(self.vertices[self.triangles].reshape(-1, 3), axis=0).max() > 0:
            raise BadSpec(f"{name} has no extent: all of its triangles lie in one point")
        return self


def _check(name: str, part: str, values: NDArray[Any], kind: type) -> None:
    if values.ndim != 2 or values.shape[1] != 3 or not np.issubdtype(values.dtype, kind):
        raise BadSpec(f"{name} has {part} of shape {values.shape} and type {values.dtype}; they come in threes")


def join_meshes(meshes: list[GivenMesh]) -> GivenMesh:
    """Several meshes as one."""
    firsts = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes)])
    triangles = [mesh.triangles + first for mesh, first in zip(meshes, firsts, strict=False)]
    return GivenMesh(
        np.concatenate([mesh.vertices for mesh in meshes]).astype(np.float32),
        np.concatenate(triangles).astype(np.int32),
        np.concatenate([mesh.points for mesh in meshes]).astype(np.float32),
        np.concatenate([mesh.colours for mesh in meshes]).astype(np.uint8),
    )


def largest_side(mesh: GivenMesh) -> float:
    """Of the mesh's bounding box, in metres."""
    side = float(np.ptp(mesh.vertices[mesh.triangles].reshape(-1, 3), axis=0).max())
    return side if math.isfinite(side) else 0.0
