"""Finding a Python that the backend can run on: 3.10 to 3.12, 64-bit, able to make a virtual environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from . import variables
from .errors import PythonMissing, Remedy

OLDEST: Final = (3, 10)
NEWEST: Final = (3, 12)  # PyMCubes has no wheels for later ones

_MINORS: Final = tuple(f"{OLDEST[0]}.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1))  # newest first
_PROBE: Final = """
import importlib.util, json, struct, sys
print(json.dumps({
    "version": sys.version_info[:3],
    "bits": struct.calcsize("P") * 8,
    "venv": all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")),
}))
"""
_PROBE_SECONDS: Final = 30


@dataclass(frozen=True)
class Python:
    """An interpreter that fits."""

    path: Path
    version: tuple[int, int, int]


def find_python() -> Python:
    """The first interpreter that fits. DREAMFUSION_PYTHON, where set, is the only candidate.

    Raises PythonMissing, naming what was found and why it does not do.
    """
    named = os.environ.get(variables.PYTHON)
    refused: list[str] = []
    seen: set[Path] = set()
    for path in [Path(named)] if named else _candidates():
        # Not resolve(): a virtual environment's python is a link, and following it would leave the environment.
        if path.absolute() in seen:
            continue
        seen.add(path.absolute())
        found = probe(path)
        if isinstance(found, Python):
            return found
        refused.append(f"{path}: {found}")
    source = "the variable DREAMFUSION_PYTHON" if named else "this machine"
    found = "; ".join(refused) if refused else "none at all"
    raise PythonMissing(f"The backend needs Python 3.10, 3.11 or 3.12. Found on {source}: {found}", _how_to_get_one())


def probe(path: Path) -> Python | str:
    """The interpreter at `path` if it fits, else why it does not."""
    try:
        done = subprocess.run(
            [str(path), "-I", "-c", _PROBE], capture_output=True, text=True, timeout=_PROBE_SECONDS, check=True
        )
        facts = json.loads(done.stdout)
        major, minor, micro = (int(each) for each in facts["version"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        return f"does not run ({type(error).__name__})"
    if not OLDEST <= (major, minor) <= NEWEST:
        return f"is Python {major}.{minor}"
    if facts["bits"] != 64:
        return "is a 32-bit Python"
    if not facts["venv"]:
        return f"cannot make virtual environments (on Debian and Ubuntu: apt install python{major}.{minor}-venv)"
    return Python(path, (major, minor, micro))


def _candidates() -> Iterator[Path]:
    # Inside Blender sys.executable is Blender's own Python, which does when its version does.
    if sys.executable and "blender" not in Path(sys.executable).name.lower():
        yield Path(sys.executable)
    for name in (*(f"python{minor}" for minor in _MINORS), "python3", "python"):
        if found := shutil.which(name):
            yield Path(found)
    if launcher := shutil.which("py"):  # the Windows launcher knows where the installers put them
        for minor in _MINORS:
            done = subprocess.run(
                [launcher, f"-{minor}", "-c", "import sys; print(sys.executable)"],
                env={**os.environ, "PYTHONUTF8": "1"},  # whatever Windows' own code page is
                capture_output=True,
                encoding="utf-8",
                errors="replace",
            )
            if done.returncode == 0:
                yield Path(done.stdout.strip())
    yield from _from_version_managers()


def _from_version_managers() -> Iterator[Path]:
    home = Path.home()
    for minor in _MINORS:
        yield from sorted((home / ".pyenv" / "versions").glob(f"{minor}.*/bin/python"))
        yield from sorted((home / ".local" / "share" / "uv" / "python").glob(f"cpython-{minor}.*/bin/python3"))
        # A Blender started from the Dock or a desktop icon has a bare PATH.
        for folder in ("/opt/homebrew/bin", "/usr/local/bin", "/usr/bin"):
            if (path := Path(folder) / f"python{minor}").exists():
                yield path
        framework = Path("/Library/Frameworks/Python.framework/Versions") / minor / "bin" / "python3"
        if framework.exists():
            yield framework


def _how_to_get_one() -> Remedy:
    if shutil.which("uv"):
        return Remedy("Install Python 3.12", command="uv python install 3.12")
    if sys.platform == "win32":
        return Remedy("Install Python 3.12", command="winget install Python.Python.3.12")
    if sys.platform == "darwin":
        return Remedy("Install Python 3.12", command="brew install python@3.12")
    return Remedy(
        "Install Python 3.12 and its venv with your system's packages, or from python.org, "
        "or name one in the variable DREAMFUSION_PYTHON",
        command="sudo apt install python3.12 python3.12-venv",
    )
