"""A stopwatch with two clocks: on a busy machine they differ."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Took", "median", "time_of"]


@dataclass(frozen=True)
class Took:
    """Seconds of the clock, and of all processors together."""

    clock: float
    processor: float

    @classmethod
    def now(cls) -> Took:
        return cls(time.perf_counter(), time.process_time())

    @classmethod
    def since(cls, began: Took) -> Took:
        return cls.now() - began

    def __add__(self, other: Took) -> Took:
        return Took(self.clock + other.clock, self.processor + other.processor)

    def __sub__(self, other: Took) -> Took:
        return Took(self.clock - other.clock, self.processor - other.processor)

    def __truediv__(self, other: Took) -> Took:
        return Took(self.clock / other.clock, self.processor / other.processor)


def median(times: list[Took]) -> Took:
    """Of each of the two clocks."""
    return Took(statistics.median(x.clock for x in times), statistics.median(x.processor for x in times))


def time_of(work: Callable[[], object]) -> Took:
    """How long it takes."""
    began = Took.now()
    work()
    return Took.since(began)
