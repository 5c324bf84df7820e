"""Runs inside the windowed Blender: shows the extension's preferences and writes what is going on to a file.

    blender --python inside_preferences.py -- STATE.json '{"cache": "/a/folder", "python": "/a/python"}'

The JSON text holds the extension's preferences to start with. Nothing here presses a button: that is for the mouse.
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

sys.path.insert(0, str(Path(__file__).resolve().parent))
calls = import_module("calls")
state_file, settings = sys.argv[sys.argv.index("--") + 1 :]
session = import_module(f"{MODULE}.operators.session").session
lookups = import_module(f"{MODULE}.operators.lookups").lookups
environments = import_module(f"{MODULE}.operators.backend_environment")


def observe() -> float:
    """Write the state; show the page first, where that is still to be done."""
    window = bpy.context.window_manager.windows[0]
    area = next((each for each in window.screen.areas if each.type == "PREFERENCES"), None)
    if area is None:
        next(each for each in window.screen.areas if each.type == "VIEW_3D").ui_type = "PREFERENCES"
        return INTERVAL
    region = next(each for each in area.regions if each.type == "WINDOW")
    install = session.install.progress
    state = {
        "number": next(calls.numbers),
        "called": calls.called,
        "is_shown": True,
        "sidebar": [region.x, window.height - region.y - region.height, region.width, region.height],
        "hovered": hovered(window, area, region),
        "ready": environments.environment_of(bpy.context).is_ready,
        "install": install and install.message,
        "error": session.error and session.error.message,
        "known": lookups._known,
        "section": bpy.context.preferences.active_section,
    }
    new = Path(f"{state_file}.new")
    new.write_text(json.dumps(state))
    os.replace(new, state_file)
    return INTERVAL


def hovered(window: bpy.types.Window, area: bpy.types.Area, region: bpy.types.Region) -> str | None:
    """The operator whose button the mouse is over, as its Python command."""
    with bpy.context.temp_override(window=window, area=area, region=region):
        if bpy.ops.ui.copy_python_command_button.poll():
            bpy.ops.ui.copy_python_command_button()
            return bpy.context.window_manager.clipboard
    return None


def prepare() -> None:
    """The page, opened at the extension's entry; Blender may go online, which the buttons for downloads ask for."""
    preferences = bpy.context.preferences
    preferences.view.show_splash = False
    preferences.view.use_save_prompt = False
    preferences.system.use_online_access = True
    preferences.active_section = "ADDONS"
    bpy.context.window_manager.addon_search = "DreamFusion"
    bpy.ops.preferences.addon_expand(module=MODULE)
    for name, value in json.loads(settings).items():
        setattr(preferences.addons[MODULE].preferences, name, value)


prepare()
calls.note(MODULE)
bpy.app.timers.register(observe, first_interval=INTERVAL, persistent=True)
