"""A run is begun several times, and what looks most like the prompt to the prior is finished."""

import dataclasses
import math

import pytest
import torch
from analytic import CPU, BallField, Faulty, GaussianPrior, ball_pictures, generator, ignore, small_run
from test_denoise_fit import SMALL

from backend.checkpoint import load_checkpoint, save_checkpoint
from backend.distillation.likeness import LEVEL, likeness, likeness_calls
from backend.optimize import Optimization, Takes, TakesSettings
from backend.presets import Stage, load_preset
from backend.scene import make_scene

pytestmark = pytest.mark.usefixtures("one_thread")

BALL = BallField(radius=0.6, density=50.0, colour=(0.9, 0.25, 0.1))
STAGES = (Stage("denoise_fit", 20), Stage("sds", 5))
PRESET = dataclasses.replace(load_preset("standard"), stages=STAGES).with_overrides(
    {**SMALL, "takes.count": 3, "takes.share": 0.4, "optimize.snapshot_every": 4}
)
LENGTH = 10  # steps of a take


def prior(mean=ball_pictures(BALL, 8), std=0.1, views=4):  # noqa: B008  # a function
    return GaussianPrior(mean, std, views=views, resolution=8)


def run_to_end(run, emit=ignore):
    values = []
    while not run.is_done:
        values.append(run.step(emit))
    return values


def likeness_of(field, mean, std=0.3, views=4):
    scene = make_scene(PRESET, prior(mean, std, views), ("a red ball", ""), generator(), CPU)
    scene.field = field
    before = scene.generator.get_state()
    found = likeness(scene)
    assert torch.equal(before, scene.generator.get_state())
    assert scene.prior.calls == likeness_calls(views)
    return found


def test_likeness_is_the_share_of_the_error_that_the_prompt_takes_away():
    """Nothing to see, over the known grey, and a Gaussian prior: errors are what they are in closed form."""
    std, mean, empty = 0.2, 0.7, 0.5
    nothing = BallField(radius=0.01, density=1e-6)
    schedule = prior().schedule
    alpha, sigma = (values[schedule.timestep(LEVEL)].item() for values in (schedule.alphas, schedule.sigmas))
    # ε̂ - ε = (σ α (x - m) - α² s² ε) / (α² s² + σ²), and ε has mean 0 and variance 1.
    told, untold = ((sigma * alpha * 2 * (0.85 - at)) ** 2 + alpha**4 * std**4 for at in (mean, empty))
    assert likeness_of(nothing, mean, std) == pytest.approx(1 - told / untold, abs=0.01)


@pytest.mark.parametrize("views", [4, 1])
def test_what_the_prompt_means_is_most_like_it(views):
    wanted = ball_pictures(BALL, 8, background=0.85)
    right = likeness_of(BALL, wanted, views=views)
    larger = likeness_of(BallField(radius=0.8, density=50.0, colour=(0.9, 0.25, 0.1)), wanted, views=views)
    other = likeness_of(BallField(radius=0.6, density=50.0, colour=(0.1, 0.25, 0.9)), wanted, views=views)
    assert right > larger > 0 and right > other + 0.1


def test_the_best_take_goes_on():
    run, ends, events = small_run(PRESET, prior()), [], []
    while len(ends) < 3:
        before = run.state()
        run.step(events.append)
        if len(run.takes.scores) > len(ends):
            ends.append(before)
    scores = run.takes.scores
    assert len(set(scores)) == 3  # other random numbers, another take
    best = scores.index(max(scores))
    assert run.step_index == LENGTH and run.steps_made == 3 * LENGTH
    # One step before its end the best take was where a run from there comes to what goes on now.
    again = small_run(PRESET, prior())
    again.load(ends[best])
    again._loss()
    assert not run.takes.best
    assert [event["label"] for event in events if event["type"] == "stage"] == [
        "Optimising, take 2 of 3",
        "Optimising, take 3 of 3",
        "Optimising",
    ]
    assert events[-1]["message"] == f"Take {best + 1} of 3 looks most like the prompt and goes on"
    assert torch.equal(again.scene.generator.get_state(), run.scene.generator.get_state())
    run_to_end(run)
    assert run.steps_made == run.steps_planned == 25 + 2 * LENGTH
    assert run.calls == run.planned_calls


