"""Guidance of 100 and the difference from the noise, in float32, whatever format the U-Net answers in."""

import pytest
import torch
from analytic import CPU, generator
from tiny_if import write_if
from tiny_mvdream import write_mvdream

from backend.cameras import ring
from backend.distillation.query import Query
from backend.distillation.sds import SDS, SDSSettings
from backend.priors.base import classifier_free_guidance
from backend.priors.deepfloyd_if import DeepFloydIFPrior
from backend.priors.mvdream import MVDreamPrior
from backend.priors.precision import Precision
from backend.priors.stable_diffusion import StableDiffusionPrior

HALF = Precision(torch.bfloat16, torch.float32)
RULE = SDS(SDSSettings(guidance_weight=100.0, weighting="uniform", contrast_rescale=0.0))
TIMESTEP = 400


@pytest.fixture(scope="module")
def priors(tiny_models, tmp_path_factory):
    return {
        "noise": StableDiffusionPrior(tiny_models.sd15, CPU, precision=HALF),
        "velocity": StableDiffusionPrior(tiny_models.sd21, CPU, precision=HALF),
        "rings": MVDreamPrior(write_mvdream(tmp_path_factory.mktemp("mvdream")), CPU, precision=HALF),
        "pixels": DeepFloydIFPrior(write_if(tmp_path_factory.mktemp("if")), CPU, HALF),
    }


@pytest.mark.parametrize("name", ["noise", "velocity", "rings", "pixels"])
def test_the_rule_s_gradient_has_all_the_digits_of_the_u_net_s_answers(priors, name):
    """Against double precision on the very answers that the U-Net gave, in half precision, at the same question."""
    prior = priors[name]
    cameras = ring(4, 0.0, 0.2, 0.75, 1.1, CPU)
    heard = []

    def listen(module, inputs, output):
        heard.append(output if isinstance(output, torch.Tensor) else output.sample)

    hook = prior.unet.register_forward_hook(listen)
    z = prior.encode(torch.rand(4, 3, 16, 16, generator=generator()))
    try:
        gradient = RULE.gradient(Query(prior, z, TIMESTEP, prior.condition("a cat", "", cameras), generator(5)))
    finally:
        hook.remove()
    assert heard[0].dtype == torch.bfloat16
    assert gradient.dtype == torch.float32

    schedule, noise = prior.schedule, torch.randn(z.shape, generator=generator(5)).double()
    answer = heard[0][:, : z.shape[1]].double()
    if name == "velocity":
        noisy = schedule.alphas[TIMESTEP].double() * z.double() + schedule.sigmas[TIMESTEP].double() * noise
        answer = schedule.noise_from_velocity(torch.cat([noisy, noisy]), answer, TIMESTEP)
    conditional, unconditional = answer.chunk(2)
    exact = 101 * conditional - 100 * unconditional - noise
    torch.testing.assert_close(gradient.double(), exact, rtol=1e-4, atol=1e-4 * exact.abs().max().item())
    # So that the comparison says something: in the U-Net's own format it comes out otherwise.
    low = [each.bfloat16() for each in (conditional, unconditional, noise)]
    lost = (101 * low[0] - 100 * low[1] - low[2]).double()
    assert (lost - exact).abs().max() > 100 * (gradient.double() - exact).abs().max()


def test_guidance_widens_what_a_prior_gives_it():
    conditional, unconditional = torch.randn(2, 64, generator=generator()).half().unbind()
    guided = classifier_free_guidance(conditional, unconditional, 100.0)
    assert guided.dtype == torch.float32
    torch.testing.assert_close(guided, 101 * conditional.float() - 100 * unconditional.float(), rtol=1e-4, atol=1e-3)
    doubled = classifier_free_guidance(conditional.double(), unconditional.double(), 1.0)
    assert doubled.dtype == torch.float64
