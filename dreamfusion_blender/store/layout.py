"""Which file of a job's folder is what."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

from ..paths import jobs_folder

START: Final = "start.safetensors"


class JobFiles:
    """The files of a job, there or not. Their names are part of the interface."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def name(self) -> str:
        """The folder's name, which the command line takes as JOB where it lies among the jobs."""
        return self.path.name

    @property
    def word(self) -> str:
        """What the command line takes as JOB from wherever it is called: the name, or elsewhere the path, quoted."""
        if self.path.parent == jobs_folder():
            return self.name
        whole = str(self.path.absolute())
        return subprocess.list2cmdline([whole]) if sys.platform == "win32" else shlex.quote(whole)

    @property
    def inputs(self) -> Path:
        return self.path / "inputs.npz"

    @property
    def checkpoint(self) -> Path:
        return self.path / "checkpoint.safetensors"

    @property
    def start(self) -> Path:
        """What a job begins with that begins with its parent's field: the parent's checkpoint, as it was then."""
        return self.path / START

    @property
    def field(self) -> Path:
        return self.path / "field.npz"

    @property
    def preview(self) -> Path:
        return self.path / "preview.npz"

    @property
    def asset(self) -> Path:
        return self.path / "asset.npz"

    @property
    def albedo(self) -> Path:
        return self.path / "albedo.png"

    @property
    def glb(self) -> Path:
        return self.path / "asset.glb"

    @property
    def turntable(self) -> Path:
        return self.path / "turntable.png"

    @property
    def thumbnail(self) -> Path:
        return self.path / "thumbnail.png"

    @property
    def quality(self) -> Path:
        return self.path / "quality.json"

    @property
    def log(self) -> Path:
        return self.path / "backend.log"

    @property
    def events(self) -> Path:
        return self.path / "events.jsonl"
