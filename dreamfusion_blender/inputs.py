"""What a job is given besides words: a mesh to start from, guides, and where all of it stands in the artist's scene.

One file of plain arrays in the job folder, inputs.npz, named in the spec by its hash: what was given when the job was
made is what it runs with, whatever becomes of the artist's own file.
"""

from __future__ import annotations

import hashlib
import io
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .errors import BadSpec, JobDamaged, JobNewer

__all__ = ["GivenMesh", "Inputs", "Placement", "join_meshes", "placement_around", "sample_triangles"]

INPUTS_VERSION: Final = 1
MOST_TRIANGLES: Final = 4_000_000
COLOUR_SAMPLES: Final = 100_000  # of a mesh's colours: millimetres apart on a shape that fills the unit ball
FILLS: Final = 0.88  # radius of the unit ball that given meshes fill, as the priors' training objects do

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


@dataclass(frozen=True)
class Placement:
    """Where a job's object stands. The field's unit ball is the ball of `radius` about `centre` in a frame of metres.

    With a radius of None the object is as large as the spec says, and stands on the frame's origin.
    """

    frame: NDArray[np.float64] = field(default_factory=lambda: np.eye(4))  # [4, 4] rigid: frame to world
    centre: NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))  # [3] metres
    radius: float | None = None  # metres
    size: float = 1.0  # metres: the spec's size at which nothing is scaled
    original: NDArray[np.float64] | None = None  # [4, 4] the world matrix of the object to be refined
    name: str = ""  # of that object

    @classmethod
    def of(cls, folder: Path | None) -> Placement | None:
        """A job folder's, None where it has none (or none that can be read) and its object stands where it is put."""
        path = None if folder is None else folder / "inputs.npz"
        if path is None or not path.is_file():
            return None
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return _placement(arrays)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise JobDamaged(f"{path} is damaged: {error}") from error

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


