"""Makes the preferences hold: as variables of this process, which the core and every backend it starts obey.

A preference that is left as it comes says nothing, so what Blender was started with in its environment holds.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import bpy

from ..dreamfusion_blender import machine, variables

if TYPE_CHECKING:
    from bpy.types import Context

EXTENSION: Final = __name__.rpartition(".operators.")[0]
"""The extension's full name, such as bl_ext.user_default.dreamfusion_blender."""

IDLE_MINUTES: Final = round(machine.IDLE_SECONDS / 60)


def _path(name: str) -> Callable[[Any], str]:
    return lambda preferences: bpy.path.abspath(getattr(preferences, name))


# Each with what the preferences say in the core's words; empty: they say nothing.
_SAYINGS: Final[dict[str, Callable[[Any], str]]] = {
    variables.ENVIRONMENT: _path("environment"),
    variables.CACHE: _path("cache"),
    variables.MODELS: _path("models"),
    variables.PYTHON: _path("python"),
    variables.SCORER: _path("scorer"),
    variables.DEVICE: lambda given: "" if given.device == "auto" else given.device,
    variables.MEMORY: lambda given: f"{given.memory:g}" if given.memory else "",
    variables.IDLE: lambda given: "" if given.idle == IDLE_MINUTES else f"{60 * given.idle}",
}

_before: dict[str, str | None] = {}  # the variables that the preferences have set, as they were


def preferences_of(context: Context) -> Any | None:
    """The extension's preferences (panels/preferences.py). None where it was enabled for this session alone.

    `blender --addons` and scripts do so, and Blender then keeps no entry for it: everything is as it comes.
    """
    entry = context.preferences.addons.get(EXTENSION)
    return None if entry is None else entry.preferences


def apply(context: Context) -> None:
    """Set the variables as the preferences are now."""
    preferences = preferences_of(context)
    for name, saying in _SAYINGS.items():
        if preferences is not None and (said := saying(preferences)):
            _before.setdefault(name, os.environ.get(name))
            os.environ[name] = said
        elif name in _before:
            _restore(name)


def withdraw() -> None:
    """Leave the variables as they were found."""
    for name in list(_before):
        _restore(name)


def _restore(name: str) -> None:
    before = _before.pop(name)
    if before is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = before
