"""Stable Diffusion 3 through its published layout, against diffusers' own pipeline on the same tiny weights."""

import shutil

import pytest
import torch
from analytic import CPU, generator
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.transformers.transformer_sd3 import SD3Transformer2DModel
from diffusers.pipelines.stable_diffusion_3.pipeline_stable_diffusion_3 import StableDiffusion3Pipeline
from diffusers.schedulers.scheduling_flow_match_euler_discrete import FlowMatchEulerDiscreteScheduler
from tiny_sd3 import SIZE, WIDTH, write_sd3
from transformers import CLIPTextModelWithProjection, T5EncoderModel

from backend.cameras import orbit
from backend.distillation.query import Query
from backend.distillation.sds import SDS, SDSSettings
from backend.priors.stable_diffusion_3 import StableDiffusion3Prior
from backend.priors.text.clip import load_clip_tokenizer
from backend.priors.text.t5_tokenizer import load_t5_tokenizer
from dreamfusion_blender.errors import BadSpec, WeightsDamaged, WeightsMissing

FRONT_AND_BACK = orbit(torch.tensor([0.0, 3.1]), torch.tensor([0.1, 0.1]), torch.full((2,), 3.0), torch.full((2,), 0.7))
PROMPTS = ["a red mug, front view", "a red mug, back view"]
LATENT = SIZE // 2  # the tiny autoencoder's squares have 2 pixels a side


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return write_sd3(tmp_path_factory.mktemp("sd3"))


@pytest.fixture
def copy(source, tmp_path):
    """The folder, to be changed."""
    return shutil.copytree(source, tmp_path / "copy")


@pytest.fixture(scope="module")
def prior(source):
    return StableDiffusion3Prior(source, CPU, size=SIZE, resolution=SIZE)


@pytest.fixture(scope="module")
def pipeline(source):
    """diffusers' own."""
    return StableDiffusion3Pipeline(
        transformer=SD3Transformer2DModel.from_pretrained(source / "transformer", low_cpu_mem_usage=False),
        scheduler=FlowMatchEulerDiscreteScheduler.from_pretrained(source / "scheduler"),
        vae=AutoencoderKL.from_pretrained(source / "vae", low_cpu_mem_usage=False),
        text_encoder=CLIPTextModelWithProjection.from_pretrained(source / "text_encoder"),
        tokenizer=load_clip_tokenizer(source / "tokenizer"),
        text_encoder_2=CLIPTextModelWithProjection.from_pretrained(source / "text_encoder_2"),
        tokenizer_2=load_clip_tokenizer(source / "tokenizer_2"),
        text_encoder_3=T5EncoderModel.from_pretrained(source / "text_encoder_3"),
        tokenizer_3=load_t5_tokenizer(source / "tokenizer_3"),
    )


def assert_embedded_alike(condition, pipeline):
    text, empty, pooled, empty_pooled = pipeline.encode_prompt(
        PROMPTS, None, None, device=CPU, negative_prompt=["side, side"] * 2
    )
    for ours, theirs in (
        (condition.text, text),
        (condition.empty_text, empty),
        (condition.pooled, pooled),
        (condition.empty_pooled, empty_pooled),
    ):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-5)


def test_texts_are_embedded_as_the_pipeline_does(prior, pipeline):
    condition = prior.condition("a red mug", "side, side", FRONT_AND_BACK)
    assert condition.text.shape == (2, 77 + 256, WIDTH)
    assert condition.pooled.shape == (2, 40)
    assert not condition.cameras.any()
    assert not torch.equal(condition.pooled[0], condition.pooled[1])
    assert_embedded_alike(condition, pipeline)


def test_without_t5_its_places_are_zeros(copy, pipeline, monkeypatch):
    shutil.rmtree(copy / "text_encoder_3")
    monkeypatch.setattr(pipeline, "text_encoder_3", None)
    prior = StableDiffusion3Prior(copy, CPU, size=SIZE)
    condition = prior.condition("a red mug", "side, side", FRONT_AND_BACK)
    assert not condition.text[:, 77:].any()
    assert_embedded_alike(condition, pipeline)


def test_the_grid_of_times_is_the_schedulers_short_of_its_ends(prior, pipeline):
    """s = 3 u / (1 + 2 u) for u = 1/1000 … 999/1000, told to the transformer as 1000 s."""
    share = torch.arange(1, 1000) / 1000
    expected = 3 * share / (1 + 2 * share)
    assert len(prior.schedule) == 999
    torch.testing.assert_close(prior.schedule.sigmas, expected, rtol=1e-6, atol=0)
    torch.testing.assert_close(prior.schedule.alphas, 1 - expected, rtol=1e-3, atol=0)
    torch.testing.assert_close(prior.told, pipeline.scheduler.timesteps.flip(0)[:-1], rtol=1e-6, atol=0)


