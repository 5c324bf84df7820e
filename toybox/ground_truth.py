"""What is true of a scene: its signed distance, and a mesh of its surface."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .evaluation import parts_of, table
from .pack import pack
from .scene import Scene

CHUNK: Final = 50_000  # points at once
HALF: Final = 1.02  # half side of the cube that is meshed: the unit sphere and a margin


@torch.no_grad()
def signed_distance(scene: Scene, points: Tensor) -> Tensor:
    """At points [N, 3]: [N], negative inside.

    Exact outside of what is made of whole solids. Inside, and near blends and cuts, its size is a lower bound of the
    distance's, and its sign is right everywhere.
    """
    packed = pack([scene], points.device)
    results = []
    for chunk in points.split(CHUNK):
        ray, part = parts_of(packed, torch.zeros(len(chunk), dtype=torch.long, device=points.device))
        rows = table(packed, ray, part, chunk, torch.zeros_like(chunk))
        results.append(rows.distances(torch.zeros(len(chunk), device=points.device)))
    return torch.cat(results)


def mesh(scene: Scene, resolution: int = 96) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Marching cubes on resolution³ points: vertices [V, 3], triangles [T, 3], counter-clockwise from outside."""
    import mcubes  # here alone: whoever only renders needs no PyMCubes

    axis = torch.linspace(-HALF, HALF, resolution)
    points = torch.stack(torch.meshgrid(axis, axis, axis, indexing="ij"), dim=-1).view(-1, 3)
    values = signed_distance(scene, points).view(resolution, resolution, resolution)
    vertices, triangles = mcubes.marching_cubes(values.numpy(), 0.0)
    return vertices / (resolution - 1) * 2 * HALF - HALF, np.flip(triangles, axis=1).astype(np.int64)
