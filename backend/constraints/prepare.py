"""From a job's inputs and constraints to what the run needs: a shaped field, pressures, and a preset that fits."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from backend.constraints.base import Pressure
from backend.constraints.guides import Guide, GuideKind
from backend.constraints.looks import Mirror, Palette
from backend.constraints.proportions import Floor, Proportions, box_for
from backend.fields.shaping import Shaping, StartShape
from backend.geometry.thickness import room_to_recede
from backend.geometry.voxels import VoxelGrid, voxelize
from backend.meshing.flat_base import base_limit
from backend.presets import Preset
from dreamfusion_blender.constraints import parse_palette, parse_ratio
from dreamfusion_blender.inputs import GivenMesh, Inputs, Placement
from dreamfusion_blender.store import JobFolder

__all__ = ["Prepared", "box_of", "prepare", "with_strength", "within_box", "without_layouts"]

START_SIDE: Final = 128  # points a side: as many as field.npz, so that an untouched mesh comes back as sharp as it can
GUIDE_SIDE: Final = 64
BASE_DISC: Final = 0.6  # share of a box's shorter half side, on which the object is to touch its lower face


@dataclass(frozen=True)
class Prepared:
    """A run's beginnings. Without inputs and constraints they change nothing."""

    preset: Preset
    shaping: Shaping
    pressures: tuple[Pressure, ...]


def prepare(job: JobFolder, preset: Preset, on_stage: Callable[[str], None] = lambda label: None) -> Prepared:
    """Read what the job is given. Raises JobDamaged for inputs that are not the job's own."""
    settings = preset.constraints
    pressures: list[Pressure] = []
    grid: VoxelGrid | None = None
    guides: dict[GuideKind, VoxelGrid] = {}
    limit, has_object, inputs = math.inf, False, None
    if job.spec.inputs:
        on_stage("Reading the given meshes")
        inputs = Inputs.load(job.inputs, job.spec.inputs)
        if inputs.meshes:  # a front marker alone only says where the object is to stand
            preset = without_layouts(preset)
        grid, guides = _grids(inputs)
        weights: dict[GuideKind, float] = {"may": settings.may_weight, "must": settings.must_weight}
        pressures += [Guide(StartShape(guides[kind]), kind, weights[kind]) for kind in guides]
        if inputs.start is not None:
            has_object = True  # guides alone only say where one may be
            assert inputs.placement.radius is not None
            limit = job.spec.distance * inputs.placement.size / inputs.placement.radius
            preset = with_strength(preset, job.spec.strength, limit)
    half = box_of(preset) if grid is None and not guides else None
    if half is not None:
        preset = within_box(preset, half)
        pressures.append(Proportions(half, settings.ratio_weight))
    floor = None
    if settings.flat_base and base_limit(settings, inputs) is None:
        floor, disc = _floor(grid, half)
        pressures.append(Floor(floor, disc, settings.base_weight))
    if settings.symmetry == "soft":
        pressures.append(Mirror(settings.symmetry_weight))
    if colours := parse_palette(settings.palette):
        pressures.append(Palette(colours, settings.palette_weight))
    start = None if grid is None else _start_shape(grid, limit)
    shaping = Shaping(start, limit, settings.symmetry == "exact", floor, is_object=has_object)
    return Prepared(preset, shaping, tuple(pressures))


def _start_shape(grid: VoxelGrid, limit: float) -> StartShape:
    return StartShape(grid, room_to_recede(grid.surface, limit) if 0 < limit < math.inf else None)


def _grids(inputs: Inputs) -> tuple[VoxelGrid | None, dict[GuideKind, VoxelGrid]]:
    """The start shape, if something was given that makes one, and the guides by their kind."""
    place = inputs.placement
    guides: dict[GuideKind, VoxelGrid] = {}
    if inputs.may is not None:
        guides["may"] = _voxels(inputs.may, place, GUIDE_SIDE)
    if inputs.must is not None:
        guides["must"] = _voxels(inputs.must, place, GUIDE_SIDE)
    if inputs.start is not None:
        return _voxels(inputs.start, place, START_SIDE), guides
    if "may" in guides:  # blocked out by the artist: begin with all that may be there, and carve
        surface = guides["may"].surface
        if "must" in guides:
            surface = np.maximum(surface, guides["must"].surface)
        return VoxelGrid(surface, None), guides
    return None, guides


def _voxels(mesh: GivenMesh, place: Placement, side: int) -> VoxelGrid:
    points = place.to_field(mesh.points) if len(mesh.points) else None
    return voxelize(place.to_field(mesh.vertices), mesh.triangles, side, points, mesh.colours)


def with_strength(preset: Preset, strength: float, limit: float) -> Preset:
    """The preset with its noise levels scaled down so that the first is `strength`: lower levels keep more.

    limit: m that the surface may move, which starts no softer than half of that: a softer one could move farther, and
    thin parts would begin as mist.
    """
    fit, score = preset.denoise_fit, preset.score
    share = min(1.0, strength / fit.high_level)
    fit = replace(
        fit,
        start_level=min(fit.start_level, strength),
        between_level=min(fit.between_level, strength),
        high_level=fit.high_level * share,
        end_level=fit.end_level * share,
    )
    share = min(1.0, strength / score.high_level_start)
    score = replace(
        score,
        high_level_start=score.high_level_start * share,
        high_level_end=score.high_level_end * share,
        low_level=min(score.low_level, score.high_level_end * share),
        low_level_start=min(score.low_level_start, score.high_level_start * share),
    )
    preset = replace(preset, denoise_fit=fit, score=score)
    for part in ("field", "triplane", "hash"):
        crisp = getattr(preset, part)
        soft = min(crisp.beta_start, max(crisp.beta_end, limit / 2))
        preset = replace(preset, **{part: replace(crisp, beta_start=soft)})
    return preset


def box_of(preset: Preset) -> tuple[float, float, float] | None:
    """Half sides (m) of the box that a job without meshes keeps to; None without a wish for proportions."""
    ratio = parse_ratio(preset.constraints.ratio)
    return None if ratio is None else box_for(ratio)


def within_box(preset: Preset, half: tuple[float, float, float]) -> Preset:
    """The preset of such a job, whose field begins as large."""
    parts = {part: replace(getattr(preset, part), start_size=half) for part in ("field", "triplane", "hash")}
    return without_layouts(replace(preset, **parts))


def without_layouts(preset: Preset) -> Preset:
    """A layout knows nothing of meshes and boxes: it would draw the object where it may not be."""
    return replace(preset, denoise_fit=replace(preset.denoise_fit, layouts=False))


def _floor(grid: VoxelGrid | None, half: tuple[float, float, float] | None) -> tuple[float, float]:
    """Where the floor is, z in m, and the radius of the disc about the middle on which the object is to touch it.

    grid: the start shape.  half: half sides (m) of the box that the object keeps to, where there is no start shape.
    """
    if half is not None:
        return -half[2], BASE_DISC * min(half[:2])
    assert grid is not None
    axis = np.asarray(np.linspace(-1, 1, len(grid.surface)), np.float64)
    filled = grid.surface > 0
    low = axis[filled.any(axis=(0, 1)).argmax()]
    return float(low), float(max(_reach(filled, axis, 0), _reach(filled, axis, 1)))


def _reach(filled: NDArray[np.bool_], axis: NDArray[np.float64], along: int) -> float:
    """How far from the middle plane there is matter along an axis, in m."""
    other = tuple(each for each in range(3) if each != along)
    return float(np.abs(axis[filled.any(axis=other)]).max(initial=0.1))
