"""What is known of a shape before the run: what it starts from, how far it may leave that, mirror and ground.

These hold exactly, because they are part of what the field *is*; what is only wished for is a loss (constraints/).
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from backend.geometry.voxels import VoxelGrid

__all__ = ["Shaping", "StartShape"]

PALEST = 0.02  # of an albedo's values and of what they lack to 1: at 0 or 1 itself there is nothing left to learn


class StartShape(nn.Module):
    """A signed distance and an albedo on a grid, read between its points by straight lines.

    Derived from the job's inputs, so that checkpoints need not hold it.
    """

    values: Tensor  # [1, 1 or 4, N, N, N]: distance and, where there are colours, albedo logits

    def __init__(self, grid: VoxelGrid) -> None:
        super().__init__()
        surface = torch.from_numpy(grid.surface)[None]
        if grid.albedo is None:
            values = surface
        else:
            logits = torch.logit(torch.from_numpy(grid.albedo), eps=PALEST)
            values = torch.cat([surface, logits.permute(3, 0, 1, 2)])
        # grid_sample reads its coordinates last axis first.
        self.register_buffer("values", values.permute(0, 3, 2, 1)[None].contiguous(), persistent=False)

    def forward(self, points: Tensor) -> tuple[Tensor, Tensor | float]:
        """points: [P, 3].  Returns the distance [P] in m, positive inside, and albedo logits [P, 3], 0 without."""
        values = F.grid_sample(self.values, points[None, None, None], align_corners=True, padding_mode="border")
        values = values[0, :, 0, 0]
        return values[0], values[1:].T if len(values) > 1 else 0.0


class Shaping(nn.Module):
    """See the module.

    limit: m that d may differ from the start shape's, math.inf for no limit.  mirrored: left and right are the same.
    floor: z in m below which there is nothing, None for no floor.  is_object: whether the start shape is somebody's
    object, with looks to keep, and not only room to carve one from.
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

    def displace(self, start: Tensor, displacement: Tensor) -> Tensor:
        """d [P] from the start shape's distance [P] and a displacement [P], all in m.

        The limit is smooth, so that a displacement near it still learns; at 0 the shape is locked.
        """
        if self.limit == 0:
            return start + 0 * displacement
        if math.isfinite(self.limit):
            displacement = self.limit * torch.tanh(displacement / self.limit)
        return start + displacement

    def cut(self, surface: Tensor, points: Tensor) -> Tensor:
        """d [P] with everything below the floor taken away: the intersection with a half-space."""
        if self.floor is None:
            return surface
        return torch.minimum(surface, points[:, 2] - self.floor)
