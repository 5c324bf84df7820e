"""How often, and how finely, the live object may be updated, learnt from what updates cost on this machine."""

from __future__ import annotations

import time

BUDGET = 0.025  # s that an update should take: half of the longest that Blender's interface may wait
SHARE = 0.05  # of Blender's time that updates may take
FEWEST = 500  # triangles; with fewer a shape is no longer to be recognised. Dearer updates come less often instead
_FIRST_GUESS = 3e-6  # s a triangle, until it is known; a machine of 2020 needs a fifth of it
_MEMORY = 0.7  # of the last estimate, when an update was cheaper; a dearer one counts at once


class Pace:
    """Asked before each update, told after it."""

    def __init__(self) -> None:
        self._seconds_per_triangle = _FIRST_GUESS
        self._due = 0.0

    def is_due(self) -> bool:
        """Whether the last update is long enough ago for what it took."""
        return time.monotonic() >= self._due

    def triangles(self) -> int:
        """As many as the budget allows."""
        return max(FEWEST, int(BUDGET / self._seconds_per_triangle))

    def took(self, seconds: float, triangles: int) -> None:
        """An update of so many triangles took so long, what hangs on the object (modifiers) included."""
        now = seconds / max(1, triangles)
        self._seconds_per_triangle = max(now, _MEMORY * self._seconds_per_triangle + (1 - _MEMORY) * now)
        self._due = time.monotonic() + seconds / SHARE
