"""The room that an object can take up, drawn into 3D viewports as an overlay. Where it is: `operators/volume.py`."""

from __future__ import annotations

from typing import Any, Final

import bpy

from ..operators.volume import volume_lines

COLOUR: Final = (0.25, 0.85, 0.85, 0.9)  # RGBA, display space; unlike what Blender selects, and unlike its axes

_handles: list[Any] = []  # at most one


def draw() -> None:
    """What Blender calls for each viewport, after its objects."""
    import gpu  # not at the top: where there is no window there may be no GPU to load it for
    from gpu_extras.batch import batch_for_shader

    context = bpy.context
    if not context.space_data.overlay.show_overlays:
        return
    lines = volume_lines(context)
    if lines is None:
        return
    shader = gpu.shader.from_builtin("UNIFORM_COLOR")
    batch = batch_for_shader(shader, "LINES", {"pos": lines.reshape(-1, 3)})
    gpu.state.blend_set("ALPHA")
    gpu.state.depth_test_set("LESS_EQUAL")  # what is behind an object is hidden, so that the room has depth
    shader.uniform_float("color", COLOUR)
    batch.draw(shader)
    gpu.state.depth_test_set("NONE")
    gpu.state.blend_set("NONE")


def register() -> None:
    """Have it drawn, where there is a window."""
    if not bpy.app.background:
        _handles.append(bpy.types.SpaceView3D.draw_handler_add(draw, (), "WINDOW", "POST_VIEW"))


def unregister() -> None:
    """Draw it no longer."""
    while _handles:
        bpy.types.SpaceView3D.draw_handler_remove(_handles.pop(), "WINDOW")
