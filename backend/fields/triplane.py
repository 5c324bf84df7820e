"""A tri-plane field: three planes of features, whose samples at a point's three projections are added up.

Memory grows with the square of the resolution instead of its cube, so fine detail is cheap. The idea is EG3D's (Chan
et al. 2022); the surface is ours (see CrispField).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Parameter

from backend.fields.crisp import CrispField, CrispSettings

__all__ = ["TriplaneField", "TriplaneSettings"]


@dataclass(frozen=True)
class TriplaneSettings(CrispSettings):
    resolution: int = 128  # points a side: half the width of a pixel in a 64 × 64 picture
    channels: int = 32  # features of each plane


class TriplaneField(CrispField):
    """Planes XY, XZ and YZ over [-1, 1]² and an MLP from their summed features to d and albedo."""

    def __init__(self, settings: TriplaneSettings, generator: torch.Generator) -> None:
        super().__init__(settings)
        n = settings.resolution
        self.planes = Parameter(0.01 * torch.randn(3, settings.channels, n, n, generator=generator))
        self.make_head(settings.channels, generator)

    def features(self, points: Tensor) -> Tensor:
        """Bilinear samples of the planes, added up: [P, C]."""
        where = torch.stack([points[:, [0, 1]], points[:, [0, 2]], points[:, [1, 2]]])
        samples = F.grid_sample(self.planes, where[:, None], align_corners=True, padding_mode="border")
        return samples[:, :, 0].sum(dim=0).T

    def feature_parameters(self) -> list[Parameter]:
        """The planes."""
        return [self.planes]
