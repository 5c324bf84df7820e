"""Stable Diffusion 3 in one file: the same model as from its folder, with configurations that are ours."""

import json

import pytest
import torch
from analytic import CPU, generator
from diffusers.loaders.single_file_utils import convert_sd3_transformer_checkpoint_to_diffusers
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.transformers.transformer_sd3 import SD3Transformer2DModel
from original_sd3 import original_transformer, save_sd3_file
from safetensors.torch import load_file, save_file
from tiny_parts import randomised
from tiny_sd3 import SIZE, write_sd3
from transformers import CLIPTextConfig, CLIPTextModelWithProjection

from backend.cameras import ring
from backend.priors.loading.stable_diffusion_3_parts import configuration_of, load_sd3_file
from backend.priors.precision import Precision
from backend.priors.stable_diffusion_3 import StableDiffusion3Prior
from dreamfusion_blender.errors import WeightsDamaged
from dreamfusion_blender.models.options import CONFIGURATIONS
from dreamfusion_blender.models.recognition import recognise

FRONT = ring(1, 0.0, 0.25, 0.75, 1.1, CPU)
FLOAT32 = Precision(torch.float32, torch.float32)
# Published sizes: transformer with its table of positions, in the model cards' billions.
BILLIONS = {"sd3": 2.03, "sd35_medium": 2.24, "sd35_large": 8.06}
CLIP_PARAMETERS = [123_650_304, 694_659_840]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Without T5; every weight random, and the first CLIP's text not projected, as in the published ones."""
    folder = write_sd3(tmp_path_factory.mktemp("sd3"))
    (folder / "text_encoder_3").rename(folder / "t5-elsewhere")
    transformer = SD3Transformer2DModel.from_pretrained(folder / "transformer", low_cpu_mem_usage=False)
    randomised(transformer).save_pretrained(folder / "transformer")
    clip = CLIPTextModelWithProjection.from_pretrained(folder / "text_encoder")
    torch.nn.init.eye_(clip.text_projection.weight)
    clip.save_pretrained(folder / "text_encoder")
    return folder


@pytest.fixture(scope="module")
def whole(folder):
    return StableDiffusion3Prior(folder, CPU, size=SIZE)


@pytest.fixture(scope="module")
def path(folder, whole, tmp_path_factory):
    clips = [CLIPTextModelWithProjection.from_pretrained(folder / f"text_encoder{each}") for each in ("", "_2")]
    return save_sd3_file(whole, clips, tmp_path_factory.mktemp("file") / "sd3_incl_clips.safetensors")


def test_a_single_file_is_the_model_of_its_folder(folder, whole, path):
    assert recognise(path).name == "stable_diffusion_3"
    single = StableDiffusion3Prior(path, CPU, configuration=folder, size=SIZE)
    images = torch.rand(1, 3, SIZE, SIZE, generator=generator())
    noisy = torch.randn(1, 16, SIZE // 2, SIZE // 2, generator=generator())
    torch.testing.assert_close(single.encode(images), whole.encode(images))
    torch.testing.assert_close(single.decode(noisy), whole.decode(noisy))
    told = [each.condition("a red mug", "dark", FRONT) for each in (whole, single)]
    torch.testing.assert_close(told[0].text, told[1].text)
    torch.testing.assert_close(told[0].pooled, told[1].pooled)
    answers = [torch.stack(each.predict_noise(noisy, 500, told[0])) for each in (whole, single)]
    torch.testing.assert_close(answers[0], answers[1])


def test_another_projection_in_the_file_makes_no_difference(folder, path, tmp_path):
    """The authors read the first CLIP without its projection."""
    tensors = load_file(path)
    tensors["text_encoders.clip_l.transformer.text_projection.weight"] *= 3
    save_file(tensors, tmp_path / "other.safetensors")
    told = [
        StableDiffusion3Prior(each, CPU, configuration=folder, size=SIZE).condition("a red mug", "", FRONT)
        for each in (path, tmp_path / "other.safetensors")
    ]
    torch.testing.assert_close(told[0].pooled, told[1].pooled)


@pytest.mark.parametrize("name", list(BILLIONS))
def test_our_configurations_have_the_real_models_sizes_and_names(name):
    """For the real transformers, every single weight has a name in the original layout that is translated back."""
    with torch.device("meta"):
        transformer = SD3Transformer2DModel.from_config(config(name, "transformer"))
        vae = AutoencoderKL.from_config(config(name, "vae"))
        encoders = [
            CLIPTextModelWithProjection(CLIPTextConfig(**config(name, part)))
            for part in ("text_encoder", "text_encoder_2")
        ]
        translated = convert_sd3_transformer_checkpoint_to_diffusers(original_transformer(transformer))
    weights = transformer.state_dict()
    assert {key: value.shape for key, value in translated.items()} == {key: each.shape for key, each in weights.items()}
    assert sum(each.numel() for each in transformer.parameters()) / 1e9 == pytest.approx(BILLIONS[name], abs=0.01)
    assert [sum(each.numel() for each in encoder.parameters()) for encoder in encoders] == CLIP_PARAMETERS
    assert vae.config.latent_channels == transformer.config.in_channels == 16


@pytest.mark.parametrize("name", list(BILLIONS))
def test_a_file_s_names_say_which_configuration_fits(name):
    with torch.device("meta"):
        names = original_transformer(SD3Transformer2DModel.from_config(config(name, "transformer")))
    assert configuration_of({f"model.diffusion_model.{key}": () for key in names}) == name


def test_a_file_without_text_encoders_is_refused_naming_the_other_file(path, folder, tmp_path):
    tensors = {key: value for key, value in load_file(path).items() if "clip_g" not in key}
    save_file(tensors, tmp_path / "part.safetensors")
    with pytest.raises(WeightsDamaged, match="incl_clips"):
        load_sd3_file(tmp_path / "part.safetensors", FLOAT32, folder)


@pytest.mark.parametrize("key", ["context_embedder.weight", "joint_blocks.1.x_block.attn.qkv.bias"])
def test_what_is_missing_is_named(key, path, folder, tmp_path):
    tensors = load_file(path)
    del tensors[f"model.diffusion_model.{key}"]
    save_file(tensors, tmp_path / "part.safetensors")
    with pytest.raises(WeightsDamaged, match=f"not whole.*{key}"):
        load_sd3_file(tmp_path / "part.safetensors", FLOAT32, folder)


def test_numbers_that_need_a_scale_are_refused(path, folder, tmp_path):
    tensors = load_file(path)
    tensors["model.diffusion_model.joint_blocks.0.x_block.attn.qkv.scale_weight"] = torch.ones(1)
    save_file(tensors, tmp_path / "scaled.safetensors")
    with pytest.raises(WeightsDamaged, match="scaled 8-bit"):
        load_sd3_file(tmp_path / "scaled.safetensors", FLOAT32, folder)


def config(name, part):
    return json.loads((CONFIGURATIONS / name / part / "config.json").read_text())
