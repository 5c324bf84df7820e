"""The backend's Python environment: where it is, whether it is whole, and starting things in it.

A folder we make carries a marker, written first as "installing" and last as "ready": an install that was stopped
half-way is seen, and made anew by the next try (installing.py). A virtual environment that somebody else made and
named with --env or DREAMFUSION_ENV is used as it is, or refused with the reason; we never change it.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from .errors import BackendMissing
from .files import atomic_write, leftover_of
from .machine import path_variables
from .paths import ROOT, cache_folder
from .processes import child_environment
from .variables import ENVIRONMENT

REQUIREMENTS: Final = ROOT / "backend" / "requirements.txt"
_MARKER: Final = "dreamfusion-environment.json"

# What the backend imports; what these need in turn is the business of whoever made a foreign environment.
_DIRECT: Final = (
    *("torch", "diffusers", "transformers", "safetensors", "numpy", "scipy"),
    *("huggingface-hub", "httpx", "pillow", "pymcubes", "xatlas", "fast-simplification", "trimesh"),
)

# Run in a foreign environment: prints those of its arguments that are not installed there.
_LIST_MISSING: Final = """
import importlib.metadata, sys
names = (each.metadata["Name"] for each in importlib.metadata.distributions())
have = {name.lower().replace("_", "-") for name in names if name}  # an interrupted pip leaves some without
print(" ".join(name for name in sys.argv[1:] if name not in have))
"""


@dataclass(frozen=True)
class InstallProgress:
    """message: what is going on, for the user.  fraction: 0 … 1 of the whole."""

    message: str
    fraction: float


class Environment:
    """One environment folder: given, or DREAMFUSION_ENV, or one in the user's cache named by the lock's hash."""

    def __init__(self, folder: str | Path | None = None) -> None:
        chosen = folder or os.environ.get(ENVIRONMENT) or cache_folder() / f"backend-{lock_hash()}"
        self.folder = Path(chosen).expanduser().absolute()

    @property
    def python(self) -> Path:
        """The environment's interpreter (which may not exist yet)."""
        return self.folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    @property
    def is_ready(self) -> bool:
        """Whether a backend can be started from it."""
        return self.problem() is None

    def problem(self) -> str | None:
        """Why no backend can be started from it; None when one can."""
        marker = self.marker  # once, and first: another thread may be taking the folder away
        if not os.path.exists(self.python):  # where Path's own may raise
            return "is not installed" if marker is None else "is half installed"
        if marker is None:
            missing = self._missing_packages()
            return f"lacks {', '.join(missing)}" if missing else None
        if marker.get("state") != "ready":
            return "is half installed"
        if marker.get("lock") != lock_hash():
            return "was made for other versions of its packages"
        return None

    def command(self, module: str, *arguments: str) -> list[str]:
        """The command that runs one of the backend's modules, to be run in ROOT. Raises BackendMissing."""
        if problem := self.problem():
            raise BackendMissing(f"The backend in {self.folder} {problem}")
        return [str(self.python), "-u", "-m", module, *arguments]

    def variables(self, online: bool = False) -> dict[str, str]:
        """The environment variables for such a command. online: it is a download that the user allowed."""
        # Blender's rule: nothing is written into the extension's folder, compiled Python included. (A cache folder
        # for compiled files elsewhere would make Python compile all of torch's packages once more.)
        # A job never asks the network: a model that is not there is an error, not a download in the middle of it.
        hub = {"HF_HUB_DISABLE_PROGRESS_BARS": "1"} if online else {"HF_HUB_OFFLINE": "1"}
        variables = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
        return child_environment(**variables, **hub, **path_variables())

    def install(
        self,
        on_progress: Callable[[InstallProgress], None],
        device: str = "auto",
        should_stop: Callable[[], bool] = lambda: False,
        anew: bool = False,
    ) -> None:
        """Make the environment, or repair it; see installing.install.  anew: also when it looks whole."""
        from .installing import install  # which needs this module

        install(self, on_progress, device, should_stop, anew)

    @property
    def is_ours(self) -> bool:
        """Whether it, or what a removal left of it, was made by this product, which may then repair and remove it."""
        return self.marker is not None or (not self.folder.exists() and leftover_of(self.folder).exists())

    @property
    def marker(self) -> dict[str, Any] | None:
        """What we wrote into the folder when we made it; None for a folder that we did not make."""
        try:
            marker = json.loads((self.folder / _MARKER).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (ValueError, OSError):
            marker = None
        return marker if isinstance(marker, dict) else {"state": "damaged"}  # ours, by its name; to be made anew

    def write_marker(self, state: str, **facts: str) -> None:
        """state: "installing" or "ready"."""
        atomic_write(self.folder / _MARKER, json.dumps({"state": state, "lock": lock_hash(), **facts}, indent=2) + "\n")

    def _missing_packages(self) -> list[str]:
        """What a foreign environment lacks; the versions, too, are its owner's business."""
        command = [str(self.python), "-I", "-c", _LIST_MISSING, *_DIRECT]
        none_runs = ["a Python that runs"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, env=child_environment())
        except OSError:  # it may not be run, is for another machine, or has just been taken away
            return none_runs
        return done.stdout.split() if done.returncode == 0 else none_runs


def lock_hash() -> str:
    """Twelve hex digits that change with backend/requirements.txt."""
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]


def required_packages() -> list[str]:
    """The lines of requirements.txt that name packages."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
