"""The extension installed once per run, a backend for its operators, and an empty scene for each test."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bpy
import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # so that the helpers beside the tests can be imported by their names

import extension  # noqa: E402  # not before the path is set
from samples import ENDLESS  # noqa: E402


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension's zip."""
    return extension.build(tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="session")
def installed(built: Path) -> str:
    """The installed extension's module name."""
    extension.install(built)
    return extension.MODULE


@pytest.fixture
def scene(installed: str) -> Iterator[bpy.types.Scene]:
    """An empty scene with default settings; whatever the test leaves running is ended."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=False)
    if installed not in bpy.context.preferences.addons:
        bpy.ops.preferences.addon_enable(module=installed)
    yield bpy.context.scene
    extension.part("operators.timer").stop()


@pytest.fixture
def fake_backend(scene: bpy.types.Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment whose "Python" runs fake_backend.py whatever it is asked to run."""
    folder = tmp_path / "environment"
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{HERE / "fake_backend.py"}" "$@"\n')
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("DREAMFUSION_ENV", str(folder))
    monkeypatch.setenv("DREAMFUSION_JOBS", str(tmp_path / "jobs"))
    extension.part("dreamfusion_blender.environment").Environment().write_marker("ready")
    extension.part("operators.backend_environment").forget_environment()
    return folder


@pytest.fixture
def session(fake_backend: Path) -> Any:
    """What the panel shows and the timer moves on, with the backend that `fake_backend` stands in for."""
    return extension.part("operators.session").session


@pytest.fixture
def timer(session: Any) -> Any:
    """Its module, whose `tick` a test calls, since no loop of Blender's runs here."""
    return extension.part("operators.timer")


@pytest.fixture
def view(session: Any) -> Any:
    """The live object's."""
    return extension.part("operators.live_view").view


@pytest.fixture
def live(session: Any, timer: Any, view: Any) -> bpy.types.Object:
    """The object of a job that goes on until it is told to end."""
    extension.start_job(session, ENDLESS)
    extension.pump_until(session, lambda: view.standing == "standing" and bool(bpy.data.objects), timer.tick)
    return bpy.data.objects["a red mug"]


@pytest.fixture
def mug(fake_backend: Path, scene: bpy.types.Scene) -> bpy.types.Object:
    """An asset in the scene, and its job."""
    bpy.ops.dreamfusion.generate(prompt="a red mug", seed=1, size=1.0)
    return scene.objects["a red mug"]


@pytest.fixture
def history(scene: bpy.types.Scene) -> Iterator[Any]:
    """What the panel knows of earlier jobs: nothing yet."""
    view = extension.part("operators.history_view").history_view
    yield view
    view.forget()


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Set whether Blender may go online, as the preference does."""

    def allow(answer: bool) -> None:
        bpy.context.preferences.system.use_online_access = answer

    return allow
