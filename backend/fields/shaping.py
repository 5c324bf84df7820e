"""What is known of a shape before the run: what it starts from, how far it may leave that, mirror and ground.

These hold exactly, because they are part of what the field *is*; what is only wished for is a loss (constraints/).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from backend.geometry.voxels import VoxelGrid

__all__ = ["Shaping", "StartSample", "StartShape"]

PALEST = 0.02  # least distance of albedo from 0 and 1, where its logit would be infinite and its gradient 0


class StartSample(NamedTuple):
    """What a start shape is at P points."""

    surface: Tensor  # [P], its signed distance in m, positive inside
    room: Tensor | float  # [P], how far in m its surface may recede, math.inf where nothing is known
    logits: Tensor | float  # [P, 3], its albedo's, 0 where it has no colours


class StartShape(nn.Module):
    """A signed distance, the room to recede and an albedo on a grid, read between its points by straight lines.

    Derived from the job's inputs, so that checkpoints need not hold it.
    """

    values: Tensor  # [1, C, N, N, N]: distance; room, where that is known; albedo logits, where there are colours

    def __init__(self, grid: VoxelGrid, room: NDArray[np.float32] | None = None) -> None:
        """room: [N, N, N] in m, None where the surface may recede without end."""
        super().__init__()
        values = [torch.from_numpy(grid.surface)]
        if room is not None:
            values.append(torch.from_numpy(room))
        self.has_room = room is not None
        if grid.albedo is not None:
            values += torch.logit(torch.from_numpy(grid.albedo), eps=PALEST).unbind(-1)
        # grid_sample reads its coordinates last axis first.
        self.register_buffer("values", torch.stack(values).permute(0, 3, 2, 1)[None].contiguous(), persistent=False)

    def forward(self, points: Tensor) -> StartSample:
        """points: [P, 3]."""
        values = F.grid_sample(self.values, points[None, None, None], align_corners=True, padding_mode="border")
        surface, *rest = values[0, :, 0, 0]
        room = rest.pop(0) if self.has_room else math.inf
        return StartSample(surface, room, torch.stack(rest, dim=-1) if rest else 0.0)


class Shaping(nn.Module):
    """See the module.

    limit: m that d may differ from the start shape's, math.inf for no limit; it falls by no more than the shape's room
    to recede.  mirrored: left and right are the same.  floor: z in m below which there is nothing, None for no floor.
    is_object: whether the start shape is somebody's object, with looks to keep, and not only room to carve one from.
    """

    def __init__(
        self,
        start: StartShape | None = None,
        limit: float = math.inf,
        mirrored: bool = False,
        floor: float | None = None,
        is_object: bool = False,
    ) -> None:
        super().__init__()
        self.start = start
        self.limit = limit
        self.mirrored = mirrored
        self.floor = floor
        self.is_object = is_object

    def fold(self, points: Tensor) -> Tensor:
        """points: [P, 3].  Where the field is asked instead: with a mirror, always on its right side, x ≥ 0."""
        if not self.mirrored:
            return points
        return torch.cat([points[:, :1].abs(), points[:, 1:]], dim=-1)

    def unfold(self, normals: Tensor, points: Tensor) -> Tensor:
        """Normals [P, 3] that were found where the field was asked, as they are at the points [P, 3]."""
        if not self.mirrored:
            return normals
        side = torch.where(points[:, :1] < 0, -1.0, 1.0)
        return torch.cat([side * normals[:, :1], normals[:, 1:]], dim=-1)

    def displace(self, start: StartSample, displacement: Tensor) -> Tensor:
        """d [P] from the start shape and a displacement [P] in m.

        The limit is smooth, so that a displacement near it still learns; at 0 the shape is locked.
        """
        if self.limit == 0:
            return start.surface + 0 * displacement
        if math.isfinite(self.limit):
            inwards = torch.as_tensor(start.room).clamp(max=self.limit)
            limit = torch.where(displacement < 0, inwards, self.limit)
            displacement = limit * torch.tanh(displacement / limit)
        return start.surface + displacement

    def cut(self, surface: Tensor, points: Tensor) -> Tensor:
        """d [P] with everything below the floor taken away: the intersection with a half-space."""
        if self.floor is None:
            return surface
        return torch.minimum(surface, points[:, 2] - self.floor)
