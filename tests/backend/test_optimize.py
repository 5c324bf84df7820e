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


@pytest.mark.parametrize("optimizer", ["adam", "shampoo"])
@pytest.mark.parametrize("size", [1e25, 3e37])
def test_gradients_whose_squares_overflow_spoil_no_optimiser(optimizer, size):
    """They are numbers, and so are the parameters after them; but moments that are not would hold these for ever."""
    run = small_run(PRESET.with_overrides({"optimize.optimizer": optimizer}), prior())
    losses(run, 3)
    spoilt = run.scene.field.parameter_groups()[-1]["params"][0]
    hook = spoilt.register_hook(lambda gradient: torch.full_like(gradient, size))
    assert math.isnan(run.step(ignore))
    hook.remove()
    assert (run.step_index, run.rewinds) == (0, 1)
    losses(run, 8)
    assert all(torch.isfinite(value).all() for value in run.state().values() if value.is_floating_point())


def test_no_room_after_a_rewind_does_not_undo_that():
    """The smaller steps, the other random numbers and the count of rewinds stay, or the same failure comes again."""
    apart = GaussianPrior(mean=PICTURES, std=0.1, resolution=8, views=1)  # views that can be taken in parts
    run = small_run(dataclasses.replace(PRESET, stages=(Stage("sds", 10),)), apart)
    losses(run, 6)
    run._rewind(ignore)
    before = run.state()
    real = run.optimizer.step

    def no_room():
        real()
        raise MemoryError("none left")

    run.optimizer.step = no_room
    losses(run, 1)
    run.optimizer.step = real
    after = run.state()
    changed = [name for name, value in before.items() if not torch.equal(value, after[name])]
    assert changed == ["counters"]  # of these the calls, which were made
    assert (run.step_index, run.rewinds, run.rate_factor) == (4, 1, 0.5)
    assert run.calls > before["counters"][1]


def test_a_rewind_keeps_the_look_that_was_taken_at_its_step():
    looking = {"stop.early": True, "stop.every": 4 / 30, "stop.not_before": 1.0}
    run = small_run(PRESET.with_overrides(looking), prior())
    losses(run, 8)
    looks = {name: value.clone() for name, value in run.early_stop.state_dict().items()}
    losses(run, 1)
    run._rewind(ignore)
    assert run.step_index == 8
    assert all(torch.equal(value, looks[name]) for name, value in run.early_stop.state_dict().items())


class Overflowing(GaussianPrior):
    """Answers as half precision does that overflows: with infinity."""

    def predict_noise(self, noisy, timestep, condition):
        answers = super().predict_noise(noisy, timestep, condition)
        return answers[0] * math.inf, answers[1]


@pytest.mark.parametrize("objective", ["sds", "denoise_fit"])
def test_what_overflows_is_no_number_and_not_a_limit(objective):
    """Clamped to the gradient's limit, infinity would push the object with all its might, and nobody would notice."""
    preset = dataclasses.replace(PRESET, stages=(Stage(objective, 10),))
    preset = preset.with_overrides({f"{objective}.contrast_rescale": 0.0})
    run = small_run(preset, Overflowing(mean=0.5, std=0.1, resolution=8))
    with pytest.raises(Diverged):
        losses(run, 5)


def test_pictures_that_are_no_numbers_are_survived_where_nothing_else_is_asked_for():
    """The step's loss then has no gradient at all."""
    alone = {"regularize.slope_weight": 0.0, "regularize.bend_weight": 0.0}
    run = small_run(PRESET.with_overrides(alone), Faulty(prior(), lambda call: call == 0))
    assert math.isnan(run.step(ignore))
    assert math.isfinite(run.step(ignore))


def test_a_state_has_no_numbers_that_some_devices_lack():
    """Apple's GPUs have no double precision, and a checkpoint goes straight there."""
    run = small_run(PRESET.with_overrides({"stop.early": True, "stop.every": 0.1}), prior())
    losses(run, 4)
    assert "stop.found" in run.state()
    assert all(value.dtype != torch.float64 for value in run.state().values())
