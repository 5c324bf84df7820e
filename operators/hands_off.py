"""Whether the scene may change now: not under somebody's hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy

if TYPE_CHECKING:
    from bpy.types import Context


def may_write() -> bool:
    """Whether a mesh may change now: not while something is dragged or rendered."""
    is_dragging = any(window.modal_operators for window in bpy.context.window_manager.windows)
    return not is_dragging and not bpy.app.is_job_running("RENDER")


def may_import(context: Context) -> bool:
    """Whether objects may be added now: not while something is edited, dragged or rendered."""
    return context.mode == "OBJECT" and may_write()
