"""How much of a download is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

Say = Callable[[str, float], None]

SAY_EVERY: Final = 0.3  # s between progress lines


class Tally:
    """Counts the bytes of all files together, and says now and then how many there are."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.done = self.total = 0
        self._said = 0.0

    def count(self, count: int, name: str) -> None:
        """So many bytes more have come, of the file of this name."""
        self.done += count
        if time.monotonic() - self._said > SAY_EVERY:
            self.say_now(name)

    def say_now(self, name: str) -> None:
        """Say it, with what is going on."""
        if not self.total:
            return  # the table that comes first, a few hundred bytes
        self._said = time.monotonic()
        self.say(f"{name}: {self.done / 1e9:.2f} of {self.total / 1e9:.2f} GB", self.fraction())

    def fraction(self) -> float:
        """The share of all bytes; 1 only when everything is in its place."""
        return min(0.99, self.done / self.total) if self.total else 0.0
