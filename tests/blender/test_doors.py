"""Every setting of a job through Blender's doors: the panel, and the operators that scripts call.

A setting that is added to the job spec fails here until it has them. The other doors: tests/core/test_doors.py.
"""

from __future__ import annotations

from dataclasses import fields

import bpy
import extension
import pytest
from test_panels import drawn

MADE = {"version", "inputs", "origin"}  # nobody sets them: they come into being with the job
OPERATORS = {"generate": {"strength", "distance"}, "refine": {"size"}}
"""What each cannot take: how to treat a mesh that there is none of, and the size that the mesh has."""
ROWS = {"loras": "path", "overrides": "value"}  # settings that are lists in the panel, and what is drawn of a row
FILE = "/models/a.safetensors"
GIVEN = {
    "prompt": "a blue car",
    "negative_prompt": "a cat",
    "seed": 7,
    "preset": "preview",
    "prior": "sd15",
    "loras": f"{FILE}:0.5",
    "fast_encoder": "taesd",
    "configuration": "sd21_v",
    "picture_size": 768,
    "precision": "bfloat16",
    "overrides": '{"sds.perp_neg": true}',
    "views": "single",
    "steps": 30,
    "size": 0.5,
    "triangles": 500,
    "texture_size": 256,
    "device": "cpu",
    "strength": 0.3,
    "distance": 0.1,
}


def specs():
    return extension.part("dreamfusion_blender.job").JobSpec


def settings_of_a_job() -> set[str]:
    return {each.name for each in fields(specs())} - MADE


def differing(spec) -> set[str]:
    """The settings that are not as usual."""
    return {name for name in settings_of_a_job() if getattr(spec, name) != getattr(specs()(), name)}


def test_every_setting_has_a_value_here(installed):
    assert set(GIVEN) == settings_of_a_job()


@pytest.mark.parametrize("name", list(OPERATORS))
def test_operators_take_them(scene, fake_backend, monkeypatch, name):
    """Down to the job that is checked: what an operator has no property for, it refuses itself."""
    checked = []
    jobs = extension.part("dreamfusion_blender.jobs")

    def check(spec):
        checked.append(spec)
        raise extension.part("dreamfusion_blender.errors").BadSpec("enough is known")

    monkeypatch.setattr(jobs, "check", check)
    if name == "refine":
        bpy.ops.mesh.primitive_cube_add()
    taken = settings_of_a_job() - OPERATORS[name]
    with pytest.raises(RuntimeError, match="enough is known"):
        getattr(bpy.ops.dreamfusion, name)(**{each: GIVEN[each] for each in taken})
    assert differing(checked[0]) - {"size"} == taken - {"size"}
    assert checked[0].size == (0.5 if name == "generate" else 2.0)  # the cube's


def test_the_panel_sets_them(scene, fake_backend):
    settings, shape = scene.dreamfusion, scene.dreamfusion_shape
    for name, value in GIVEN.items():
        if name not in ROWS:
            setattr(shape if hasattr(shape, name) else settings, name, value)
    lora = settings.loras.add()
    lora.path, lora.weight = FILE, 0.8
    row = settings.overrides.add()
    row.name, row.value = "sds.perp_neg", "true"
    spec = extension.part("operators.settings").spec_from(bpy.context)
    assert differing(spec) == settings_of_a_job()
    assert (spec.strength, spec.distance, spec.loras[0].weight) == (0.3, 0.1, 0.8)  # not as single precision has them


def test_the_panel_draws_them(scene, fake_backend):
    scene.dreamfusion.prior = "sd15"
    for rows in ROWS:
        bpy.ops.dreamfusion.add_row(rows=rows)
    panels = ("generate", "advanced", "prior_options", "overrides", "refine")
    shown = {name for panel in panels for name in drawn(panel)}
    assert not [name for name in settings_of_a_job() if ROWS.get(name, name) not in shown]
