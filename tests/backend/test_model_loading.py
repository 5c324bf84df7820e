"""Folders in diffusers' layout that lack something, or hold something else: errors that name it."""

import json
import shutil

import pytest
import torch
from analytic import CPU, generator
from safetensors.torch import load_file, save_file
from tiny_models import LATENT

from backend.cameras import ring
from backend.priors.loading.schedulers import prediction_type, read_schedule
from backend.priors.stable_diffusion import StableDiffusionPrior
from backend.priors.stable_diffusion_xl import StableDiffusionXLPrior
from dreamfusion_blender.errors import BadSpec, WeightsDamaged, WeightsMissing

UNET = "unet/diffusion_pytorch_model.safetensors"
TEXT = "text_encoder/model.safetensors"
FRONT = ring(1, 0.0, 0.25, 0.75, 1.1, CPU)


@pytest.fixture
def folder(tiny_models, tmp_path):
    """A model of the test's own, to be damaged."""
    return shutil.copytree(tiny_models.sd15, tmp_path / "model")


def edit(path, **changes):
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def refused(folder, error, words, kind=StableDiffusionPrior, **options):
    with pytest.raises(error, match=words) as caught:
        kind(folder, CPU, **options)
    assert caught.value.remedy is not None
    assert "Install the extension" not in caught.value.remedy.label  # the model is the user's, not ours


def answers(prior):
    noisy = torch.randn(1, 4, LATENT, LATENT, generator=generator())
    return torch.stack(prior.predict_noise(noisy, 500, prior.condition("a red mug", "", FRONT)))


@pytest.mark.parametrize("part", ["unet", "vae", "text_encoder", "tokenizer", "scheduler"])
def test_a_missing_part_is_named(part, folder):
    shutil.rmtree(folder / part)
    refused(folder, WeightsMissing, rf"missing.*model.{part}")


@pytest.mark.parametrize("name", [UNET, TEXT])
def test_missing_weights_are_named(name, folder):
    (folder / name).unlink()
    refused(folder, WeightsMissing, f"{name.split('/')[1]} are missing")


@pytest.mark.parametrize(
    ("name", "pickled"), [(UNET, "unet/diffusion_pytorch_model.bin"), (TEXT, "text_encoder/pytorch_model.bin")]
)
def test_pickled_weights_are_not_loaded(name, pickled, folder):
    (folder / name).rename(folder / pickled)
    refused(folder, WeightsMissing, "only pickled weights")


@pytest.mark.parametrize("name", [UNET, TEXT])
def test_damaged_weights_are_named(name, folder):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    refused(folder, WeightsDamaged, rf"model.{name.split('/')[0]} cannot be used")


@pytest.mark.parametrize(("name", "key"), [(UNET, "conv_out.bias"), (TEXT, "final_layer_norm.bias")])
def test_a_missing_weight_is_not_made_up(name, key, folder):
    tensors = load_file(folder / name)
    del tensors[key]
    save_file(tensors, folder / name, metadata={"format": "pt"})
    refused(folder, WeightsDamaged, f"lack {key}")


@pytest.mark.parametrize(("name", "key"), [(UNET, "conv_out.bias"), (TEXT, "final_layer_norm.bias")])
def test_a_weight_of_another_size_is_refused(name, key, folder):
    tensors = load_file(folder / name)
    tensors[key] = torch.zeros(77)
    save_file(tensors, folder / name, metadata={"format": "pt"})
    refused(folder, WeightsDamaged, f"do not fit its configuration: {key}")


def test_a_configuration_that_is_no_json_is_named(folder):
    (folder / "vae" / "config.json").write_text("{")
    refused(folder, WeightsDamaged, "not valid JSON.*vae")


def test_a_damaged_tokenizer_is_named(folder):
    (folder / "tokenizer" / "tokenizer.json").write_text("{}")
    refused(folder, WeightsDamaged, r"tokenizer in .*tokenizer cannot be read")


def test_parts_of_another_class_are_refused(folder):
    edit(folder / "vae" / "config.json", _class_name="AutoencoderDC")
    refused(folder, WeightsDamaged, "holds AutoencoderDC; AutoencoderKL is needed")
    edit(folder / "text_encoder" / "config.json", architectures=["T5EncoderModel"])
    edit(folder / "vae" / "config.json", _class_name="AutoencoderKL")
    refused(folder, WeightsDamaged, "holds T5EncoderModel; CLIPTextModel is needed")


