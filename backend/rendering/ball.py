"""The unit ball about the origin, in which everything is."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["ball_points"]


def ball_points(count: int, generator: torch.Generator, device: torch.device) -> Tensor:
    """Points spread evenly over it: [count, 3]. Drawn on the CPU, so that a seed means the same anywhere."""
    direction = F.normalize(torch.randn(count, 3, generator=generator), dim=-1)
    # The cube root spreads radii evenly over the ball's volume.
    return (direction * torch.rand(count, 1, generator=generator) ** (1 / 3)).to(device)
