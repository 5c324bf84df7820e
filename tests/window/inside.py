"""Runs inside the windowed Blender: opens the sidebar's tab, then writes what is going on to a file, over and over.

    blender --python inside.py -- STATE.json '{"steps": 10}'

The JSON text holds the panel's settings to start with, under `import_job` the folder of a finished job whose asset
stands there from the beginning, under `cube` the place of Blender's own cube, which is else removed, and under
`language` the interface's. Nothing here presses a button or starts a job: that is for the mouse and the keyboard.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import math
import os
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import bpy

MODULE = "bl_ext.user_default.dreamfusion_blender"
TAB = "DreamFusion"
INTERVAL = 0.1  # seconds
LONG = 0.5  # seconds
PULSE = 0.02  # seconds

sys.path.insert(0, str(Path(__file__).resolve().parent))
calls = import_module("calls")
state_file, settings = sys.argv[sys.argv.index("--") + 1 :]
session = import_module(f"{MODULE}.operators.session").session
live_view = import_module(f"{MODULE}.operators.live_view")
jobs = import_module(f"{MODULE}.dreamfusion_blender.jobs")
timer: Any = import_module(f"{MODULE}.operators.timer")
reextract = import_module(f"{MODULE}.operators.reextract")
KINDS = ("call", "update", "import", "loop at rest", "loop at work")
spans: dict[str, list[float]] = {kind: [] for kind in KINDS}  # seconds that each call took, or came late
pulses: list[float] = []  # at most one: when the last was
brought: list[Any] = []  # the work that the present call has brought home


def timed_tick() -> float | None:
    """The extension's timer function, timed: calls that update the live object, and the import, apart from others."""
    shown = live_view.view._shown
    brought.clear()
    began = clock()
    faulthandler.dump_traceback_later(LONG, file=sys.stdout)  # into Blender's log: where the time goes
    interval = tick()
    faulthandler.cancel_dump_traceback_later()
    kind = "import" if brought else "update" if live_view.view._shown != shown else "call"
    spans[kind].append(clock() - began)
    return interval


def noted_bring_home(work: Any) -> None:
    """The extension's import, noted."""
    brought.append(work)
    bring_home(work)


def pulse() -> float:
    """Note how late Blender's loop comes round to this."""
    now = clock()
    kind = "loop at rest" if session.work is None else "loop at work"
    spans[kind] += [max(0.0, now - last - PULSE) for last in pulses]
    pulses[:] = [now]
    return PULSE


def clock() -> float:
    """Seconds, without those in which this thread could have gone on and the machine ran another program instead."""
    return time.perf_counter() - int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9


tick, timer.tick = timer.tick, timed_tick
bring_home, timer.bring_home = timer.bring_home, noted_bring_home


