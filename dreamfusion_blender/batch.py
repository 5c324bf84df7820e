"""Many jobs from rows of prompts and settings: one after another, skipping what is done, surviving what fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from . import jobs
from .client import Backend
from .environment import Environment
from .errors import BackendMissing, BadSpec, Cancelled, DreamFusionError
from .given_files import read_files
from .job import JobSpec
from .jobs import OnEvent
from .models import whole_paths
from .store import JobFolder, fingerprint, list_jobs
from .tables import MESHES, Row

RowState = Literal["started", "skipped", "finished", "failed"]


@dataclass(frozen=True)
class Failure:
    """A row that failed: its place in the table (from 0), what it asked for, and why it failed."""

    index: int
    prompt: str
    error: DreamFusionError

    def __str__(self) -> str:
        return f"row {self.index + 1} ({self.prompt!r}): {self.error}"


OnRow = Callable[[int, RowState, JobFolder | Failure | JobSpec], None]


def spec_of(row: Row) -> JobSpec:
    """A row as a validated job spec; raises BadSpec, or the error that the row is."""
    if isinstance(row, DreamFusionError):
        raise row
    if isinstance(row, JobSpec):
        return row.validate()
    settings: dict[str, Any] = {"prompt": row} if isinstance(row, str) else dict(row)
    overrides = {name: settings.pop(name) for name in list(settings) if "." in str(name)}
    settings = {**settings, **whole_paths(settings)}
    if overrides:
        given = settings.get("overrides") or {}
        if not isinstance(given, Mapping):
            raise BadSpec(f"overrides is {given!r}; permitted: a mapping of a preset's inner settings")
        settings["overrides"] = {**given, **overrides}
    return JobSpec.from_json(settings)


def spec_and_inputs(row: Row, environment: Environment) -> tuple[JobSpec, bytes | None]:
    """A row's spec, and the content of its inputs.npz where it names mesh files (see MESHES).

    environment: the backend's, which reads them. Without a size of its own a row has its mesh's. Raises as `spec_of`
    and `read_files` do.
    """
    if not isinstance(row, Mapping):
        return spec_of(row), None
    files = {name: row[name] for name in MESHES if row.get(name) not in (None, "")}
    for name, path in files.items():
        if not isinstance(path, str | Path):
            raise BadSpec(f"{name} is {path!r}; permitted: the path of a mesh file")
    spec = spec_of({name: value for name, value in row.items() if name not in MESHES})
    if not files:
        return spec, None
    inputs, size = read_files({MESHES[name]: path for name, path in files.items()}, environment)
    return replace(spec, inputs=fingerprint(inputs), size=row.get("size", size)).validate(), inputs


def run_rows(
    rows: Iterable[Row],
    on_event: OnEvent = lambda event: None,
    on_row: OnRow = lambda index, state, result: None,
    backend: Backend | None = None,
    reuse: bool = True,
    parent: JobFolder | None = None,
) -> list[JobFolder | Failure]:
    """Run all rows and return, in their order, finished jobs and failures.

    With `reuse` a row whose very spec is finished already is skipped, and one that was interrupted goes on. parent: the
    job that the rows descend from, if they do and it does not lie among the user's jobs. An error raised by on_row is
    that row's failure. Raises Cancelled after Ctrl+C, and BackendMissing, since no row could run.
    """
    backend = backend or jobs.shared_backend(Environment())
    stopped = threading.Event()
    results: list[JobFolder | Failure] = []
    for index, row in enumerate(rows):
        if stopped.is_set():  # while the last row's mesh was being made, which is kept
            raise Cancelled(f"Stopped before row {index + 1}; what is done is kept")
        results.append(_run_row(index, row, on_event, on_row, backend, reuse, parent, stopped))
    return results


def _run_row(
    index: int,
    row: Row,
    on_event: OnEvent,
    on_row: OnRow,
    backend: Backend,
    reuse: bool,
    parent: JobFolder | None,
    stopped: threading.Event,
) -> JobFolder | Failure:
    try:
        spec, inputs = spec_and_inputs(row, backend.environment)
        earlier = find_earlier(spec, list_jobs()) if reuse else None
        if earlier is not None and earlier.is_whole:
            on_row(index, "skipped", earlier)
            return earlier
        on_row(index, "started", spec)
        if earlier is None:
            earlier = jobs.create(spec, backend, inputs=inputs, parent=parent)
        job = jobs.run_to_end(earlier, on_event, backend, on_stop=stopped.set)
        on_row(index, "finished", job)
        return job
    except (Cancelled, BackendMissing):
        raise
    except DreamFusionError as error:
        failure = Failure(index, _prompt_of(row), error)
        on_row(index, "failed", failure)
        return failure


def find_earlier(spec: JobSpec, candidates: Sequence[JobFolder]) -> JobFolder | None:
    """A job with this very spec: a finished one, else one that can be resumed (if only stopped early), else None."""
    same = [job for job in candidates if job.spec == spec]
    finished = [job for job in same if job.is_whole and job.glb.is_file()]
    return next(iter(finished), next((job for job in same if _can_go_on(job)), None))


def _can_go_on(job: JobFolder) -> bool:
    state = job.state
    damaged = state.get("error", {}).get("code") == "checkpoint_damaged"
    return state["status"] != "running" and not job.is_whole and job.checkpoint.is_file() and not damaged


def _prompt_of(row: Row) -> str:
    if isinstance(row, Mapping):
        return str(row.get("prompt", ""))
    return row if isinstance(row, str) else getattr(row, "prompt", "")
