"""All that a job is given, and how it is kept in a file."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..errors import BadSpec, JobDamaged, JobNewer
from .given_mesh import GivenMesh
from .placement import Placement

INPUTS_VERSION: Final = 1
PARTS: Final = ("vertices", "triangles", "points", "colours")  # of a mesh, as they are stored


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
        arrays: dict[str, Any] = {"version": np.int32(INPUTS_VERSION), **self.placement.to_arrays()}
        for name, mesh in self.meshes.items():
            for part in PARTS:
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
            name: GivenMesh(*(arrays[f"{name}_{part}"] for part in PARTS))
            for name in ("start", "may", "must")
            if f"{name}_vertices" in arrays
        }
        return cls(Placement.from_arrays(arrays), **meshes)
