"""What goes on between two clicks: the job at work, what came of the last one, an install or a download on its way.

No bpy in here: `pump` is a plain function that Blender's timer, a script's loop and a test call alike, and it never
waits. The session holds paths and numbers, never references to data-blocks, which an undo would leave dangling.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path

from ..dreamfusion_blender import jobs
from ..dreamfusion_blender.client import Backend
from ..dreamfusion_blender.environment import Environment
from ..dreamfusion_blender.errors import DreamFusionError, from_event
from ..dreamfusion_blender.job import JobSpec
from ..dreamfusion_blender.protocol import Message, Wish
from ..dreamfusion_blender.store import JobFolder
from .background import Background
from .errand import Errand
from .errands import downloading, installing, removing
from .handover import hand_over
from .unfinished import Unfinished
from .work import STAGES_OF_WISHES, Home, Location, Work


class Session:
    """One Blender's dealings with the backend. The panel reads the attributes, the operators call the methods."""

    def __init__(self) -> None:
        self.work: Work | None = None
        self.ready: deque[Work] = deque()  # finished, waiting to be imported
        self.imported: list[JobFolder] = []  # brought into a scene, by the timer or by hand
        self.arrived: JobFolder | None = None  # the last that the timer brought, until somebody has looked at it
        self.at_home: set[str] = set()  # ids of jobs that were refined from an object of the file that is open
        self.offered: list[JobFolder] = []  # finished, but its object was deleted, or another file is open
        self.stopped: JobFolder | None = None  # the last job, when it can be resumed
        self.stopped_early = False  # it has its asset already
        self.unfinished = Unfinished()  # jobs of earlier sessions
        self.warnings: list[str] = []  # and notes: what there is to say about the last job
        self.error: DreamFusionError | None = None
        self._standing: frozenset[str] = frozenset()  # the jobs whose results stood in the file before an undo
        self.install = Errand()  # of the backend's environment
        self.download = Errand()  # of a model
        self._backend: Backend | None = None  # None while the job is being handed over
        self._handover: Background[tuple[Backend, JobFolder]] | None = None
        self._taken_up: JobFolder | None = None  # what the job at work was, where that is no new one

    @property
    def is_busy(self) -> bool:
        """Whether `pump` has something to wait for."""
        return (
            self.work is not None
            or self.install.is_busy
            or self.download.is_busy
            or bool(self.ready)
            or self.unfinished.is_busy
        )

    def start(
        self,
        job: JobSpec | JobFolder,
        location: Location,
        environment: Environment,
        finish: bool = False,
        inputs: bytes | None = None,
        parent: JobFolder | None = None,
        start: Path | None = None,
        home: Home | None = None,
    ) -> None:
        """Start a new job, or resume one; returns at once. What goes wrong appears as `error`.

        finish: make the asset of what the job has reached, without another step.  inputs: what a new job is given.
        parent: the job that a new one descends from, wherever it lies.  start: what a new one begins with, where that
        is not what the parent has now.  home: the scene of its location.
        """
        if self.work is not None:
            raise ValueError("A job is at work already: wait for it, or stop it")
        spec = job if isinstance(job, JobSpec) else job.spec
        self.work = Work(spec, location, home, is_new=isinstance(job, JobSpec))
        if self.stopped is not None:
            self.unfinished.keep(self.stopped)
        self._taken_up = job if isinstance(job, JobFolder) else None
        self.error, self.stopped, self.stopped_early, self.arrived, self.warnings = None, None, False, None, []
        # Making the folder and starting the process touch disks that may be slow.
        self._handover = Background(lambda: hand_over(job, environment, finish, inputs, parent, start))
        if isinstance(job, JobFolder):
            self.forget(job.path)

    def ask(self, wish: Wish) -> None:
        """End the job at work in one of three ways; it keeps what it reached. Its end comes with a later `pump`.

        Of several wishes the last one counts, but nothing is asked for after a cancel.
        """
        work = self.work
        if work is not None and work.wish not in (wish, "cancel"):
            work.wish, work.stage = wish, STAGES_OF_WISHES[wish]
            if self._backend is not None:
                self._backend.ask(wish)

    def forget(self, path: Path) -> None:
        """Neither offer this job for import nor for resumption any more, whether its folder is still there or not."""
        self.offered = [each for each in self.offered if each.path != path]
        self.unfinished.forget(path)
        if self.stopped is not None and self.stopped.path == path:
            self.stopped = None

    def offer(self, job: JobFolder) -> None:
        """Have the panel offer a finished job for import."""
        self.offered = [*[each for each in self.offered if each.path != job.path], job]

    def offer_all(self) -> None:
        """The same for all that wait to be imported: the file they were for is no longer open."""
        self.at_home.clear()
        self.arrived = None
        while self.ready:
            if (job := self.ready.popleft().job) is not None:
                self.offer(job)

    def has_come(self, job: JobFolder, by_hand: bool = False) -> None:
        """A job's result was brought into the scene: it is not looked for, or offered, any more.

        by_hand: it is before the eyes of whoever brought it.
        """
        self.imported = [*(each for each in self.imported if each.path != job.path), job]
        if not by_hand:
            self.arrived = job
        self.unfinished.has_come(job)
        self.offered = [each for each in self.offered if each.path != job.path]

    def before_undo(self, standing: frozenset[str]) -> None:
        """Remember of which jobs the results stand in the file, to tell an undo from a deletion."""
        self._standing = standing

    def after_undo(self, standing: frozenset[str]) -> None:
        """Offer the results that an undo took out of the scene, and those no longer that it has brought back."""
        for job in self.imported:
            if job.id in self._standing - standing:
                self.offer(job)
            elif job.id in standing - self._standing:
                self.offered = [each for each in self.offered if each.path != job.path]

    def start_install(self, environment: Environment, anew: bool = False) -> None:
        """Make the backend's environment; returns at once.  anew: also when it looks whole."""
        self.error = None
        self.install.start("Installing", installing(environment, anew))

    def start_removal(self, environment: Environment) -> None:
        """Delete the backend's environment; returns at once."""
        self.error = None
        self.install.start("Removing", removing(environment))

    def start_download(self, model: str, environment: Environment, allowed: bool) -> None:
        """Fetch a model; returns at once. allowed: whether Blender may go online."""
        self.error = None
        self.download.start("Downloading", downloading(model, environment, allowed))

    def pump(self) -> bool:
        """Take in what happened since the last call, without waiting. Returns whether anything did."""
        errands = [self._pump_errand(each) for each in (self.install, self.download)]
        return any([*errands, self._pump_unfinished(), self._pump_handover(), self._pump_backend()])

    def close(self) -> None:
        """End all, as when Blender closes. The backend is not waited for: it writes its checkpoint and leaves."""
        self.install.cancel()
        self.download.cancel()
        if self._handover is not None:
            self._pump_handover(wait=True)  # or its backend would be started after this
        jobs.shut_down(wait=0)
        self.__init__()

    def _pump_errand(self, errand: Errand) -> bool:
        heard, error = errand.pump()
        self.error = error or self.error
        return heard

    def _pump_unfinished(self) -> bool:
        try:
            heard = self.unfinished.pump()
        except DreamFusionError as error:
            self.error = error
            return True
        while self.unfinished.finished:
            self.offer(self.unfinished.finished.pop())
        return heard

    def _pump_handover(self, wait: bool = False) -> bool:
        if self._handover is None or not (wait or self._handover.has_ended):
            return False
        assert self.work is not None
        handover, self._handover = self._handover, None
        try:
            self._backend, self.work.job = handover.result()
        except DreamFusionError as error:
            self.stopped = self._taken_up  # it did not begin: it is still to be gone on with
            self.stopped_early = self.stopped is not None and self.stopped.status == "finished"
            self._end(error)
            return True
        work = self.work
        if work.job is not None and work.job.preview.exists():
            work.preview, work.previews = work.job.preview, 1  # of the stretch of work before this one
        if work.wish is not None:
            self._backend.ask(work.wish)
        return True

    def _pump_backend(self) -> bool:
        events = [] if self._backend is None else self._backend.events()
        for event in events:
            if self.work is not None:
                self._take(event, self.work)
        return bool(events)

    def _take(self, event: Message, work: Work) -> None:
        kind = event["type"]
        if kind == "stage" and work.wish not in ("cancel", "pause"):
            work.stage, work.step, work.steps, work.seconds_left = str(event["label"]), 0, 0, None
        elif kind == "progress":
            work.step, work.steps, work.seconds_left = event["step"], event["steps"], event.get("seconds_left")
        elif kind == "preview" and work.job is not None:
            work.preview, work.previews = work.job.preview, work.previews + 1
        elif kind == "note" and event.get("code") == "preflight":
            work.need = str(event["message"])  # of interest while the job runs, and gone with it
        elif kind in ("warning", "note"):
            self.warnings.append(str(event["message"]))
        elif kind == "finished":
            if work.wish == "cancel" and work.job is not None:
                self.offer(work.job)  # it was done before it heard; nobody waits for it in the scene any more
            else:
                self.ready.append(work)
            steps = event.get("report", {}).get("steps", {})
            self.stopped_early = steps.get("done", 0) < steps.get("planned", 0)
            self.stopped = work.job if self.stopped_early else None
            self._end(None)
        elif kind == "cancelled":
            self.stopped = work.job
            self._end(None)
        elif kind == "error":
            self.stopped = work.job if work.job is not None and work.job.checkpoint.exists() else None
            self._end(from_event(event))

    def _end(self, error: DreamFusionError | None) -> None:
        self.error = error
        self.work = self._backend = None


session = Session()
"""The one of this Blender."""
