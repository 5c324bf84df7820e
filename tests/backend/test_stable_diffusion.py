"""Stable Diffusion priors against diffusers' own pipelines, with the same (tiny, random) weights."""

import socket

import pytest
import torch
from analytic import CPU, generator
from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion import StableDiffusionPipeline
from diffusers.pipelines.stable_diffusion_xl.pipeline_stable_diffusion_xl import StableDiffusionXLPipeline
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from original_layout import save_single_file
from tiny_models import LATENT, PICTURE

from backend.cameras import orbit, ring
from backend.priors.precision import Precision, usual_precision
from backend.priors.stable_diffusion import StableDiffusionPrior
from backend.priors.stable_diffusion_xl import StableDiffusionXLPrior

PROMPT, NEGATIVE = "a red mug", "blurry, dark"
FRONT = ring(1, 0.0, 0.25, 0.75, 1.1, CPU)
KINDS = {
    "sd15": (StableDiffusionPrior, StableDiffusionPipeline),
    "sd21": (StableDiffusionPrior, StableDiffusionPipeline),
    "sdxl": (StableDiffusionXLPrior, StableDiffusionXLPipeline),
}


@pytest.fixture(scope="module", params=list(KINDS))
def both(request, tiny_models):
    """A prior, and a pipeline made from the same folder's parts."""
    kind, pipeline = KINDS[request.param]
    prior = kind(getattr(tiny_models, request.param), CPU)
    parts = {
        "vae": prior.encoders.full.vae,
        "unet": prior.unet,
        "text_encoder": prior.text.encoders[0],
        "tokenizer": prior.text.tokenizers[0],
        "scheduler": DDIMScheduler.from_pretrained(getattr(tiny_models, request.param) / "scheduler"),
    }
    if kind is StableDiffusionXLPrior:
        parts |= {"text_encoder_2": prior.text.encoders[1], "tokenizer_2": prior.text.tokenizers[1]}
    else:
        parts |= {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
    made = pipeline(**parts)
    made.set_progress_bar_config(disable=True)
    return prior, made


@pytest.mark.parametrize("negative", [NEGATIVE, ""])
def test_the_u_net_is_asked_what_the_pipeline_asks_it(both, negative):
    """One step of the pipeline, watched at the U-Net's door: same input, same answer, converted to noise."""
    prior, pipeline = both
    seen = {}

    def watch(module, arguments, named, output):
        seen.update(noisy=arguments[0], timestep=int(arguments[1]), output=output[0], **named)

    hook = prior.unet.register_forward_hook(watch, with_kwargs=True)
    latents = torch.randn(1, 4, LATENT, LATENT, generator=generator())
    text = f"{PROMPT}, front view"
    pipeline(
        text,
        negative_prompt=negative or None,
        num_inference_steps=1,
        guidance_scale=7.5,
        latents=latents,
        output_type="latent",
    )
    hook.remove()
    condition = prior.condition(PROMPT, negative, FRONT)
    unconditional, conditional = seen["encoder_hidden_states"].chunk(2)
    torch.testing.assert_close(condition.text, conditional)
    torch.testing.assert_close(condition.empty_text, unconditional)

    noisy, timestep = seen["noisy"][:1], seen["timestep"]
    told, untold = prior.predict_noise(noisy, timestep, condition)
    empty_output, output = seen["output"].chunk(2)
    for ours, theirs in ((told, output), (untold, empty_output)):
        if pipeline.scheduler.config.prediction_type == "v_prediction":
            alpha, sigma = prior.schedule.alphas[timestep], prior.schedule.sigmas[timestep]
            theirs = alpha * theirs + sigma * noisy
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
    assert (told - untold).abs().max() > 1e-3


def test_noise_levels_are_the_scheduler_s(both):
    prior, pipeline = both
    squared = pipeline.scheduler.alphas_cumprod
    torch.testing.assert_close(prior.schedule.alphas**2, squared)
    torch.testing.assert_close(prior.schedule.sigmas**2, 1 - squared)


def test_latents_are_the_posterior_s_mean_on_the_u_net_s_scale(both):
    prior, pipeline = both
    images = torch.rand(2, 3, PICTURE, PICTURE, generator=generator())
    expected = pipeline.vae.encode(images * 2 - 1).latent_dist.mean * pipeline.vae.config.scaling_factor
    latents = prior.encode(images)
    torch.testing.assert_close(latents, expected)
    assert latents.shape == (2, 4, LATENT, LATENT)
    decoded = pipeline.image_processor.postprocess(
        pipeline.vae.decode(latents / pipeline.vae.config.scaling_factor).sample, output_type="pt"
    )
    torch.testing.assert_close(prior.decode(latents).clamp(0, 1), decoded)


def test_every_view_has_its_direction_in_words(both):
    prior, pipeline = both
    cameras = orbit(
        torch.tensor([0.0, 1.6, 3.1, 0.0]), torch.tensor([0.1, 0.1, 0.1, 1.2]), torch.full((4,), 3.0), FRONT.fov
    )
    condition = prior.condition(PROMPT, "", cameras)
    assert not condition.cameras.any()
    for index, direction in enumerate(("front", "side", "back", "overhead")):
        theirs = pipeline.encode_prompt(
            f"{PROMPT}, {direction} view", device=CPU, num_images_per_prompt=1, do_classifier_free_guidance=False
        )
        torch.testing.assert_close(condition.text[index], theirs[0][0])
        if condition.pooled is not None:
            torch.testing.assert_close(condition.pooled[index], theirs[2][0])
    assert condition.empty_text.shape == condition.text.shape


def test_a_batch_is_answered_view_by_view(both):
    prior, _ = both
    cameras = ring(3, 0.0, 0.25, 0.75, 1.1, CPU)
    noisy = torch.randn(3, 4, LATENT, LATENT, generator=generator())
    together = prior.predict_noise(noisy, 400, prior.condition(PROMPT, NEGATIVE, cameras))
    calls = prior.calls
    for index in range(3):
        camera = ring(1, cameras.azimuth[index].item(), 0.25, 0.75, 1.1, CPU)
        alone = prior.predict_noise(noisy[index : index + 1], 400, prior.condition(PROMPT, NEGATIVE, camera))
        for all_views, one_view in zip(together, alone, strict=True):
            torch.testing.assert_close(all_views[index : index + 1], one_view, rtol=1e-4, atol=1e-5)
    assert prior.calls == calls + 3


def test_answers_are_in_float32_and_without_gradient_whatever_the_precision(tiny_models):
    prior = StableDiffusionPrior(tiny_models.sd15, CPU, precision=Precision(torch.bfloat16, torch.bfloat16))
    exact = StableDiffusionPrior(tiny_models.sd15, CPU)
    picture = torch.rand(1, 3, 16, 16, generator=generator(), requires_grad=True)
    latents = prior.encode(picture)
    assert latents.dtype == torch.float32
    latents.sum().backward()
    assert picture.grad is not None
    assert picture.grad.abs().min() > 0
    noisy = torch.randn(1, 4, LATENT, LATENT, generator=generator())
    ours = prior.predict_noise(noisy, 300, prior.condition(PROMPT, "", FRONT))
    theirs = exact.predict_noise(noisy, 300, exact.condition(PROMPT, "", FRONT))
    for each, other in zip(ours, theirs, strict=True):
        assert each.dtype == torch.float32
        assert not each.requires_grad
        torch.testing.assert_close(each, other, rtol=0, atol=0.1)
        assert not torch.equal(each, other)


def test_the_cpu_computes_in_float32_and_the_encoder_never_in_float16():
    assert usual_precision(CPU) == Precision(torch.float32, torch.float32)
    assert usual_precision(torch.device("mps")) == Precision(torch.float16, torch.float32)


def test_a_text_is_encoded_once(tiny_models):
    prior = StableDiffusionPrior(tiny_models.sd15, CPU)
    runs = []
    prior.text.encoders[0].register_forward_hook(lambda *_: runs.append(1))
    first = prior.condition(PROMPT, NEGATIVE, ring(4, 0.0, 0.25, 0.75, 1.1, CPU))
    assert len(runs) == 4  # front, side, back and the negative prompt
    second = prior.condition(PROMPT, NEGATIVE, ring(4, 0.0, 0.25, 0.75, 1.1, CPU))
    assert len(runs) == 4
    assert torch.equal(first.text, second.text)


def test_an_empty_prompt_is_zeros_for_sdxl_unless_its_index_says_otherwise(tiny_models, tmp_path):
    prior = StableDiffusionXLPrior(tiny_models.sdxl, CPU)
    condition = prior.condition(PROMPT, "", FRONT)
    assert condition.empty_pooled is not None
    assert not condition.empty_text.any()
    assert not condition.empty_pooled.any()
    assert prior.condition(PROMPT, NEGATIVE, FRONT).empty_text.any()
    copy = tmp_path / "sdxl"
    copy.mkdir()
    for part in tiny_models.sdxl.iterdir():
        (copy / part.name).symlink_to(part)
    (copy / "model_index.json").write_text('{"force_zeros_for_empty_prompt": false}')
    assert StableDiffusionXLPrior(copy, CPU).condition(PROMPT, "", FRONT).empty_text.any()


@pytest.fixture
def offline(monkeypatch):
    """What was asked of the network, which is not there."""
    asked = []

    def refuse(*arguments, **_):
        asked.append(arguments)
        raise OSError("no network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return asked


@pytest.mark.parametrize("name", list(KINDS))
def test_nothing_is_asked_of_the_network(name, tiny_models, tmp_path, offline):
    folder, kind = getattr(tiny_models, name), KINDS[name][0]
    prior = kind(folder, CPU, fast_encoder=tiny_models.taesd)
    path = save_single_file(prior, tmp_path / "model.safetensors")
    for each in (prior, kind(path, CPU, configuration=folder)):
        each.condition(PROMPT, NEGATIVE, FRONT)
    assert not offline


@pytest.mark.parametrize("name", list(KINDS))
def test_on_a_gpu_everything_is_where_it_is_needed(name, tiny_models):
    """ "meta" stands for a GPU: its tensors refuse to be mixed with the CPU's. The text encoders stay on the CPU."""
    gpu = torch.device("meta")
    prior = KINDS[name][0](getattr(tiny_models, name), gpu, fast_encoder=tiny_models.taesd)
    assert prior.unet.dtype == torch.float16
    assert prior.text.encoders[0].device.type == "cpu"
    cameras = ring(2, 0.0, 0.25, 0.75, 1.1, CPU)
    for progress in (0.0, 1.0):
        prior.at_progress(progress)
        latents = prior.encode(torch.empty(2, 3, 16, 16, device=gpu))
        for noise in prior.predict_noise(latents, 300, prior.condition(PROMPT, NEGATIVE, cameras)):
            assert (noise.device.type, noise.dtype, noise.shape) == ("meta", torch.float32, latents.shape)
    assert prior.decode(latents).shape == (2, 3, PICTURE, PICTURE)
