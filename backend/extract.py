"""Field to asset: mesh, UVs, texture, GLB and turntable. `python -m backend.extract JOBFOLDER` runs without torch."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend import glb
from backend.contract import check
from backend.failures import as_error
from backend.meshing.build import BuiltMesh, MeshSettings, build_mesh
from backend.meshing.field_grid import FieldGrid, Floats
from backend.meshing.surface import SmoothSettings
from backend.rendering.turntable import contact_sheet, sheet_cell
from backend.texturing import BakeSettings, bake, png
from backend.two_faced import two_faced
from backend.unwrapping import unwrap
from dreamfusion_blender.asset import Asset
from dreamfusion_blender.constraints import parse_ratio
from dreamfusion_blender.cut import CutSettings
from dreamfusion_blender.errors import JobDamaged
from dreamfusion_blender.files import atomic_write, replacing
from dreamfusion_blender.inputs import Inputs, Placement
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.protocol import Message, encode
from dreamfusion_blender.quality import QUALITY_VERSION
from dreamfusion_blender.store import JobFolder

OnStage = Callable[[str], None]

NAMED_SETTINGS: Final = ("version", "prompt", "negative_prompt", "seed", "preset", "prior", "origin")
"""What of its job's spec an asset says in entries of their own; the rest stands in one table."""
THUMBNAIL_VIEW: Final = (0, 0)  # row and column of the turntable: coloured, from the front


@dataclass(frozen=True)
class ExtractSettings:
    """How an asset is made of a field."""

    mesh: MeshSettings = field(default_factory=MeshSettings)
    bake: BakeSettings = field(default_factory=BakeSettings)

    @classmethod
    def of(cls, cut: CutSettings) -> ExtractSettings:
        """What the user's settings mean here; those that the job's spec has, too, are none of them."""
        return cls(
            MeshSettings(
                offset=cut.threshold,
                resolution=cut.resolution,
                symmetry=cut.symmetry,
                smooth=SmoothSettings(iterations=cut.smoothing),
            )
        )


@dataclass(frozen=True)
class Extraction:
    """An asset and what was measured while it was made."""

    asset: Asset
    report: dict[str, Any]


def extract(
    field_path: Path,
    spec: JobSpec,
    settings: ExtractSettings | None = None,
    provenance: dict[str, Any] | None = None,
    on_stage: OnStage = lambda label: None,
    placement: Placement | None = None,
) -> Extraction:
    """Make the asset of a stored field: `spec` gives its size, its triangle budget and its texture's size.

    placement: where the field stands in the artist's scene, for a job that was given meshes.

    Raises EmptyField when there is nothing to cut, JobDamaged when the field cannot be read.
    """
    settings = settings or ExtractSettings()
    clock = _Clock(on_stage)
    grid = _load(field_path)
    mesh = build_mesh(grid, spec.triangles, settings.mesh, clock.stage)
    clock.stage("Unwrapping")
    corner_uvs = unwrap(mesh.vertices, mesh.triangles, mesh.normals, spec.texture_size, settings.bake.padding)
    clock.stage("Baking the texture")
    texture = bake(mesh.grid, mesh.vertices, mesh.triangles, mesh.normals, corner_uvs, spec.texture_size, settings.bake)
    vertices, normals, origin = placed(mesh.vertices, mesh.normals, spec, placement)
    asset = Asset(
        vertices=vertices,
        triangles=mesh.triangles,
        corner_uvs=corner_uvs,
        normals=normals,
        origin=origin,
        albedo_png=png(texture),
        name=spec.prompt.strip() or "Asset",
        provenance=provenance or {},
    )
    clock.stage("Checking the asset")
    # What comes back to where it was has the size that it came with, give or take what changed.
    is_fitted = placement is not None and placement.radius is not None
    contract = check(asset, spec.triangles, float(np.ptp(vertices, axis=0).max()) if is_fitted else spec.size)
    return Extraction(asset, {**_mesh_report(mesh), "contract": contract.to_json(), "seconds": clock.done()})


def extract_job(
    job: JobFolder, on_stage: OnStage = lambda label: None, cut: CutSettings | None = None
) -> dict[str, Any]:
    """Make a job's asset from its field and write its files, each whole or not at all; returns the report."""
    cut = (cut or CutSettings()).resolved(job.spec)
    spec = replace(job.spec, **cut.of_spec())
    placement = Inputs.load(job.inputs, spec.inputs).placement if spec.inputs else None
    made = extract(job.field, spec, ExtractSettings.of(cut), on_stage=on_stage, placement=placement)
    provenance = {**provenance_of(job), "cut": cut.to_json(), "found_level": made.report["found_level"]}
    asset = replace(made.asset, provenance=provenance)
    on_stage("Writing the files")
    asset.save(job.path)
    stored = glb.encode(asset)
    atomic_write(job.glb, stored)
    # Drawn from the GLB as written, so that the picture shows what another program will load.
    model = glb.decode(stored)
    sheet = contact_sheet(model)
    with replacing(job.turntable) as temporary:
        Image.fromarray(sheet).save(temporary)
    with replacing(job.thumbnail) as temporary:
        Image.fromarray(sheet_cell(sheet, *THUMBNAIL_VIEW)).save(temporary)
    on_stage("Looking at it from all sides")
    looks = {"prompt": spec.prompt, "two_faced": two_faced(model).to_json()}
    report = {**made.report, "cut": cut.to_json(), **looks}
    atomic_write(job.quality, json.dumps({"version": QUALITY_VERSION, **report}, indent=2) + "\n")
    return report


