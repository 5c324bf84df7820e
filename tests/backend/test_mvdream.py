"""MVDream as a prior: its cameras, its texts, its latents, from a folder in the published layout."""

import math
import shutil

import numpy as np
import pytest
import torch
from analytic import CPU, generator
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from tiny_mvdream import write_mvdream
from transformers import CLIPTextModel

from backend.cameras import random_ring, ring
from backend.distillation.query import Query
from backend.distillation.sds import SDS, SDSSettings
from backend.priors.mvdream import MVDreamPrior, mvdream_cameras
from backend.priors.text.clip import load_clip_tokenizer
from dreamfusion_blender.errors import WeightsDamaged, WeightsMissing

RING = ring(4, 0.0, 0.25, 0.75, 1.1, CPU)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return write_mvdream(tmp_path_factory.mktemp("mvdream"))


@pytest.fixture(scope="module")
def prior(source):
    return MVDreamPrior(source, CPU)


@pytest.fixture
def copy(source, tmp_path):
    """The folder, to be damaged."""
    return shutil.copytree(source, tmp_path / "copy")


def told_by_the_authors(azimuth, elevation):
    """A camera as their camera_utils.py defines it, angles in degrees: [16].

    In a world with Y up, azimuth 0 at +Z and 90° at +X, a matrix of the directions right, up and back and the place
    on the unit sphere; then the world is laid so that Z is up: (x, y, z) becomes (x, -z, y).
    """
    azimuth, elevation = np.radians(azimuth), np.radians(elevation)
    back = np.array([np.cos(elevation) * np.sin(azimuth), np.sin(elevation), np.cos(elevation) * np.cos(azimuth)])
    right = np.cross([0, 1, 0], back)
    right /= np.linalg.norm(right)
    camera = np.eye(4)
    camera[:3] = np.stack([right, np.cross(back, right), back, back], axis=1)
    x, y, z, last = camera
    return torch.tensor(np.stack([x, -z, y, last]).flatten(), dtype=torch.float32)


@pytest.mark.parametrize("start", [0, 37, 200])
@pytest.mark.parametrize("elevation", [0, 15, 30])
def test_cameras_are_told_as_the_authors_tell_them(start, elevation):
    """Our azimuth 0 is their 90, where their samples begin and their objects show the front."""
    cameras = ring(4, math.radians(start), math.radians(elevation), 0.7, 1.1, CPU)
    expected = torch.stack([told_by_the_authors(90 + start + 90 * view, elevation) for view in range(4)])
    torch.testing.assert_close(mvdream_cameras(cameras), expected, rtol=0, atol=1e-6)


def test_cameras_stay_rigid_and_upright_at_any_distance():
    cameras = random_ring(4, (-0.1, 0.6), (0.5, 0.9), 1.1, generator(), CPU)
    matrices = mvdream_cameras(cameras).view(4, 4, 4)
    turn, place = matrices[:, :3, :3], matrices[:, :3, 3]
    torch.testing.assert_close(turn @ turn.transpose(1, 2), torch.eye(3).expand(4, 3, 3), rtol=0, atol=1e-6)
    assert (torch.linalg.det(turn) > 0).all()
    torch.testing.assert_close(place, turn[:, :, 2], rtol=0, atol=1e-6)  # back is where the camera is
    torch.testing.assert_close(place[:, 2], torch.sin(cameras.elevation), rtol=0, atol=1e-6)


def test_one_text_serves_all_views(prior, source):
    condition = prior.condition("a red mug", "red", RING)
    encoder = CLIPTextModel.from_pretrained(source / "text_encoder")
    for told, text in ((condition.text, "a red mug"), (condition.empty_text, "red")):
        tokens = prior.tokenizer(text, padding="max_length", max_length=77, return_tensors="pt")
        with torch.no_grad():
            expected = encoder(tokens.input_ids).last_hidden_state
        torch.testing.assert_close(told, expected.expand(4, -1, -1), rtol=0, atol=1e-5)
    assert torch.equal(condition.cameras, mvdream_cameras(RING))
    assert (condition.text - condition.empty_text).abs().max() > 1e-2


