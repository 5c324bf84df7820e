"""What a job asks of its prior: LoRA files in every form people write, and what does not fit refused in words."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pytest
from model_files import SD3_SHAPES, SD_SHAPES, SDXL_SHAPES, TAESD_FILES, diffusers_files, safetensors, write

from dreamfusion_blender.batch import spec_of
from dreamfusion_blender.errors import BadSpec, DreamFusionError, ModelMissing, ModelUnusable
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.jobs import check
from dreamfusion_blender.models import Lora, read_loras, whole_paths
from dreamfusion_blender.models.families import FAMILIES
from dreamfusion_blender.models.library import ModelFolder
from dreamfusion_blender.models.options import configuration_names
from dreamfusion_blender.tables import read_table

KEYS = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight"
SD1_LORA, XL_LORA = {KEYS: (4, 768)}, {KEYS: (4, 2048)}
A, B = Lora(Path("/models/a.safetensors")), Lora(Path("/models/b.safetensors"), 0.5)


@pytest.mark.parametrize(
    "value",
    [
        "/models/a.safetensors; /models/b.safetensors:0.5",
        ["/models/a.safetensors", "/models/b.safetensors:.5"],
        [("/models/a.safetensors", 1), ["/models/b.safetensors", 0.5]],
        [{"path": "/models/a.safetensors"}, {"path": "/models/b.safetensors", "weight": 0.5}],
        (Path("/models/a.safetensors"), B),
        (A, B),
    ],
)
def test_loras_are_read_in_every_form(value):
    assert read_loras(value) == (A, B)
    spec = JobSpec.from_json({"prompt": "a red mug", "loras": value})
    assert JobSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec and spec.loras == (A, B)


def test_a_colon_of_a_windows_drive_is_no_weight():
    assert read_loras("C:\\models\\a.safetensors:-0.5") == (Lora(Path("C:\\models\\a.safetensors"), -0.5),)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"loras": 3}, "a list of .safetensors files"),
        ({"loras": [3]}, "loras has 3"),
        ({"loras": [{"file": "/a.safetensors"}]}, "a table of path and weight"),
        ({"loras": "/a.safetensors:strong"}, "a number such as 0.8"),
        ({"loras": [["/a.safetensors", True]]}, "permitted: a number"),
        ({"loras": "/a.safetensors:nan"}, "from -10 to 10"),
        ({"loras": "/a.safetensors:11"}, "from -10 to 10"),
        ({"loras": "a.safetensors"}, "give the whole path"),
        ({"loras": ["/a.safetensors"] * 17}, "at most 16"),
        ({"loras": "/a.ckpt"}, "not a .safetensors file"),
        ({"loras": "/a.safetensors/"}, "no LoRA at"),
        ({"fast_encoder": "taesd2"}, "permitted: taesd, taesdxl, taesd3, or the whole path of a folder"),
        ({"fast_encoder": "taesdxl"}, "is for Stable Diffusion XL, and the prior is Stable Diffusion: take taesd"),
        ({"fast_encoder": 3}, "fast_encoder"),
        ({"fast_encoder": "/a\x00b"}, "control character"),
        ({"configuration": "sd22"}, "auto, sd15, sd21_base"),
        *(
            ({"picture_size": size}, "a multiple of 64 pixels from 64 to 2048, or nothing")
            for size in (0, 32, 500, 2112, 512.0, "512", True)
        ),
        *(({"precision": name}, "auto, float32, float16, bfloat16") for name in ("float64", "", 32, ["auto"])),
    ],
)
def test_what_cannot_be_meant_is_refused(settings, words, tmp_path):
    with pytest.raises(DreamFusionError) as caught:
        check(JobSpec.from_json({"prompt": "a red mug", "prior": str(single(tmp_path)), **settings}))
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("loras", "/a.safetensors"),
        ("fast_encoder", "/taesd"),
        ("configuration", "sd15"),
        ("picture_size", 512),
    ],
)
def test_an_option_that_the_family_does_not_have_is_refused_naming_those_that_have_it(name, value):
    with pytest.raises(BadSpec, match=f"{name} is set, and Toybox has no such option; it is for: Stable Diffusion"):
        check(JobSpec.from_json({"prompt": "a red mug", name: value}))


def test_every_family_s_options_are_settings_of_a_job():
    known = {each.name for each in dataclasses.fields(JobSpec)}
    assert all(set(family.options) <= known for family in FAMILIES)


def test_what_fits_is_let_through(tmp_path):
    check(spec(tmp_path, loras=[(lora(tmp_path, SD1_LORA), 0.5)], fast_encoder=str(taesd(tmp_path))))
    for name in configuration_names():
        check(spec(tmp_path, configuration=name))
    for size, precision in ((None, "auto"), (64, "float32"), (512, "float16"), (2048, "bfloat16")):
        check(spec(tmp_path, picture_size=size, precision=precision))


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        (XL_LORA, "is a LoRA for Stable Diffusion XL, and the prior is Stable Diffusion"),
        ({"transformer.blocks.0.lora_A.weight": (4, 8)}, "is a LoRA for Stable Diffusion 3"),
        (SDXL_SHAPES, "holds no LoRA"),
        ({}, "holds no LoRA"),
    ],
)
def test_a_file_for_something_else_is_refused(shapes, words, tmp_path):
    with pytest.raises(ModelUnusable, match=words):
        check(spec(tmp_path, loras=[lora(tmp_path, shapes)]))


def test_a_pickle_under_another_name_is_refused(tmp_path):
    path = lora(tmp_path, {})
    path.write_bytes(b"\x80\x02}q\x00.")
    with pytest.raises(ModelUnusable, match=r"no whole \.safetensors file"):
        check(spec(tmp_path, loras=[path]))


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "holds None"), ('{"_class_name": "AutoencoderKL"}', "holds AutoencoderKL"), ("[", "damaged")],
)
def test_a_fast_encoder_is_a_taesd(content, words, tmp_path):
    folder = taesd(tmp_path)
    (folder / "config.json").unlink() if content is None else (folder / "config.json").write_text(content)
    with pytest.raises(ModelUnusable, match=words):
        check(spec(tmp_path, fast_encoder=str(folder)))
    with pytest.raises(ModelUnusable, match="There is no fast encoder"):
        check(spec(tmp_path, fast_encoder=str(tmp_path / "nowhere")))


def test_a_fast_encoder_of_ours_is_taken_from_the_models_folder(tmp_path):
    wish = spec(tmp_path, fast_encoder="taesd")
    assert wish.models == (wish.prior, "taesd") and whole_paths({"fast_encoder": "taesd"}) == {}
    with pytest.raises(ModelMissing, match="taesd") as caught:
        check(wish)
    assert caught.value.remedy is not None and caught.value.remedy.model == "taesd"
    folder = ModelFolder.of("madebyollin/taesd")
    write(folder.path, TAESD_FILES)
    folder.write_marker("complete", "0" * 40, {name: len(content) for name, content in TAESD_FILES.items()})
    check(wish)
    assert wish.prior_options.fast_encoder_folder == folder.path


def test_a_fast_encoder_without_weights_is_refused(tmp_path):
    folder = taesd(tmp_path)
    (folder / "diffusion_pytorch_model.safetensors").unlink()
    with pytest.raises(ModelUnusable, match="lacks diffusion_pytorch_model"):
        check(spec(tmp_path, fast_encoder=str(folder)))


def test_a_folder_of_a_model_needs_no_configuration(tmp_path):
    folder = write(tmp_path / "model", diffusers_files("stable_diffusion", "StableDiffusionPipeline"))
    with pytest.raises(BadSpec, match="a folder with its own"):
        check(JobSpec(prompt="a red mug", prior=str(folder), configuration="sd21_v"))
    with pytest.raises(ModelUnusable, match="no configuration at"):
        check(spec(tmp_path, configuration=str(tmp_path / "nowhere")))


def test_a_file_written_over_is_another(tmp_path):
    options = spec(tmp_path, loras=[lora(tmp_path, SD1_LORA)]).prior_options
    before = options.stamp()
    assert before == options.stamp()
    facts = options.loras[0].path.stat()
    os.utime(options.loras[0].path, ns=(facts.st_atime_ns, facts.st_mtime_ns + 1_000_000_000))
    assert options.stamp() != before


def test_tables_have_columns_for_them_and_paths_are_taken_from_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = Path("table.csv")
    table.write_text(
        "prompt,prior,loras,fast_encoder,configuration,picture_size,precision\n"
        "a red mug,./m.safetensors,a.safetensors:0.5;b.safetensors,./taesd,sd21_v,768,bfloat16\n"
    )
    spec = spec_of(read_table(table)[0])
    assert spec.loras == (Lora(tmp_path / "a.safetensors", 0.5), Lora(tmp_path / "b.safetensors"))
    assert (spec.fast_encoder, spec.configuration) == (str(tmp_path / "taesd"), "sd21_v")
    assert (spec.picture_size, spec.precision) == (768, "bfloat16")


def test_the_command_line_says_what_is_wrong_before_anything_is_made(run_cli, tmp_path, jobs_root):
    prior = str(single(tmp_path))
    done = run_cli("generate", "a red mug", "--prior", prior, "--lora", "nowhere.safetensors:0.5")
    assert done.returncode == 71 and f"no LoRA at {tmp_path / 'here' / 'nowhere.safetensors'}" in done.stderr
    path = lora(tmp_path, SD1_LORA)
    options = ("--lora", f"{path}:0.5", "--lora", str(path), "--configuration", "sd21_v")
    options = (*options, "--picture-size", "768", "--precision", "float32")
    done = run_cli("generate", "a red mug", "--prior", prior, *options, "--dry-run")
    loras = [{"path": str(path), "weight": 0.5}, {"path": str(path), "weight": 1.0}]
    printed = json.loads(done.stdout)
    assert (printed["loras"], printed["configuration"]) == (loras, "sd21_v")
    assert (printed["picture_size"], printed["precision"]) == (768, "float32")
    assert not jobs_root.exists()


def single(folder: Path, shapes=SD_SHAPES) -> Path:
    path = folder / "model.safetensors"
    path.write_bytes(safetensors(shapes))
    return path


def spec(folder: Path, **settings) -> JobSpec:
    return JobSpec.from_json({"prompt": "a red mug", "prior": str(single(folder)), **settings})


def lora(folder: Path, shapes) -> Path:
    path = folder / "lora.safetensors"
    path.write_bytes(safetensors(shapes))
    return path


def taesd(folder: Path) -> Path:
    return write(folder / "taesd", TAESD_FILES)


def test_stable_diffusion_3_takes_no_lora(tmp_path):
    prior = str(single(tmp_path, SD3_SHAPES))
    with pytest.raises(BadSpec, match="Stable Diffusion 3 has no such option"):
        check(JobSpec.from_json({"prompt": "a red mug", "prior": prior, "loras": [lora(tmp_path, SD1_LORA)]}))
