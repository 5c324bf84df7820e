"""What holds for every prior whose weights are published: half precision, and a run of the engine from their folder."""

import math

import pytest
import torch
from analytic import CPU, generator, ignore, small_run
from tiny_if import write_if
from tiny_mvdream import write_mvdream
from tiny_sd3 import SIZE, write_sd3

from backend.cameras import ring
from backend.presets import load_preset
from backend.priors import deepfloyd_if, mvdream, stable_diffusion_3
from backend.priors.loading.components import fast_dtype

RING = ring(4, 0.0, 0.25, 0.75, 1.1, CPU)


def small_sd3(source, device):
    return stable_diffusion_3.StableDiffusion3Prior(source, device, size=SIZE, resolution=16)


def small_mvdream(source, device):
    return mvdream.MVDreamPrior(source, device, resolution=16)


PRIORS = {
    "if": (write_if, deepfloyd_if, deepfloyd_if.DeepFloydIFPrior),
    "sd3": (write_sd3, stable_diffusion_3, small_sd3),
    "mvdream": (write_mvdream, mvdream, small_mvdream),
}


@pytest.mark.parametrize("name", PRIORS)
def test_the_engine_distils_from_it(name, tmp_path):
    """Renders, latents, one call a step, and gradients that move the field."""
    write, _, make = PRIORS[name]
    prior = make(write(tmp_path / name), CPU)
    settings = {"render.samples": 16, "render.occupancy_resolution": 16, "regularize.points": 100, "score.views": 4}
    run = small_run(load_preset("sds").with_steps(3).with_overrides(settings), prior)
    before = {key: value.clone() for key, value in run.scene.field.state_dict().items()}
    losses = [run.step(ignore) for _ in range(3)]
    assert all(map(math.isfinite, losses))
    assert prior.calls == run.calls == 3
    assert any(not torch.equal(value, before[key]) for key, value in run.scene.field.state_dict().items())


@pytest.mark.parametrize("name", PRIORS)
def test_answers_in_half_precision_are_nearly_the_same_and_single(name, tmp_path, monkeypatch):
    """As the networks are kept on a GPU; the CPU computes in half precision too, if slowly."""
    write, module, make = PRIORS[name]
    source = write(tmp_path / name)
    renders = torch.rand(4, 3, 16, 16, generator=generator())
    answers = []
    for dtype in (torch.float32, torch.float16):
        monkeypatch.setattr(module, "fast_dtype", lambda device, dtype=dtype: dtype)
        prior = make(source, CPU)
        latents = prior.encode(renders)
        assert latents.dtype == torch.float32
        condition = prior.condition("a red mug", "view", RING)
        assert condition.text.dtype == dtype
        answers.append(prior.predict_noise(latents, 500, condition))
    for single, half in zip(*answers, strict=True):
        assert half.dtype == torch.float32
        torch.testing.assert_close(half, single, rtol=0, atol=0.03)


def test_half_precision_is_for_cuda():
    assert fast_dtype(torch.device("cuda", 1)) == torch.float16
    assert fast_dtype(CPU) == fast_dtype(torch.device("mps")) == torch.float32
