"""Checkpoints in one file: the same model as from its folder, with configurations that are ours."""

import json
import shutil

import pytest
import torch
from analytic import CPU, generator
from diffusers.loaders.single_file_utils import (
    CHECKPOINT_KEY_NAMES,
    convert_ldm_unet_checkpoint,
    convert_ldm_vae_checkpoint,
    convert_open_clip_checkpoint,
)
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from original_layout import open_clip, original_unet, original_vae, save_single_file
from safetensors.torch import load_file, save_file
from tiny_models import LATENT, PICTURE
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from backend.cameras import ring
from backend.priors.loading.single_file import load_single_file
from backend.priors.precision import Precision
from backend.priors.stable_diffusion import StableDiffusionPrior
from backend.priors.stable_diffusion_xl import StableDiffusionXLPrior
from backend.priors.text.clip_tokenizer import OPEN_CLIP_PAD, clip_tokenizer
from dreamfusion_blender.errors import BadSpec, WeightsDamaged, WeightsMissing
from dreamfusion_blender.models.options import CONFIGURATIONS

FRONT = ring(1, 0.0, 0.25, 0.75, 1.1, CPU)
KINDS = {"sd15": StableDiffusionPrior, "sd21": StableDiffusionPrior, "sdxl": StableDiffusionXLPrior}
FLOAT32 = Precision(torch.float32, torch.float32)
# Published sizes of the real models: U-Net, text encoders. The autoencoder is the same in all.
PARAMETERS = {
    "sd15": (859_520_964, 123_060_480),
    "sd21_base": (865_910_724, 340_387_840),
    "sd21_v": (865_910_724, 340_387_840),
    "sdxl": (2_567_463_684, 123_060_480, 694_659_840),
}
AUTOENCODER_PARAMETERS = 83_653_863


@pytest.mark.parametrize("name", list(KINDS))
def test_a_single_file_is_the_model_of_its_folder(name, tiny_models, tmp_path):
    folder = getattr(tiny_models, name)
    whole = KINDS[name](folder, CPU)
    path = save_single_file(whole, tmp_path / "model.safetensors")
    single = KINDS[name](path, CPU, configuration=folder)
    images = torch.rand(1, 3, PICTURE, PICTURE, generator=generator())
    noisy = torch.randn(1, 4, LATENT, LATENT, generator=generator())
    torch.testing.assert_close(single.encode(images), whole.encode(images))
    torch.testing.assert_close(single.decode(noisy), whole.decode(noisy))
    answers = [
        torch.stack(each.predict_noise(noisy, 500, each.condition("a red mug", "dark", FRONT)))
        for each in (whole, single)
    ]
    torch.testing.assert_close(answers[0], answers[1])


@pytest.mark.parametrize("name", list(PARAMETERS))
def test_our_configurations_have_the_real_models_sizes(name):
    with torch.device("meta"):
        unet = UNet2DConditionModel.from_config(config(name, "unet"))
        vae = AutoencoderKL.from_config(config(name, "vae"))
        encoders = [CLIPTextModel(CLIPTextConfig(**config(name, "text_encoder")))]
        if name == "sdxl":
            encoders.append(CLIPTextModelWithProjection(CLIPTextConfig(**config(name, "text_encoder_2"))))
    count = [sum(each.numel() for each in model.parameters()) for model in (unet, *encoders)]
    assert tuple(count) == PARAMETERS[name]
    assert sum(each.numel() for each in vae.parameters()) == AUTOENCODER_PARAMETERS


@pytest.mark.parametrize("name", list(PARAMETERS))
def test_the_original_names_are_what_diffusers_translates_back(name):
    """For the real U-Nets, every single weight; and the keys by which diffusers knows the families are among them."""
    with torch.device("meta"):
        unet = UNet2DConditionModel.from_config(config(name, "unet"))
    original = {f"model.diffusion_model.{original_unet(unet, key)}": key for key in unet.state_dict()}
    assert convert_ldm_unet_checkpoint(original, config(name, "unet")) == {key: key for key in unet.state_dict()}
    known = {"sd15": "v1", "sd21_base": "v2", "sd21_v": "v2"}
    if name in known:
        assert CHECKPOINT_KEY_NAMES[known[name]] in original


def test_the_real_autoencoder_is_translated_whole():
    with torch.device("meta"):
        vae = AutoencoderKL.from_config(config("sdxl", "vae"))
    assert same_shapes(convert_ldm_vae_checkpoint(original_vae(vae), config("sdxl", "vae")), vae.state_dict())


@pytest.mark.parametrize(
    ("name", "part", "kind", "prefix"),
    [
        ("sd21_v", "text_encoder", CLIPTextModel, "cond_stage_model.model."),
        ("sdxl", "text_encoder_2", CLIPTextModelWithProjection, "conditioner.embedders.1.model."),
    ],
)
def test_the_real_open_clip_encoders_are_translated_whole(name, part, kind, prefix):
    """SD 2's file has a last layer that its configuration leaves out, since SD 2 reads the one before."""
    settings = config(name, part)
    with torch.device("meta"):
        encoder = kind(CLIPTextConfig(**settings))
        longer = kind(CLIPTextConfig(**{**settings, "num_hidden_layers": 24})) if name == "sd21_v" else encoder
    translated = convert_open_clip_checkpoint(encoder, open_clip(prefix, longer), prefix=prefix)
    if kind is CLIPTextModel:
        translated = {key.removeprefix("text_model."): value for key, value in translated.items()}
    assert same_shapes(translated, encoder.state_dict())


