"""The extension as an artist gets it: built by Blender's own tool, installed from the zip."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import bpy

ROOT = Path(__file__).resolve().parents[2]
NAME = "dreamfusion_blender"
MODULE = f"bl_ext.user_default.{NAME}"


def tool(*arguments: str) -> str:
    """Run Blender's extension tool on the source tree; returns its output, raises when it fails."""
    scripts = Path(bpy.utils.system_resource("SCRIPTS"))
    program = scripts / "addons_core" / "bl_pkg" / "cli" / "blender_ext.py"
    command = [sys.executable, str(program), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(folder: Path) -> Path:
    """The extension's zip, made in `folder`."""
    tool("build", "--source-dir", str(ROOT), "--output-dir", str(folder))
    (path,) = folder.glob("*.zip")
    return path


def install(path: Path) -> None:
    """Install and enable the zip."""
    bpy.ops.extensions.package_install_files(filepath=str(path), repo="user_default", enable_on_install=True)
    # The operator says FINISHED even when it failed.
    assert MODULE in bpy.context.preferences.addons


def part(name: str) -> ModuleType:
    """A module of the installed extension, such as `operators.session`."""
    return import_module(f"{MODULE}.{name}")


def interface(width: int = 291, area: str = "VIEW_3D", region: str = "UI", **known: Any) -> SimpleNamespace:
    """A context as panels see it that are drawn into a region of this width: the sidebar, as it opens.

    In the background Blender's own scale of the interface is 0.  known: more of the context.
    """
    preferences = SimpleNamespace(
        system=SimpleNamespace(ui_scale=1.0),
        addons=bpy.context.preferences.addons,
        ui_styles=bpy.context.preferences.ui_styles,
    )
    drawn = {"area": SimpleNamespace(type=area), "region": SimpleNamespace(width=width, type=region)}
    scene, mode = bpy.context.scene, bpy.context.mode
    return SimpleNamespace(preferences=preferences, scene=scene, mode=mode, **drawn, **known)


def pump_until(session: Any, condition: Callable[[], bool], step: Callable[[], object] | None = None) -> None:
    """Do what Blender's timer does until the condition holds."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, f"waited too long; {session.work} {session.error}"
        (step or session.pump)()
        time.sleep(0.01)


def start_job(session: Any, seed: int = 1, prompt: str = "a red mug", home: Any = None) -> None:
    """As the panel's button does, which needs a window.  home: the scene; None leaves it open."""
    part("operators.live_view").view.reset()
    spec = part("dreamfusion_blender.job").JobSpec(prompt=prompt, seed=seed, size=2.0)
    environment = part("dreamfusion_blender.environment").Environment()
    session.start(spec, (1.0, 2.0, 3.0), environment, home=home)


def all_jobs() -> list[Any]:
    """The folders of all jobs, the newest first."""
    return part("dreamfusion_blender.store").list_jobs()


def read(history: Any) -> list[Any]:
    """Have the history read the jobs' folders; its entries."""
    history.look()
    pump_until(part("operators.session").session, history.pump)
    return history.entries


def grow(session: Any, timer: Any, live: bpy.types.Object, times: int = 2) -> None:
    """Until the live object has changed so often: the fake backend's box grows with every step."""
    for _ in range(times):
        height = live.dimensions.z / live.dimensions.x
        pump_until(session, lambda height=height: live.dimensions.z / live.dimensions.x > height + 1e-3, timer.tick)


def finish(session: Any, timer: Any) -> None:
    """Have the job at work make its asset, and wait until that is in the scene or offered."""
    session.ask("finish")
    pump_until(session, lambda: session.work is None and not session.ready, timer.tick)


def is_asset(each: bpy.types.Object) -> bool:
    """Whether it is the finished red mug."""
    return each["dreamfusion_prompt"] == "a red mug" and bool(each.data.uv_layers) and "dreamfusion_live" not in each
