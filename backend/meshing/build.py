"""The whole way from a field to a mesh, in the order the steps need each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from backend.meshing.decimate import TooRough, decimate
from backend.meshing.field_grid import FieldGrid, Floats
from backend.meshing.solid import Solid, SolidSettings, coarser, make_solid
from backend.meshing.surface import SmoothSettings, march, smooth
from backend.meshing.threshold import LevelSearch, ThresholdSettings, find_level
from backend.meshing.topology import vertex_normals
from dreamfusion_blender.errors import EmptyField


@dataclass(frozen=True)
class MeshSettings:
    """How a mesh is cut from a field."""

    level: float | None = None  # None: found from the field itself
    threshold: ThresholdSettings = field(default_factory=ThresholdSettings)
    solid: SolidSettings = field(default_factory=SolidSettings)
    smooth: SmoothSettings = field(default_factory=SmoothSettings)


@dataclass(frozen=True)
class BuiltMesh:
    """A closed mesh in the field's own frame (inside the unit sphere, Z up, front facing -Y)."""

    vertices: Floats  # [V, 3]
    triangles: NDArray[np.int32]  # [T, 3], facing outwards
    normals: Floats  # [V, 3]
    level: float
    search: LevelSearch | None  # None when the level was given
    solid: Solid  # on fewer points than the field had where its detail did not fit into the budget
    triangles_before: int  # as marching cubes left them


def build_mesh(
    grid: FieldGrid,
    budget: int,
    settings: MeshSettings | None = None,
    on_stage: Callable[[str], None] = lambda label: None,
) -> BuiltMesh:
    """Cut, clean, smooth and lighten: at most `budget` triangles. Raises EmptyField when nothing is there to cut."""
    settings = settings or MeshSettings()
    grid = grid.inside_unit_sphere()
    search = None
    level = settings.level
    if level is None:
        on_stage("Finding the surface")
        search = find_level(grid, settings.threshold)
        level = search.level
        if not search.opaque_rays:
            raise EmptyField(
                "There is nothing to make a mesh of: the most solid place lets "
                f"{1 - search.highest_opacity:.0%} of the light through. The optimisation has not found an object; "
                "try another seed, more steps or another prompt"
            )
    on_stage("Cutting the mesh")
    solid = make_solid(grid.surface, level, settings.solid)
    while True:
        vertices, triangles = march(solid.surface)
        if not len(triangles):
            raise EmptyField(
                f"There is nothing to make a mesh of: the field reaches {float(grid.surface.max()):.3g} "
                f"and the mesh was to be cut at {level:.3g}"
            )
        before = len(triangles)
        try:
            vertices, triangles = decimate(smooth(vertices, triangles, settings.smooth), triangles, budget)
        except TooRough:
            # A coral does not fit into a few hundred triangles; a coarser look at it does.
            solid = coarser(solid, settings.solid)
            continue
        return BuiltMesh(vertices, triangles, vertex_normals(vertices, triangles), level, search, solid, before)
