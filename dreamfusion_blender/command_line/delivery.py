"""Where results go: checked before the work begins, written whole when it is done."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from ..blend_file import BlenderProgram, find_blender, write_blend
from ..errors import BadSpec, JobMissing, OutputUnwritable
from ..files import explaining, replacing
from ..store import JobFolder, slug
from .output import Output


@dataclass(frozen=True)
class Delivery:
    """One result's place. blender: writes it, where it is a .blend file."""

    path: Path
    may_replace: bool = True  # False: a name we chose ourselves never replaces somebody's file
    blender: BlenderProgram | None = None

    @classmethod
    def to(cls, out: str | None, prompt: str) -> Delivery:
        """The place named by --out, or one named after the prompt in the current folder.

        Raises BadSpec, OutputUnwritable or BlenderMissing now rather than after minutes of work.
        """
        path = Path(out).expanduser() if out else Path(f"{slug(prompt)}.glb")
        suffix = path.suffix.lower()
        if suffix not in (".glb", ".blend"):
            raise BadSpec(f"--out is {out!r}; it must end in .glb or .blend")
        if os.path.isdir(path):  # where Path's own may raise
            raise OutputUnwritable(f"Cannot write {path}: it is a folder")
        check_folder(path.parent)
        return cls(path, out is not None, find_blender() if suffix == ".blend" else None)

    def deliver(self, job: JobFolder, output: Output) -> None:
        """Write the asset and its turntable, and say where they are."""
        if not job.glb.is_file():
            raise JobMissing(f"{job.name} has no asset yet (it is {job.status})")
        path = self.path if self.may_replace else _free(self.path)
        if self.blender is not None:
            write_blend(job, path, self.blender)
        else:
            _copy(job.glb, path)
        turntable = _turntable(path)
        if job.turntable.is_file():
            _copy(job.turntable, turntable)
        files = {"asset": str(path.absolute()), "turntable": str(turntable.absolute()), "job": str(job.path)}
        output.data({"type": "delivered", **files})
        output.say(f"  asset      {path}\n  turntable  {turntable}\n  job        {job.path}")


def make_folder(folder: Path) -> Path:
    """The folder, made if it is not there. Raises OutputUnwritable or DiskFull unless a file can be written into it."""
    with explaining(folder):
        folder.mkdir(parents=True, exist_ok=True)
    check_folder(folder)
    return folder


def check_folder(folder: Path) -> None:
    """Raise OutputUnwritable or DiskFull unless a file can be written into the folder."""
    with explaining(folder / "…"), tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"x")


def _copy(source: Path, target: Path) -> None:
    with replacing(target) as temporary:
        shutil.copyfile(source, temporary)


def _turntable(path: Path) -> Path:
    return path.with_name(f"{path.stem}-turntable.png")


def _free(path: Path) -> Path:
    """The first of path, path-2, path-3, … that neither an asset nor a turntable has."""
    others = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))
    return next(name for name in chain([path], others) if not name.exists() and not _turntable(name).exists())