def provenance_of(job: JobFolder) -> dict[str, Any]:
    """What an asset says about its origin: the job, the job that one was made of and how, all settings, versions."""
    spec, origin = job.spec, job.spec.origin
    return {
        "prompt": spec.prompt,
        "negative_prompt": spec.negative_prompt,
        "seed": spec.seed,
        "preset": spec.preset,
        "prior": spec.prior,
        "job": job.id,
        "parent": None if origin is None else origin.job,
        "relation": None if origin is None else origin.relation,
        "strength": None if origin is None else origin.strength,
        "settings": {name: value for name, value in spec.to_json().items() if name not in NAMED_SETTINGS},
        "created": job.header["created"],
        "versions": job.header["versions"],
    }


def placed(
    vertices: Floats, normals: Floats, spec: JobSpec, placement: Placement | None
) -> tuple[Floats, Floats, NDArray[np.float64]]:
    """Vertices and normals [V, 3] with the origin at the centre of the base, and where that lies: [3] in m.

    The largest side is the spec's size. In a placement with a size of its own, the field's metres are those of the
    placement instead, scaled where another size is asked for than it came with.
    """
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    base = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    origin = np.zeros(3)
    if placement is not None and placement.radius is not None:
        factor = spec.size / placement.size
        scale = np.full(3, placement.radius * factor)
        origin = (base * placement.radius + placement.centre) * factor
    else:
        ratio = parse_ratio(str(spec.overrides.get("constraints.ratio", "")))
        # The run comes close to the proportions asked for; here they become exact.
        sides = (high - low) if ratio is None else (high - low) / ratio
        scale = spec.size / (np.full(3, sides.max()) if ratio is None else sides)
    tilted = normals / scale
    tilted /= np.maximum(np.linalg.norm(tilted, axis=1, keepdims=True), 1e-20)
    return ((vertices - base) * scale).astype(np.float32), tilted.astype(np.float32), origin


def _load(path: Path) -> FieldGrid:
    try:
        return FieldGrid.load(path)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise JobDamaged(f"The field {path} cannot be read: {error}") from error


def _mesh_report(mesh: BuiltMesh) -> dict[str, Any]:
    search = mesh.search
    return {
        "level": mesh.level,
        "found_level": search.level if search else None,
        "silhouette_iou": search.silhouette_iou if search else None,
        "depth_error": search.depth_error if search else None,
        "points_a_side": mesh.solid.surface.shape[0],
        "points_asked": mesh.points_asked,
        "islands_removed": mesh.solid.islands_removed,
        "cavity_voxels_filled": mesh.solid.cavity_voxels_filled,
        "triangles_before": mesh.triangles_before,
    }


class _Clock:
    """Passes stages on and remembers how long each took, in seconds."""

    def __init__(self, on_stage: OnStage) -> None:
        self._on_stage = on_stage
        self._label = "Reading the field"
        self._started = time.perf_counter()
        self._seconds: dict[str, float] = {}

    def stage(self, label: str) -> None:
        self.done()
        self._label = label
        self._on_stage(label)

    def done(self) -> dict[str, float]:
        now = time.perf_counter()
        self._seconds[self._label] = round(now - self._started, 3)
        self._started = now
        return self._seconds


def main(arguments: list[str] | None = None) -> int:
    """Extract a job's asset; events on standard output, one JSON object a line, the last one is the ending."""
    parser = argparse.ArgumentParser(prog="python -m backend.extract", description=main.__doc__)
    parser.add_argument("job", help="the job's folder")
    for name, kind in (("size", float), ("threshold", float), ("symmetry", str)):
        parser.add_argument(f"--{name}", type=kind)
    for name in ("triangles", "texture-size", "resolution", "smoothing"):
        parser.add_argument(f"--{name}", type=int)
    options = vars(parser.parse_args(arguments))
    path = options.pop("job")
    # Whatever a library prints goes to the log; only events reach the client.
    events = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)

    def emit(event: Message) -> None:
        events.write(encode(event))

    try:
        job = JobFolder.open(path)
        cut = CutSettings.from_mapping({name: value for name, value in options.items() if value is not None})
        report = extract_job(job, lambda label: emit({"type": "stage", "stage": "extract", "label": label}), cut)
    except Exception as raised:  # noqa: BLE001 - the process's outermost frame: every failure becomes an event
        error = as_error(raised)
        emit({"type": "error", "job": str(path), **error.to_event()})
        return error.exit_code
    for violation in report["contract"]["violations"]:
        emit({"type": "warning", "code": "contract", "message": f"The asset breaks its contract: {violation}"})
    files = {name: getattr(job, name).name for name in ("asset", "albedo", "glb", "turntable", "quality")}
    emit({"type": "finished", "job": str(job.path), "report": report, "files": files})
    return 0


if __name__ == "__main__":
    sys.exit(main())
