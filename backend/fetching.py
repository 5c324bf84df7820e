"""Fetching a model's files from the Hugging Face hub: what is wanted, gone on with where it broke off, and checked.

Each file is written under its hash's name, gone on with where it broke off (huggingface_hub's own downloads begin a
broken file anew), compared with its hash, and only then put in its place.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final, cast

from huggingface_hub import HfApi, constants, hf_hub_url, try_to_load_from_cache
from huggingface_hub.file_download import http_get
from huggingface_hub.utils import build_hf_headers

from dreamfusion_blender.errors import DiskFull, DownloadFailed, ModelUnusable, OutputUnwritable
from dreamfusion_blender.filelock import held
from dreamfusion_blender.files import explaining
from dreamfusion_blender.models.library import PARTIAL, ModelFolder
from dreamfusion_blender.models.recognition import (
    CONFIG,
    INDEX,
    check_fast_encoder_config,
    family_of_index,
    read_table,
    recognise_download,
)
from dreamfusion_blender.models.reference import hub_page
from dreamfusion_blender.models.selection import RemoteFile, select, select_fast_encoder

__all__ = ["fetch"]

Say = Callable[[str, float], None]

_SAY_EVERY: Final = 0.3  # s between progress lines
_SPARE: Final = 200_000_000  # bytes to leave free on the disk
_BLOCK: Final = 1 << 22  # bytes read at once for a hash


def fetch(repository: str, say: Say) -> None:
    """Fetch what is missing of the repository. Raises DreamFusionErrors, and what huggingface_hub and httpx raise."""
    folder = ModelFolder.of(repository)
    with explaining(folder.path):
        folder.path.parent.mkdir(parents=True, exist_ok=True)
    with held(folder.lock, DownloadFailed(f"Another process is at work on {repository}; wait for it")):
        if folder.marker is None and folder.path.exists() and any(folder.path.iterdir()):
            raise OutputUnwritable(f"{folder.path} was not made by a download, so it is left alone: move it away")
        say(f"Asking for the files of {repository}", 0.0)
        revision, files = _list(repository)
        with explaining(folder.path):
            (folder.path / PARTIAL).mkdir(parents=True, exist_ok=True)
        folder.write_marker("partial", revision, {})
        try:
            wanted = _Fetcher(folder, revision, say).fetch_all(files)
            recognise_download(folder.path)  # the repository itself may lack a part
        except ModelUnusable:
            shutil.rmtree(folder.path)  # no later try could make it usable
            raise
        folder.write_marker("complete", revision, {each.name: each.size for each in wanted})
        shutil.rmtree(folder.path / PARTIAL, ignore_errors=True)  # halves of files that the repository has no more
    say(f"{repository} is here", 1.0)


def _list(repository: str) -> tuple[str, list[RemoteFile]]:
    """The commit that `main` is at, and its files."""
    info = HfApi().model_info(repository, files_metadata=True)
    files = [
        RemoteFile(each.rfilename, each.size or 0, each.lfs.sha256 if each.lfs else (each.blob_id or ""))
        for each in info.siblings or ()
    ]
    return info.sha or constants.DEFAULT_REVISION, files


class _Fetcher:
    """One download: counts the bytes of all files together."""

    def __init__(self, folder: ModelFolder, revision: str, say: Say) -> None:
        self.folder, self.revision, self.say = folder, revision, say
        self.done = self.total = 0
        self.said = 0.0

    def fetch_all(self, files: list[RemoteFile]) -> list[RemoteFile]:
        """Fetch what is wanted of a repository's files and not there; returns all that is wanted.

        Raises ModelUnusable when it is nothing for us, and DiskFull, both before anything large is fetched.
        """
        wanted = self._wanted(files)
        missing = [each for each in wanted if not self._is_there(each)]
        left = sum(each.size - _size(self._partial(each)) for each in missing)
        self._require_space(left)
        self.total = sum(each.size for each in wanted)
        self.done = self.total - sum(each.size for each in missing)
        self.say(f"{left / 1e9:.2f} GB to fetch into {self.folder.path}", self._fraction())
        for each in missing:
            self._fetch(each)
        return wanted

    def _wanted(self, files: list[RemoteFile]) -> list[RemoteFile]:
        """What is wanted of the files of what the repository says it is: a model, or a fast encoder."""
        where = f"The repository {self.folder.repository}"
        told = next((file for name in (INDEX, CONFIG) for file in files if file.name == name), None)
        if told is None:
            raise ModelUnusable(
                f"{where} is no diffusers model: it has no {INDEX}. A single .safetensors file can be "
                f"downloaded from {hub_page(self.folder.repository)} and named by its path"
            )
        self._fetch(told)
        table = read_table(self.folder.path / told.name)
        if told.name == INDEX:
            return select(files, family_of_index(table, where))
        check_fast_encoder_config(table, where)
        return select_fast_encoder(files)

    def _fetch(self, remote: RemoteFile) -> None:
        if self._is_there(remote):
            return
        partial = self._partial(remote)
        if not self._take_from_cache(remote, partial):
            self._get(remote, partial)
        self._say_now(f"Checking {remote.name}")
        if _digest(partial, remote) != remote.digest:
            partial.unlink()
            raise DownloadFailed(
                f"{remote.name} arrived damaged (its hash is not the hub's) and was deleted: try again"
            )
        target = self.folder.path / remote.name
        with explaining(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(partial, target)

    def _get(self, remote: RemoteFile, partial: Path) -> None:
        url = hf_hub_url(self.folder.repository, remote.name, revision=self.revision)
        headers = {**build_hf_headers(), "Accept-Encoding": "identity"}  # or a broken file could not be gone on with
        if _size(partial) > remote.size:
            partial.unlink()
        with _Counted(partial, lambda count: self._count(count, remote.name)) as file:
            here = file.tell()
            self.done += here
            http_get(url, cast(BinaryIO, file), resume_size=here, headers=headers, expected_size=remote.size)

    def _take_from_cache(self, remote: RemoteFile, partial: Path) -> bool:
        """Whether Hugging Face's own cache had the file, which then takes no second place where links can be made."""
        cached = try_to_load_from_cache(self.folder.repository, remote.name, revision=self.revision)
        if not isinstance(cached, str) or _size(Path(cached)) != remote.size:
            return False
        with explaining(partial):
            partial.unlink(missing_ok=True)
            try:
                os.link(os.path.realpath(cached), partial)
            except OSError:  # another disk, or one without links
                shutil.copyfile(cached, partial)
        self._count(remote.size, remote.name)
        return True

    def _is_there(self, remote: RemoteFile) -> bool:
        """Whether an earlier try put the very file in its place."""
        target = self.folder.path / remote.name
        return _size(target) == remote.size and _digest(target, remote) == remote.digest

    def _partial(self, remote: RemoteFile) -> Path:
        return self.folder.path / PARTIAL / hashlib.sha256(remote.digest.encode()).hexdigest()[:32]

    def _require_space(self, needed: int) -> None:
        free = shutil.disk_usage(self.folder.path).free
        if free < needed + _SPARE:
            raise DiskFull(
                f"{self.folder.repository} needs {needed / 1e9:.2f} GB more in {self.folder.path.parent}, and "
                f"{free / 1e9:.2f} GB are free there. Free some space, or name another folder in DREAMFUSION_MODELS"
            )

    def _count(self, count: int, name: str) -> None:
        self.done += count
        if time.monotonic() - self.said > _SAY_EVERY:
            self._say_now(name)

    def _say_now(self, name: str) -> None:
        if not self.total:
            return  # the table that comes first, a few hundred bytes
        self.said = time.monotonic()
        self.say(f"{name}: {self.done / 1e9:.2f} of {self.total / 1e9:.2f} GB", self._fraction())

    def _fraction(self) -> float:
        return min(0.99, self.done / self.total) if self.total else 0.0


class _Counted:
    """A file to append to, for http_get: tells how much was written, and in words why it could not be."""

    def __init__(self, path: Path, on_count: Callable[[int], None]) -> None:
        self.path, self.on_count = path, on_count
        with explaining(path):
            self.file = open(path, "ab")  # noqa: SIM115  # closed by __exit__

    def __enter__(self) -> _Counted:
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


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _digest(path: Path, remote: RemoteFile) -> str:
    """The file's hash of the kind that the hub names: SHA-256 for large files, git's blob hash for small ones."""
    if len(remote.digest) == 64:
        digest = hashlib.sha256()
    else:
        digest = hashlib.sha1(f"blob {_size(path)}\0".encode(), usedforsecurity=False)
    with open(path, "rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
