"""How long to wait for a backend that says nothing: telling work from a hang, and a suspended machine from both."""

from __future__ import annotations

import time
from typing import Final

HANG_SECONDS: Final = 60.0
"""Without any sign of life. Loading libraries from a slow disk can hold up even the heartbeat for a while."""
STUCK_SECONDS: Final = 1800.0
"""With a heartbeat but without any event of the engine; after a cancel a tenth of it."""

_POLL_LIMIT: Final = 1.0  # seconds that one look may add: a laptop that was closed is no hung backend


class Patience:
    """Counts the seconds of one job in which nothing was heard; asked at every poll."""

    def __init__(self, hang_seconds: float = HANG_SECONDS, stuck_seconds: float = STUCK_SECONDS) -> None:
        self._hang_seconds = hang_seconds
        self._stuck_seconds = stuck_seconds
        self.begin()

    def begin(self) -> None:
        """A job was sent, or is to go on to its asset."""
        self._silence = self._stuck = 0.0
        self._cancelling = False
        self._looked = time.monotonic()

    def cancel(self) -> None:
        """The job was asked to stop: events no longer count as progress, its ending is what is waited for."""
        self._cancelling = True
        self._stuck = 0.0

    def sign_of_life(self) -> None:
        """Something came, were it a heartbeat."""
        self._silence = 0.0

    def end(self, heard: bool) -> str | None:
        """What the backend has done for too long, None while it may go on. heard: events came since the last look."""
        now = time.monotonic()
        passed = min(now - self._looked, _POLL_LIMIT)
        self._looked = now
        self._silence += passed
        self._stuck = 0.0 if heard and not self._cancelling else self._stuck + passed
        if self._silence > self._hang_seconds:
            return f"gave no sign of life for {self._hang_seconds:g} s"
        if self._stuck > (self._stuck_seconds / 10 if self._cancelling else self._stuck_seconds):
            return "did not stop" if self._cancelling else "made no progress"
        return None
