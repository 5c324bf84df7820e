"""What the optimisation loop asks of a distillation, and what it hands over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from backend.fields.base import Field
from backend.priors.base import Prior
from backend.rendering.background import Background
from backend.rendering.base import Renderer

__all__ = ["Objective", "Scene"]


@dataclass
class Scene:
    """The thing being made and all that is needed to look at it."""

    field: Field
    renderer: Renderer
    background: Background
    prior: Prior
    prompt: str
    negative_prompt: str
    generator: torch.Generator  # on the CPU, so that a seed means the same on every device
    device: torch.device


class Objective(Protocol):
    """A way to use a prior: asked for a loss at each step of its stage."""

    label: str

    def calls_within(self, steps: int) -> int:
        """How often the prior will be asked in the first so many steps of the stage, for the time left."""
        ...

    def ring_count(self, progress: float) -> int:
        """How many groups of views a step shows the prior that need not go through it together."""
        ...

    @property
    def changes_scene(self) -> bool:
        """Whether the coming step's loss makes the field another one by itself, beside its gradients."""
        ...

    def loss(self, scene: Scene, progress: float) -> Tensor:
        """A scalar to descend. progress: how far this stage is, 0 … 1."""
        ...

    def state_dict(self) -> dict[str, Tensor]:
        """Everything a checkpoint must keep to go on as if nothing had happened."""
        ...

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take back what state_dict gave."""
        ...
