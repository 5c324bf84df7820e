"""What Blender calls when the user undoes, redoes or opens another file in the middle of a job.

Little in the scene is changed here, where Blender is in the middle of something, too: the next tick does that. The
live object alone steps out of it during an undo.
"""

from __future__ import annotations

import bpy
from bpy.app.handlers import persistent

from ..dreamfusion_blender.scene.live import live_jobs
from . import timer
from .left_objects import left_objects
from .live_view import view
from .places import standing_jobs
from .session import session


@persistent
def before_undo(*_: object) -> None:
    """An undo or a redo is about to replace the scene."""
    view.before_undo()
    left_objects.before_undo()
    session.before_undo(standing_jobs())


@persistent
def after_undo(*_: object) -> None:
    """It has. Adjusting an operation from before a result came takes that away, beyond what a redo brings back."""
    left_objects.after_undo()
    view.after_undo()
    session.after_undo(standing_jobs())
    timer.start()  # one look at least, also while no job is at work


@persistent
def after_load(*_: object) -> None:
    """Another file is open. What is finished but not imported belonged to the last one: it is offered.

    So is what was finished while this file was closed, if it holds the job's live object.
    """
    session.offer_all()
    view.after_load()
    left_objects.__init__()
    if waiting := live_jobs():
        session.unfinished.look(waiting)
        timer.start()


_HANDLERS = (
    ("undo_pre", before_undo),
    ("redo_pre", before_undo),
    ("undo_post", after_undo),
    ("redo_post", after_undo),
    ("load_post", after_load),
)


def register() -> None:
    """Have Blender call them."""
    for name, function in _HANDLERS:
        getattr(bpy.app.handlers, name).append(function)


def unregister() -> None:
    """And no longer. Another script may have emptied a list."""
    for name, function in _HANDLERS:
        called = getattr(bpy.app.handlers, name)
        if function in called:
            called.remove(function)
