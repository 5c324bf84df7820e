"""Ending a run when the object no longer changes, which is measured on a coarse grid, like that of a preview."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from backend.fields.base import Field

__all__ = ["EarlyStop", "StopSettings", "change_between", "look_at"]

RESOLUTION: Final = 32  # points a side: 6 cm cells, and a hundredth of a second a look


@dataclass(frozen=True)
class StopSettings:
    early: bool = False  # whether a run ends before its last step when the object no longer changes
    change: float = 0.01  # share of the object below which it counts as the same from one look to the next
    looks: int = 4  # looks in a row that must find the object the same
    every: float = 0.02  # share of the steps between two looks
    not_before: float = 0.6  # share of the steps before which no run ends


class EarlyStop:
    """Looks at a field now and then and says when it has settled."""

    def __init__(self, settings: StopSettings, steps: int) -> None:
        self.settings = settings
        self.first = math.ceil(settings.not_before * steps)
        self.every = max(1, round(settings.every * steps))
        self.change = math.inf  # between the last two looks
        self.calm = 0  # looks in a row that found the same
        self._last: Tensor | None = None

    def settled(self, field: Field, step: int) -> bool:
        """Whether the object has stopped changing.  step: how many are done. Looks only when it is due."""
        if not self.settings.early or step % self.every:
            return False
        now = look_at(field)
        if self._last is not None:
            self.change = change_between(self._last, now)
            self.calm = self.calm + 1 if self.change < self.settings.change else 0
        self._last = now
        return self.calm >= self.settings.looks and step >= self.first

    def state_dict(self) -> dict[str, Tensor]:
        """The last look and what it found; nothing before the first."""
        if self._last is None:
            return {}
        found = torch.tensor([self.change, self.calm], dtype=torch.float32)  # the change was measured in it
        return {"last": self._last, "found": found}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take back what state_dict gave."""
        self.change, self.calm, self._last = math.inf, 0, None
        if "last" in state:
            self._last = state["last"]
            self.change, self.calm = state["found"][0].item(), int(state["found"][1])


def look_at(field: Field) -> Tensor:
    """What stands where, and in which colour: opacity of each cell, and its albedo times that: [4, N, N, N]."""
    grid = field.to_grid(RESOLUTION)
    density = field.density_scale * torch.sigmoid(grid.surface / field.beta)
    opacity = -torch.expm1(-density * (2 / (RESOLUTION - 1)))
    return torch.cat([opacity[None], opacity * grid.albedo.movedim(-1, 0)])


def change_between(before: Tensor, after: Tensor) -> float:
    """The share of the object that is another, in shape or in colour, whichever is more.  See look_at.

    Of its shape, 1 - intersection / union, of fuzzy sets. Nothing is never settled: infinity when neither look shows
    anything.
    """
    union = torch.maximum(before[0], after[0]).sum()
    if union < 1:  # not one cell
        return math.inf
    shape = (before[0] - after[0]).abs().sum() / union
    colour = (before[1:] - after[1:]).abs().mean(dim=0).sum() / union
    return max(shape.item(), colour.item())
