"""Writing a finished job as a .blend file through a Blender, or a Python with bpy, found on this machine."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from . import variables
from .errors import BlenderMissing, OutputUnwritable, Remedy
from .files import replacing
from .paths import ROOT
from .processes import child_environment
from .store import JobFolder

OLDEST: Final = (4, 2)

# os._exit: bpy can crash or hang while tidying up, after the file is written.
_SAVE: Final = """
import os, sys, traceback
from pathlib import Path
job, target = sys.argv[-2:]
try:
    from dreamfusion_blender.asset import Asset
    from dreamfusion_blender.scene import save_blend
    save_blend(Asset.load(job), Path(target))
except BaseException:
    traceback.print_exc()
    os._exit(3)
sys.stdout.flush()
os._exit(0)
"""
_HELP: Final = Remedy("Install Blender 4.2 or later, or name its program in the variable DREAMFUSION_BLENDER")


@dataclass(frozen=True)
class BlenderProgram:
    """A Blender executable, or a Python that has bpy."""

    path: Path
    version: tuple[int, int]

    @property
    def is_python(self) -> bool:
        return _is_python(self.path)


def find_blender() -> BlenderProgram:
    """The Blender to write .blend files with: DREAMFUSION_BLENDER alone where set, else the first that is new enough.

    Raises BlenderMissing, naming what was found and does not do.
    """
    named = os.environ.get(variables.BLENDER)
    refused: list[str] = []
    for path in [Path(shutil.which(named) or named).absolute()] if named else _candidates():
        version = _version(path)
        if version is not None and version >= OLDEST:
            return BlenderProgram(path, version)
        refused.append(f"{path} ({'does not run' if version is None else 'is {}.{}'.format(*version)})")
    found = f"found: {', '.join(refused)}" if refused else "none was found"
    raise BlenderMissing(f"A .blend file needs Blender {OLDEST[0]}.{OLDEST[1]} or later, and {found}", _HELP)


def write_blend(job: JobFolder, path: Path, blender: BlenderProgram) -> None:
    """Write `path` with a scene that holds the job's asset alone. Raises OutputUnwritable with Blender's last lines."""
    if blender.is_python:
        command = [blender.path, "-c", _SAVE]
    else:
        # Only with this flag does Blender's Python heed PYTHONPATH, which is how it finds this package.
        flags = ["--background", "--factory-startup", "--python-use-system-env"]
        command = [blender.path, *flags, "--python-expr", _SAVE, "--"]
    with replacing(path) as temporary:
        temporary.unlink()  # else Blender would keep a backup of the empty file
        done = subprocess.run(
            [str(each) for each in (*command, job.path, temporary)],
            cwd=ROOT,
            env=_variables(blender.path),
            capture_output=True,
            text=True,
            errors="replace",
        )
        if done.returncode != 0 or not temporary.is_file():
            last = "\n  ".join((done.stdout + done.stderr).strip().splitlines()[-8:])
            raise OutputUnwritable(f"Blender did not write {path}. Its last lines were:\n  {last}")


def _candidates() -> list[Path]:
    found = [
        Path(path) for path in (shutil.which("blender"), "/Applications/Blender.app/Contents/MacOS/Blender") if path
    ]
    if importlib.util.find_spec("bpy") is not None:
        found.append(Path(sys.executable))
    if sys.platform == "win32":
        programs = Path(os.environ.get("PROGRAMFILES", r"C:\Program Files")) / "Blender Foundation"
        found += sorted(programs.glob("*/blender.exe"), reverse=True)
    return [path for path in found if path.is_file()]


def _is_python(path: Path) -> bool:
    return path.name.lower().startswith("python")


def _variables(path: Path) -> dict[str, str]:
    """The environment of a Blender or a Python with bpy, which may come from the user's own folders."""
    if not _is_python(path):
        return child_environment(PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1")
    found = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": found, "PYTHONDONTWRITEBYTECODE": "1"}


def _version(path: Path) -> tuple[int, int] | None:
    if _is_python(path):
        command = [str(path), "-c", "import bpy; print('Blender', bpy.app.version_string, flush=True)"]
    else:
        command = [str(path), "--version"]
    try:
        done = subprocess.run(
            command, env=_variables(path), capture_output=True, text=True, errors="replace", timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"Blender (\d+)\.(\d+)", done.stdout)
    return (int(match[1]), int(match[2])) if match else None
