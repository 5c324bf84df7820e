"""What jobs without an asset leave in the scene: an undo step holds each as soon as one may be made.

Only the present job's object is known to the live view. One that no step holds would be freed by an undo while another
job is at work, whatever was started in the meantime.
"""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from ..translations import translated
from .hands_off import may_keep
from .home import stage_of
from .known_object import KnownObject
from .work import Home


@dataclass
class Left:
    """An object whose job failed or was paused."""

    known: KnownObject
    home: Home | None  # where it belongs


class LeftObjects:
    """Those that no undo step holds yet, because somebody edits, drags or renders."""

    def __init__(self) -> None:
        self._left: list[Left] = []

    @property
    def is_busy(self) -> bool:
        """Whether there are any."""
        return bool(self._left)

    def add(self, left: Left) -> None:
        """Have a later `pump` make the step."""
        self._left.append(left)

    def pump(self) -> bool:
        """Make the step of one whose time has come; returns whether there was one. What was deleted needs none."""
        due = self._due()
        if due is None:
            return False
        self._left.remove(due)
        _make_step(due)
        return True

    def keep_all(self) -> None:
        """Have one step hold all, where it may be made now: nobody will take them out of an undo's way any more."""
        if (due := self._due()) is not None:
            _make_step(due)
        self._left.clear()

    def before_undo(self) -> None:
        """Take them out of their scenes; see KnownObject."""
        for each in self._left:
            if (stage := stage_of(each.home)) is not None:
                each.known.step_out(stage)

    def after_undo(self) -> None:
        """And back."""
        for each in self._left:
            if (stage := stage_of(each.home)) is not None:
                each.known.step_in(stage)

    def _due(self) -> Left | None:
        self._left = [each for each in self._left if stage_of(each.home) is not None and each.known.find() is not None]
        return next(filter(_may_be_held, self._left), None)


def _make_step(left: Left) -> None:
    """Named after one of them; it holds all that stands."""
    if not bpy.app.background:  # which keeps no undo history
        bpy.ops.ed.undo_push(message=translated(f"Keep {left.known.name}"))


def _may_be_held(left: Left) -> bool:
    return may_keep(stage_of(left.home) or bpy.context)


left_objects = LeftObjects()  # those of this Blender
