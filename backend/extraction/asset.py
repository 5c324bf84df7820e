"""The asset of a stored field, and what was measured while it was made."""

from __future__ import annotations

import time
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from backend.contract import check
from backend.extraction.placing import placed
from backend.meshing.build import BuiltMesh, MeshSettings, build_mesh
from backend.meshing.field_grid import FieldGrid
from backend.meshing.ripples import RippleSettings
from backend.meshing.surface import SmoothSettings
from backend.texturing import BakeSettings, bake, png
from backend.unwrapping import unwrap
from dreamfusion_blender.asset import Asset
from dreamfusion_blender.cut import CutSettings
from dreamfusion_blender.errors import JobDamaged
from dreamfusion_blender.inputs import Placement
from dreamfusion_blender.job import JobSpec

RIPPLE_ROUNDS: Final = 2  # of evening normals for each round of smoothing that is asked for
MOST_RIPPLE_ROUNDS: Final = 40  # more make polyhedra of what is round and small

OnStage = Callable[[str], None]


@dataclass(frozen=True)
class ExtractSettings:
    """How an asset is made of a field."""

    mesh: MeshSettings = field(default_factory=MeshSettings)
    bake: BakeSettings = field(default_factory=BakeSettings)

    @classmethod
    def of(cls, cut: CutSettings, base_limit: float | None = None, is_given: bool = False) -> ExtractSettings:
        """What the user's settings mean here; those that the job's spec has, too, are none of them.

        base_limit: of the job, see flat_base.  is_given: whether the surface began as somebody's own mesh, on which
        what looks like ripples may be meant.
        """
        rounds = 0 if is_given else min(MOST_RIPPLE_ROUNDS, RIPPLE_ROUNDS * cut.smoothing)
        return cls(
            MeshSettings(
                offset=cut.threshold,
                resolution=cut.resolution,
                symmetry=cut.symmetry,
                base_limit=base_limit,
                smooth=SmoothSettings(iterations=cut.smoothing),
                ripples=RippleSettings(rounds=rounds),
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
    texture = bake(
        mesh.grid,
        mesh.vertices,
        mesh.triangles,
        mesh.normals,
        corner_uvs,
        spec.texture_size,
        settings.bake,
        mesh.level,
    )
    vertices, normals, origin = placed(mesh.vertices, mesh.normals, spec, placement, mesh.plane)
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
