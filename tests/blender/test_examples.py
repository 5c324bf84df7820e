"""The example scripts for Blender do what they say."""

from __future__ import annotations

import runpy
import sys

import bpy
import extension
import pytest

EXAMPLES = extension.ROOT / "examples"


@pytest.fixture
def run(fake_backend, tmp_path, monkeypatch):
    """Run an example as `blender -b --python` does, then open the file it saved; returns the names of its objects."""

    def run_example(name: str, argument: str) -> list[str]:
        path = tmp_path / "made.blend"
        monkeypatch.setattr(sys, "argv", ["blender", "-b", "--python", name, "--", argument, str(path)])
        runpy.run_path(str(EXAMPLES / name))
        bpy.ops.wm.open_mainfile(filepath=str(path))
        return sorted(each.name for each in bpy.data.objects)

    return run_example


def test_generate(run):
    assert run("blender_generate.py", "a red mug") == ["a red mug"]


def test_api(run):
    assert run("blender_api.py", "a red mug") == ["a red mug", "a red mug.001", "a red mug.002"]


def test_batch(run):
    rows = (EXAMPLES / "prompts.csv").read_text().splitlines()[1:]
    objects = run("blender_batch.py", str(EXAMPLES / "prompts.csv"))
    assert len(objects) == len(rows)
