"""Contact sheets: several jobs' assets in one picture, drawn from their turntables by a short backend process."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from .environment import Environment
from .errors import JobMissing, OutputUnwritable
from .paths import ROOT
from .processes import last_line
from .store import JobFolder


def write_sheet(jobs: Sequence[JobFolder], path: Path, environment: Environment | None = None) -> Path:
    """Write a picture of the jobs' assets, a row each with its prompt and seed, and return `path`.

    Raises JobMissing for a job without a turntable, OutputUnwritable when the picture could not be written.
    """
    for job in jobs:
        if not job.turntable.is_file():
            raise JobMissing(f"{job.name} has no asset yet (it is {job.status})")
    environment = environment or Environment()
    command = environment.command("backend.sheet", str(path.absolute()), *(str(job.path) for job in jobs))
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment.variables(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",  # as PYTHONUTF8 has it write, whatever the system's own is
        errors="replace",
    )
    if done.returncode != 0 or not path.is_file():
        last = last_line(done.stderr, "it said nothing")
        raise OutputUnwritable(f"The picture {path} could not be made: {last}")
    return path
