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
    """The panel reads `waiting`, `is_held` and `picture`, operators call `start` and `go_on`, the timer `pump`."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[JobSpec | JobFolder, Location]] = deque()
        self.picture: Path | None = None  # of the last series
        self.parent: JobFolder | None = None  # what those that wait descend from
        self._done: list[JobFolder] = []
        self._at_work: Work | None = None
        self.is_held = False  # one of them was paused, and the rest waits
        self._paused: JobFolder | None = None  # that one
        self._environment: Environment | None = None
        self._home: Home | None = None
        self._drawing: Background[Path] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether `pump` has something to wait for."""
        return self.is_at_work or self._drawing is not None

    @property
    def is_at_work(self) -> bool:
        """Whether the backend is its own: between two jobs as well, when the one that ended is not in the scene yet."""
        return (bool(self.waiting) and not self.is_held) or self._at_work is not None

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
        self.waiting, self._done, self.picture = deque(jobs), [], None
        self.is_held, self._paused = False, None
        self._environment, self.parent, self._home = environment, parent, home

    def go_on(self) -> None:
        """Make those that wait, whatever became of the one that was paused."""
        self.is_held, self._paused = False, None

    def pump(self, session: Session) -> bool:
        """Start the next job where one has ended, and draw the picture after the last; whether anything happened."""
        if self._drawing is not None:
            return self._take_picture(session)
        if self.is_held:
            return self._follow(session)
        if self._environment is None or session.work is not None:
            return False
        if self._at_work is not None:
            self._end_of(self._at_work, session)
        if self.is_held:
            return True
        if self.waiting:
            job, place = self.waiting.popleft()
            said = list(dict.fromkeys(session.warnings))  # which a start forgets, of all before
            session.start(job, place, self._environment, parent=self.parent, home=self._home)
            session.warnings += said
            self._at_work = session.work
            return True
        done, environment = [job for job in self._done if job.turntable.is_file()], self._environment
        if done:  # not all have been deleted
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
            self.is_held, self._paused = True, work.job
            if session.stopped is not None and work.job.status != "finished":
                session.warnings.append(f"{len(self.waiting)} more follow when this one is resumed")
            else:  # it ended before it heard, and there is nothing to resume
                session.warnings.append(f"{len(self.waiting)} more follow after Make the Rest")

    def _follow(self, session: Session) -> bool:
        """Go on where the one that was paused is resumed; another job ends the series."""
        work = session.work
        if work is None or work.job is None:  # nothing yet, or it is being handed over
            return False
        paused = self._paused
        self.go_on()
        if paused is not None and work.job.path == paused.path:
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
