"""A lock on a file that the operating system drops when its holder dies, however it dies."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .errors import DreamFusionError, OutputUnwritable
from .files import explaining

_TRIES: Final = 6  # somebody asking `is_held` holds the lock for an instant; that must not turn a worker away
_PAUSE: Final = 0.05  # seconds

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextlib.contextmanager
def held(path: Path, busy: DreamFusionError) -> Iterator[int]:
    """Hold the lock file `path` (made if missing, never removed); raises `busy` when another does.

    Raises DiskFull or OutputUnwritable where there can be no such file, or none that can be locked.
    Yields its descriptor: a child process that inherits it holds the lock as well, beyond its parent's death.
    """
    with explaining(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        for left in reversed(range(_TRIES)):
            if _locks(descriptor, path):
                break
            if not left:
                raise busy
            time.sleep(_PAUSE)
        yield descriptor
    finally:
        os.close(descriptor)  # closing drops the lock


def is_held(path: Path) -> bool:
    """Whether some process, this one included, holds the lock. Raises OutputUnwritable where nothing can be locked."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False  # never locked, or not ours to lock
    try:
        return not _locks(descriptor, path)
    finally:
        os.close(descriptor)


def _locks(descriptor: int, path: Path) -> bool:
    """Whether the lock could be had. Raises OutputUnwritable for a file system without locks, as some shares are."""
    try:
        return _try_lock(descriptor)
    except OSError as error:
        raise OutputUnwritable(
            f"{path.parent} is on a file system that cannot lock files ({error.strerror or error}): keep it on another "
            "disk. The variable DREAMFUSION_JOBS names the folder of jobs, DREAMFUSION_CACHE that of all else"
        ) from error
