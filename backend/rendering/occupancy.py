"""Where it is worth sampling: a coarse grid of cells that may hold something a camera sees."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from backend.cameras import Rays
from backend.fields.base import Field

__all__ = ["Occupancy"]


class Occupancy:
    """Marks the cells of [-1, 1]³ in which the field's skin lies; outside is empty, deep inside is hidden.

    Until the first refresh every cell counts, so that matter can appear anywhere.
    """

    def __init__(self, resolution: int, device: torch.device) -> None:
        self.resolution = resolution
        self.cells = torch.ones(resolution**3, dtype=torch.bool, device=device)

    def contains(self, points: Tensor) -> Tensor:
        """points: [..., 3].  Returns [...], true where the point's cell is worth sampling."""
        n = self.resolution
        index = ((points + 1) * (n / 2)).long().clamp_(0, n - 1)
        return self.cells[(index[..., 0] * n + index[..., 1]) * n + index[..., 2]]

    def along(self, rays: Rays, distance: Tensor) -> Tensor:
        """distance: [R, S] in m along R rays.  Returns [R, S], true where the point's cell is worth sampling.

        The same as `contains` of the points, without making them: three times less memory to go through.
        """
        n = self.resolution
        index = torch.zeros_like(distance)
        for axis in range(3):
            origin, direction = rays.origins[:, axis, None], rays.directions[:, axis, None]
            cell = torch.addcmul((origin + 1) * (n / 2), distance, direction * (n / 2))
            # Whole numbers up to 2^24 are exact as floats, enough for 256 cells a side.
            index.mul_(n).add_(cell.floor_().clamp_(0, n - 1))
        return self.cells[index.long()]

    def radius(self) -> float:
        """The radius of the smallest ball about the origin that holds all marked cells, in m; at most 1."""
        n = self.resolution
        marked = self.cells.nonzero()[:, 0]
        if not len(marked):
            return 0.0
        cell = torch.stack([marked // n**2, marked // n % n, marked % n], dim=-1)
        # The corner farthest from the origin.
        corner = ((cell + 0.5) * (2 / n) - 1).abs() + 1 / n
        return min(1.0, corner.norm(dim=-1).max().item())

    def random_points(self, count: int, generator: torch.Generator) -> Tensor:
        """Points spread evenly over the marked cells: [count, 3]."""
        n = self.resolution
        marked = self.cells.nonzero()[:, 0]
        if not len(marked):
            marked = torch.arange(n**3, device=self.cells.device)
        draw = torch.rand(count, 4, generator=generator).to(self.cells.device)
        cell = marked[(draw[:, 3] * len(marked)).long()]
        corner = torch.stack([cell // n**2, cell // n % n, cell % n], dim=-1)
        return (corner + draw[:, :3]) * (2 / n) - 1

    @torch.no_grad()
    def refresh(self, field: Field, reach: float) -> None:
        """Keep the cells whose centre lies within `reach` (m) of the skin on either side.

        Deeper inside nothing is seen: behind `reach` metres of density S the light is down to exp(-S·reach).
        """
        n = self.resolution
        centres = (torch.arange(n, device=self.cells.device) + 0.5) * (2 / n) - 1
        surface = torch.cat([field.surface(torch.cartesian_prod(x[None], centres, centres)) for x in centres])
        # One cell of slack: d is only known at the centres.
        near = (surface.abs() < reach).view(1, 1, n, n, n).float()
        self.cells = F.max_pool3d(near, 3, stride=1, padding=1).flatten() > 0
        if not self.cells.any():
            # Where everything has gone, everywhere must be looked again: without a ray nothing could come back.
            self.cells[:] = True
