"""The Python API for going on from an asset: continue, branch, restyle, vary. Each makes a new job and waits for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import descent, jobs
from .batch import Failure, run_rows, spec_of
from .environment import Environment
from .job import JobSpec
from .jobs import OnEvent
from .store import JobFolder

if TYPE_CHECKING:
    from .asset import Asset

    Parent = Asset | JobFolder | str | Path
    """An asset, its job, or the job's folder or name."""


def continue_job(parent: Parent, steps: int | None = None, *, on_event: OnEvent | None = None) -> Asset:
    """More steps with the same settings, at the lowest noise levels: a new job that begins where the parent ended."""
    job = job_of(parent)
    return run_child(descent.continued(job, steps), job, on_event)


def branch(
    parent: Parent,
    prompt: str | None = None,
    *,
    strength: float = descent.BRANCH_STRENGTH,
    on_event: OnEvent | None = None,
    **settings: Any,
) -> Asset:
    """Go on from the parent's field under another prompt or other settings (seed, negative_prompt, prior, …).

    strength: 0 … 1, how much may change. 1 begins at the highest noise level, where little of the parent is left.
    """
    job = job_of(parent)
    return run_child(descent.branched(job, strength, prompt=prompt, **settings), job, on_event)


def restyle(
    parent: Parent,
    prompt: str,
    *,
    strength: float = descent.RESTYLE_STRENGTH,
    on_event: OnEvent | None = None,
    **settings: Any,
) -> Asset:
    """New colours on the parent's very shape."""
    job = job_of(parent)
    return run_child(descent.restyled(job, prompt, strength, **settings), job, on_event)


def variations(
    prompt: str,
    count: int = 4,
    *,
    of: Parent | None = None,
    strength: float = 1.0,
    on_event: OnEvent | None = None,
    **settings: Any,
) -> list[Asset | Failure]:
    """`count` assets with neighbouring seeds: of a prompt, or with `of` as siblings of an asset.

    strength: with `of`, below 1 each begins with the asset's field. A failed one does not stop the rest.
    """
    from .asset import Asset

    parent = None if of is None else job_of(of)
    if parent is None:
        specs = descent.variations_of(spec_of({"prompt": prompt, **settings}), count)
    else:
        specs = descent.varied(parent, count, strength, prompt=prompt, **settings)
    results = run_rows(specs, on_event or _ignore, reuse=False, parent=parent)
    return [each if isinstance(each, Failure) else Asset.load(each) for each in results]


def run_child(spec: JobSpec, parent: JobFolder, on_event: OnEvent | None = None) -> Asset:
    """Run a spec that descends from a job, wherever that lies, and load its asset."""
    from .asset import Asset

    job = jobs.create(spec, jobs.shared_backend(Environment()), parent=parent)
    return Asset.load(jobs.run_to_end(job, on_event or _ignore))


def job_of(parent: Parent) -> JobFolder:
    """The job that is meant. Raises JobMissing and its kin."""
    if isinstance(parent, JobFolder):
        return parent
    if isinstance(parent, (str, Path)):
        return JobFolder.open(parent)
    if parent.job_folder is None:
        raise descent.no_job(parent.name)
    return JobFolder.open(parent.job_folder)


def _ignore(event: dict[str, Any]) -> None:
    pass
