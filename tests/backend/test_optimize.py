"""The loop: seeds decide everything, schedules go where they should, and values that are not numbers are survived."""

import dataclasses
import math

import pytest
import torch
from analytic import BallField, Faulty, GaussianPrior, ball_pictures, ignore, small_run
from test_denoise_fit import SMALL

from backend.distillation.score import ScoreDistillation
from backend.presets import Stage, load_preset
from dreamfusion_blender.errors import Diverged

STAGES = (Stage("denoise_fit", 20), Stage("sds", 10))
PRESET = dataclasses.replace(load_preset("standard"), stages=STAGES).with_overrides(
    {**SMALL, "render.occupancy_every": 3, "optimize.snapshot_every": 4}
)
PICTURES = ball_pictures(BallField(density=50.0), 8)


def prior(std=0.1):
    return GaussianPrior(mean=PICTURES, std=std, resolution=8)


def parameters(run):
    return torch.cat([value.flatten() for value in run.scene.field.state_dict().values()])


def losses(run, count=None):
    return [run.step(ignore) for _ in range(run.steps if count is None else count)]


def test_a_seed_decides_the_whole_run():
    first, second = small_run(PRESET, prior()), small_run(PRESET, prior())
    assert losses(first) == losses(second)
    assert torch.equal(parameters(first), parameters(second))


def test_another_seed_is_another_run():
    first, second = small_run(PRESET, prior()), small_run(PRESET, prior(), seed=1)
    pairs = list(zip(losses(first, 5), losses(second, 5), strict=True))
    assert all(one != other for one, other in pairs)


def test_stages_follow_one_another():
    run = small_run(PRESET, prior())
    seen = []
    for _ in range(run.steps):
        seen.append(run.stage())
        run.step_index += 1
    assert [number for number, _ in seen] == [0] * 20 + [1] * 10
    assert seen[0] == (0, 0.0)
    assert seen[20] == (1, 0.0)
    assert seen[29] == (1, 0.9)
    assert run.stage() == (1, 1.0)


def test_the_surface_becomes_crisp_and_the_steps_small():
    run = small_run(PRESET, prior())
    settings = PRESET.field
    run.step(ignore)
    rates = [group["lr"] for group in run.optimizer.param_groups]
    assert run.scene.field.beta == pytest.approx(settings.beta_start)
    run.step_index = run.steps - 1
    run.step(ignore)
    assert run.scene.field.beta == pytest.approx(settings.beta_end)
    last = [group["lr"] for group in run.optimizer.param_groups]
    share = 1 + (PRESET.optimize.learning_rate_end - 1) * (run.steps - 1) / run.steps
    assert last == pytest.approx([rate * share for rate in rates])


def test_occupancy_narrows_once_the_run_is_under_way():
    run = small_run(PRESET, prior())
    losses(run, 1)
    assert run.scene.renderer.occupancy.cells.all()
    losses(run, 11)
    assert 0 < run.scene.renderer.occupancy.cells.float().mean() < 0.9


def test_a_prior_that_fails_for_a_while_costs_a_few_steps():
    run = small_run(PRESET, Faulty(prior(), lambda call: 7 <= call <= 8))
    messages: list[dict] = []
    for _ in range(200):
        if run.step_index == run.steps:
            break
        loss = run.step(messages.append)
        if messages and math.isnan(loss):
            assert run.step_index % 4 == 0  # back at a snapshot
    assert run.step_index == run.steps
    assert 1 <= len(messages) <= 2
    assert messages[0]["code"] == "rewind"
    assert "back to step" in messages[0]["message"]
    assert torch.isfinite(parameters(run)).all()
    assert run.rate_factor == 0.5 ** len(messages)


def test_a_rewind_brings_back_all_of_the_last_good_state():
    """Parameters and the optimiser's moments, at the first rewind and at every later one to the same snapshot."""
    run = small_run(PRESET, prior())
    losses(run, 8)
    good = {name: value.clone() for name, value in run.state().items()}
    for attempt in (1, 2):
        losses(run, 2)
        run._rewind(ignore)
        now = run.state()
        for name in good:
            if name not in ("generator", "counters", "rate_factor"):
                assert torch.equal(now[name], good[name]), f"{name} at rewind {attempt}"
        assert run.step_index == 8
        assert run.rewinds == attempt


def test_a_rewind_draws_other_random_numbers():
    run = small_run(PRESET, prior())
    losses(run, 8)
    before = run.scene.generator.get_state()
    states = []
    for _ in range(3):
        run._rewind(ignore)
        states.append(run.scene.generator.get_state())
    states.append(before)
    assert all(not torch.equal(a, b) for i, a in enumerate(states) for b in states[:i])


def test_a_prior_that_never_answers_is_given_up():
    run = small_run(PRESET, Faulty(prior(), lambda call: True))
    start = parameters(run).clone()
    with pytest.raises(Diverged, match="not numbers"):
        for _ in range(50):
            run.step(ignore)
    assert torch.equal(parameters(run), start)


def test_a_prior_that_fails_in_the_second_stage_is_given_up_too():
    preset = dataclasses.replace(PRESET, stages=(Stage("sds", 10),))
    run = small_run(preset, Faulty(prior(), lambda call: call >= 3))
    assert isinstance(run.objectives[0], ScoreDistillation)
    with pytest.raises(Diverged):
        for _ in range(50):
            run.step(ignore)
    assert torch.isfinite(parameters(run)).all()


def test_a_gradient_that_is_not_a_number_is_noticed_even_when_the_loss_is_one():
    run = small_run(PRESET, prior())
    start = parameters(run).clone()
    run.scene.field.parameter_groups()[-1]["params"][-1].register_hook(lambda gradient: gradient * math.nan)
    assert math.isnan(run.step(ignore))
    assert run.rewinds == 1
    assert torch.equal(parameters(run), start)


def test_parameters_that_are_not_numbers_get_into_no_snapshot():
    """A step may spoil them though its loss and gradients were numbers; the last good state must stay good."""
    run = small_run(PRESET, prior())
    losses(run, 3)
    real, events = run.optimizer.step, []

    def spoilt():
        real()
        run.scene.field.parameter_groups()[-1]["params"][-1].data.fill_(math.inf)

    run.optimizer.step = spoilt
    assert math.isnan(run.step(events.append))  # the fourth, after which a snapshot would have been taken
    run.optimizer.step = real
    assert (run.step_index, run.rewinds) == (0, 1)
    assert [event["code"] for event in events] == ["rewind"]
    assert torch.isfinite(parameters(run)).all()
    assert math.isfinite(run.step(ignore))
