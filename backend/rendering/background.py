"""What is behind the object in the pictures that a prior is shown by score distillation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from backend.cameras import Rays
from backend.fields.encoding import integrated_encoding
from backend.networks import perceptron
from backend.shading import random_background

__all__ = ["Background", "NetworkBackground", "NetworkBackgroundSettings", "PlainBackground"]


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


@dataclass(frozen=True)
class NetworkBackgroundSettings:
    frequencies: int = 4  # octaves of the encoded direction, from 1 rad; MultiNeRF's for view directions
    hidden: int = 16  # units of the one hidden layer; 16 to 32 in threestudio and stable-dreamfusion
    learning_rate: float = 1e-4  # learning rate of the background, a tenth of the MLP field's, as in threestudio
    # Share of the steps in which it stands aside for a plain colour: threestudio's, so that it does not paint the
    # object. What only looks right before one background is not there.
    plain_share: float = 0.5


class NetworkBackground:
    """A colour for every direction, learnt: DreamFusion §3.1's environment map."""

    def __init__(self, settings: NetworkBackgroundSettings, generator: torch.Generator, device: torch.device) -> None:
        self.settings = settings
        self.plain = PlainBackground()
        self.network = perceptron([6 * settings.frequencies, settings.hidden, 3], generator).to(device)

    def __call__(self, rays: Rays, generator: torch.Generator) -> Tensor:
        """See Background."""
        if torch.rand((), generator=generator).item() < self.settings.plain_share:
            return self.plain(rays, generator)
        return torch.sigmoid(self.network(integrated_encoding(rays.directions, 0.0, self.settings.frequencies)))

    def parameter_groups(self) -> list[dict[str, Any]]:
        """The network's parameters."""
        return [{"params": list(self.network.parameters()), "lr": self.settings.learning_rate}]

    def state_dict(self) -> dict[str, Tensor]:
        """The network."""
        return self.network.state_dict()

    def load_state_dict(self, state_dict: Mapping[str, Tensor]) -> None:
        """See Background."""
        self.network.load_state_dict(state_dict)
