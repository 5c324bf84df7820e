"""The backend's environment as this Blender's preferences name it, and its status in words for the panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import bpy

from ..dreamfusion_blender.environment import Environment
from . import user_preferences
from .lookups import lookups

if TYPE_CHECKING:
    from bpy.types import Context


@dataclass(frozen=True)
class Status:
    """What the panel shows of the environment."""

    problem: str | None  # such as "is half installed"
    words: str

    @property
    def ready(self) -> bool:
        """Whether a backend can be started."""
        return self.problem is None


_known: list[Status] = []  # at most one; looking it up may start a process, which no drawing should do each time


def environment_of(context: Context) -> Environment:
    """The environment that the preferences name, or the default one; a backend started from it obeys them all."""
    user_preferences.apply(context)
    preferences = user_preferences.preferences_of(context)
    named = "" if preferences is None else bpy.path.abspath(preferences.environment)
    return Environment(named or None)


def environment_status(context: Context) -> Status:
    """Whether a backend can be started, as it was when last looked at."""
    if not _known:
        environment = environment_of(context)
        problem = environment.problem()
        words = "Installed" if problem is None else f"The backend in {environment.folder} {problem}"
        _known.append(Status(problem, words))
    return _known[0]


def forget_environment() -> None:
    """Look again the next time: it was installed or removed, or another one was chosen."""
    _known.clear()
    lookups.forget()
