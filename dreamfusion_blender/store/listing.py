"""Which jobs there are."""

from __future__ import annotations

from pathlib import Path

from ..errors import DreamFusionError
from ..paths import jobs_folder
from .folder import JobFolder


def scan_jobs(root: Path | None = None) -> tuple[list[JobFolder], dict[Path, DreamFusionError]]:
    """All jobs under `root`, newest first, and the other folders there, each with why it could not be opened."""
    root = jobs_folder() if root is None else root
    jobs: list[JobFolder] = []
    problems: dict[Path, DreamFusionError] = {}
    for path in sorted(root.iterdir()) if root.is_dir() else ():
        if path.is_dir() and not path.name.startswith("."):
            try:
                jobs.append(JobFolder.open(path))
            except DreamFusionError as error:
                problems[path] = error
    jobs.sort(key=lambda job: str(job.header["created"]), reverse=True)
    return jobs, problems


def list_jobs(root: Path | None = None) -> list[JobFolder]:
    """All jobs under `root` that can be opened, newest first."""
    return scan_jobs(root)[0]
