"""What a folder or a file is: told by its index or its tensors' names, and hostile files refused in words."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_files import FIRST, SD3_SHAPES, SD_SHAPES, SDXL_SHAPES, diffusers_files, safetensors, with_header, write

from dreamfusion_blender.errors import ModelMissing, ModelUnusable
from dreamfusion_blender.models import resolve
from dreamfusion_blender.models.families import FAMILIES
from dreamfusion_blender.models.recognition import recognise
from dreamfusion_blender.models.safetensors_header import read_shapes

PIPELINES = [(each.name, pipeline) for each in FAMILIES for pipeline in each.pipelines]


@pytest.mark.parametrize(("family", "pipeline"), PIPELINES)
def test_a_diffusers_folder_is_told_by_its_index(tmp_path, family, pipeline):
    folder = write(tmp_path / "model", diffusers_files(family, pipeline))
    source = resolve(str(folder))
    assert (source.family.name, source.path, source.revision) == (family, folder, None)


@pytest.mark.parametrize(
    ("shapes", "family"),
    [(SD_SHAPES, "stable_diffusion"), (SDXL_SHAPES, "stable_diffusion_xl"), (SD3_SHAPES, "stable_diffusion_3")],
)
def test_a_single_file_is_told_by_its_tensors(tmp_path, shapes, family):
    path = tmp_path / "any.safetensors"
    path.write_bytes(safetensors(shapes))
    assert resolve(str(path)).family.name == family
    assert read_shapes(path) == {name: tuple(shape) for name, shape in shapes.items()}


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        ({}, "none of the models"),
        (
            dict(list(SD3_SHAPES.items())[:2]),
            "text_encoders.clip_l., text_encoders.clip_g.; the file that",
        ),
        ({**SD_SHAPES, FIRST: (320, 9, 3, 3)}, "inpainting"),
        ({FIRST: (320, 4, 3, 3)}, "nothing under first_stage_model., cond_stage_model."),
        ({FIRST: (384, 4, 3, 3), "conditioner.embedders.0.model.x": (2,)}, "none of the models"),  # SDXL's refiner
        ({"lora_unet_down_blocks_0.lora_up.weight": (4, 4)}, "LoRA"),
        ({"down_blocks.0.resnets.0.conv1.weight": (4, 4)}, "one part of a diffusers model"),
        ({FIRST: ()}, "beside the noise"),
    ],
)
def test_other_files_are_refused_naming_what_they_are(tmp_path, shapes, words):
    path = tmp_path / "any.safetensors"
    path.write_bytes(safetensors(shapes))
    with pytest.raises(ModelUnusable) as caught:
        recognise(path)
    assert words in caught.value.message and str(path) in caught.value.message


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ("unet/diffusion_pytorch_model.safetensors", "unet/*.safetensors"),
        ("vae/config.json", "vae/config.json"),
        ("tokenizer/tokenizer.json", "tokenizer/tokenizer.json"),
        ("scheduler/scheduler_config.json", "scheduler/scheduler_config.json"),
        ("model_index.json", "no model_index.json"),
    ],
)
def test_an_incomplete_folder_is_refused_naming_what_it_lacks(tmp_path, lost, words):
    folder = write(tmp_path, diffusers_files("stable_diffusion", "StableDiffusionPipeline"))
    (folder / lost).unlink()
    with pytest.raises(ModelUnusable) as caught:
        recognise(folder)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("index", "words"),
    [
        (b'{"_class_name": "FluxPipeline"}', "FluxPipeline"),
        (b"[]", "damaged"),
        (b'{"_class', "damaged"),
        (b"{}", "None"),
    ],
)
def test_a_folder_for_which_there_is_no_adapter(tmp_path, index, words):
    files = {**diffusers_files("stable_diffusion", "StableDiffusionPipeline"), "model_index.json": index}
    with pytest.raises(ModelUnusable, match=words):
        recognise(write(tmp_path, files))


def test_shards_count_when_all_of_them_are_there(tmp_path):
    files = diffusers_files("deepfloyd_if", "IFPipeline")
    del files["text_encoder/model.safetensors"]
    names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    table = {"weight_map": {"a": names[0], "b": names[1]}}
    files["text_encoder/model.safetensors.index.json"] = json.dumps(table).encode()
    folder = write(tmp_path, {**files, f"text_encoder/{names[0]}": safetensors({"a": (2,)})})
    with pytest.raises(ModelUnusable, match="text_encoder"):
        recognise(folder)
    write(folder, {f"text_encoder/{names[1]}": safetensors({"b": (2,)})})
    assert recognise(folder).name == "deepfloyd_if"
    table["weight_map"]["b"] = "../unet/diffusion_pytorch_model.safetensors"
    write(folder, {"text_encoder/model.safetensors.index.json": json.dumps(table).encode()})
    with pytest.raises(ModelUnusable, match="text_encoder"):
        recognise(folder)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x08",
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 100) + b"{}",
        with_header(b"[]"),
        with_header(b"nonsense"),
        with_header(b"\xff\xfe"),
        with_header(b"[" * 200_000),
        with_header(b'{"a": ' + b"9" * 1_000_000 + b"}"),
        with_header(b'{"a": NaN}'),
        with_header(b'{"a": 3}'),
        with_header(b'{"a": {"dtype": "F16", "shape": [true], "data_offsets": [0, 0]}}'),
        with_header(b'{"a": {"dtype": "F16", "shape": [-1], "data_offsets": [0, 0]}}'),
        with_header(b'{"a": {"dtype": "F16", "shape": [1], "data_offsets": [0]}}'),
        with_header(b'{"a": {"dtype": "F16", "shape": [1], "data_offsets": [2, 0]}}', b"xx"),
        with_header(b'{"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}', b"xx"),  # cut short
        b"\x80\x02}q\x00.",  # a pickle under another name
    ],
)
def test_a_hostile_header_is_refused_in_words(tmp_path, content):
    path = tmp_path / "evil.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelUnusable, match=r"no whole \.safetensors file"):
        read_shapes(path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
entries = st.dictionaries(st.sampled_from(["dtype", "shape", "data_offsets"]), json_values)
headers = st.dictionaries(st.text(max_size=8), json_values | entries, max_size=4).map(
    lambda each: json.dumps(each).encode()
)


@given(
    st.binary(max_size=60)
    | headers.map(with_header)
    | st.tuples(headers, st.binary(max_size=9)).map(lambda t: with_header(*t))
)
def test_any_bytes_are_shapes_or_an_error_in_words(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "fuzz.safetensors"
    path.write_bytes(content)
    try:
        shapes = read_shapes(path)
    except ModelUnusable as error:
        assert str(path) in error.message
    else:
        assert all(isinstance(side, int) and side >= 0 for shape in shapes.values() for side in shape)


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=10).filter(lambda name: name != "__metadata__"),
        st.lists(st.integers(0, 4), max_size=3),
        max_size=4,
    )
)
def test_whole_files_are_read_back_and_cut_ones_never(tmp_path_factory, shapes):
    path = tmp_path_factory.getbasetemp() / "whole.safetensors"
    content = safetensors(shapes)
    path.write_bytes(content)
    assert read_shapes(path) == {name: tuple(shape) for name, shape in shapes.items()}
    if any(0 not in shape for shape in shapes.values()):
        path.write_bytes(content[:-1])
        with pytest.raises(ModelUnusable):
            read_shapes(path)


def test_a_model_that_is_not_here_names_the_download_as_its_remedy():
    with pytest.raises(ModelMissing, match=r"sd15 \(about 2\.1 GB\) is not on this machine") as caught:
        resolve("sd15")
    remedy = caught.value.remedy
    assert remedy is not None and (remedy.operator, remedy.model) == ("dreamfusion.download_model", "sd15")
    assert remedy.command is not None and remedy.command.endswith("priors --download sd15 --allow-network")


def test_a_path_where_nothing_is(tmp_path):
    with pytest.raises(ModelUnusable, match="no model at"):
        resolve(str(tmp_path / "nowhere"))
    (tmp_path / "picture.png").write_bytes(b"png")
    with pytest.raises(ModelUnusable, match="neither a folder nor"):
        resolve(str(tmp_path / "picture.png"))


def test_a_file_that_may_not_be_read(plain_folder):
    path = plain_folder / "secret.safetensors"
    path.write_bytes(safetensors(SD_SHAPES))
    path.chmod(0)
    with pytest.raises(ModelUnusable, match="Cannot read"):
        recognise(path)


def test_the_toybox_needs_nothing():
    source = resolve("toybox")
    assert source.family.name == "toybox" and (source.path / "unet" / "config.json").is_file()