@dataclass(frozen=True)
class Inputs:
    """All that is given. Without meshes it only says where the object is to stand."""

    placement: Placement = field(default_factory=Placement)
    start: GivenMesh | None = None  # what the run begins with
    may: GivenMesh | None = None  # matter outside of it is taken away
    must: GivenMesh | None = None  # matter is kept inside of it

    @property
    def meshes(self) -> dict[str, GivenMesh]:
        """Those that there are, by name."""
        named = {"start": self.start, "may": self.may, "must": self.must}
        return {name: mesh for name, mesh in named.items() if mesh is not None}

    def validate(self) -> Inputs:
        """Return self. Raises BadSpec."""
        for name, mesh in self.meshes.items():
            mesh.validate(name)
        place = self.placement
        numbers = np.concatenate([place.frame.ravel(), place.centre, [place.radius or 1.0, place.size]])
        if place.frame.shape != (4, 4) or place.centre.shape != (3,) or not np.isfinite(numbers).all():
            raise BadSpec("The placement is none: it has values that are not numbers")
        if place.size <= 0 or (place.radius is not None and place.radius <= 0):
            raise BadSpec("The placement has no size")
        if place.radius is None and self.meshes:
            raise BadSpec("Meshes are given without saying where in the field they are")
        return self

    def to_bytes(self) -> bytes:
        """The content of inputs.npz; the same inputs give the same bytes."""
        arrays: dict[str, Any] = {"version": np.int32(INPUTS_VERSION), "frame": self.placement.frame}
        arrays |= {"centre": self.placement.centre, "size": np.float64(self.placement.size)}
        if self.placement.radius is not None:
            arrays["radius"] = np.float64(self.placement.radius)
        if self.placement.original is not None:
            arrays |= {"original": self.placement.original, "name": np.array(self.placement.name)}
        for name, mesh in self.meshes.items():
            for part in ("vertices", "triangles", "points", "colours"):
                arrays[f"{name}_{part}"] = getattr(mesh, part)
        stored = io.BytesIO()
        np.savez_compressed(stored, **arrays)
        return stored.getvalue()

    @classmethod
    def load(cls, path: Path, fingerprint: str) -> Inputs:
        """Read inputs.npz. Raises JobDamaged when it is not the file that the spec names, JobNewer."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise JobDamaged(f"{path} cannot be read: {error}") from error
        if hashlib.sha256(data).hexdigest() != fingerprint:
            raise JobDamaged(f"{path} is not the file that the job was made with")
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                return cls._from(arrays).validate()
        except (ValueError, KeyError, EOFError, zipfile.BadZipFile, BadSpec) as error:
            raise JobDamaged(f"{path} is damaged: {error}") from error

    @classmethod
    def _from(cls, arrays: Mapping[str, Any]) -> Inputs:
        if int(arrays["version"]) > INPUTS_VERSION:
            raise JobNewer("The job's inputs were made by a newer version of this product: update the product")
        meshes = {
            name: GivenMesh(*(arrays[f"{name}_{part}"] for part in ("vertices", "triangles", "points", "colours")))
            for name in ("start", "may", "must")
            if f"{name}_vertices" in arrays
        }
        return cls(_placement(arrays), **meshes)


def _placement(arrays: Mapping[str, Any]) -> Placement:
    return Placement(
        np.asarray(arrays["frame"], np.float64),
        np.asarray(arrays["centre"], np.float64),
        float(arrays["radius"]) if "radius" in arrays else None,
        float(arrays["size"]),
        np.asarray(arrays["original"], np.float64) if "original" in arrays else None,
        str(arrays["name"]) if "name" in arrays else "",
    )


def _scaling(scale: float, offset: NDArray[np.floating]) -> NDArray[np.float64]:
    """[4, 4] that scales, then moves."""
    matrix = np.diag([scale, scale, scale, 1.0])
    matrix[:3, 3] = offset
    return matrix


def placement_around(meshes: list[GivenMesh], **known: Any) -> Placement:
    """A placement whose unit ball holds the meshes with some room.  known: the placement's other values."""
    corners = np.concatenate([mesh.vertices[mesh.triangles].reshape(-1, 3) for mesh in meshes]).astype(np.float64)
    low, high = corners.min(axis=0), corners.max(axis=0)
    centre = (low + high) / 2
    radius = float(np.linalg.norm(corners - centre, axis=1).max()) / FILLS
    return Placement(centre=centre, radius=radius, size=float((high - low).max()), **known)


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


def sample_triangles(corners: NDArray[np.floating], count: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """About `count` places spread evenly over triangles [T, 3, 3], at least one on each.

    Returns points [P, 3] and the triangles [P] that they lie on. The same triangles give the same places.
    """
    weights, owners = barycentric_samples(corners, count)
    return np.einsum("pk,pki->pi", weights, corners[owners]), owners


def barycentric_samples(corners: NDArray[np.floating], count: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The same as weights of the three corners [P, 3], and the triangles [P]."""
    corners = corners.astype(np.float64)
    areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    total = max(float(areas.sum()), 1e-30)
    owners = np.repeat(np.arange(len(corners)), 1 + np.floor(areas / total * count).astype(np.int64))
    # The R2 sequence (Roberts 2018), which leaves no holes as chance does, folded from the square onto the triangle.
    golden = 1.324717957244746  # the real root of x³ = x + 1
    u, v = (np.arange(len(owners))[:, None] * np.array([1 / golden, 1 / golden**2]) % 1).T
    outside = u + v > 1
    u, v = np.where(outside, 1 - u, u), np.where(outside, 1 - v, v)
    return np.stack([1 - u - v, u, v], axis=1), owners


def _check(name: str, part: str, values: NDArray[Any], kind: type) -> None:
    if values.ndim != 2 or values.shape[1] != 3 or not np.issubdtype(values.dtype, kind):
        raise BadSpec(f"{name} has {part} of shape {values.shape} and type {values.dtype}; they come in threes")


def largest_side(mesh: GivenMesh) -> float:
    """Of the mesh's bounding box, in metres."""
    side = float(np.ptp(mesh.vertices[mesh.triangles].reshape(-1, 3), axis=0).max())
    return side if math.isfinite(side) else 0.0
