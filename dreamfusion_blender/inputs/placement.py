"""Where a job's object stands in the artist's scene, and where given meshes are in the field."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..errors import JobDamaged
from .given_mesh import GivenMesh

FILLS: Final = 0.88  # radius of the unit ball that given meshes fill, as the priors' training objects do


@dataclass(frozen=True)
class Placement:
    """Where a job's object stands. The field's unit ball is the ball of `radius` about `centre` in a frame of metres.

    With a radius of None the object is as large as the spec says, and stands on the frame's origin.
    """

    frame: NDArray[np.float64] = field(default_factory=lambda: np.eye(4))  # [4, 4] rigid: frame to world
    centre: NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))  # [3] metres
    radius: float | None = None  # metres
    size: float = 1.0  # metres: the spec's size at which nothing is scaled
    original: NDArray[np.float64] | None = None  # [4, 4] the unsheared world matrix of the object to be refined
    name: str = ""  # of that object
    file: str = ""  # the .blend file that it is in, where that was saved

    @classmethod
    def of(cls, folder: Path | None) -> Placement | None:
        """A job folder's, None where it has none and its object stands where it is put. Raises JobDamaged."""
        path = None if folder is None else folder / "inputs.npz"
        if path is None or not path.is_file():
            return None
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return cls.from_arrays(arrays)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise JobDamaged(f"{path} is damaged: {error}") from error

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Placement:
        """The placement that `to_arrays` gave. Raises KeyError or ValueError."""
        return cls(
            np.asarray(arrays["frame"], np.float64),
            np.asarray(arrays["centre"], np.float64),
            float(arrays["radius"]) if "radius" in arrays else None,
            float(arrays["size"]),
            np.asarray(arrays["original"], np.float64) if "original" in arrays else None,
            *(str(arrays[key]) if key in arrays else "" for key in ("name", "blend")),
        )

    def to_arrays(self) -> dict[str, Any]:
        """As it is stored, by name."""
        arrays: dict[str, Any] = {"frame": self.frame, "centre": self.centre, "size": np.float64(self.size)}
        if self.radius is not None:
            arrays["radius"] = np.float64(self.radius)
        if self.original is not None:
            arrays |= {"original": self.original, "name": np.array(self.name), "blend": np.array(self.file)}
        return arrays

    @property
    def object_matrix(self) -> NDArray[np.float64]:
        """[4, 4] the world matrix of the job's object: the refined one's own, or the middle of the field."""
        if self.original is not None:
            return self.original
        return self.frame if self.radius is None else self.frame @ _scaling(1.0, self.centre)

    def from_asset(self, origin: NDArray[np.floating]) -> NDArray[np.float64]:
        """[4, 4] from an asset's metres to the object's own coordinates. origin: the asset's."""
        return np.linalg.inv(self.object_matrix) @ self.frame @ _scaling(1.0, origin)

    def from_field(self) -> NDArray[np.float64]:
        """[4, 4] from the field's unit ball to the object's own coordinates."""
        assert self.radius is not None
        return np.linalg.inv(self.object_matrix) @ self.frame @ _scaling(self.radius, self.centre)

    def to_field(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """Points [P, 3] of the frame in the field's unit ball."""
        assert self.radius is not None
        return ((points - self.centre) / self.radius).astype(np.float32)


def _scaling(scale: float, offset: NDArray[np.floating]) -> NDArray[np.float64]:
    """[4, 4] that scales, then moves."""
    matrix = np.diag([scale, scale, scale, 1.0])
    matrix[:3, 3] = offset
    return matrix


def placement_around(meshes: list[GivenMesh], **known: Any) -> Placement:
    """A placement whose unit ball holds the meshes with some room.  known: the placement's other values."""
    corners = np.concatenate([mesh.vertices[mesh.triangles].reshape(-1, 3) for mesh in meshes]).astype(np.float64)
    centre, radius = ball_around(corners)
    return Placement(centre=centre, radius=radius, size=float(np.ptp(corners, axis=0).max()), **known)


def ball_around(points: NDArray[np.floating]) -> tuple[NDArray[np.float64], float]:
    """What the field's unit ball becomes when these points [P, 3] are given: its centre [3] and its radius."""
    given = points.astype(np.float64)
    centre = (given.min(axis=0) + given.max(axis=0)) / 2
    return centre, float(np.linalg.norm(given - centre, axis=1).max()) / FILLS
