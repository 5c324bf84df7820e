"""Whatever the engine raised, as an error a person can act on; the details go to the job's log."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Callable

from dreamfusion_blender.errors import DeviceLost, DiskFull, DreamFusionError, OutOfMemory, OutputUnwritable, Remedy

# torch has an exception class for CUDA and plain RuntimeErrors elsewhere; libraries in C++ put a full disk in words.
_MEMORY_WORDS = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "unable to find an engine to execute this computation",  # cuDNN's, after each that it tried found no room
    "Invalid buffer size",  # Metal's, for a tensor that is larger than any may be
)
_DISK_WORDS = ("No space left on device", "File too large", "Disk quota exceeded")
SMALLER = Remedy(
    "Use the preset 'preview', or the device cpu", command="python3 -m dreamfusion_blender generate --preset preview …"
)


def as_error(error: Exception) -> DreamFusionError:
    """Our own errors as they are; memory and disk recognised; anything else named as the defect it is."""
    if isinstance(error, DreamFusionError):
        return error
    traceback.print_exception(error)
    words = str(error)
    if reason := out_of_memory(error):
        return OutOfMemory(f"The job did not fit into memory: {reason}", SMALLER)
    if type(error).__name__ == "AcceleratorError":  # torch's: of these a process does not recover
        return DeviceLost(
            f"The GPU stopped answering: {_first_line(error)}. Resume the job: a new process goes on from its last "
            "checkpoint"
        )
    if (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EFBIG)) or _has(words, _DISK_WORDS):
        return DiskFull(f"No room left on the disk: {_first_line(error)}")
    if isinstance(error, PermissionError):
        return OutputUnwritable(f"Cannot write: {_first_line(error)}")
    return DreamFusionError(f"The backend failed unexpectedly: {_first_line(error)}. Its log has the details")


def out_of_memory(error: Exception) -> str | None:
    """In a line, what could not be had, when this is an error of too little memory; None for any other."""
    named = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
    return _first_line(error) if named or _has(str(error), _MEMORY_WORDS) else None


def attempt(work: Callable[[], object]) -> str | None:
    """Do it; the reason in words when it did not fit into memory, None when it did."""
    try:
        work()
    except (MemoryError, RuntimeError) as error:  # which torch's own are kinds of
        reason = out_of_memory(error)
        if reason is None:
            raise
        # The exception, and with it all that its frames hold on to, is gone when this returns.
        return reason
    return None


def _has(text: str, words: tuple[str, ...]) -> bool:
    return any(each.lower() in text.lower() for each in words)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
