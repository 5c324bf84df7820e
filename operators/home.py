"""Where a job's object belongs: noted when the job is started, found again when its object comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy

from ..dreamfusion_blender.scene.stage import Stage
from .work import Home

if TYPE_CHECKING:
    from bpy.types import Context


def home_of(context: Context) -> Home:
    """The scene and the view layer that are in use now."""
    return Home(context.scene.session_uid, context.view_layer.name)


def stage_of(home: Home | None) -> Stage | None:
    """The scene and the view layer, or the scene's first where that is gone. None: the scene is gone, or its file."""
    if home is None:
        return Stage(bpy.context.scene, bpy.context.view_layer)
    scene = next((each for each in bpy.data.scenes if each.session_uid == home.scene), None)
    return scene and Stage(scene, scene.view_layers.get(home.layer) or scene.view_layers[0])