def test_a_fast_encoder_of_another_class_is_refused(tiny_models):
    refused(tiny_models.sd15, WeightsDamaged, "AutoencoderTiny is needed", fast_encoder=tiny_models.sd15 / "vae")


def test_the_other_family_is_named(tiny_models):
    refused(tiny_models.sdxl, WeightsDamaged, "is SDXL; .* is Stable Diffusion 1 or 2")
    refused(tiny_models.sd15, WeightsDamaged, "is Stable Diffusion 1 or 2; .* is SDXL", StableDiffusionXLPrior)


def test_a_model_for_inpainting_is_refused(folder):
    edit(folder / "unet" / "config.json", in_channels=9)
    refused(folder, WeightsDamaged, "9 channels")


def test_a_half_precision_copy_alone_will_do(folder):
    whole = answers(StableDiffusionPrior(folder, CPU))
    for name in (UNET, TEXT, "vae/diffusion_pytorch_model.safetensors"):
        path = folder / name
        half = {key: value.half() for key, value in load_file(path).items()}
        save_file(half, path.with_suffix(".fp16.safetensors"), metadata={"format": "pt"})
        path.unlink()
    half = StableDiffusionPrior(folder, CPU)
    assert half.unet.dtype == torch.float32
    torch.testing.assert_close(answers(half), whole, rtol=0, atol=0.02)


def test_text_encoders_saved_by_older_versions_are_read(folder):
    """The published folders name a level of CLIPTextModel that transformers has lost since, and positions."""
    whole = answers(StableDiffusionPrior(folder, CPU))
    tensors = {f"text_model.{key}": value for key, value in load_file(folder / TEXT).items()}
    tensors["text_model.embeddings.position_ids"] = torch.arange(77)[None]
    save_file(tensors, folder / TEXT, metadata={"format": "pt"})
    assert torch.equal(answers(StableDiffusionPrior(folder, CPU)), whole)


def test_tokenizers_in_two_files_are_read(folder):
    """As the published folders have them: vocab.json and merges.txt."""
    whole = StableDiffusionPrior(folder, CPU).text.tokenizers[0]
    written = json.loads((folder / "tokenizer" / "tokenizer.json").read_text())["model"]
    (folder / "tokenizer" / "tokenizer.json").unlink()
    (folder / "tokenizer" / "vocab.json").write_text(json.dumps(written["vocab"]))
    merges = "\n".join(" ".join(pair) for pair in written["merges"])
    (folder / "tokenizer" / "merges.txt").write_text(f"#version: 0.2\n{merges}\n")
    again = StableDiffusionPrior(folder, CPU).text.tokenizers[0]
    text = "a red mug, side view"
    assert again(text, padding="max_length").input_ids == whole(text, padding="max_length").input_ids


def test_what_a_model_predicts_is_read_and_not_assumed(folder):
    scheduler = folder / "scheduler" / "scheduler_config.json"
    edit(scheduler, prediction_type="sample")
    with pytest.raises(BadSpec, match="predicts 'sample'"):
        StableDiffusionPrior(folder, CPU)
    edit(scheduler, prediction_type="v_prediction")
    assert StableDiffusionPrior(folder, CPU).prediction == "v_prediction"
    assert prediction_type({}) == "epsilon"  # what configurations were before they said so


def test_a_schedule_without_betas_is_refused():
    with pytest.raises(BadSpec, match=r"FlowMatchEulerDiscreteScheduler.*no betas"):
        read_schedule({"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0}, CPU)


def test_stable_diffusion_s_schedule_is_the_published_one():
    """β grows as the square of a line from √0.00085 to √0.012 (Rombach et al. 2022, their code's "linear")."""
    config = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "skip_prk_steps": True}
    schedule = read_schedule(config, CPU)
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
    torch.testing.assert_close(schedule.alphas.double() ** 2, torch.cumprod(1 - betas, 0), rtol=1e-4, atol=1e-7)
    assert len(schedule) == 1000
