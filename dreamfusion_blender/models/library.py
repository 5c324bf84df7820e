"""The models on this machine: those downloaded into the models folder, and those that Hugging Face's cache holds.

A model's folder carries a marker, written when the download begins as "partial" and when all is there as "complete":
a download that was stopped half-way is seen, and gone on with by the next try.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..errors import DownloadFailed, ModelMissing, ModelUnusable
from ..filelock import held
from ..files import atomic_write, explaining, leftover_of, remove_tree
from ..paths import models_folder
from .recognition import recognise_download

MARKER: Final = "dreamfusion-model.json"
PARTIAL: Final = ".partial"
"""The subfolder for files on their way, each named by its content's hash."""

_COMMIT: Final = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class ModelFolder:
    """The place in the models folder that one repository has, whether or not there is anything."""

    repository: str
    path: Path

    @classmethod
    def of(cls, repository: str) -> ModelFolder:
        """The repository's place; owner/name is kept as owner--name, as the hub's own cache does."""
        return cls(repository, models_folder() / repository.replace("/", "--"))

    @property
    def marker(self) -> dict[str, Any] | None:
        """What the download wrote; None for a folder that no download made."""
        try:
            marker = json.loads((self.path / MARKER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return marker if isinstance(marker, dict) and marker.get("repository") == self.repository else None

    def write_marker(self, state: str, revision: str, files: dict[str, int]) -> None:
        """state: "partial" or "complete".  revision: the hub's commit.  files: sizes in bytes by name."""
        facts = {"state": state, "repository": self.repository, "revision": revision, "files": files}
        atomic_write(self.path / MARKER, json.dumps(facts, indent=2) + "\n")

    @property
    def is_complete(self) -> bool:
        """Whether the download came to its end and its files are still there, in their sizes."""
        marker = self.marker
        if marker is None or marker.get("state") != "complete" or not isinstance(marker.get("files"), dict):
            return False
        return all(_has_size(self.path / name, size) for name, size in marker["files"].items())

    @property
    def bytes_on_disk(self) -> int:
        """What the folder takes, halves of files included."""
        paths = (Path(folder) / name for folder, _, names in os.walk(self.path) for name in names)
        return sum(path.lstat().st_size for path in paths if path.exists())

    @property
    def lock(self) -> Path:
        """Held by whoever changes the folder."""
        return self.path.with_name(f".{self.path.name}.lock")

    def remove(self) -> None:
        """Delete the folder.

        Raises ModelMissing when there is none, ModelUnusable when it is not ours, DownloadFailed when a download is
        at work on it.
        """
        is_here = self.path.exists() or self.path.is_symlink()
        if not is_here and not leftover_of(self.path).exists():
            raise ModelMissing(f"{self.repository} is not in {self.path.parent}")
        if self.path.is_symlink() or self.path.parent != models_folder() or (is_here and self.marker is None):
            raise ModelUnusable(f"{self.path} was not made by a download, so it is left alone")
        busy = DownloadFailed(f"{self.repository} is being downloaded: stop that first")
        with held(self.lock, busy), explaining(self.path):
            remove_tree(self.path)


def downloaded() -> list[ModelFolder]:
    """All models in the models folder, whole or half, in the alphabet's order."""
    root = models_folder()
    if not root.is_dir():
        return []
    folders = (ModelFolder(path.name.replace("--", "/", 1), path) for path in sorted(root.iterdir()))
    return [folder for folder in folders if folder.marker is not None]


def cached_snapshot(repository: str) -> Path | None:
    """Where Hugging Face's own cache holds the repository, when all that a job needs of it is there.

    The cache's layout is a documented interface: refs/main names the commit, snapshots/COMMIT has its files.
    """
    place = _hub_cache() / f"models--{repository.replace('/', '--')}"
    try:
        commit = (place / "refs" / "main").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return None
    snapshot = place / "snapshots" / commit
    if not _COMMIT.fullmatch(commit) or not snapshot.is_dir():
        return None
    try:
        recognise_download(snapshot)
    except ModelUnusable:
        return None  # in part, or for other programs: to us it is not there
    return snapshot


def find_model(repository: str) -> tuple[Path, str | None] | None:
    """The folder that holds the repository whole, and the hub's commit where it is known; None when it is not here."""
    folder = ModelFolder.of(repository)
    if folder.is_complete:
        return folder.path, (folder.marker or {}).get("revision")
    snapshot = cached_snapshot(repository)
    return None if snapshot is None else (snapshot, snapshot.name)


def _hub_cache() -> Path:
    """huggingface_hub's rule (constants.py): the first of these variables decides."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if named := os.environ.get(variable):
            return Path(os.path.expandvars(named)).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    home = os.environ.get("HF_HOME") or Path(cache) / "huggingface"
    return Path(os.path.expandvars(home)).expanduser() / "hub"


def _has_size(path: Path, size: object) -> bool:
    return path.is_file() and path.stat().st_size == size
