"""Long work with a progress bar beside the jobs: an install, a download. One at a time of each; it never waits."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from ..dreamfusion_blender.environment import InstallProgress
from ..dreamfusion_blender.errors import Cancelled, DreamFusionError
from .background import Background

Work = Callable[[Callable[[InstallProgress], None], Callable[[], bool]], None]
"""Takes a function to report to and one that says whether to stop."""


class Errand:
    """The panel reads `progress` (None at rest), the operators call `start` and `cancel`, the timer calls `pump`."""

    def __init__(self) -> None:
        self.progress: InstallProgress | None = None
        self.title = ""  # what the bar says that is being done
        self._events: queue.Queue[InstallProgress] = queue.Queue()
        self._stop = threading.Event()
        self._background: Background[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is on its way."""
        return self.progress is not None

    def start(self, title: str, work: Work) -> None:
        """Begin; returns at once."""
        if self.is_busy:
            raise ValueError("This is at work already")
        self.title, self.progress = title, InstallProgress("Starting", 0.0)
        self._stop.clear()
        self._background = Background(lambda: work(self._events.put, self._stop.is_set))

    def cancel(self) -> None:
        """Stop it; the next try goes on with, or repairs, what is half done."""
        self._stop.set()

    def pump(self) -> tuple[bool, DreamFusionError | None]:
        """Take in what happened, without waiting: whether anything did, and the error that it ended with."""
        if self._background is None:
            return False, None
        heard = False
        while not self._events.empty():
            self.progress, heard = self._events.get(), True
        if not self._background.has_ended:
            return heard, None
        background, self._background, self.progress = self._background, None, None
        try:
            background.result()
        except Cancelled:
            pass  # as the artist wished
        except DreamFusionError as error:
            return True, error
        return True, None


def print_progress(progress: InstallProgress) -> None:
    """For work that is waited for in the background, where there is no panel to show it."""
    print(f"{progress.fraction:4.0%} {progress.message}", flush=True)  # noqa: T201  # see above