def summary(seconds: list[float]) -> dict[str, float]:
    """How many, the middle one, the 99th percentile and the longest."""
    ordered = sorted(seconds) or [0.0]
    return {
        "count": len(seconds),
        "median": ordered[len(ordered) // 2],
        "p99": ordered[math.ceil(0.99 * len(ordered)) - 1],
        "longest": ordered[-1],
    }


def observe() -> float:
    """Write the state; show the tab first, where that is still to be done."""
    window = bpy.context.window_manager.windows[0]
    area = next(each for each in window.screen.areas if each.type == "VIEW_3D")
    sidebar = next(each for each in area.regions if each.type == "UI")
    is_shown = show_tab(area, sidebar)
    state = {
        "number": next(calls.numbers),
        "called": calls.called,
        "is_shown": is_shown,
        "sidebar": [sidebar.x, window.height - sidebar.y - sidebar.height, sidebar.width, sidebar.height],
        "hovered": hovered(window, area, sidebar) if is_shown else None,
        "modal": [each.bl_idname for each in window.modal_operators],
        "redo": redo_panel(window, area),
        "prompt": bpy.context.scene.dreamfusion.prompt,
        "seed": bpy.context.scene.dreamfusion.seed,
        "steps": bpy.context.scene.dreamfusion.steps,
        "work": describe(session.work),
        "stopped": session.stopped and session.stopped.name,
        "error": session.error and session.error.message,
        "standing": live_view.view.standing,
        "offered": [each.name for each in session.offered],
        "unfinished": [each.name for each in session.unfinished.jobs],
        "object": describe_object(),
        "blender": os.getpid(),
        "backend": jobs.shared_backend().pid,
        "objects": [each.name for each in bpy.context.scene.objects if each.type == "MESH"],
        "meshes": describe_meshes(area.spaces.active),
        "selected": [each.name for each in bpy.context.view_layer.objects.selected],
        "cut_seconds": reextract._measured,
        "durations": {kind: summary(each) for kind, each in spans.items()},
    }
    new = Path(f"{state_file}.new")
    new.write_text(json.dumps(state))
    os.replace(new, state_file)
    return INTERVAL


def show_tab(area: bpy.types.Area, sidebar: bpy.types.Region) -> bool:
    """Open the sidebar, then choose the tab: it exists from the next redraw on. Returns whether that is done."""
    space = area.spaces.active
    if not space.show_region_ui:
        space.show_region_ui = True
        return False
    if sidebar.active_panel_category != TAB:
        with contextlib.suppress(TypeError):  # the tabs are not drawn yet
            sidebar.active_panel_category = TAB
        area.tag_redraw()
        return False
    return True


def hovered(window: bpy.types.Window, area: bpy.types.Area, region: bpy.types.Region) -> str | None:
    """The operator whose button the mouse is over, as its Python command, or the path of the property."""
    with bpy.context.temp_override(window=window, area=area, region=region):
        for copy in (bpy.ops.ui.copy_python_command_button, bpy.ops.ui.copy_data_path_button):
            if copy.poll():
                copy()
                return bpy.context.window_manager.clipboard
    return None


def redo_panel(window: bpy.types.Window, area: bpy.types.Area) -> list[int] | None:
    """Where "Adjust Last Operation" is, like `sidebar`, where it is in the viewport at all."""
    region = next((each for each in area.regions if each.type == "HUD" and each.width > 1), None)
    return region and [region.x, window.height - region.y - region.height, region.width, region.height]


def describe(work: Any) -> dict[str, Any] | None:
    """How far the job at work has come."""
    return work and {name: getattr(work, name) for name in ("stage", "step", "steps", "fraction", "previews")}


def describe_object() -> dict[str, Any] | None:
    """The scene's one mesh object."""
    found = next((each for each in bpy.context.scene.objects if each.type == "MESH"), None)
    return found and {
        "name": found.name,
        "uid": found.session_uid,
        "location": [round(each, 3) for each in found.location],
        "modifiers": [each.name for each in found.modifiers],
        "shape": found.data.get("dreamfusion_live_check"),
        "is_asset": bool(found.data.uv_layers),
        "materials": [each.name for each in found.data.materials if each],
        "cut": json.loads(found.get("dreamfusion_cut", "null")),
        "next": json.loads(found.get("dreamfusion_cut_next", "null")),
        "dimensions": [round(each, 4) for each in found.dimensions],
    }


def describe_meshes(space: bpy.types.SpaceView3D) -> dict[str, Any]:
    """Of each by its name, whether it can be seen in the viewport, and where it stands."""
    return {
        each.name: {
            "visible": each.visible_get(viewport=space),
            "matrix": [round(number, 5) for row in each.matrix_world for number in row],
        }
        for each in bpy.context.scene.objects
        if each.type == "MESH"
    }


class Listen(bpy.types.Operator):
    """Runs for ever and lets every event pass, as add-ons do that show the keys one presses"""

    bl_idname = "listener.listen"
    bl_label = "Listen"

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Begin."""
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, _context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Never end."""
        return {"PASS_THROUGH"}


def prepare() -> None:
    """An empty stage, the panel's settings, textures shown, another add-on at work, no questions asked on leaving."""
    bpy.context.preferences.view.show_splash = False
    bpy.context.preferences.view.use_save_prompt = False
    bpy.context.preferences.view.show_tooltips = False
    bpy.context.preferences.system.viewport_aa = "FXAA"  # the usual way draws each change eight times, in software
    chosen = json.loads(settings)
    if language := chosen.pop("language", None):
        bpy.context.preferences.view.language = language
    cube = bpy.data.objects["Cube"]
    if place := chosen.pop("cube", None):
        for name, value in place.items():
            setattr(cube, name, value)
    else:
        bpy.data.objects.remove(cube)
    if job := chosen.pop("import_job", None):
        bpy.ops.dreamfusion.import_job(directory=job)
    for name, value in chosen.items():
        setattr(bpy.context.scene.dreamfusion, name, value)
    for area in bpy.context.window_manager.windows[0].screen.areas:
        if area.type == "VIEW_3D":
            area.spaces.active.shading.color_type = "TEXTURE"
            area.spaces.active.region_3d.view_distance = 4.5
            area.spaces.active.region_3d.view_location = (0.0, 0.0, 0.4)
    bpy.utils.register_class(Listen)
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        bpy.ops.listener.listen("INVOKE_DEFAULT")
    bpy.ops.ed.undo_push(message="Empty stage")


prepare()
calls.note(MODULE)
bpy.app.timers.register(observe, first_interval=INTERVAL, persistent=True)
bpy.app.timers.register(pulse, first_interval=INTERVAL, persistent=True)
