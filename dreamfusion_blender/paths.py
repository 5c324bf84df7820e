"""Where the product keeps things on each platform: job folders as user data, the backend's environment as cache."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

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
    override = os.environ.get("DREAMFUSION_CACHE")
    if override:
        return Path(override).expanduser().absolute()
    return _platform_folder("XDG_CACHE_HOME", ".cache", "Caches", "Cache")


def jobs_folder() -> Path:
    """The root of all job folders; the variable DREAMFUSION_JOBS overrides it."""
    override = os.environ.get("DREAMFUSION_JOBS")
    return Path(override).expanduser().absolute() if override else data_folder() / "jobs"


def models_folder() -> Path:
    """The root of all downloaded models; the variable DREAMFUSION_MODELS overrides it."""
    override = os.environ.get("DREAMFUSION_MODELS")
    return Path(override).expanduser().absolute() if override else cache_folder() / "models"


def measurements_file() -> Path:
    """Where it is kept what jobs needed on this machine; the variable DREAMFUSION_MEASUREMENTS overrides it."""
    override = os.environ.get("DREAMFUSION_MEASUREMENTS")
    return Path(override).expanduser().absolute() if override else cache_folder() / "measurements.json"
