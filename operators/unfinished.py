"""Jobs that an earlier session left half-way: looked for in a thread, offered by the panel.

With them come jobs that were finished while the file that holds their live object was closed.

Jobs that the user cancelled are not among them, and neither are those that another process works on; when there are
some of these (a backend that outlived its Blender and is writing its checkpoint), it looks again a little later.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

from ..dreamfusion_blender.store import JobFolder, list_jobs
from .background import Background

OFFERED = ("interrupted", "paused")
MOST = 3  # offered at a time, the newest
AGAIN_SECONDS = 3.0  # until it looks again for the first time; then after twice as long each time, up to
AGAIN_LONGEST = 60.0  # seconds, since the other process may be another Blender with hours of work


class _Found(NamedTuple):
    unfinished: list[JobFolder]
    finished: list[JobFolder]
    others_at_work: bool


class Unfinished:
    """The panel reads `jobs`, the timer calls `pump`."""

    def __init__(self) -> None:
        self.jobs: list[JobFolder] = []
        self.finished: list[JobFolder] = []  # with a live object in this file; the session takes them from here
        self._live: frozenset[str] = frozenset()
        self._background: Background[_Found] | None = None
        self._again: float | None = None  # when to look again
        self._pause = AGAIN_SECONDS

    @property
    def is_busy(self) -> bool:
        """Whether `pump` has something to wait for."""
        return self._background is not None or self._again is not None

    def look(self, live: frozenset[str] = frozenset()) -> None:
        """Begin to look; returns at once.  live: the ids of the jobs that this file holds a live object of."""
        self._live = live
        self._background, self._again = Background(lambda: _look(live)), None

    def pump(self) -> bool:
        """Take in what was found, without waiting; returns whether it differs from what was known.

        Raises DreamFusionError once where the looking failed.
        """
        if self._again is not None and time.monotonic() > self._again:
            self.look(self._live)
        if self._background is None or not self._background.has_ended:
            return False
        background, self._background = self._background, None
        known = [job.path for job in self.jobs]
        found = background.result()
        failed = [job for job in self.jobs if job.status == "failed"]  # which no look finds
        self.jobs = [*failed, *found.unfinished]
        self.finished = [job for job in found.finished if job.id in self._live]
        self._again = time.monotonic() + self._pause if found.others_at_work else None
        self._pause = min(2 * self._pause, AGAIN_LONGEST)
        return known != [job.path for job in self.jobs] or bool(self.finished)

    def keep(self, job: JobFolder) -> None:
        """Offer this one from now on, if it is one that would be found in a later session, or failed."""
        if job.status in (*OFFERED, "failed"):
            self.jobs = [job, *(each for each in self.jobs if each.path != job.path)]

    def has_come(self, job: JobFolder) -> None:
        """This file's live object of the job has become its result."""
        self._live -= {job.id}

    def forget(self, path: Path) -> None:
        """Offer this one no longer."""
        self.jobs = [each for each in self.jobs if each.path != path]


def _look(live: frozenset[str]) -> _Found:
    """The newest unfinished jobs, finished ones with a live object, and whether some process is at work on a job."""
    jobs = [(job, job.status) for job in list_jobs()]
    return _Found(
        [job for job, status in jobs if status in OFFERED][:MOST],
        [job for job, status in jobs if status == "finished" and job.id in live],
        any(status == "running" for _, status in jobs),
    )
