"""Handing a job to the backend, which may take as long as the disk does: called in a thread. No bpy."""

from __future__ import annotations

from pathlib import Path

from ..dreamfusion_blender import jobs
from ..dreamfusion_blender.client import Backend
from ..dreamfusion_blender.environment import Environment
from ..dreamfusion_blender.job import JobSpec
from ..dreamfusion_blender.store import JobFolder


def hand_over(
    job: JobSpec | JobFolder,
    environment: Environment,
    finish: bool,
    inputs: bytes | None,
    parent: JobFolder | None,
    start: Path | None,
) -> tuple[Backend, JobFolder]:
    """Make the folder of a new job and submit it, or one of earlier. Raises what keeps it from running here."""
    backend = jobs.shared_backend(environment)
    if isinstance(job, JobSpec):
        job = jobs.create(job, backend, inputs=inputs, parent=parent, start=start)
    else:
        jobs.check(job.spec)
    backend.submit(job, finish)
    return backend, job
