"""A file that grows while it is fetched, how large it is, and whether it is the one that it should be."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from dreamfusion_blender.files import explaining
from dreamfusion_blender.models.selection import RemoteFile

BLOCK: Final = 1 << 22  # bytes read at once for a hash


class Appending:
    """A file to append to, for http_get: tells how much was written, and in words why it could not be."""

    def __init__(self, path: Path, on_count: Callable[[int], None]) -> None:
        self.path, self.on_count = path, on_count
        with explaining(path):
            self.file = open(path, "ab")  # noqa: SIM115  # closed by __exit__

    def __enter__(self) -> Appending:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def write(self, data: bytes) -> int:
        with explaining(self.path):
            self.file.write(data)
            self.file.flush()  # what is written now need not be fetched again, however this process ends
        self.on_count(len(data))
        return len(data)

    def tell(self) -> int:
        return self.file.tell()

    def seek(self, position: int) -> int:
        """Back to where this download began: the server gives the file from its beginning."""
        self.on_count(position - self.file.tell())
        return self.file.seek(position)

    def truncate(self) -> int:
        return self.file.truncate()


def size_of(path: Path) -> int:
    """In bytes; 0 when it is not there."""
    return path.stat().st_size if path.is_file() else 0


def digest_of(path: Path, remote: RemoteFile) -> str:
    """The file's hash of the kind that the hub names: SHA-256 for large files, git's blob hash for small ones."""
    if len(remote.digest) == 64:
        digest = hashlib.sha256()
    else:
        digest = hashlib.sha1(f"blob {size_of(path)}\0".encode(), usedforsecurity=False)
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
