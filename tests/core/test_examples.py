"""The examples do what they say (those for Blender run in tests/blender)."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from dreamfusion_blender.batch import spec_of
from dreamfusion_blender.paths import ROOT
from dreamfusion_blender.tables import read_table

EXAMPLES = ROOT / "examples"


@pytest.fixture
def run_example(fake_environment):
    def run(name: str, *arguments: str) -> str:
        variables = {**os.environ, "PYTHONPATH": str(ROOT), "DREAMFUSION_ENV": str(fake_environment.folder)}
        command = [sys.executable, str(EXAMPLES / name), *arguments]
        return subprocess.run(command, env=variables, capture_output=True, text=True, check=True, timeout=60).stdout

    return run


def test_one_asset(run_example, tmp_path):
    said = run_example("api_generate.py", "a red mug", str(tmp_path / "mug.glb"))
    assert "Optimizing" in said and "a red mug: 4 triangles" in said
    assert (tmp_path / "mug.glb").read_text() == "glTF of a red mug"


def test_a_batch(run_example, tmp_path):
    said = run_example("api_batch.py", str(tmp_path))
    assert sorted(path.name for path in tmp_path.glob("*.glb")) == [
        "a-golden-trophy.glb",
        "a-red-mug.glb",
        "a-snowman-with-green-hat.glb",
    ]
    assert "row 4 ('qwerty')" in said


@pytest.mark.parametrize("name", ["prompts.csv", "prompts.jsonl"])
def test_the_tables_can_be_read(name):
    specs = [spec_of(row) for row in read_table(EXAMPLES / name)]
    assert len(specs) > 1 and all(spec.preset == "preview" for spec in specs)
