"""A flat base: what lies below a plane is taken away, so that the object stands on it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np

from backend.meshing.field_grid import FieldGrid
from backend.meshing.solid import SolidSettings, make_solid
from backend.meshing.surface import march
from dreamfusion_blender.constraints import ConstraintSettings, has_floor_in_field
from dreamfusion_blender.inputs import Inputs
from dreamfusion_blender.store import JobFolder

__all__ = ["above", "base_limit", "base_limit_of", "base_plane", "with_flat_base"]

BASE_SHARE: Final = 0.05  # of the object's height that goes: a ball then stands on a disc of 0.44 of its radius


def base_limit(settings: ConstraintSettings, inputs: Inputs | None) -> float | None:
    """z in m that the plane may lie at most when a mesh is cut: the lower end of what must be there, or infinity.

    None without a wish for a flat base, and where the field itself has one.
    """
    meshes = {} if inputs is None else inputs.meshes
    if not settings.flat_base or has_floor_in_field(settings, meshes):
        return None
    if inputs is None or inputs.must is None:
        return math.inf
    return float(inputs.placement.to_field(inputs.must.vertices)[:, 2].min())


def base_limit_of(job: JobFolder) -> float | None:
    """The same for a job, as its spec has it. Raises JobDamaged for inputs that are not the job's own."""
    inputs = Inputs.load(job.inputs, job.spec.inputs) if job.spec.inputs else None
    return base_limit(ConstraintSettings.of(job.spec.overrides), inputs)


def with_flat_base(grid: FieldGrid, level: float, limit: float = math.inf) -> FieldGrid:
    """The field without what lies below its plane, when it is cut at this level. See base_plane."""
    return above(grid, base_plane(grid, level, limit), level)


def base_plane(
    grid: FieldGrid, level: float, limit: float = math.inf, settings: SolidSettings | None = None
) -> float | None:
    """z in m of the plane below which all goes; None where there is no object.  limit: see base_limit.

    What will be taken for a crumb (`settings`) does not count: the plane belongs to the object.
    """
    vertices, triangles = march(make_solid(grid.inside_unit_sphere().surface, level, settings).surface)
    if not len(triangles):
        return None
    low, high = float(vertices[:, 2].min()), float(vertices[:, 2].max())
    return min(low + BASE_SHARE * (high - low), limit)


def above(grid: FieldGrid, plane: float | None, level: float) -> FieldGrid:
    """The field without what lies below the plane, z in m, when it is cut at this level. None: all of it."""
    if plane is None:
        return grid
    height = np.linspace(-1.0, 1.0, grid.side, dtype=np.float32)
    return replace(grid, surface=np.minimum(grid.surface, height - plane + level))
