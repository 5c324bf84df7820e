"""How long a run still takes, from how long its two kinds of work took so far."""

from __future__ import annotations

import time
from typing import Literal

from backend.optimize import Optimization

__all__ = ["TimeLeft"]


class TimeLeft:
    """Steps without a call of the prior are quick, steps with calls take as long as their calls do."""

    def __init__(self, run: Optimization) -> None:
        self.run = run
        self.seconds_in = {"plain": 0.0, "calling": 0.0}
        self.count = {"plain": 0, "calling": 0}
        self.longest = 0.0  # seconds, of the steps without a call
        self._begun = (0.0, 0)

    def begin(self) -> None:
        """Before a step."""
        self._begun = (time.monotonic(), self.run.calls)

    def end(self) -> None:
        """After it."""
        start, calls = self._begun
        made = self.run.calls - calls
        kind, took = "calling" if made else "plain", time.monotonic() - start
        self.seconds_in[kind] += took
        self.count[kind] += made or 1
        self.longest = self.longest if made else max(self.longest, took)

    def seconds(self) -> float | None:
        """Seconds left, or None while nothing is known."""
        run = self.run
        if not self.count["calling"]:
            return None
        calls_left = max(0, run.planned_calls - run.calls)
        steps_left = run.steps_planned - run.steps_made
        # The first step may draw a layout, for which no call is counted, and which no other step does.
        others = max(1, self.count["plain"] - 1)
        return calls_left * self.of("calling") + steps_left * (self.seconds_in["plain"] - self.longest) / others

    def of(self, kind: Literal["calling", "plain"]) -> float:
        """Seconds that a call takes, or a step without one; 0 when there was none yet."""
        return self.seconds_in[kind] / max(1, self.count[kind])
