"""What is asked of a prior, and changes of a preset, as the artist sets them: rows, buttons, and the job's spec."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import bpy
import extension
import pytest
from test_panels import drawn

FIRST = "model.diffusion_model.input_blocks.0.0.weight"
WHOLE = {
    FIRST: (320, 4, 3, 3),
    "first_stage_model.encoder.conv_in.weight": (8, 3, 3, 3),
    "cond_stage_model.transformer.text_model.embeddings.position_embedding.weight": (77, 768),
}
WORDS = ("fast_encoder", "configuration", "picture_size", "precision")
LORA = {"lora_unet_conv_in.lora_down.weight": (4, 4)}


def write(path: Path, shapes: dict[str, tuple[int, ...]]) -> str:
    """A .safetensors file of these names and shapes, without their numbers' meaning."""
    header, end = {}, 0
    for name, shape in shapes.items():
        size = 2
        for side in shape:
            size *= side
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(end))
    return str(path)


@pytest.fixture
def settings(fake_backend, tmp_path):
    """A scene that wants a Stable Diffusion in one file."""
    settings = bpy.context.scene.dreamfusion
    settings.prior, settings.custom_prior = "CUSTOM", write(tmp_path / "model.safetensors", WHOLE)
    return settings


def spec():
    return extension.part("operators.settings").spec_from(bpy.context)


def shown() -> bool:
    return bpy.types.DREAMFUSION_PT_prior_options.poll(bpy.context)


def test_rows_are_added_removed_and_become_the_spec(settings, tmp_path):
    for _ in range(3):
        bpy.ops.dreamfusion.add_row(rows="loras")
    first, second = (write(tmp_path / f"{name}.safetensors", LORA) for name in "ab")
    settings.loras[0].path, settings.loras[2].path, settings.loras[2].weight = first, second, 0.5
    rows = ["path", "weight", "dreamfusion.remove_row"]
    assert drawn("prior_options") == [*rows * 3, "dreamfusion.add_row", *WORDS]
    assert [(str(each.path), each.weight) for each in spec().loras] == [(first, 1.0), (second, 0.5)]
    bpy.ops.dreamfusion.remove_row(rows="loras", index=0)
    assert [str(each.path) for each in spec().loras] == [second]
    bpy.ops.dreamfusion.remove_row(rows="loras", index=7)  # is nothing
    assert len(settings.loras) == 2


def test_overrides_are_rows_of_a_name_and_a_value(settings):
    values = {"scene.field": "hash", "sds.guidance_weight": "12", "sds.perp_neg": "true", "mlp.variance_start": "1e-2"}
    for name, value in values.items():
        bpy.ops.dreamfusion.add_row(rows="overrides")
        settings.overrides[-1].name, settings.overrides[-1].value = name, value
    bpy.ops.dreamfusion.add_row(rows="overrides")  # not filled in
    assert spec().overrides == {
        "scene.field": "hash",
        "sds.guidance_weight": 12,
        "sds.perp_neg": True,
        "mlp.variance_start": 0.01,
    }
    assert drawn("overrides") == [*["name", "value", "dreamfusion.remove_row"] * 5, "dreamfusion.add_row"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("scene.feild", "hash", "did you mean 'field'"),
        ("scene.field", "hush", "one of grid, mlp, triplane, hash"),
        ("optimize.optimizer", 7, "one of adam, shampoo"),
        ("field", "hash", "dotted lower-case names"),
    ],
)
def test_a_bad_override_is_refused_before_anything_starts(scene, fake_backend, name, value, words):
    with pytest.raises(RuntimeError, match=words):
        bpy.ops.dreamfusion.generate(prompt="a red mug", overrides=json.dumps({name: value}))
    assert not extension.part("dreamfusion_blender.store").list_jobs()


def test_names_are_suggested_with_what_they_take(installed):
    search = extension.part("operators.prior_options").search_settings
    found = dict(search(None, None, "scene.f"))
    assert found == {"scene.field": found["scene.field"]} and "one of grid, mlp, triplane, hash" in found["scene.field"]


def test_options_are_shown_where_the_prior_takes_them(settings):
    assert shown()
    settings.prior = "mvdream"
    assert shown() and drawn("prior_options") == ["fast_encoder", "precision"]
    settings.prior = "if-m"
    assert shown() and drawn("prior_options") == ["precision"]
    settings.prior = "toybox"
    assert shown() and drawn("prior_options") == ["precision"]
    settings.prior, settings.custom_prior = "CUSTOM", "/nowhere/model.safetensors"
    assert not shown()


def test_what_is_not_shown_is_not_asked_for(settings, tmp_path):
    bpy.ops.dreamfusion.add_row(rows="loras")
    settings.loras[0].path = write(tmp_path / "a.safetensors", LORA)
    settings.configuration, settings.picture_size, settings.precision = "sd15", 768, "bfloat16"
    assert spec().loras and spec().configuration == "sd15"
    assert (spec().picture_size, spec().precision) == (768, "bfloat16")
    settings.prior = "if-m"
    assert (spec().picture_size, spec().precision) == (None, "bfloat16")
    settings.prior = "toybox"
    assert not spec().loras and spec().configuration == "auto"
    assert (spec().picture_size, spec().precision) == (None, "bfloat16")


def test_a_picture_size_that_no_prior_can_have_is_refused_in_words(settings):
    settings.picture_size = 500
    with pytest.raises(RuntimeError, match="picture_size is 500; permitted: a multiple of 64"):
        bpy.ops.dreamfusion.generate(prompt="a red mug")


def test_a_script_gives_them_to_the_operator(settings, tmp_path):
    lora = write(tmp_path / "a.safetensors", LORA)
    bpy.ops.dreamfusion.generate(
        prompt="a red mug",
        loras=f"{lora}:0.5",
        configuration="sd21_v",
        picture_size=768,
        precision="float32",
        overrides='{"sds.guidance_weight": 12}',
    )
    (job,) = extension.part("dreamfusion_blender.store").list_jobs()
    assert [(str(each.path), each.weight) for each in job.spec.loras] == [(lora, 0.5)]
    assert (job.spec.picture_size, job.spec.precision) == (768, "float32")
    assert job.spec.configuration == "sd21_v" and job.spec.overrides == {"sds.guidance_weight": 12}
    with pytest.raises(RuntimeError, match="a table in JSON"):
        bpy.ops.dreamfusion.generate(prompt="a red mug", overrides="scene.field=hash")
    with pytest.raises(RuntimeError, match="loras is set, and Toybox has no such option"):
        bpy.ops.dreamfusion.generate(prompt="a red mug", prior="toybox", loras=lora)
