"""Several beginnings of one run, of which the one goes on that the prior itself finds most like the prompt.

What comes of a prompt depends more on the first random numbers than on any setting, and it can be told long before
the end. So a run is begun more than once, as a scene is filmed in several takes, and the best one is finished.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from backend.states import part_of, prefixed

__all__ = ["Takes", "TakesSettings"]

KEPT = "kept."


@dataclass(frozen=True)
class TakesSettings:
    count: int = 1  # beginnings that are tried; 1 for a run that simply goes through
    share: float = 0.4  # share of the steps that each take has before they are compared


class Takes:
    """Which take is being made, and the best of those before it."""

    def __init__(self, settings: TakesSettings, steps: int, has_object: bool = False) -> None:
        """steps: of the whole run.  has_object: whether there is one to begin with, so that there is nothing to try."""
        self.count = 1 if has_object else max(1, settings.count)
        self.steps = min(steps, max(1, round(settings.share * steps)))  # of each take
        self.number = 0  # of the present one, or `count` when one was chosen
        self.scores: list[float] = []
        self.best: dict[str, Tensor] = {}  # the state at the end of the best so far

    @property
    def steps_before(self) -> int:
        """Steps made by other takes than the one that is at work."""
        return min(self.number, self.count - 1) * self.steps

    @property
    def extra_steps(self) -> int:
        """Steps made by all takes but the one that goes on."""
        return (self.count - 1) * self.steps

    def is_over(self, step: int) -> bool:
        """Whether the present take ends with this many steps, to be compared."""
        return self.are_compared and step == self.steps

    def finish(self, score: float, state: dict[str, Tensor]) -> dict[str, Tensor] | None:
        """Enter a take that is over; the state to go on with when it was the last one, and None before.

        score: how good it is, the more the better.  state: at its end.
        """
        score = score if math.isfinite(score) else -math.inf
        if not self.scores or score > max(self.scores):
            self.best = state
        self.scores.append(score)
        self.number += 1
        if self.number < self.count:
            return None
        chosen, self.best = self.best, {}
        return chosen

    @property
    def label(self) -> str:
        """What is done at present, for people."""
        return f"Optimising, take {self.number + 1} of {self.count}" if self.are_compared else "Optimising"

    @property
    def are_compared(self) -> bool:
        """Whether none has been chosen yet."""
        return self.number < self.count and self.count > 1

    def words(self) -> str:
        """Which take was chosen, for people."""
        best = self.scores.index(max(self.scores)) + 1
        return f"Take {best} of {self.count} looks most like the prompt and goes on"

    def state_dict(self) -> dict[str, Tensor]:
        """The scores and the best state, not copied: what is kept does not change."""
        if self.count == 1:
            return {}
        state = {"scores": torch.tensor(self.scores, dtype=torch.float64)}
        return state | prefixed(self.best, KEPT)

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take back what state_dict gave; a run that knew no takes goes through."""
        if "scores" not in state:
            self.number = self.count
            return
        self.scores = state["scores"].tolist()
        self.number = len(self.scores)
        self.best = part_of(state, KEPT)
