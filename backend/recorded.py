"""Running one job so that whatever becomes of it is in its folder: its log, its events, its state and its ending."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

from backend.events import Emit
from backend.failures import as_error
from dreamfusion_blender.errors import Cancelled, DreamFusionError
from dreamfusion_blender.files import explaining
from dreamfusion_blender.protocol import Message
from dreamfusion_blender.store import JobFolder

STOPPED: Final = {"": "cancelled", "pause": "paused"}
"""A stopped job's status, by why the process is leaving; for all other reasons it was interrupted."""


class Runs(Protocol):
    """What the server needs of an engine (backend.run.Engine)."""

    def run(
        self,
        job: JobFolder,
        emit: Emit,
        should_stop: Callable[[], bool],
        should_finish: Callable[[], bool],
    ) -> None: ...
    def free(self) -> None: ...


def run_recorded(
    job: JobFolder,
    engine: Callable[[Emit], Runs],
    send: Emit,
    should_stop: Callable[[], bool],
    should_finish: Callable[[], bool],
    why_leaving: Callable[[], str],
) -> Message:
    """Run a job that this process holds, and return its ending, which is also in its state and events by then.

    engine: gives the engine; it may say that it has to be loaded first.
    why_leaving: why the process is about to end, asked when the job was stopped.

    Raises DiskFull or OutputUnwritable where not even the log can be written.
    """
    ending: Message = {"type": "finished"}

    def emit(event: Message) -> None:
        if event["type"] == "finished":
            ending.update(event)
            return
        job.append_event(event)
        send(event)

    with _logging_to(job.log):
        try:
            job.write_state("running", pid=os.getpid())
            emit({"type": "started", "job": str(job.path), "resumed": job.checkpoint.exists()})
            engine(emit).run(job, emit, should_stop, should_finish)
            status, details = "finished", {"report": ending.get("report", {})}
        except Cancelled:
            ending = {"type": "cancelled"}
            status, details = STOPPED.get(why_leaving(), "interrupted"), {}
        except Exception as error:  # noqa: BLE001  # the process's edge: every failure must reach the client as words
            problem = as_error(error)
            ending = {"type": "error", **problem.to_event()}
            status, details = "failed", {"error": problem.to_event()}
        _record(job, status, details, ending)
    return ending


def _record(job: JobFolder, status: str, details: dict[str, Any], ending: Message) -> None:
    try:
        job.append_event(ending)
        job.write_state(status, **details)
    except DreamFusionError as error:  # a full disk must not keep the client from hearing how the job ended
        sys.stderr.write(f"Could not record the ending: {error}\n")


@contextmanager
def _logging_to(path: Path) -> Iterator[None]:
    """Meanwhile whatever any library prints, from Python or not, goes to the job's log.

    And no longer: Windows neither moves nor deletes a folder in which a file is open. Raises DiskFull or
    OutputUnwritable.
    """
    with explaining(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    before = {standard: os.dup(standard) for standard in (1, 2)}
    for standard in before:
        os.dup2(descriptor, standard)
    os.close(descriptor)
    try:
        yield
    finally:
        for standard, kept in before.items():
            os.dup2(kept, standard)
            os.close(kept)
