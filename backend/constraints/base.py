"""What the optimisation asks of a wish, and how a wish about matter becomes a loss."""

from __future__ import annotations

from typing import Protocol

import torch.nn.functional as F
from torch import Tensor

from backend.distillation.base import Scene

__all__ = ["Pressure", "empty_loss", "filled_loss"]


class Pressure(Protocol):
    """A loss that pushes the field towards a wish."""

    def __call__(self, scene: Scene, progress: float) -> Tensor:
        """A scalar. progress: how far the whole run is, 0 … 1."""
        ...


def empty_loss(surface: Tensor, beta: float) -> Tensor:
    """How much is in the way at points that must be empty: β·softplus(d / β), in m.  surface: [P] d.

    This is −β·log(1 − occupancy), the cross-entropy against empty with occupancy = sigmoid(d / β). Unlike the
    occupancy itself it still has a slope deep inside, where matter would otherwise never notice.
    """
    return beta * F.softplus(surface / beta)


def filled_loss(surface: Tensor, beta: float) -> Tensor:
    """How much is missing at points that must be filled: −β·log(occupancy), in m.  surface: [P] d."""
    return beta * F.softplus(-surface / beta)
