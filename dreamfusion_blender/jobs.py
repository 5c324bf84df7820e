"""Running jobs to their end for those who wait: scripts, the command line, Blender in the background.

One backend is shared by all jobs of this process, so that the prior stays loaded from one to the next.
"""

from __future__ import annotations

import atexit
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from . import errors, protocol
from .client import Backend
from .client_errors import crashed
from .cut import CutSettings
from .environment import Environment
from .errors import Cancelled
from .inner_settings import check_overrides
from .job import JobSpec
from .models import resolve
from .paths import ROOT
from .protocol import Message
from .store import JobFolder
from .vocabulary import read_prompt

OnEvent = Callable[[Message], object]
"""Gets an event. Returning "finish", "pause" or "cancel" steers the job; whatever else it returns means nothing."""

_POLL_SECONDS: Final = 0.2
_LEAVE_SECONDS: Final = 30.0  # what a backend gets to write a checkpoint when this process ends

_shared: list[Backend] = []  # at most one


def shared_backend(environment: Environment | None = None) -> Backend:
    """This process's backend, made on the first call; another environment, or other preferences, than before replace
    it when an environment is given, as by all who begin a job.
    """
    if _shared and environment is not None:
        last = _shared[0]
        if last.environment.folder != environment.folder or (last.job is None and last.is_outdated):
            shut_down()
    if not _shared:
        _shared.append(Backend(environment))
    return _shared[0]


def shut_down(wait: float = _LEAVE_SECONDS) -> None:
    """End the shared backend, if there is one.

    wait: seconds it gets to write a checkpoint before it is killed; 0 leaves it alone to do that and go.
    """
    while _shared:
        _shared.pop().close(wait)


def is_up() -> bool:
    """Whether the shared backend's process runs."""
    return any(backend.is_alive for backend in _shared)


def free() -> None:
    """Have the shared backend, if there is one, drop the prior that it keeps: now, or after the job at work."""
    for backend in _shared:
        backend.free()


atexit.register(shut_down)


def run_to_end(
    job: JobSpec | JobFolder,
    on_event: OnEvent = lambda event: None,
    backend: Backend | None = None,
    finish: bool = False,
    on_stop: Callable[[], object] = lambda: None,
) -> JobFolder:
    """Run a job, new or to be resumed, and return its folder when the asset is in it.

    on_event gets every event of the protocol, the ending included, and may steer (see OnEvent). finish: make the
    asset of what the job has reached, without another step. on_stop is called when Ctrl+C or on_event asks for the
    end, which may come too late to keep a mesh from being finished. Raises the error the job ended with; Cancelled
    when it was stopped.
    """
    backend = backend or shared_backend(Environment())
    if isinstance(job, JobSpec):
        job = create(job, backend)
    backend.submit(job, finish)
    try:
        ending = _pump(backend, on_event, on_stop)
    except KeyboardInterrupt:
        if backend.job is None:  # it came while on_event had the ending
            raise
        on_stop()
        backend.cancel()
        ending = _pump_out(backend, on_event)  # it ends with a checkpoint
    except BaseException:
        if backend.job is not None:
            backend.cancel()  # the caller's on_event failed: the job must not go on unwatched
            _pump_out(backend, lambda event: None)
        raise
    if ending["type"] == "error":
        raise errors.from_event(ending)
    if ending["type"] == "cancelled":
        raise Cancelled(f"Stopped; {job.name} keeps what was reached", _resume(job))
    return job


def create(
    spec: JobSpec,
    backend: Backend,
    *,
    inputs: bytes | None = None,
    parent: JobFolder | None = None,
    start: Path | None = None,
) -> JobFolder:
    """The folder of a new job for this backend, which is started. See JobFolder.create.

    What keeps the job from running here is raised before there is a folder: see `check`, BackendMissing, and JobLocked
    for a backend that is at work.
    """
    check(spec)
    backend.check_free()
    backend.start()
    return JobFolder.create(spec, inputs=inputs, parent=parent, start=start)


def check(spec: JobSpec) -> None:
    """Raise what would keep the job from running here: a bad spec, no known word, a model that is not here, a file on
    top of it that does not fit.
    """
    read_prompt(spec.validate().prompt, spec.prior)
    check_overrides(spec.overrides)
    spec.prior_options.check(resolve(spec.prior))


def _pump(backend: Backend, on_event: OnEvent, on_stop: Callable[[], object] = lambda: None) -> Message:
    """Give events to on_event until the job's ending, and return that. on_stop: see run_to_end."""
    while True:
        for event in backend.events(_POLL_SECONDS):
            wish = on_event(event)
            if event["type"] in protocol.ENDINGS:
                return event
            if isinstance(wish, str) and wish in protocol.WISHES:
                if wish != "finish":
                    on_stop()
                backend.ask(wish)


def _pump_out(backend: Backend, on_event: OnEvent) -> Message:
    """The ending of a job that was told to stop. Who does not wait for it lets the backend go, and with it the job."""
    try:
        return _pump(backend, on_event)
    except BaseException:
        backend.close()
        raise


def _resume(job: JobFolder) -> errors.Remedy:
    commands = [errors.own_command(word, job.word) for word in ("resume", "finish")]
    return errors.Remedy("Go on from there, or make the asset of it", command=", or ".join(commands))


def extract(
    job: JobFolder,
    on_event: OnEvent = lambda event: None,
    environment: Environment | None = None,
    cut: CutSettings | None = None,
) -> dict[str, Any]:
    """Cut the mesh again from the job's field, in a short process without torch, and return the report.

    The job's asset files are replaced; its spec stays what it is.
    """
    cut = (cut or CutSettings()).validate()
    if not job.field.is_file():
        raise errors.JobMissing(f"{job.name} has no field yet to cut a mesh from (it is {job.status})", _resume(job))
    usual = CutSettings().to_json()
    changed = {name: value for name, value in cut.to_json().items() if value != usual[name]}
    options = [f"--{name.replace('_', '-')}={value}" for name, value in changed.items()]
    return _run_alone("backend.extract", [str(job.path), *options], job, on_event, environment or Environment())


def score_views(
    job: JobFolder, scorer: str | Path, on_event: OnEvent = lambda event: None, environment: Environment | None = None
) -> dict[str, Any]:
    """Ask a CLIP model, a folder that transformers saved, what the views of the job's asset show.

    What it says is added to the job's quality report and returned. Needs torch, in a process of its own.
    """
    folder = Path(scorer).expanduser().absolute()
    if not folder.is_dir():
        raise errors.ModelMissing(f"There is no folder {folder} with a CLIP model in it")
    arguments = [str(job.path), str(folder)]
    return _run_alone("backend.view_scores", arguments, job, on_event, environment or Environment())


def _run_alone(
    module: str, arguments: list[str], job: JobFolder, on_event: OnEvent, environment: Environment
) -> dict[str, Any]:
    """Run one of the backend's modules on a job, in a process that ends with it; the report of its ending."""
    command = environment.command(module, *arguments)
    with job.lock(), open(job.log, "ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment.variables(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
        )
        assert process.stdout is not None
        ending: Message | None = None
        with process:
            for line in process.stdout:
                event = protocol.decode(line)
                on_event(event)
                ending = event if event["type"] in protocol.ENDINGS else ending
    if ending is None:
        raise crashed(process.returncode, job, None, started=True)
    if ending["type"] == "error":
        raise errors.from_event(ending)
    return dict(ending.get("report", {}))
