"""The job folder: one job's spec, state, events and results on disk. Whoever dies, the job goes on from here."""

from __future__ import annotations

from .folder import JobFolder, find_job
from .listing import list_jobs, scan_jobs
from .naming import fingerprint, slug
from .record import local_time

__all__ = ["JobFolder", "find_job", "fingerprint", "list_jobs", "local_time", "scan_jobs", "slug"]
