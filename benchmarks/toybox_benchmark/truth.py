"""The toybox's own shapes of what a prompt says, and how near an asset comes to the nearest of them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from backend.geometry.winding import WindingTree
from backend.meshing.topology import vertex_normals
from backend.rendering.rasterize import Model
from benchmarks.toybox_benchmark.clouds import Cloud, Floats, align, cloud_of, grid_around, volume_iou
from benchmarks.toybox_benchmark.tasks import Task
from dreamfusion_blender.files import replacing
from toybox import Scene, compose, mesh, pack, signed_distance
from toybox.evaluation import parts_of, table
from toybox.render import albedo

__all__ = ["Fit", "Truth", "inside_mesh", "scene_of", "truth_model"]

SHAPES: Final = 24  # of each prompt: builders draw their proportions and poses
MESH_SIDE: Final = 64  # points a side of the grid a shape is cut on
IOU_SIDE: Final = 40  # points a side of the grid on which volumes are compared


@dataclass(frozen=True)
class Fit:
    """How near an asset is to the nearest of the true shapes, both at root mean square radius 1."""

    chamfer: float  # in that unit
    iou: float
    turn: float  # rad, that lays the asset over the shape: how far its front is from where it should be
    shape: int  # which of them


def scene_of(task: Task, index: int) -> Scene:
    """The index-th of the prompt's scenes; the same for ever."""
    seed = zlib.crc32(task.prompt.encode())
    return compose(task.description, np.random.default_rng([seed, index]))


def truth_model(task: Task, index: int = 0, side: int = 96) -> Model:
    """One of the true shapes as something to draw, in the world's colours."""
    scene = scene_of(task, index)
    vertices, triangles = mesh(scene, side)
    points = torch.from_numpy(vertices).float()
    colours = _colours(scene, points).numpy()
    return Model(vertices, triangles, vertex_normals(vertices, triangles), colours=colours)


class Truth:
    """The true shapes of one prompt."""

    def __init__(self, task: Task, shapes: int = SHAPES, kept: Path | None = None) -> None:
        """kept: a folder for what takes half a second a shape, to be found there the next time."""
        self.scenes = [scene_of(task, index) for index in range(shapes)]
        file = None if kept is None else kept / f"{task.key}-{shapes}-{MESH_SIDE}.npz"
        if file is not None and file.is_file():
            with np.load(file) as stored:
                rows = zip(stored["points"], stored["centre"], stored["scale"], strict=True)
                self.clouds = [Cloud(points, centre, float(scale)) for points, centre, scale in rows]
            return
        self.clouds = [cloud_of(*mesh(scene, MESH_SIDE)) for scene in self.scenes]
        if file is not None:
            points, centres = [each.points for each in self.clouds], [each.centre for each in self.clouds]
            scales = [each.scale for each in self.clouds]
            file.parent.mkdir(parents=True, exist_ok=True)
            with replacing(file) as temporary:
                np.savez(temporary, points=np.asarray(points), centre=np.asarray(centres), scale=np.asarray(scales))

    def fit(self, model: Model) -> Fit:
        """Lay a mesh over every shape and compare it with the one that is nearest by the Chamfer distance."""
        cloud = cloud_of(model.vertices, model.triangles)
        placed = [align(cloud.points, each.points) for each in self.clouds]
        nearest = int(np.argmin([distance for _, distance in placed]))
        placement, distance = placed[nearest]
        true = self.clouds[nearest]
        grid = grid_around([placement(cloud.points), true.points], IOU_SIDE)
        inside = inside_mesh(model, cloud.taken_back(placement.undone(grid)))
        iou = volume_iou(inside, self._inside(nearest, true, grid))
        return Fit(distance, iou, placement.turn, nearest)

    def _inside(self, index: int, cloud: Cloud, grid: Floats) -> NDArray[np.bool_]:
        there = torch.from_numpy(cloud.taken_back(grid)).float()
        return (signed_distance(self.scenes[index], there) < 0).numpy()


def inside_mesh(model: Model, points: Floats) -> NDArray[np.bool_]:
    """Which points [N, 3] a mesh encloses: [N]. One that is turned inside out encloses the same."""
    winding = WindingTree(model.vertices[model.triangles].astype(np.float64))
    return np.abs(winding(points)) > 0.5


def _colours(scene: Scene, points: torch.Tensor) -> torch.Tensor:
    """The colour [N, 3] of the part that each point [N, 3] of the surface belongs to."""
    packed = pack([scene], points.device)
    which = torch.zeros(len(points), dtype=torch.long)
    rows = table(packed, *parts_of(packed, which), points, torch.zeros_like(points))
    return albedo(packed, which, rows.nearest(torch.zeros(len(points))), points)
