"""What is behind the object in the pictures that a prior is shown by score distillation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import torch
from torch import Tensor

from backend.cameras import Rays
from backend.shading import random_background

__all__ = ["Background", "PlainBackground"]


class Background(Protocol):
    """A colour for every ray that misses the object; may have parameters of its own."""

    def __call__(self, rays: Rays, generator: torch.Generator) -> Tensor:
        """sRGB colours in 0 … 1: [R, 3]."""
        ...

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Parameters with their learning rates, as torch.optim takes them."""
        ...

    def state_dict(self) -> dict[str, Tensor]:
        """The parameters by name."""
        ...

    def load_state_dict(self, state_dict: Mapping[str, Tensor]) -> object:
        """Take back what state_dict gave."""
        ...


class PlainBackground:
    """One random plain colour behind all rays, another at each step."""

    def __call__(self, rays: Rays, generator: torch.Generator) -> Tensor:
        """See Background."""
        return random_background(generator).to(rays.origins.device).expand_as(rays.origins)

    def parameter_groups(self) -> list[dict[str, Any]]:
        """It has none."""
        return []

    def state_dict(self) -> dict[str, Tensor]:
        """Nothing is kept between steps."""
        return {}

    def load_state_dict(self, state_dict: Mapping[str, Tensor]) -> None:
        """Nothing to take back."""
