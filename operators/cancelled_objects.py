"""The objects of cancelled jobs: each is taken away as soon as it may be, whatever was started in the meantime."""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from ..dreamfusion_blender.inputs import Placement
from ..dreamfusion_blender.scene import live
from ..dreamfusion_blender.scene.standing import show_original
from .hands_off import may_import
from .home import stage_of
from .known_object import KnownObject
from .work import Home


@dataclass
class Leaving:
    """One that is to go."""

    job: str  # its id
    known: KnownObject
    home: Home | None  # where it belongs
    covered: Placement | None  # where the one stands that it took the place of


class CancelledObjects:
    """Those that still stand, because somebody edits, drags or renders."""

    def __init__(self) -> None:
        self._leaving: list[Leaving] = []

    @property
    def is_busy(self) -> bool:
        """Whether any still stands."""
        return bool(self._leaving)

    def add(self, leaving: Leaving) -> None:
        """Take this one away with a later `pump`."""
        self._leaving.append(leaving)

    def keep(self, job: str) -> None:
        """The job of this id is taken up again: its object stays."""
        self._leaving = [each for each in self._leaving if each.job != job]

    def pump(self) -> bool:
        """Take away one whose time has come; returns whether there was one."""
        due = next(filter(_may_go, self._leaving), None)
        if due is None:
            return False
        self._leaving.remove(due)
        _take_away(due)
        return True


def _may_go(leaving: Leaving) -> bool:
    """Blender crashes when what it drags or renders is removed, and what is edited has to stay the active object."""
    return may_import(stage_of(leaving.home) or bpy.context)


def _take_away(leaving: Leaving) -> None:
    """Remove it, unless somebody has made something of it. It may have been deleted before."""
    found = leaving.known.find()
    if found is not None:
        if not live.is_untouched(found) or live.is_used(found):
            return
        live.remove(found)
    live.release(leaving.job)  # copies that were kept of it, or the job resumed would take one for the object
    stage = stage_of(leaving.home)
    if leaving.covered is not None and stage is not None:
        with stage.in_use():
            show_original(leaving.covered)


cancelled_objects = CancelledObjects()  # those of this Blender
