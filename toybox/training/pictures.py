"""Maps to pictures: light and background, drawn anew each time a view is used."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["Look", "compose", "random_look"]


class Look(NamedTuple):
    """light: [N, 3] unit vectors towards distant lights.  ambient, diffuse: [N].  background: [N, 3]."""

    light: Tensor
    ambient: Tensor
    diffuse: Tensor
    background: Tensor

    def told(self) -> Tensor:
        """The light as `light_labels` wants it: [N, 3], towards it, as long as it is strong; 0 for plain albedo."""
        return self.light * self.diffuse[:, None]


def random_look(count: int, flat: float, grey: float, generator: torch.Generator) -> Look:
    """As the backend draws them (backend/shading.py).  flat, grey: shares of plain albedo and of grey backgrounds."""
    device = generator.device

    def rand(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator, device=device)

    towards = F.normalize(torch.randn(count, 3, generator=generator, device=device), dim=-1)
    light = F.normalize(towards + torch.tensor([0.0, 0.0, 0.8], device=device), dim=-1)
    unlit = rand(count) < flat
    ambient = torch.where(unlit, 1.0, 0.3 + 0.3 * rand(count))
    diffuse = torch.where(unlit, 0.0, 1 - ambient + 0.15 * rand(count))
    background = torch.where(rand(count, 1) < grey, rand(count, 1).expand(-1, 3), rand(count, 3))
    return Look(light, ambient, diffuse, background)


def compose(albedo: Tensor, mask: Tensor, normal: Tensor, look: Look) -> Tensor:
    """Pictures [N, 3, R, R] in 0 … 1 of maps as in Views, [N, C, R, R]: ambient plus Lambert, over the background."""
    facing = (F.normalize(normal, dim=1) * look.light[:, :, None, None]).sum(dim=1, keepdim=True).clamp(min=0)
    brightness = look.ambient[:, None, None, None] + look.diffuse[:, None, None, None] * facing
    return (albedo * brightness).clamp(max=1) + (1 - mask) * look.background[:, :, None, None]