def test_the_first_take_is_the_run_without_takes():
    alone = small_run(PRESET.with_overrides({"takes.count": 1}), prior())
    expected = [alone.step(ignore) for _ in range(LENGTH)]
    run = small_run(PRESET, prior())
    assert [run.step(ignore) for _ in range(LENGTH)] == expected
    assert alone.steps_planned == 25 and alone.takes.state_dict() == {}


@pytest.mark.parametrize("broken_off", [1, 9, 10, 14, 20, 29, 30, 33, 41])
def test_resuming_equals_going_on(broken_off, tmp_path):
    """In each take and where one ends."""
    whole = small_run(PRESET, prior())
    expected = run_to_end(whole)
    begun = small_run(PRESET, prior())
    first = [begun.step(ignore) for _ in range(broken_off)]
    save_checkpoint(begun, tmp_path / "checkpoint")
    resumed = small_run(PRESET, prior())
    load_checkpoint(resumed, tmp_path / "checkpoint")
    assert resumed.steps_made == broken_off
    assert first + run_to_end(resumed) == expected
    whole_state, resumed_state = whole.state(), resumed.state()
    assert whole_state.keys() == resumed_state.keys()
    assert all(torch.equal(value, resumed_state[name]) for name, value in whole_state.items())
    assert not any(name.startswith("takes.kept") for name in whole_state)


def test_a_take_that_settles_ends_no_run():
    """Whatever counts as settled here: the others are begun, and the best is finished."""
    settle = {"stop.early": True, "stop.every": 0.04, "stop.not_before": 0.0, "stop.looks": 1, "stop.change": 1e9}
    run = small_run(PRESET.with_overrides(settle), prior())
    events = []
    run_to_end(run, events.append)
    assert [each["code"] for each in events if each["type"] == "note"] == ["take", "settled"]
    assert len(run.takes.scores) == 3


def test_going_back_stays_in_the_take():
    second = 3 + likeness_calls(4)  # the first of its three calls for pictures
    run = small_run(PRESET, Faulty(prior(), lambda call: call == second))
    values = run_to_end(run)
    bad = [index for index, value in enumerate(values) if not math.isfinite(value)]
    assert len(bad) == 1 and LENGTH <= bad[0] < 2 * LENGTH
    assert len(run.takes.scores) == 3 and run.is_done


def test_a_take_that_cannot_be_judged_is_not_chosen():
    run = small_run(PRESET, Faulty(prior(), lambda call: call == 3))
    run_to_end(run)
    assert run.takes.scores[0] == -math.inf and run.takes.scores.index(max(run.takes.scores)) > 0


def test_a_checkpoint_from_before_there_were_takes_goes_through(tmp_path):
    old = small_run(PRESET.with_overrides({"takes.count": 1}), prior())
    for _ in range(4):
        old.step(ignore)
    save_checkpoint(old, tmp_path / "checkpoint")
    run = small_run(PRESET, prior())
    load_checkpoint(run, tmp_path / "checkpoint")
    assert len(run_to_end(run)) == 25 - 4
    assert run.takes.scores == []


def test_an_object_to_begin_with_is_not_begun_again():
    scene = make_scene(PRESET, prior(), ("a red ball", ""), generator(), CPU)
    run = Optimization(PRESET, scene, has_object=True)
    assert len(run_to_end(run)) == run.steps == run.steps_planned


def test_takes_are_never_longer_than_the_run():
    takes = Takes(TakesSettings(count=2, share=2.0), 7)
    assert takes.steps == 7 and Takes(TakesSettings(count=0), 7).count == 1
