"""For the core's tests: an environment folder whose python is the fake backend, and the command line as a process."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from dreamfusion_blender.client import Backend
from dreamfusion_blender.environment import Environment, lock_hash
from dreamfusion_blender.paths import ROOT

settings.register_profile("loaded", deadline=None)  # the machine may have much else to do
settings.load_profile("loaded")

FAKE = Path(__file__).with_name("fake_backend.py")


@pytest.fixture
def fake_environment(tmp_path: Path) -> Environment:
    """An environment that counts as installed and whose python runs fake_backend.py."""
    folder = tmp_path / "env"
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(FAKE))} "$@"\n')
    python.chmod(0o755)
    marker = {"state": "ready", "lock": lock_hash()}
    (folder / "dreamfusion-environment.json").write_text(json.dumps(marker))
    return Environment(folder)


@pytest.fixture
def backend(fake_environment: Environment) -> Iterator[Backend]:
    """A client of the fake backend, quick to lose patience."""
    backend = Backend(fake_environment, hang_seconds=6.0, stuck_seconds=30.0)
    yield backend
    backend.close(wait=5.0)


@pytest.fixture
def run_cli(fake_environment: Environment, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line with the fake backend, in a folder of its own (tmp_path / "here")."""
    here = tmp_path / "here"
    here.mkdir()

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            cli_command(*arguments),
            cwd=here,
            env=cli_variables(fake_environment, **variables),
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def cli_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "dreamfusion_blender", *arguments]


def cli_variables(environment: Environment, **variables: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "DREAMFUSION_ENV": str(environment.folder), **variables}


@pytest.fixture
def plain_folder() -> Iterator[Path]:
    """A folder of a user whom permissions bind: root, whom they do not, is nobody for the length of the test.

    In the system's own temporary folder, since pytest's is closed to others.
    """
    nobody, root = 65534, os.geteuid() == 0
    folder = Path(tempfile.mkdtemp())
    if root:
        os.chown(folder, nobody, nobody)
        os.seteuid(nobody)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)
