"""Whether the scene may change now: not under somebody's hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy

if TYPE_CHECKING:
    from bpy.types import Context, Operator

    from ..dreamfusion_blender.scene.stage import Stage


def may_write() -> bool:
    """Whether a mesh may change now: not while something is dragged or rendered."""
    modal = [each for window in bpy.context.window_manager.windows for each in window.modal_operators]
    return not any(map(_is_blenders, modal)) and not bpy.app.is_job_running("RENDER")


def may_import(context: Context | Stage) -> bool:
    """Whether objects may be added now: not while something is edited, dragged or rendered."""
    return context.mode == "OBJECT" and may_write()


def may_keep(context: Context | Stage) -> bool:
    """Whether objects may be added there and an undo step be made that holds them.

    While something is edited, in whichever scene is shown, a step holds what is edited alone.
    """
    return may_import(context) and may_import(bpy.context)


def is_browsing() -> bool:
    """Whether a file browser is open that somebody is to choose in: its operator has hands on until then, too."""
    areas = [area for window in bpy.context.window_manager.windows for area in window.screen.areas]
    return any(each.type == "FILE_BROWSER" and each.spaces.active.active_operator is not None for each in areas)


def _is_blenders(operator: Operator) -> bool:
    """Whether it is one of Blender's own, which end when the hand lets go; an add-on may keep one running for ever."""
    return bpy.types.Operator.bl_rna_get_subclass_py(operator.bl_idname) is None
