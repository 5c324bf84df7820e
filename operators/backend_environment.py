"""The backend's environment as this Blender's preferences name it, and its status in words for the panel."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import bpy

from ..dreamfusion_blender.environment import Environment
from ..dreamfusion_blender.quality import SCORER_VARIABLE

if TYPE_CHECKING:
    from bpy.types import AddonPreferences, Context

EXTENSION = __name__.rpartition(".operators.")[0]
"""The extension's full name, such as bl_ext.user_default.dreamfusion_blender."""


@dataclass(frozen=True)
class Status:
    """What the panel shows of the environment."""

    ready: bool
    words: str


_known: list[Status] = []  # at most one; looking it up may start a process, which no drawing should do each time


def environment_of(context: Context) -> Environment:
    """The environment that the preferences name, or the default one; a backend started from it knows the scorer."""
    if scorer := _preferences(context).scorer:
        os.environ[SCORER_VARIABLE] = bpy.path.abspath(scorer)  # the core's way to name one, from all doors
    return Environment(bpy.path.abspath(_preferences(context).environment) or None)


def choose_python(context: Context) -> None:
    """Have the next install use the Python that the preferences name; without one, the first that is found."""
    if python := _preferences(context).python:
        os.environ["DREAMFUSION_PYTHON"] = bpy.path.abspath(python)  # the core's way to name one, from all doors


def environment_status(context: Context) -> Status:
    """Whether a backend can be started, as it was when last looked at."""
    if not _known:
        environment = environment_of(context)
        problem = environment.problem()
        words = "Installed" if problem is None else f"The backend in {environment.folder} {problem}"
        _known.append(Status(problem is None, words))
    return _known[0]


def _preferences(context: Context) -> AddonPreferences:
    return context.preferences.addons[EXTENSION].preferences


def forget_environment() -> None:
    """Look again the next time: it was installed, or another one was chosen."""
    _known.clear()
