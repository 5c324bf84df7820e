"""A multi-resolution hash grid: features at the corners of ever finer grids, the finest folded into small tables.

Source: Instant Neural Graphics Primitives (Müller et al. 2022), §3; in plain PyTorch, without its CUDA kernels, and
with our surface (see CrispField).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn import Parameter

from backend.fields.crisp import CrispField, CrispSettings

__all__ = ["HashField", "HashSettings"]

# Of the spatial hash (Instant-NGP eq. 4): neighbouring cells must not fall together along the first axis.
PRIMES: Final = (1, 2_654_435_761, 805_459_861)


@dataclass(frozen=True)
class HashSettings(CrispSettings):
    levels: int = 8  # levels of the hash tables; 16 in the paper, whose pictures are far finer than a prior's
    channels: int = 2  # features of each level, as in the paper
    table_bits: int = 15  # most entries of a level, as a power of 2 (19 in the paper)
    coarsest: int = 8  # cells a side of the first level (16 in the paper)
    finest: int = 128  # cells a side of the last level; from first to last each is finer by the same factor


class HashField(CrispField):
    """Hashed grids over [-1, 1]³ and an MLP from their features to d and albedo."""

    def __init__(self, settings: HashSettings, generator: torch.Generator) -> None:
        super().__init__(settings)
        growth = (settings.finest / settings.coarsest) ** (1 / max(1, settings.levels - 1))
        self.sides = [round(settings.coarsest * growth**level) for level in range(settings.levels)]
        self.entries = 2**settings.table_bits
        rows = [min(self.entries, (side + 1) ** 3) for side in self.sides]
        self.tables = nn.ParameterList(
            Parameter(0.01 * torch.randn(count, settings.channels, generator=generator)) for count in rows
        )
        self.make_head(settings.channels * settings.levels, generator)

    def features(self, points: Tensor) -> Tensor:
        """Trilinear samples of all levels, side by side: [P, C]."""
        return torch.cat([self._sample(level, points) for level in range(len(self.sides))], dim=-1)

    def feature_parameters(self) -> list[Parameter]:
        """The tables."""
        return list(self.tables)

    def _sample(self, level: int, points: Tensor) -> Tensor:
        """[P, C] of one level: the eight corners of each point's cell, weighted by their nearness."""
        side = self.sides[level]
        place = ((points + 1) * (side / 2)).clamp(0, side)
        low = place.detach().floor().clamp(max=side - 1)
        part = place - low
        weights = torch.stack([1 - part, part], dim=-1)  # [P, 3, 2], of the lower and the upper corner
        corner_weights = torch.einsum("pi,pj,pk->pijk", weights.unbind(dim=1)).flatten(1)
        rows = F.embedding(self._rows(level, low.long()), self.tables[level])
        return (corner_weights[..., None] * rows).sum(dim=1)

    def _rows(self, level: int, low: Tensor) -> Tensor:
        """Where the eight corners above each lower corner [P, 3] are kept: [P, 8], x changing slowest."""
        side = self.sides[level]
        x, y, z = (torch.stack([axis, axis + 1], dim=-1) for axis in low.unbind(dim=-1))  # [P, 2] each
        if (side + 1) ** 3 <= self.entries:
            rows = (x[:, :, None, None] * (side + 1) + y[:, None, :, None]) * (side + 1) + z[:, None, None, :]
        else:
            first, second, third = (axis * prime for axis, prime in zip((x, y, z), PRIMES, strict=True))
            rows = first[:, :, None, None] ^ second[:, None, :, None] ^ third[:, None, None, :]
            # The table's size is a power of two, so that its last bits are the remainder.
            rows = rows & (self.entries - 1)
        return rows.flatten(1)
