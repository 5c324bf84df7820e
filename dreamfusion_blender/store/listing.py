"""Which jobs there are."""

from __future__ import annotations

from pathlib import Path

from ..errors import DreamFusionError, JobMissing
from ..paths import jobs_folder
from .folder import JobFolder
from .naming import with_id


def scan_jobs(root: Path | None = None) -> tuple[list[JobFolder], list[DreamFusionError]]:
    """All jobs under `root`, newest first, and the reasons why other folders there could not be opened."""
    root = jobs_folder() if root is None else root
    jobs: list[JobFolder] = []
    problems: list[DreamFusionError] = []
    for path in root.iterdir() if root.is_dir() else ():
        if path.is_dir() and not path.name.startswith("."):
            try:
                jobs.append(JobFolder.open(path))
            except DreamFusionError as error:
                problems.append(error)
    jobs.sort(key=lambda job: str(job.header["created"]), reverse=True)
    return jobs, problems


def list_jobs(root: Path | None = None) -> list[JobFolder]:
    """All jobs under `root` that can be opened, newest first."""
    return scan_jobs(root)[0]


def job_of(identifier: str, root: Path | None = None) -> JobFolder:
    """The job of this id, which is how an object in a scene names its own. Raises JobMissing and as `open` does."""
    root = jobs_folder() if root is None else root
    path = with_id(identifier, root)
    if path is None:
        raise JobMissing(
            f"The job {identifier} is not in {root}: its folder was deleted or moved. The mesh stays as it is; put the "
            "folder back to cut it again"
        )
    return JobFolder.open(path)
