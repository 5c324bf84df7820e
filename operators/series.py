"""Several jobs that wait for one another, and the picture of all when they are done. No bpy in here."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path

from ..dreamfusion_blender.environment import Environment
from ..dreamfusion_blender.errors import DreamFusionError
from ..dreamfusion_blender.job import JobSpec
from ..dreamfusion_blender.sheets import write_sheet
from ..dreamfusion_blender.store import JobFolder
from .background import Background
from .session import Session
from .work import Home, Location, Work

SHEET = "variations.png"
"""In the folder of the first job of those in the picture."""


class Series:
    """The panel reads `waiting` and `picture`, the operator calls `start`, the timer calls `pump`."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[JobSpec | JobFolder, Location]] = deque()
        self.picture: Path | None = None  # of the last series
        self.parent: JobFolder | None = None  # what those that wait descend from
        self._done: list[JobFolder] = []
        self._at_work: Work | None = None
        self._paused: JobFolder | None = None  # the one of them that the rest waits for
        self._environment: Environment | None = None
        self._home: Home | None = None
        self._drawing: Background[Path] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether `pump` has something to wait for."""
        is_waiting = bool(self.waiting) and self._paused is None
        return is_waiting or self._at_work is not None or self._drawing is not None

    def start(
        self,
        jobs: Sequence[tuple[JobSpec | JobFolder, Location]],
        environment: Environment,
        parent: JobFolder | None = None,
        home: Home | None = None,
    ) -> None:
        """Have them run one after another, each with the place of its result.

        parent: what new ones descend from.  home: the scene of all places.
        """
        self.waiting, self._done, self._paused, self.picture = deque(jobs), [], None, None
        self._environment, self.parent, self._home = environment, parent, home

    def pump(self, session: Session) -> bool:
        """Start the next job where one has ended, and draw the picture after the last; whether anything happened."""
        if self._drawing is not None:
            return self._take_picture(session)
        if self._paused is not None:
            return self._follow(self._paused, session)
        if self._environment is None or session.work is not None:
            return False
        if self._at_work is not None:
            self._end_of(self._at_work, session)
        if self._paused is not None:
            return True
        if self.waiting:
            job, place = self.waiting.popleft()
            said = list(dict.fromkeys(session.warnings))  # which a start forgets, of all before
            session.start(job, place, self._environment, parent=self.parent, home=self._home)
            session.warnings += said
            self._at_work = session.work
            return True
        if self._done:
            done, environment = self._done, self._environment
            self._drawing = Background(lambda: write_sheet(done, done[0].path / SHEET, environment))
        self._done, self._environment, self.parent = [], None, None
        return True

    def _end_of(self, work: Work, session: Session) -> None:
        self._at_work = None
        if work.job is not None and work.job.status == "finished":
            self._done.append(work.job)
        if session.error is not None and self.waiting:  # it would be forgotten with the next start
            session.warnings.append(f"One of the series failed, with seed {work.spec.seed}: {session.error.message}")
        # A failed one does not stop the rest; one that could not even begin, or that was cancelled, does.
        if work.job is None or work.wish == "cancel":
            self._give_up(session)
        elif work.wish == "pause" and self.waiting:
            self._paused = work.job
            session.warnings.append(f"{len(self.waiting)} more follow when this one is resumed")

    def _follow(self, paused: JobFolder, session: Session) -> bool:
        """Go on where the one that was paused is resumed; another job ends the series."""
        work = session.work
        if work is None or work.job is None:  # nothing yet, or it is being handed over
            return False
        self._paused = None
        if work.job.path == paused.path:
            self._at_work = work
        else:
            self._give_up(session)
        return True

    def _give_up(self, session: Session) -> None:
        if self.waiting:
            session.warnings.append(f"{len(self.waiting)} more will not be made: the series ended here")
        self.waiting.clear()

    def _take_picture(self, session: Session) -> bool:
        assert self._drawing is not None
        if not self._drawing.has_ended:
            return False
        drawing, self._drawing = self._drawing, None
        try:
            self.picture = drawing.result()
        except DreamFusionError as error:
            session.error = session.error or error
        return True


series = Series()
"""The one of this Blender."""
