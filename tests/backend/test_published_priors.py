"""What holds for every prior whose weights are published: half precision, and a run of the engine from their folder."""

import math
from functools import partial

import pytest
import torch
from analytic import CPU, generator, ignore, small_run
from tiny_if import write_if
from tiny_mvdream import write_mvdream
from tiny_sd3 import SIZE, write_sd3

from backend.cameras import ring
from backend.presets import load_preset
from backend.priors.deepfloyd_if import DeepFloydIFPrior
from backend.priors.mvdream import MVDreamPrior
from backend.priors.precision import Precision
from backend.priors.stable_diffusion_3 import StableDiffusion3Prior

RING = ring(4, 0.0, 0.25, 0.75, 1.1, CPU)
PRIORS = {
    "if": (write_if, DeepFloydIFPrior),
    "sd3": (write_sd3, partial(StableDiffusion3Prior, size=SIZE, resolution=16)),
    "mvdream": (write_mvdream, partial(MVDreamPrior, resolution=16)),
}


@pytest.mark.parametrize("name", PRIORS)
def test_the_engine_distils_from_it(name, tmp_path):
    """Renders, latents, one call a step, and gradients that move the field."""
    write, make = PRIORS[name]
    prior = make(write(tmp_path / name), CPU)
    settings = {"render.samples": 16, "render.occupancy_resolution": 16, "regularize.points": 100, "score.views": 4}
    run = small_run(load_preset("sds").with_steps(3).with_overrides(settings), prior)
    before = {key: value.clone() for key, value in run.scene.field.state_dict().items()}
    losses = [run.step(ignore) for _ in range(3)]
    assert all(map(math.isfinite, losses))
    assert prior.calls == run.calls == 3
    assert any(not torch.equal(value, before[key]) for key, value in run.scene.field.state_dict().items())


@pytest.mark.parametrize("name", PRIORS)
def test_answers_in_half_precision_are_nearly_the_same_and_single(name, tmp_path):
    """As the networks are kept on a GPU; the CPU computes in half precision too, if slowly."""
    write, make = PRIORS[name]
    source = write(tmp_path / name)
    renders = torch.rand(4, 3, 16, 16, generator=generator())
    answers = []
    for dtype in (torch.float32, torch.float16):
        prior = make(source, CPU, precision=Precision(dtype, torch.float32))
        latents = prior.encode(renders)
        assert latents.dtype == torch.float32
        condition = prior.condition("a red mug", "view", RING)
        assert condition.text.dtype == dtype
        answers.append(prior.predict_noise(latents, 500, condition))
    for single, half in zip(*answers, strict=True):
        assert half.dtype == torch.float32
        torch.testing.assert_close(half, single, rtol=0, atol=0.03)
