"""Jobs that an earlier session left half-way: looked for in a thread, offered by the panel.

Jobs that the user cancelled are not among them, and neither are those that another process works on; when there are
some of these (a backend that outlived its Blender and is writing its checkpoint), it looks again a little later.
"""

from __future__ import annotations

import time

from ..dreamfusion_blender.store import JobFolder, list_jobs
from .background import Background

OFFERED = ("interrupted", "paused")
MOST = 3  # offered at a time, the newest
AGAIN_SECONDS = 3.0  # until it looks again for the first time; then after twice as long each time, up to
AGAIN_LONGEST = 60.0  # seconds, since the other process may be another Blender with hours of work


class Unfinished:
    """The panel reads `jobs`, the timer calls `pump`."""

    def __init__(self) -> None:
        self.jobs: list[JobFolder] = []
        self._background: Background[tuple[list[JobFolder], bool]] | None = None
        self._again: float | None = None  # when to look again
        self._pause = AGAIN_SECONDS

    @property
    def is_busy(self) -> bool:
        """Whether `pump` has something to wait for."""
        return self._background is not None or self._again is not None

    def look(self) -> None:
        """Begin to look; returns at once."""
        self._background, self._again = Background(_look), None

    def pump(self) -> bool:
        """Take in what was found, without waiting; returns whether it differs from what was known."""
        if self._again is not None and time.monotonic() > self._again:
            self.look()
        if self._background is None or not self._background.has_ended:
            return False
        background, self._background = self._background, None
        known = [job.path for job in self.jobs]
        self.jobs, others_at_work = background.result()
        self._again = time.monotonic() + self._pause if others_at_work else None
        self._pause = min(2 * self._pause, AGAIN_LONGEST)
        return known != [job.path for job in self.jobs]

    def forget(self, job: JobFolder) -> None:
        """Offer this one no longer."""
        self.jobs = [each for each in self.jobs if each.path != job.path]


def _look() -> tuple[list[JobFolder], bool]:
    """The newest unfinished jobs, and whether some process is at work on a job."""
    found, at_work = [], False
    for job in list_jobs():
        status = job.status
        at_work |= status == "running"
        if status in OFFERED:
            found.append(job)
    return found[:MOST], at_work
