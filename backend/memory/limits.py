"""What a run has cut its steps down to, and cutting them further when one did not fit into memory."""

from __future__ import annotations

import gc
from typing import Final, Protocol, runtime_checkable

from backend.devices import empty_cache
from backend.distillation.base import Scene
from backend.memory.settings import MemorySettings
from backend.priors.in_parts import PriorInParts

__all__ = ["Limits", "ReadInParts"]

FEWEST_POINTS: Final = 4096  # at a time: a picture's worth; below, it is not the field that takes the memory


@runtime_checkable
class ReadInParts(Protocol):
    """A field that can be read in parts."""

    points_at_once: int

    @property
    def most_points(self) -> int:
        """The most points the field was asked for in one call so far."""
        ...


class Limits:
    """Cuts up a scene's prior and field as the settings say, and by halves from there."""

    def __init__(self, settings: MemorySettings, scene: Scene) -> None:
        self.settings = settings
        self.scene = scene
        self.whole_prior = scene.prior
        self.accumulate = 1
        self.points_at_once: int | None = None  # of fields that can be read in parts
        self.usual_points: int | None = None  # the field's own, before it was cut up
        self.retries = 0
        if isinstance(scene.field, ReadInParts):
            self.usual_points = scene.field.points_at_once
            self.points_at_once = min(self.usual_points, settings.points_at_once)
        self.set(settings.accumulate, self.points_at_once)

    @property
    def is_tightened(self) -> bool:
        """Whether steps are cut up further than the settings ask for."""
        asked = min(self.settings.points_at_once, self.usual_points or 0)
        return self.accumulate > self.settings.accumulate or (self.points_at_once or 0) < asked

    def set(self, accumulate: int, points_at_once: int | None) -> None:
        """Cut the scene up from here on."""
        field = self.scene.field
        self.accumulate = accumulate
        self.scene.prior = self.whole_prior if accumulate == 1 else PriorInParts(self.whole_prior, accumulate)
        if points_at_once is not None and isinstance(field, ReadInParts):
            self.points_at_once = field.points_at_once = points_at_once

    def tighten(self, rings: int) -> str | None:
        """Halve what is in memory at a time; what was done, in words, or None when nothing is left to halve.

        rings: how many groups of views a step has that need not go through the prior together.
        """
        gc.collect()  # the failed step's graph may hang in cycles, through its exception
        empty_cache()
        accumulate, points = self.accumulate, self.points_at_once
        done: list[str] = []
        if accumulate < rings:
            accumulate = min(2 * accumulate, rings)
            done.append(f"views go through the prior in {accumulate} parts")
        if points is not None and isinstance(self.scene.field, ReadInParts):
            smaller = min(points, self.scene.field.most_points) // 2
            if smaller >= FEWEST_POINTS:
                points = smaller
                done.append(f"the field is read {points:,} points at a time")
        if not done or self.retries >= self.settings.retries:
            return None
        self.retries += 1
        self.set(accumulate, points)
        return " and ".join(done)
