"""The tree of jobs: which was made of which, which folders are broken, and taking a job out of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .errors import DreamFusionError, JobLocked, JobMissing
from .files import explaining
from .paths import jobs_folder
from .store import JobFolder, scan_jobs

HALF_WAY: Final = ("interrupted", "paused", "cancelled", "failed")
"""What jobs are that can be gone on with."""
DELETED: Final = ".deleted"
"""The folder among the jobs that deleted ones are moved to. Its dot keeps it out of every list of jobs."""


@dataclass(frozen=True)
class Entry:
    """One line of the history."""

    path: Path
    depth: int  # 0: made of nothing, or of a job that is gone
    id: str = ""
    prompt: str = ""
    seed: int = 0
    created: str = ""
    status: str = "broken"
    relation: str = ""  # how it was made of its parent; empty: it was not
    parent: str = ""  # the parent's id
    is_orphan: bool = False  # its parent is not among the jobs any more
    has_asset: bool = False
    can_resume: bool = False  # it was paused, or stopped half-way and has a checkpoint to go on from
    picture: Path | None = None
    pictured: int = 0  # when the picture was written, as the disk counts time
    problem: str = ""  # why the folder is no job that can be opened

    @property
    def name(self) -> str:
        """The job's, as commands and operators take it."""
        return self.path.name


def history() -> list[Entry]:
    """All jobs, children below their parents: first the newest of those that descend from none. Broken ones last."""
    jobs, problems = scan_jobs()
    return [*_tree(jobs), *(Entry(path, 0, problem=error.message) for path, error in problems.items())]


def _tree(jobs: list[JobFolder]) -> list[Entry]:
    """The lines of these jobs, which come newest first."""
    jobs = jobs[::-1]  # oldest first
    known = {job.id for job in jobs}
    children: dict[str | None, list[JobFolder]] = {}
    for job in jobs:
        origin = job.spec.origin
        # A job that names itself as its parent could only be forged; it must not be lost in a ring.
        above = origin.job if origin is not None and origin.job in known and origin.job != job.id else None
        children.setdefault(above, []).append(job)
    waiting = [(job, 0) for job in children.pop(None, [])]  # the last is the newest and comes first
    entries: list[Entry] = []
    while waiting or children:
        if not waiting:  # forged rings of parents
            waiting = [(job, 0) for job in children.pop(next(iter(children)))]
        job, depth = waiting.pop()
        entries.append(entry_of(job, depth, known))
        waiting += [(child, depth + 1) for child in reversed(children.pop(job.id, []))]
    return entries


def entry_of(job: JobFolder, depth: int, known: set[str]) -> Entry:
    """A job's line."""
    origin = job.spec.origin
    picture = next((each for each in (job.thumbnail, job.turntable) if each.is_file()), None)
    return Entry(
        job.path,
        depth,
        id=job.id,
        prompt=job.spec.prompt,
        seed=job.spec.seed,
        created=str(job.header["created"]),
        status=job.status,
        relation="" if origin is None else origin.relation,
        parent="" if origin is None else origin.job,
        is_orphan=origin is not None and origin.job not in known,
        has_asset=job.asset.is_file(),
        can_resume=job.status == "paused" or (job.status in HALF_WAY and job.checkpoint.is_file()),
        picture=picture,
        pictured=0 if picture is None else picture.stat().st_mtime_ns,
    )


def delete(path: Path) -> Path:
    """Move a job's folder, or a broken one, among the deleted; returns where it lies now.

    Its children keep working: they have what they began with. Raises JobLocked for a job at work, JobMissing for what
    is not a folder directly among the jobs.
    """
    root = jobs_folder()
    if path.parent != root or not path.is_dir() or path.name.startswith("."):
        raise JobMissing(f"{path} is no folder in {root}: only what lies there is deleted here")
    if _is_at_work(path):
        raise JobLocked(f"{path.name} is at work: cancel it first")
    target = root / DELETED / path.name
    with explaining(target):
        target.parent.mkdir(exist_ok=True)
        if target.exists():  # the same name can only be a copy that somebody put back
            target = target.with_name(f"{path.name}-{target.stat().st_mtime_ns}")
        path.rename(target)  # within the jobs' folder: all of it or nothing
    return target


def _is_at_work(path: Path) -> bool:
    try:
        return JobFolder.open(path).is_locked
    except DreamFusionError:
        return False  # a broken folder: nothing works on what it cannot open
