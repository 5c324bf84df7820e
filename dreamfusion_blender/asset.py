"""The finished asset as numpy arrays: geometry, texture coordinates, texture, and where it came from."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from .errors import JobDamaged, JobMissing, JobNewer, OutputUnwritable
from .files import atomic_write, replacing
from .store import JobFolder

if TYPE_CHECKING:
    from bpy.types import Context, Object  # pyright: ignore[reportMissingImports]  # exists inside Blender only

ASSET_VERSION: Final = 1
LONGEST_KEY: Final = 48  # letters; Blender's custom properties, which get a prefix, have names of up to 63 bytes


@dataclass(frozen=True)
class Asset:
    """A textured mesh. Metres, Z up, front facing −Y, origin at the centre of the base, watertight by index."""

    vertices: NDArray[np.float32]  # [V, 3] in metres, the job's size applied
    triangles: NDArray[np.int32]  # [T, 3], counter-clockwise seen from outside
    corner_uvs: NDArray[np.float32]  # [T, 3, 2] in the unit square, v upwards
    normals: NDArray[np.float32]  # [V, 3], unit length, outward
    albedo_png: bytes  # sRGB base colour, first row at v = 1
    name: str
    provenance: dict[str, Any] = field(default_factory=dict)  # prompt, seed, job id, versions
    job_folder: Path | None = None
    origin: NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))  # [3] where (0, 0, 0) lies in its job's
    # placement (inputs/), in metres: what was refined or guided comes back to where it was
    glb: bytes = field(default=b"", repr=False)  # its file, as it was when this was loaded; empty where there was none

    def save(self, folder: Path) -> None:
        """Write asset.npz and albedo.png into a job folder, both or neither: they are of one unwrapping."""
        with replacing(folder / "albedo.png") as texture, replacing(folder / "asset.npz") as temporary:
            texture.write_bytes(self.albedo_png)
            np.savez(
                temporary,
                version=np.int32(ASSET_VERSION),
                vertices=self.vertices,
                triangles=self.triangles,
                corner_uvs=self.corner_uvs,
                normals=self.normals,
                name=np.array(self.name),
                provenance=np.array(json.dumps(self.provenance)),
                origin=self.origin,
            )

    @classmethod
    def load(cls, job: JobFolder | str | Path) -> Asset:
        """Read a finished job's asset. Raises JobMissing when it has none yet, JobDamaged when it cannot be read."""
        folder = job if isinstance(job, JobFolder) else JobFolder.open(job)
        if not folder.asset.is_file() or not folder.albedo.is_file():
            raise JobMissing(f"{folder.name} has no asset yet (it is {folder.status})")
        try:
            with np.load(folder.asset, allow_pickle=False) as arrays:
                version = int(arrays["version"])
                if version > ASSET_VERSION:
                    raise JobNewer(f"{folder.asset} was made by a newer version of this product")
                loaded = cls(
                    vertices=arrays["vertices"],
                    triangles=arrays["triangles"],
                    corner_uvs=arrays["corner_uvs"],
                    normals=arrays["normals"],
                    albedo_png=folder.albedo.read_bytes(),
                    name=str(arrays["name"]),
                    provenance=json.loads(str(arrays["provenance"])),
                    job_folder=folder.path,
                    glb=folder.glb.read_bytes() if folder.glb.is_file() else b"",
                    origin=arrays["origin"] if "origin" in arrays else np.zeros(3),  # older assets lack it
                )
            loaded.check()
            return loaded
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise JobDamaged(f"{folder.asset} is damaged: {error}. Export the job again to repair it") from error

    def check(self) -> None:
        """Raise ValueError for what is no mesh: a folder may be anybody's, and Blender takes indices as they are."""
        vertices, triangles = len(self.vertices), len(self.triangles)
        parts = {
            "vertices": (self.vertices, (vertices, 3), np.floating),
            "triangles": (self.triangles, (triangles, 3), np.integer),
            "corner_uvs": (self.corner_uvs, (triangles, 3, 2), np.floating),
            "normals": (self.normals, (vertices, 3), np.floating),
            "origin": (self.origin, (3,), np.floating),
        }
        for name, (values, shape, kind) in parts.items():
            if values.shape != shape or not np.issubdtype(values.dtype, kind):
                raise ValueError(f"{name} are of shape {values.shape} and type {values.dtype}")
            if not np.isfinite(values).all():
                raise ValueError(f"{name} hold what is not a number")
        if triangles and not 0 <= self.triangles.min() <= self.triangles.max() < vertices:
            raise ValueError("there are triangles between vertices that do not exist")
        if not isinstance(self.provenance, dict) or any(len(key) > LONGEST_KEY for key in self.provenance):
            raise ValueError("its provenance is not a table of short names")

    def reextract(self, **settings: Any) -> Asset:
        """The asset cut again from its job's field, in seconds and without torch; this one stays as it is.

        settings: size, triangles, texture_size, threshold, resolution, smoothing, symmetry (CutSettings has them all);
        what is not given is as the job was made with. Replaces the job's asset files. Raises BadSpec, EmptyField,
        JobMissing where the folder or its field is gone, and BackendMissing.
        """
        from .cut import CutSettings
        from .jobs import extract

        if self.job_folder is None:
            raise JobMissing(f"{self.name} does not know its job's folder, which has the field it was cut from")
        job = JobFolder.open(self.job_folder)
        extract(job, cut=CutSettings.from_mapping(settings))
        return Asset.load(job)

    def save_glb(self, path: str | Path) -> Path:
        """Write the GLB that the backend made of this mesh to `path`, and return that."""
        if not self.glb:
            raise OutputUnwritable(f"{self.name} had no GLB when it was loaded; export its job first")
        target = Path(path).expanduser().absolute()
        atomic_write(target, self.glb)
        return target

    def to_scene(self, context: Context | None = None) -> Object:
        """Put the asset into Blender's scene at the 3D cursor and return the object. Needs Blender or bpy."""
        from .scene import add_asset  # imports bpy, which only exists inside Blender

        return add_asset(self, context)