def test_texts_are_padded_as_the_folder_says(prior):
    """OpenCLIP's padding is its token "!", not the end of the text."""
    ids = prior.tokenizer("a", padding="max_length", max_length=77).input_ids
    assert ids[3:] == [prior.tokenizer.convert_tokens_to_ids("!")] * 74


def test_older_folders_pad_as_their_special_tokens_say(copy):
    """Stable Diffusion 2.1's own tokenizer_config.json names another padding than special_tokens_map.json, wrongly."""
    settings = copy / "tokenizer" / "tokenizer_config.json"
    settings.write_text(settings.read_text().replace('"pad_token": "!"', '"pad_token": "<|endoftext|>"'))
    assert load_clip_tokenizer(copy / "tokenizer").pad_token == "<|endoftext|>"
    (copy / "tokenizer" / "special_tokens_map.json").write_text('{"pad_token": "!"}')
    assert load_clip_tokenizer(copy / "tokenizer").pad_token == "!"


@pytest.mark.parametrize("timestep", [0, 500, 999])
def test_noise_is_the_unets_answer_for_each_text(prior, timestep):
    noisy = torch.randn(8, 4, 8, 8, generator=generator())  # two objects
    condition = prior.condition("a red mug", "red", ring(8, 0.3, 0.2, 0.7, 1.1, CPU))
    calls = prior.calls
    answers = prior.predict_noise(noisy, timestep, condition)
    assert prior.calls == calls + 1
    for answer, text in zip(answers, (condition.text, condition.empty_text), strict=True):
        with torch.no_grad():
            halves = [
                prior.unet(noisy[each], timestep, text[each], condition.cameras[each], 4)
                for each in (slice(4), slice(4, 8))
            ]
        torch.testing.assert_close(answer, torch.cat(halves), rtol=0, atol=1e-4)
        assert answer.dtype == torch.float32
    assert (answers[0] - answers[1]).abs().max() > 1e-3


def test_the_schedule_is_stable_diffusions(prior):
    """√β from √0.00085 to √0.012 in 1000 even steps."""
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
    expected = (1 - betas).cumprod(0).sqrt()
    torch.testing.assert_close(prior.schedule.alphas.double(), expected, rtol=1e-4, atol=0)


def test_small_pictures_become_latents_of_enlarged_ones(prior, source):
    vae = AutoencoderKL.from_pretrained(source / "vae", low_cpu_mem_usage=False).eval()
    picture = torch.rand(1, 3, 64, 64, generator=generator())
    with torch.no_grad():
        large = torch.nn.functional.interpolate(picture, (256, 256), mode="bilinear")
        expected = vae.encode(large * 2 - 1).latent_dist.mean * 0.18215
        latents = prior.encode(picture)
        torch.testing.assert_close(latents, expected, rtol=0, atol=1e-5)
        torch.testing.assert_close(prior.decode(latents), vae.decode(latents / 0.18215).sample / 2 + 0.5)


def test_a_step_of_distillation_reaches_the_renders_and_decodes_nothing(prior, monkeypatch):
    monkeypatch.setattr(prior.encoders.full.vae, "decode", None)
    renders = torch.rand(4, 3, 32, 32, generator=generator(), requires_grad=True)
    latents = prior.encode(renders)
    query = Query(prior, latents, 600, prior.condition("a red mug", "", RING), generator(1))
    gradient = SDS(SDSSettings(guidance_weight=49)).gradient(query)
    assert gradient.shape == latents.shape == (4, 4, 8, 8)
    (gradient * latents).sum().backward()
    assert renders.grad is not None
    assert torch.isfinite(renders.grad).all()
    assert renders.grad.flatten(1).any(dim=1).all()


@pytest.mark.parametrize("part", ["vae", "text_encoder", "unet"])
def test_missing_weights_are_named(copy, part):
    for weights in (copy / part).glob("*.safetensors"):
        weights.unlink()
    with pytest.raises(WeightsMissing, match=part):
        MVDreamPrior(copy, CPU)


def test_another_kind_of_prediction_is_refused(copy):
    DDIMScheduler(prediction_type="v_prediction").save_pretrained(copy / "scheduler")
    with pytest.raises(WeightsDamaged, match="v_prediction"):
        MVDreamPrior(copy, CPU)