def same_shapes(ours, theirs):
    return {key: value.shape for key, value in ours.items()} == {key: value.shape for key, value in theirs.items()}


def config(name, part):
    return json.loads((CONFIGURATIONS / name / part / "config.json").read_text())


def test_clip_s_tokens_are_the_published_ones():
    """Numbers that CLIP's own tokenizer gives."""
    tokenizer = clip_tokenizer()
    assert len(tokenizer) == 49408
    assert tokenizer("A photo of  a cat").input_ids == [49406, 320, 1125, 539, 320, 2368, 49407]
    padded = tokenizer("café 123", padding="max_length").input_ids
    assert padded == [49406, 15304, 272, 273, 274, *[49407] * 72]
    assert clip_tokenizer(OPEN_CLIP_PAD)("a cat", padding="max_length").input_ids[:5] == [49406, 320, 2368, 49407, 0]


def test_without_a_tokenizer_of_its_own_a_file_gets_clip_s(tiny_models, tmp_path):
    configuration = tmp_path / "sdxl"
    shutil.copytree(tiny_models.sdxl, configuration, ignore=shutil.ignore_patterns("tokenizer*", "*.safetensors"))
    whole = StableDiffusionXLPrior(tiny_models.sdxl, CPU)
    path = save_single_file(whole, tmp_path / "model.safetensors")
    tokenizers = load_single_file(path, 2, FLOAT32, configuration).tokenizers
    assert [each.pad_token_id for each in tokenizers] == [49407, 0]


@pytest.fixture
def sd2_file(tiny_models, tmp_path):
    prior = StableDiffusionPrior(tiny_models.sd21, CPU)
    return lambda **metadata: save_single_file(prior, tmp_path / "v2.safetensors", **metadata)


def test_a_stable_diffusion_2_that_does_not_say_which_is_not_guessed(sd2_file):
    with pytest.raises(BadSpec, match=r"512 pixels.*768"):
        StableDiffusionPrior(sd2_file(), CPU)


@pytest.mark.parametrize("said", ["stable-diffusion-v2-512", "stable-diffusion-v2-768-v"])
def test_a_stable_diffusion_2_that_says_which_is_taken_by_its_word(sd2_file, said):
    """As far as the real configuration, which these tiny weights do not fit."""
    with pytest.raises(WeightsDamaged, match="do not fit"):
        StableDiffusionPrior(sd2_file(**{"modelspec.architecture": said}), CPU)


def test_the_mark_of_v_prediction_in_an_sdxl_is_read(tiny_models, tmp_path):
    path = save_single_file(StableDiffusionXLPrior(tiny_models.sdxl, CPU), tmp_path / "model.safetensors")
    save_file({**load_file(path), "v_pred": torch.tensor([]), "ztsnr": torch.tensor([])}, path)
    prior = StableDiffusionXLPrior(path, CPU, configuration=tiny_models.sdxl)
    assert prior.prediction == "v_prediction"
    assert 0 < prior.schedule.alphas[-1] < 1e-3  # no signal is left, and still something can be divided by


class TestRefused:
    """Files that are something else, in words."""

    @pytest.fixture
    def tensors(self, tiny_models, tmp_path):
        return load_file(save_single_file(StableDiffusionPrior(tiny_models.sd15, CPU), tmp_path / "whole.safetensors"))

    def refused(self, tensors, tiny_models, tmp_path, error, words, kind=StableDiffusionPrior):
        path = tmp_path / "changed.safetensors"
        save_file(tensors, path)
        with pytest.raises(error, match=words) as caught:
            kind(path, CPU, configuration=tiny_models.sd15)
        assert caught.value.remedy is not None

    def test_a_part_of_a_model(self, tensors, tiny_models, tmp_path):
        alone = {key: value for key, value in tensors.items() if key.startswith("first_stage_model.")}
        self.refused(alone, tiny_models, tmp_path, WeightsDamaged, "not a whole checkpoint")

    def test_a_model_that_lacks_a_weight(self, tensors, tiny_models, tmp_path):
        del tensors["model.diffusion_model.out.2.bias"]
        self.refused(tensors, tiny_models, tmp_path, WeightsDamaged, "conv_out.bias")

    def test_a_model_for_inpainting(self, tensors, tiny_models, tmp_path):
        tensors["model.diffusion_model.input_blocks.0.0.weight"] = torch.zeros(8, 9, 3, 3)
        self.refused(tensors, tiny_models, tmp_path, WeightsDamaged, "9 channels")

    def test_a_model_of_the_other_family(self, tensors, tiny_models, tmp_path):
        words = r"is Stable Diffusion 1 or 2; .* is SDXL"
        self.refused(tensors, tiny_models, tmp_path, WeightsDamaged, words, StableDiffusionXLPrior)

    def test_a_damaged_file(self, tensors, tiny_models, tmp_path):
        path = tmp_path / "cut.safetensors"
        whole = (tmp_path / "whole.safetensors").read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(WeightsDamaged, match=r"cut\.safetensors cannot be read"):
            StableDiffusionPrior(path, CPU)

    def test_a_pickled_file(self, tmp_path):
        path = tmp_path / "model.ckpt"
        path.write_bytes(b"anything")
        with pytest.raises(WeightsDamaged, match="pickled"):
            StableDiffusionPrior(path, CPU)

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(WeightsMissing, match=r"gone\.safetensors"):
            StableDiffusionPrior(tmp_path / "gone.safetensors", CPU)
