"""Where the product keeps things on each platform: job folders as user data, the backend's environment as cache."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from . import variables

ROOT: Final = Path(__file__).resolve().parent.parent
"""The extension's folder, which is also the repository's root: `backend` lies beside this package."""

_NAME: Final = "dreamfusion_blender"


def _platform_folder(xdg_variable: str, linux: str, mac: str, windows: str) -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / _NAME / windows
    if sys.platform == "darwin":
        return Path.home() / "Library" / mac / _NAME
    return Path(os.environ.get(xdg_variable) or Path.home() / linux) / _NAME


def data_folder() -> Path:
    """The user's data: survives clean-ups."""
    return _platform_folder("XDG_DATA_HOME", ".local/share", "Application Support", "Data")


def cache_folder() -> Path:
    """What can be made again: the backend's environment, downloaded models; DREAMFUSION_CACHE overrides it."""
    return _named_by(variables.CACHE) or _platform_folder("XDG_CACHE_HOME", ".cache", "Caches", "Cache")


def jobs_folder() -> Path:
    """The root of all job folders; the variable DREAMFUSION_JOBS overrides it."""
    return _named_by(variables.JOBS) or data_folder() / "jobs"


def models_folder() -> Path:
    """The root of all downloaded models; the variable DREAMFUSION_MODELS overrides it."""
    return _named_by(variables.MODELS) or cache_folder() / "models"


def measurements_file() -> Path:
    """Where it is kept what jobs needed on this machine; the variable DREAMFUSION_MEASUREMENTS overrides it."""
    return _named_by(variables.MEASUREMENTS) or cache_folder() / "measurements.json"


def _named_by(variable: str) -> Path | None:
    """The whole path that a variable names; None where it is not set, or empty."""
    named = os.environ.get(variable)
    return Path(named).expanduser().absolute() if named else None
