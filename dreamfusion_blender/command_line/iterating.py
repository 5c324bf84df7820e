"""The commands that go on from jobs: continue, branch, restyle, variations; and history, compare, delete."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .. import descent, jobs
from ..batch import Failure, run_rows, spec_of
from ..errors import BadSpec
from ..history import delete, history
from ..job import JobSpec
from ..paths import jobs_folder
from ..sheets import write_sheet
from ..store import JobFolder, slug
from .delivery import Delivery, check_folder, make_folder
from .making import override
from .output import Output
from .ready import download_models, is_online, missing_models, ready_environment
from .reporting import Reporter, raise_if_any


def continue_(options: argparse.Namespace, output: Output) -> None:
    """Make a job that goes on where a finished one ended."""
    parent = JobFolder.open(options.job)
    _run(descent.continued(parent, options.steps), parent, options, output)


def branch(options: argparse.Namespace, output: Output) -> None:
    """Make a job that goes on from another's field under other settings."""
    parent = JobFolder.open(options.job)
    _run(descent.branched(parent, options.strength, **_changes(options)), parent, options, output)


def restyle(options: argparse.Namespace, output: Output) -> None:
    """Make a job that finds new colours for another's shape."""
    parent = JobFolder.open(options.job)
    changes = _changes(options)
    _run(descent.restyled(parent, changes.pop("prompt"), options.strength, **changes), parent, options, output)


def variations(options: argparse.Namespace, output: Output) -> None:
    """Make several jobs that differ in their seeds, and a picture of all."""
    parent = None if options.of is None else JobFolder.open(options.of)
    specs = _variations(options, parent)
    folder = make_folder(Path(options.out_dir).expanduser())
    missing = missing_models(specs[0].models, is_online(options))
    environment = ready_environment(options, output, specs[0].device)
    download_models(missing, environment, output)
    report = Reporter(output, len(specs), lambda _, job: Delivery(folder / f"{job.name}.glb").deliver(job, output))
    results = run_rows(specs, output.event, report, jobs.shared_backend(environment), reuse=False, parent=parent)
    done = [each for each in results if isinstance(each, JobFolder)]
    if done:
        path = write_sheet(done, folder / f"{slug(specs[0].prompt)}-variations-{done[0].id}.png", environment)
        _say_sheet(path, output)
    raise_if_any([each for each in results if isinstance(each, Failure)], len(specs))


def compare(options: argparse.Namespace, output: Output) -> None:
    """Draw several jobs' assets into one picture."""
    found = [JobFolder.open(job) for job in options.jobs]
    path = Path(options.out)
    check_folder(path.parent)
    environment = ready_environment(options, output, "auto")
    _say_sheet(write_sheet(found, path, environment), output)


def show_history(options: argparse.Namespace, output: Output) -> None:
    """Print the tree of jobs."""
    entries = history()
    for entry in entries:
        output.data(
            {
                "type": "entry",
                "job": str(entry.path),
                "id": entry.id,
                "depth": entry.depth,
                "status": entry.status,
                "relation": entry.relation,
                "parent": entry.parent,
                "problem": entry.problem,
            }
        )
        made = f"{entry.relation}: " if entry.relation else ""
        gone = f"  (made of {entry.parent}, which is gone)" if entry.is_orphan else ""
        output.say(f"{entry.status:12} {'   ' * entry.depth}{made}{entry.name}{gone}{entry.problem and '  broken'}")
    output.say(f"{len(entries)} jobs in {jobs_folder()}")


def delete_jobs(options: argparse.Namespace, output: Output) -> None:
    """Move jobs among the deleted ones."""
    paths = [_folder_of(job) for job in options.jobs]  # all are found before one is moved
    for path in paths:
        target = delete(path)
        output.data({"type": "deleted", "job": str(path), "now": str(target)})
        output.say(f"{path.name} lies in {target.parent} now; move it back to have it again")


def _folder_of(job: str) -> Path:
    direct = jobs_folder() / job
    return direct if Path(job).name == job and direct.is_dir() else JobFolder.open(job).path


def _variations(options: argparse.Namespace, parent: JobFolder | None) -> list[JobSpec]:
    changes = _changes(options)
    if parent is not None:
        return descent.varied(parent, options.count, options.strength, **changes)
    if options.strength < 1:
        raise BadSpec("--strength below 1 says how near to an asset to stay: name its job with --of")
    if "prompt" not in changes:
        raise BadSpec("There is no prompt: say in a few words what to make, or name a job with --of")
    return descent.variations_of(spec_of(changes), options.count)


def _changes(options: argparse.Namespace) -> dict[str, Any]:
    """What the command line changes of the parent's settings; what is not given is left out."""
    names = ("prompt", "negative_prompt", "seed", "prior", "views", "preset", "steps", "device")
    changes = {name: getattr(options, name, None) for name in names}
    changes = {name: value for name, value in changes.items() if value is not None}
    overrides = dict(override(each) for each in options.overrides)
    if getattr(options, "guidance", None) is not None:
        overrides |= descent.guidance(options.guidance)
    return {**changes, "overrides": overrides} if overrides else changes


def _run(spec: JobSpec, parent: JobFolder, options: argparse.Namespace, output: Output) -> None:
    delivery = Delivery.to(options.out, spec.prompt)
    missing = missing_models(spec.models, is_online(options))
    environment = ready_environment(options, output, spec.device)
    download_models(missing, environment, output)
    backend = jobs.shared_backend(environment)
    job = jobs.run_to_end(jobs.create(spec, backend, parent=parent), output.event, backend)
    delivery.deliver(job, output)


def _say_sheet(path: Path, output: Output) -> None:
    output.data({"type": "sheet", "path": str(path.absolute())})
    output.say(f"  picture    {path}")
