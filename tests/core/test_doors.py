"""Every setting of a job through every door: command line, Python, tables of prompts, and the guide that names them.

A setting that is added to the job spec fails here until it has them all. Blender's doors: tests/blender/test_doors.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest

from dreamfusion_blender import api
from dreamfusion_blender.batch import spec_of
from dreamfusion_blender.command_line.making import settings_of
from dreamfusion_blender.command_line.parser import parse
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.models import Lora
from dreamfusion_blender.paths import ROOT
from dreamfusion_blender.tables import read_table

MADE = {"version", "inputs", "origin"}
"""Fields that nobody sets: they come into being with the job."""

FILE = Path("/models/a.safetensors")


@dataclass(frozen=True)
class Door:
    """value: of the spec, another than the default.  arguments: that say so on the command line.  cell: in a table.

    given: to Python, where that is not the value itself.  refining: a setting of jobs that start from a mesh alone.
    """

    value: Any
    arguments: tuple[str, ...]
    cell: str
    given: Any = None
    refining: bool = False


DOORS = {
    "prompt": Door("a blue car", (), "a blue car"),
    "negative_prompt": Door("a cat", ("--negative-prompt", "a cat"), "a cat"),
    "seed": Door(7, ("--seed", "7"), "7"),
    "preset": Door("preview", ("--preset", "preview"), "preview"),
    "prior": Door("sd15", ("--prior", "sd15"), "sd15"),
    "loras": Door((Lora(FILE, 0.5),), ("--lora", f"{FILE}:0.5"), f"{FILE}:0.5", given=[(str(FILE), 0.5)]),
    "fast_encoder": Door("taesd", ("--fast-encoder", "taesd"), "taesd"),
    "configuration": Door("sd21_v", ("--configuration", "sd21_v"), "sd21_v"),
    "picture_size": Door(768, ("--picture-size", "768"), "768"),
    "precision": Door("bfloat16", ("--precision", "bfloat16"), "bfloat16"),
    "views": Door("single", ("--views", "single"), "single"),
    "steps": Door(30, ("--steps", "30"), "30"),
    "size": Door(0.5, ("--size", "0.5"), "0.5"),
    "triangles": Door(500, ("--triangles", "500"), "500"),
    "texture_size": Door(256, ("--texture-size", "256"), "256"),
    "device": Door("cpu", ("--device", "cpu"), "cpu"),
    "strength": Door(0.3, ("--strength", "0.3"), "0.3", refining=True),
    "distance": Door(0.1, ("--distance", "0.1"), "0.1", refining=True),
    "overrides": Door({"sds.perp_neg": True}, ("--set", "sds.perp_neg=true"), '{"sds.perp_neg": true}'),
}
EXPECTED = JobSpec(**{name: door.value for name, door in DOORS.items()})


def given(names) -> dict[str, Any]:
    """As a script gives these settings."""
    return {name: DOORS[name].value if DOORS[name].given is None else DOORS[name].given for name in names}


def test_every_setting_has_its_doors_here_with_another_value_than_usual():
    assert set(DOORS) == {each.name for each in fields(JobSpec)} - MADE
    assert not [name for name in DOORS if getattr(EXPECTED, name) == getattr(JobSpec(), name)]


@pytest.mark.parametrize("command", ["generate", "refine"])
def test_command_line(command):
    doors = {name: door for name, door in DOORS.items() if command == "refine" or not door.refining}
    words = [word for door in doors.values() for word in door.arguments]
    place = ["mesh.obj", "a blue car"] if command == "refine" else ["a blue car"]
    found = spec_of({**settings_of(parse([command, *place, *words])), "prompt": "a blue car"})
    assert {name: getattr(found, name) for name in doors} == {name: door.value for name, door in doors.items()}


@pytest.mark.parametrize("name", ["table.csv", "table.jsonl"])
def test_tables(name, tmp_path):
    table = tmp_path / name
    if name.endswith("csv"):
        cells = ['"' + door.cell.replace('"', '""') + '"' for door in DOORS.values()]
        table.write_text(f"{','.join(DOORS)}\n{','.join(cells)}\n")
    else:
        table.write_text(json.dumps(given(DOORS)))
    (row,) = read_table(table)
    assert spec_of(row) == EXPECTED


def test_python(monkeypatch, tmp_path):
    started: list[JobSpec] = []

    class Started(Exception):
        """Enough is known."""

    def run_to_end(spec, *_, **__):
        started.append(spec if isinstance(spec, JobSpec) else spec.spec)
        raise Started

    def run_rows(rows: list[Mapping[str, Any]], *_):
        started.extend(map(spec_of, rows))
        return []

    monkeypatch.setattr(api.jobs, "run_to_end", run_to_end)
    monkeypatch.setattr(api.jobs, "check", lambda spec: None)
    monkeypatch.setattr(api, "run_rows", run_rows)
    with pytest.raises(Started):
        api.generate(**given(DOORS))
    api.generate_batch([given(DOORS)])
    assert started == [EXPECTED, EXPECTED]


def test_python_s_refine(monkeypatch):
    asked: list[Mapping[str, Any]] = []

    class Asked(Exception):
        """Enough is known."""

    def spec_and_inputs(row, _):
        asked.append(row)
        raise Asked

    monkeypatch.setattr(api, "spec_and_inputs", spec_and_inputs)
    with pytest.raises(Asked):
        api.refine("mesh.obj", **given(DOORS))
    row = {name: value for name, value in asked[0].items() if name not in ("mesh", "may", "must")}
    assert spec_of(row) == EXPECTED


@pytest.mark.parametrize("page", ["guide.md", "python-api.md"])
def test_the_pages_name_them(page):
    text = (ROOT / "docs" / page).read_text()
    assert not [
        name for name in DOORS if f"`{name}`" not in text and f"({name}" not in text and f" {name}=" not in text
    ]
