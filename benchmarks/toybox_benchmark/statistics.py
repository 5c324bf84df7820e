"""What many assets say together: means with bootstrap intervals, over prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from benchmarks.scoring import interval

__all__ = ["Mean", "mean_over_prompts"]

DRAWS: Final = 10_000


@dataclass(frozen=True)
class Mean:
    """A mean, its 95 % bootstrap interval, and how many prompts it is of."""

    mean: float
    low: float
    high: float
    count: int

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {"mean": self.mean, "low": self.low, "high": self.high, "count": self.count}


def mean_over_prompts(values: Sequence[tuple[str, float | None]]) -> Mean | None:
    """The mean of measures, each with the prompt it belongs to; None where nothing was measured.

    A prompt's seeds are averaged first, and prompts are what is drawn anew: assets of one prompt are related.
    """
    by_prompt: dict[str, list[float]] = {}
    for prompt, value in values:
        if value is not None:
            by_prompt.setdefault(prompt, []).append(value)
    if not by_prompt:
        return None
    means = [float(np.mean(each)) for each in by_prompt.values()]
    return Mean(*interval(means, DRAWS), len(means))
