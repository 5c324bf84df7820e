"""Runs inside the windowed Blender: starts a job, disables the extension in the middle of it, and writes what stands.

    blender --python inside_disabling.py -- STATE.json '{"prompt": "a blue car", "seed": 101}'

The JSON text holds the panel's settings. What is done then is for the keyboard.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path

import bpy

MODULE = "bl_ext.user_default.dreamfusion_blender"
INTERVAL = 0.1  # seconds
PREVIEWS = 3  # after which the extension goes

sys.path.insert(0, str(Path(__file__).resolve().parent))
calls = import_module("calls")
state_file, settings = sys.argv[sys.argv.index("--") + 1 :]
session = import_module(f"{MODULE}.operators.session").session
live_view = import_module(f"{MODULE}.operators.live_view")


def begin() -> None:
    """Press the panel's button."""
    for name, value in json.loads(settings).items():
        setattr(bpy.context.scene.dreamfusion, name, value)
    bpy.ops.ed.undo_push(message="Settings")
    bpy.ops.dreamfusion.start()


def disable() -> float | None:
    """As soon as the live object has taken shape."""
    if live_view.view.standing != "standing" or session.work.previews < PREVIEWS:
        return INTERVAL
    bpy.ops.preferences.addon_disable(module=MODULE)
    bpy.app.timers.register(observe)
    return None


def observe() -> float:
    """Write what stands in the scene."""
    area = next(each for each in bpy.context.window_manager.windows[0].screen.areas if each.type == "VIEW_3D")
    state = {
        "number": next(calls.numbers),
        "is_shown": True,
        "sidebar": [area.x + area.width, 0, 0, area.height],
        "meshes": {each.name: len(each.data.vertices) for each in bpy.context.scene.objects if each.type == "MESH"},
    }
    new = Path(f"{state_file}.new")
    new.write_text(json.dumps(state))
    os.replace(new, state_file)
    return INTERVAL


bpy.context.preferences.view.show_splash = False
bpy.context.preferences.view.use_save_prompt = False
bpy.data.objects.remove(bpy.data.objects["Cube"])
bpy.app.timers.register(begin, first_interval=INTERVAL)
bpy.app.timers.register(disable, first_interval=2 * INTERVAL)
