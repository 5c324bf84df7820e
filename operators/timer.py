"""Blender's timer: brings the session's news home, imports what is finished, and has the panels drawn again.

`tick` is a plain function: where timers never fire (tests in the bpy module), a loop calls it.
"""

from __future__ import annotations

from collections.abc import Callable

import bpy

from ..dreamfusion_blender.asset import Asset
from ..dreamfusion_blender.errors import BackendMissing, DreamFusionError
from ..translations import translated
from .backend_environment import forget_environment
from .background import unforeseen
from .cancelled_objects import cancelled_objects
from .history_view import history_view
from .left_objects import left_objects
from .live_view import view
from .lookups import lookups
from .model_shelf import forget_models
from .series import series
from .session import session
from .work import Work

INTERVAL = 0.1  # seconds


def start() -> None:
    """Have Blender call `tick` until there is nothing left to wait for.

    Not in the background, where timers never fire and one that is pending can keep Blender from ending.
    """
    if not bpy.app.background and not bpy.app.timers.is_registered(tick):
        bpy.app.timers.register(tick, first_interval=INTERVAL, persistent=True)


def leave_all() -> None:
    """Have an undo step hold what stands of jobs: the extension goes, and with it what steps out of an undo's way.

    Where Blender quits, the step goes with all others.
    """
    if bpy.context.window is None:
        return  # nobody will undo anything
    if session.work is not None or session.ready or view.is_unheld:
        leave_object()
    left_objects.keep_all()


def stop() -> None:
    """Stop calling it, and end what the session has at work."""
    if bpy.app.timers.is_registered(tick):
        bpy.app.timers.unregister(tick)
    session.close()
    series.__init__()
    left_objects.__init__()


def tick() -> float | None:
    """Take in the news; returns the seconds until the next call, None when there is nothing left to wait for."""
    was_installing, was_downloading, work = session.install.is_busy, session.download.is_busy, session.work
    known_error = session.error
    changed = session.pump()
    if work is not None and session.work is None and history_view.was_read:
        history_view.look()
    changed |= in_words(history_view.pump)
    changed |= lookups.pump()
    if work is not None and session.work is None and work not in session.ready:
        if work.wish == "cancel":
            cancelled_objects.add(view.let_go())
        else:
            leave_object()
    if session.ready and view.is_welcome(session.ready[0]):
        bring_home(session.ready.popleft())
        changed = True
    changed |= not session.ready and series.pump(session)  # after the import, so that a new job's object is another
    changed |= in_words(lambda: view.follow(session.work))
    changed |= in_words(left_objects.pump)
    changed |= in_words(cancelled_objects.pump)
    if changed:
        is_missing = session.error is not known_error and isinstance(session.error, BackendMissing)
        if is_missing or (was_installing and not session.install.is_busy):
            forget_environment()
        if was_downloading and not session.download.is_busy:
            forget_models()
        redraw()
    waiting = (session, cancelled_objects, left_objects, series, history_view, lookups)
    return INTERVAL if any(each.is_busy for each in waiting) else None


def in_words(step: Callable[[], bool]) -> bool:
    """Do a step of a tick; whether anything happened. What goes wrong is shown by the panel, and the ticks go on."""
    try:
        return step()
    except DreamFusionError as error:
        session.error = error
    except Exception as error:  # noqa: BLE001  # Blender drops a timer that raises, and the session would never end
        session.error = unforeseen(error)
    return True


def bring_home(work: Work) -> None:
    """Put a finished job's asset into the scene, as one undo step, or have the panel offer it and say what is wrong."""
    assert work.job is not None
    try:
        asset = Asset.load(work.job)
        if view.bring_home(work, asset):
            session.has_come(work.job)
            if not bpy.app.background:  # which keeps no undo history
                bpy.ops.ed.undo_push(message=translated(f"Generate {asset.name}"))
            return
    except DreamFusionError as error:
        session.error = error
    except Exception as error:  # noqa: BLE001  # as in `in_words`
        session.error = unforeseen(error)
    session.offer(work.job)
    leave_object()
    view.reset()


def leave_object() -> None:
    """Have an undo step hold what the job leaves in the scene."""
    if (left := view.leave()) is not None:
        left_objects.add(left)


def redraw() -> None:
    """Draw the sidebars of 3D viewports, and the preferences, again.

    Not the viewports themselves, which may take long: Blender does that when something in the scene has changed.
    """
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "PREFERENCES":
                area.tag_redraw()
            for region in area.regions:
                if area.type == "VIEW_3D" and region.type == "UI":
                    region.tag_redraw()
