"""Writing files so that they are whole or absent, saying in words why a write failed, and what folders take."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from .errors import DiskFull, OutputUnwritable

# EFBIG is what a size limit (ulimit -f) gives: to the person in front of it that is a full disk.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC, errno.EFBIG}

_WINDOWS_TRIES = 10


@contextlib.contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Turn the OSErrors of a write to `path` into DiskFull or OutputUnwritable."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if error.errno in _FULL:
            message = f"No room left to write {path} ({reason}). Free some space and try again; nothing is half-written"
            raise DiskFull(message) from error
        raise OutputUnwritable(f"Cannot write {path}: {reason}") from error


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; when the block ends well it takes `path`'s place, else it is removed.

    The suffix is kept, since libraries choose the format by it. Raises DiskFull or OutputUnwritable.
    """
    with explaining(path):
        descriptor, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
        os.close(descriptor)
        temporary = Path(name)
        try:
            yield temporary
            # mkstemp makes private files; the result should be as readable as any file the user writes.
            # Where they cannot be set (FAT, many network shares), the file system itself says who may read what.
            with contextlib.suppress(OSError):
                os.chmod(temporary, 0o666 & ~_umask())
            with open(temporary, "rb+") as file:
                os.fsync(file.fileno())
            _replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)


def _replace(temporary: Path, path: Path) -> None:
    """As os.replace; on Windows tried for a second, since it fails while anybody, a scanner perhaps, reads `path`."""
    tries = _WINDOWS_TRIES if sys.platform == "win32" else 1
    for left in reversed(range(tries)):
        try:
            os.replace(temporary, path)
            return
        except PermissionError:
            if not left:
                raise
            time.sleep(1 / _WINDOWS_TRIES)


def atomic_write(path: Path, data: bytes | str) -> None:
    """Write `data` to `path`; a reader or a crash sees the old content or the new one, never a part."""
    with replacing(path) as temporary:
        temporary.write_bytes(data.encode() if isinstance(data, str) else data)


def remove_tree(folder: Path) -> None:
    """Delete a folder and what an earlier deletion left of it; a link is taken away, and what it leads to stays.

    It is renamed first: a deletion that is cut off must not leave half a folder under a name that somebody asks for,
    perhaps without the file that says whose it is. Raises OSError.
    """
    if folder.is_symlink():
        folder.unlink()
        return
    leftover = leftover_of(folder)
    if leftover.exists():
        shutil.rmtree(leftover)
    if folder.exists():
        folder.rename(leftover)
        shutil.rmtree(leftover)


def leftover_of(folder: Path) -> Path:
    """Where a folder lies while it is deleted."""
    return folder.with_name(f".{folder.name}.removing")


def share(source: Path, target: Path) -> None:
    """Make `target` the same file as `source`, or a copy where the disk cannot hold one file under two names.

    Only for files that are replaced and never written into: what is then written under one name leaves the other be.
    """
    with explaining(target):
        try:
            os.link(source, target)
        except OSError:  # another disk, or a file system without links
            shutil.copyfile(source, target)


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current


def bytes_on_disk(folder: Path) -> int:
    """What the files of a folder take, each counted once whatever names it has; 0 where there is none.

    Looks at every file, which may take seconds: not to be called while drawing. Files that go meanwhile do not count.
    """
    seen: set[tuple[int, int]] = set()
    total, waiting = 0, [os.fspath(folder)]
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
                continue
            try:
                # Not the entry's own: on Windows that has neither the file's number nor how many names it has.
                facts = os.stat(entry.path, follow_symlinks=False)
            except FileNotFoundError:
                continue
            if (facts.st_dev, facts.st_ino) not in seen:
                total += facts.st_size
            if facts.st_nlink > 1:
                seen.add((facts.st_dev, facts.st_ino))
    return total
