"""What holds for every job on this machine, whichever door it comes through: the device, and the memory it may take.

A job's own settings go first. The variables are the core's way to be told, from a shell or Blender's preferences.
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Final

from .errors import BadSpec
from .variables import DEVICE, IDLE, MEMORY, PATHS, PREFIX

IDLE_SECONDS: Final = 900.0
"""How long a backend stays without a job, and its prior loaded, unless told otherwise."""


def usual_device(asked: str = "auto") -> str:
    """What to compute on where auto is asked for: a name as in the job spec, or auto, and the backend chooses."""
    return (os.environ.get(DEVICE) or "auto") if asked == "auto" else asked


def memory_cap_gb() -> float:
    """10⁹ bytes that a job may take that says nothing itself; 0: what the device has free. Raises BadSpec."""
    given = os.environ.get(MEMORY) or "0"
    try:
        cap = float(given)
    except ValueError:
        cap = math.nan
    if not (math.isfinite(cap) and cap >= 0):
        raise BadSpec(f"{MEMORY} is {given!r}; permitted: a number of gigabytes, 0 for what the device has free")
    return cap


def idle_seconds() -> float:
    """How long a backend stays without a job; inf: until its client leaves. Raises BadSpec."""
    given = os.environ.get(IDLE) or str(IDLE_SECONDS)
    try:
        seconds = float(given)
    except ValueError:
        seconds = math.nan
    if not seconds >= 0:
        raise BadSpec(f"{IDLE} is {given!r}; permitted: a number of seconds, or inf")
    return seconds


def path_variables() -> dict[str, str]:
    """The variables that name files and folders, from here on: a child process may run in another folder."""
    given = {name: os.environ.get(name) for name in PATHS}
    return {name: str(Path(path).expanduser().absolute()) for name, path in given.items() if path}


def own_variables() -> dict[str, str]:
    """All of the product's variables as they are now: a backend that was started with others does not know them."""
    return {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