@pytest.mark.parametrize("timestep", [0, 499, 998])
def test_noise_follows_from_the_transformers_velocity(prior, pipeline, timestep):
    """And the picture in it, z - s v, is where one Euler step of diffusers' sampler down to s = 0 lands."""
    noisy = torch.randn(2, 16, LATENT, LATENT, generator=generator())
    condition = prior.condition("a red mug", "side, side", FRONT_AND_BACK)
    calls = prior.calls
    answers = prior.predict_noise(noisy, timestep, condition)
    assert prior.calls == calls + 1
    s = prior.schedule.sigmas[timestep]
    texts = ((condition.text, condition.pooled), (condition.empty_text, condition.empty_pooled))
    velocities = []
    for noise, (text, pooled) in zip(answers, texts, strict=True):
        with torch.no_grad():
            velocity = pipeline.transformer(
                noisy, timestep=(1000 * s).expand(2), encoder_hidden_states=text, pooled_projections=pooled
            ).sample
        assert noise.dtype == torch.float32
        torch.testing.assert_close(noise, noisy + (1 - s) * velocity, rtol=0, atol=1e-4)
        clean = prior.schedule.clean_from_noise(noisy, noise, timestep)
        assert torch.isfinite(clean).all()
        torch.testing.assert_close(clean, noisy - s * velocity, rtol=0, atol=5e-3)
        torch.testing.assert_close(noise - clean, velocity, rtol=0, atol=5e-3)
        velocities.append(noise - clean)
    assert (velocities[0] - velocities[1]).abs().max() > 2e-2  # or their order would not have been tested


def test_pictures_become_the_latents_the_pipeline_would_decode(prior, pipeline):
    """(x - 0.0609) · 1.5305 of the posterior's mean, and back through diffusers' own formula."""
    picture = torch.rand(1, 3, SIZE, SIZE, generator=generator())
    with torch.no_grad():
        mean = pipeline.vae.encode(picture * 2 - 1).latent_dist.mean
        latents = prior.encode(picture)
        torch.testing.assert_close(latents, (mean - 0.0609) * 1.5305, rtol=0, atol=1e-5)
        decoded = pipeline.vae.decode(latents / 1.5305 + 0.0609).sample
        torch.testing.assert_close(prior.decode(latents), decoded / 2 + 0.5, rtol=0, atol=1e-5)


def test_gradients_reach_small_pictures(prior, monkeypatch):
    """Renders are enlarged, and a step never decodes."""
    monkeypatch.setattr(prior.encoders.full.vae, "decode", None)
    picture = torch.rand(2, 3, SIZE // 2, SIZE // 2, generator=generator(), requires_grad=True)
    latents = prior.encode(picture)
    assert latents.shape == (2, 16, LATENT, LATENT)
    query = Query(prior, latents, 600, prior.condition("a red mug", "", FRONT_AND_BACK), generator(1))
    gradient = SDS(SDSSettings(guidance_weight=20)).gradient(query)
    (gradient.detach() * latents).sum().backward()
    assert picture.grad is not None
    assert torch.isfinite(picture.grad).all()
    assert picture.grad.flatten(1).any(dim=1).all()


@pytest.mark.parametrize("part", ["transformer", "vae", "text_encoder", "text_encoder_2", "text_encoder_3"])
def test_missing_weights_are_named(copy, part):
    """A folder for T5 without its weights is an unfinished download, not a wish to do without."""
    for weights in (copy / part).glob("*.safetensors"):
        weights.unlink()
    with pytest.raises(WeightsMissing, match=rf"{part}$"):
        StableDiffusion3Prior(copy, CPU, size=SIZE)


@pytest.mark.parametrize("name", ["tokenizer/merges.txt", "tokenizer_2/vocab.json", "tokenizer_3/spiece.model"])
def test_missing_tokenizers_are_named(copy, name):
    (copy / name).unlink()
    with pytest.raises(WeightsMissing, match=name):
        StableDiffusion3Prior(copy, CPU, size=SIZE)


@pytest.mark.parametrize("name", ["tokenizer/vocab.json", "transformer/config.json", "scheduler/scheduler_config.json"])
def test_damaged_files_are_named(copy, name):
    (copy / name).write_text('{"')
    with pytest.raises(WeightsDamaged, match=name.split("/")[0]):
        StableDiffusion3Prior(copy, CPU, size=SIZE)


@pytest.mark.parametrize("size", [0, 18, 64])
def test_sizes_the_transformer_has_no_places_for_are_refused(source, size):
    with pytest.raises(BadSpec, match="multiple of 4 up to 32"):
        StableDiffusion3Prior(source, CPU, size=size)
