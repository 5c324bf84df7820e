"""The default field: dense feature grids at several resolutions."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn import Parameter

from backend.fields.crisp import CrispField, CrispSettings

__all__ = ["GridField", "GridFieldSettings"]


@dataclass(frozen=True)
class GridFieldSettings(CrispSettings):
    resolutions: tuple[int, ...] = (12, 24, 48)  # points a side of each grid
    channels: int = 4  # features of each grid


class GridField(CrispField):
    """Feature grids over [-1, 1]³ and an MLP from their features to d and albedo."""

    def __init__(self, settings: GridFieldSettings, generator: torch.Generator) -> None:
        super().__init__(settings)
        self.grids = nn.ParameterList(
            Parameter(0.01 * torch.randn(1, settings.channels, n, n, n, generator=generator))
            for n in settings.resolutions
        )
        self.make_head(settings.channels * len(settings.resolutions), generator)

    def features(self, points: Tensor) -> Tensor:
        """Trilinear samples of all grids, side by side: [P, C]."""
        # grid_sample reads its coordinates last axis first; grids are stored [z, y, x] for it.
        where = points[None, None, None]
        samples = [
            F.grid_sample(grid, where, align_corners=True, padding_mode="border")[0, :, 0, 0] for grid in self.grids
        ]
        return torch.cat(samples).T

    def feature_parameters(self) -> list[Parameter]:
        """The grids."""
        return list(self.grids)
