"""The whole way from a field to a mesh, in the order the steps need each other."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from backend.meshing.decimate import TooRough, decimate
from backend.meshing.field_grid import FieldGrid, Floats
from backend.meshing.flat_base import above, base_plane
from backend.meshing.mirror import kept_apart, left_half, with_mirror_image
from backend.meshing.resample import mirrored, resampled
from backend.meshing.ripples import RippleSettings, without_ripples
from backend.meshing.solid import Solid, SolidSettings, coarser, make_solid
from backend.meshing.surface import SmoothSettings, march, smooth
from backend.meshing.threshold import LevelSearch, ThresholdSettings, find_level
from backend.meshing.topology import vertex_normals
from dreamfusion_blender.cut import Symmetry
from dreamfusion_blender.errors import EmptyField

FLAT: Final = 0.003  # m above its lowest point, within which a base counts as flat


@dataclass(frozen=True)
class MeshSettings:
    """How a mesh is cut from a field."""

    level: float | None = None  # None: found from the field itself
    offset: float = 0.0  # added to the level that was found or given, in the field's metres
    resolution: int | None = None  # points a side of the grid that is cut; None: as it is stored
    symmetry: Symmetry = "none"
    base_limit: float | None = None  # m; not None: cut flat below, at most this high (see flat_base)
    threshold: ThresholdSettings = field(default_factory=ThresholdSettings)
    solid: SolidSettings = field(default_factory=SolidSettings)
    smooth: SmoothSettings = field(default_factory=SmoothSettings)
    ripples: RippleSettings = field(default_factory=RippleSettings)


@dataclass(frozen=True)
class BuiltMesh:
    """A closed mesh in the frame of `grid` (Z up, front facing -Y)."""

    vertices: Floats  # [V, 3]
    triangles: NDArray[np.int32]  # [T, 3], facing outwards
    normals: Floats  # [V, 3]
    grid: FieldGrid  # what the colours are to be read from: the stored field, or its kept half with its mirror image
    level: float  # where it was cut
    search: LevelSearch | None  # None when the level was given
    solid: Solid  # on fewer points than the field had where its detail did not fit into the budget
    triangles_before: int  # as marching cubes left them
    points_asked: int  # a side, of the grid that was to be cut
    plane: float  # x in the stored field of what lies at x = 0 here: the mirror's, 0 without one


def build_mesh(
    grid: FieldGrid,
    budget: int,
    settings: MeshSettings | None = None,
    on_stage: Callable[[str], None] = lambda label: None,
) -> BuiltMesh:
    """Cut, clean, smooth and lighten: at most `budget` triangles. Raises EmptyField when nothing is there to cut."""
    settings = settings or MeshSettings()
    cut = grid.inside_unit_sphere()
    search = None
    level = settings.level
    if level is None:
        on_stage("Finding the surface")
        search = find_level(cut, settings.threshold)
        level = search.level
        if not search.opaque_rays:
            raise EmptyField(
                "There is nothing to make a mesh of: the most solid place lets "
                f"{1 - search.highest_opacity:.0%} of the light through. The optimisation has not found an object; "
                "try another seed, more steps or another prompt"
            )
    found, level = level, level + settings.offset
    on_stage("Cutting the mesh")
    plane = 0.0
    if settings.symmetry != "none":
        plane = _middle(cut, level, found, settings.solid)
        cut, grid = (mirrored(each, plane, settings.symmetry) for each in (cut, grid))
    if settings.base_limit is not None:
        floor = base_plane(cut, level, settings.base_limit, settings.solid)
        cut, grid = (above(each, floor, level) for each in (cut, grid))
    stored = cut.side
    side = _side(settings, stored)
    # Cracks are as wide as they are, however many points there are.
    width = max(1, round(settings.solid.crack_width * side / stored))
    solid_settings = replace(settings.solid, crack_width=width)
    solid = make_solid(resampled(cut.surface, side), level, solid_settings)
    symmetric = settings.symmetry != "none"
    while True:
        vertices, triangles = march(solid.surface)
        if not len(triangles):
            raise _nothing_left(cut, level, found)
        if symmetric:
            vertices, triangles = with_mirror_image(*left_half(vertices, triangles))
        before = len(triangles)
        try:
            smoothed = _smoothed(vertices, triangles, settings)
            if symmetric:
                smoothed = kept_apart(smoothed, vertices)
            vertices, triangles = decimate(smoothed, triangles, budget, symmetric)
        except TooRough:
            # A coral does not fit into a few hundred triangles; a coarser look at it does.
            solid = coarser(solid, solid_settings, symmetric)
            continue
        return BuiltMesh(
            vertices, triangles, vertex_normals(vertices, triangles), grid, level, search, solid, before, side, plane
        )


def _smoothed(vertices: Floats, triangles: NDArray[np.int32], settings: MeshSettings) -> Floats:
    """Without the staircase of marching cubes and without the field's ripples; a base that is cut here stays flat."""
    vertices = smooth(vertices, triangles, settings.smooth)
    base = float(vertices[:, 2].min()) + FLAT if settings.base_limit is not None else -math.inf
    return without_ripples(vertices, triangles, settings.ripples, base)


def _middle(cut: FieldGrid, level: float, found: float, settings: SolidSettings) -> float:
    """Where x = 0 of the finished object lies in the field: in the middle of what is cut, as `placed` puts it."""
    vertices, triangles = march(make_solid(cut.surface, level, settings).surface)
    if not len(triangles):
        raise _nothing_left(cut, level, found)
    return float(vertices[:, 0].min() + vertices[:, 0].max()) / 2


def _side(settings: MeshSettings, stored: int) -> int:
    """Points a side of the grid that is cut; odd for a mirror, whose plane needs points of its own."""
    side = settings.resolution or stored
    return side + 1 - side % 2 if settings.symmetry != "none" else side


def _nothing_left(grid: FieldGrid, level: float, found: float) -> EmptyField:
    highest = float(grid.surface.max())
    return EmptyField(
        f"There is nothing to make a mesh of: the field reaches {highest:.3g} and the mesh was to be cut at "
        f"{level:.3g}. Its surface was found at {found:.3g}: choose a threshold below {highest - found:.3g}"
    )
