"""Putting a backend's unexpected end into words: its exit code or signal, and the last lines it logged."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import IO, Final

from .errors import BackendCrashed, BackendHung, OutOfMemory, Remedy, own_command
from .store import JobFolder

_LAST_LINES: Final = 12
_TAIL_BYTES: Final = 16_384
_OUT_OF_MEMORY: Final = ("MemoryError", "out of memory", "can't allocate memory", "not enough memory")


def resume_remedy(job: JobFolder) -> Remedy:
    """Going on from the checkpoint."""
    return Remedy("Resume the job", operator=None, command=own_command("resume", job.word))


def crashed(code: int, job: JobFolder, stderr: IO[bytes] | None, started: bool) -> BackendCrashed | OutOfMemory:
    """The error for a process that ended in the middle of a job. stderr: what it said before the job had its log."""
    # While it starts, the log is that of an earlier run.
    lines = (_tail(job.log) if started else []) or _tail_of(stderr)
    when = "in the middle of the job" if started else "while starting"
    message = f"The backend ended {when} ({_how(code)})"
    if lines:
        message += ". The last lines of its log were:\n  " + "\n  ".join(lines)
    if any(words in line for line in lines[-3:] for words in _OUT_OF_MEMORY):
        return OutOfMemory(message, resume_remedy(job))
    return BackendCrashed(message, resume_remedy(job))


def hung(job: JobFolder, what: str) -> BackendHung:
    """The error for a process that had to be ended."""
    return BackendHung(f"The backend {what} and was ended; its log is {job.log}", resume_remedy(job))


def _how(code: int) -> str:
    if code == -9 or code == 137:
        return "killed by signal 9: somebody ended it, or the system did because memory ran out"
    if code < 0:
        try:
            return f"killed by signal {-code}, {signal.Signals(-code).name}"
        except ValueError:
            return f"killed by signal {-code}"
    return f"exit code {code}"


def _tail(path: Path) -> list[str]:
    try:
        with open(path, "rb") as file:
            return _tail_of(file)
    except OSError:
        return []  # it ended before it had a log


def _tail_of(file: IO[bytes] | None) -> list[str]:
    if file is None:
        return []
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL_BYTES))
    lines = file.read().decode("utf-8", "replace").splitlines()
    return [line.rstrip() for line in lines if line.strip()][-_LAST_LINES:]
