"""Score distillation from a field through a render, an encoder and a latent U-Net, as the engine starts it."""

import math

import pytest
import torch
from analytic import CPU, ignore

from backend.presets import load_preset
from backend.priors.stable_diffusion import StableDiffusionPrior
from backend.priors.stable_diffusion_xl import StableDiffusionXLPrior
from backend.starting import preset_of, start
from dreamfusion_blender.errors import BadSpec
from dreamfusion_blender.job import JobSpec

OVERRIDES = {
    "sds.guidance_weight": 100.0,  # DreamFusion's, with its weighting
    "sds.weighting": "sigma2",
    "sds.contrast_rescale": 0.0,
    "score.views": 2,
    "render.samples": 24,
    "render.occupancy_resolution": 16,
    "regularize.points": 200,
}
SPEC = JobSpec(prompt="a red mug", negative_prompt="dark", views="single", steps=8, overrides=OVERRIDES)


@pytest.mark.parametrize(("name", "kind"), [("sd21", StableDiffusionPrior), ("sdxl", StableDiffusionXLPrior)])
def test_a_run_moves_the_field(name, kind, tiny_models):
    """Low-resolution renders, the fast encoder first and the full one last; and a preset for several views adapts."""
    prior = kind(getattr(tiny_models, name), CPU, resolution=12, fast_encoder=tiny_models.taesd)
    preset = preset_of(SPEC, prior.views)
    assert [stage.objective for stage in preset.stages] == ["sds"]
    run = start(SPEC, preset, prior, CPU)
    before = {key: value.clone() for key, value in run.scene.field.state_dict().items()}
    encoders = []
    for _ in range(run.steps):
        assert math.isfinite(run.step(ignore))
        encoders.append(prior.encoders.now)
    assert encoders == [prior.encoders.fast] * 6 + [prior.encoders.full] * 2  # 5/8 is early, 6/8 is late
    assert prior.calls == run.calls == run.planned_calls == 8
    assert run.rewinds == 0
    after = run.scene.field.state_dict()
    assert any(not torch.equal(after[key], value) for key, value in before.items() if value.is_floating_point())


def test_the_score_s_gradient_alone_reaches_the_field(tiny_models):
    """Without fog, sparsity and smoothness: what moves the parameters came through the encoder."""
    quiet = {"score.entropy_weight": 0.0, "score.sparsity_weight": 0.0, "score.shaded_share": 0.0}
    preset = load_preset("sds").with_steps(4).with_overrides({**OVERRIDES, **quiet})
    prior = StableDiffusionPrior(tiny_models.sd15, CPU, resolution=12)
    run = start(SPEC, preset, prior, CPU)
    run.objectives[0].loss(run.scene, 0.0).backward()
    gradients = [each.grad for group in run.optimizer.param_groups for each in group["params"] if each.grad is not None]
    assert all(torch.isfinite(each).all() for each in gradients)
    assert max(each.abs().max() for each in gradients) > 1e-8


class Remembering(StableDiffusionPrior):
    """Keeps what it was told of each view."""

    def condition(self, prompt, negative_prompt, cameras, say_views=True):
        self.told = super().condition(prompt, negative_prompt, cameras, say_views)
        return self.told


@pytest.mark.parametrize("said", [True, False])
def test_directions_are_said_unless_that_is_switched_off(said, tiny_models):
    views = {"score.views": 12, "growth.views_start": 1.0, "score.view_prompts": said}
    preset = load_preset("sds").with_steps(1).with_overrides({**OVERRIDES, **views})
    prior = Remembering(tiny_models.sd15, CPU, resolution=4)
    run = start(SPEC, preset, prior, CPU)
    run.objectives[0].loss(run.scene, 0.0)
    (plain,) = prior.text.embed([SPEC.prompt])
    assert len(prior.told.text) == 12
    assert [torch.equal(each, plain.text) for each in prior.told.text] == [not said] * 12


def test_perp_neg_needs_directions_that_are_said(tiny_models):
    choices = {"sds.perp_neg": True, "score.view_prompts": False}
    preset = load_preset("sds").with_steps(1).with_overrides({**OVERRIDES, **choices})
    run = start(SPEC, preset, StableDiffusionPrior(tiny_models.sd15, CPU, resolution=4), CPU)
    with pytest.raises(BadSpec, match=r"score\.view_prompts"):
        run.objectives[0].loss(run.scene, 0.0)
