"""Job folders that cannot be used."""

from __future__ import annotations

from .base import DreamFusionError, Remedy, own_command


class JobMissing(DreamFusionError):
    """There is no job folder of this name."""

    code, exit_code = "job_missing", 30
    usual_remedy = Remedy("List the jobs", operator="dreamfusion.read_history", command=own_command("jobs"))


class JobForeign(DreamFusionError):
    """The folder is not one of our job folders; nothing in it is touched."""

    code, exit_code = "job_foreign", 31


class JobDamaged(DreamFusionError):
    """A file of the job folder is truncated or unreadable."""

    code, exit_code = "job_damaged", 32


class JobNewer(DreamFusionError):
    """The job was made by a newer version."""

    code, exit_code = "job_newer", 33


class JobLocked(DreamFusionError):
    """Another process is working on this job."""

    code, exit_code = "job_locked", 34


class CheckpointDamaged(DreamFusionError):
    """The job's checkpoint cannot be read."""

    code, exit_code = "checkpoint_damaged", 35
    usual_remedy = Remedy(
        "Begin the job again",
        operator="dreamfusion.begin_again",
        command=own_command("resume", "--restart", "JOB"),
    )
