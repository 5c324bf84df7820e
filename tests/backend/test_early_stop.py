"""Ending a run when the object no longer changes: what counts as change, when, and what becomes of the job."""

import math

import pytest
import torch
from analytic import BallField, GaussianPrior, ignore, small_run
from engine_runs import new_job, work

from backend.early_stop import EarlyStop, StopSettings, change_between, look_at
from backend.presets import load_preset

STILL = {
    "field.feature_learning_rate": 0.0,
    "field.mlp_learning_rate": 0.0,
    "field.beta_start": 0.05,
    "field.beta_end": 0.05,
}
SMALL = {"render.samples": 8, "render.occupancy_resolution": 8, "regularize.points": 50, "score.views": 4}
EARLY = {"stop.early": True, "stop.every": 0.1, "stop.looks": 2, "stop.not_before": 0.5}


def test_of_two_balls_the_change_is_the_shell_between_them():
    """1 - (r / R)³, up to the cells that the surfaces cut."""
    small, large = look_at(BallField(0.5, density=1000.0)), look_at(BallField(0.6, density=1000.0))
    assert change_between(small, large) == pytest.approx(1 - (0.5 / 0.6) ** 3, abs=0.03)
    assert change_between(large, small) == change_between(small, large)
    assert change_between(small, small) == 0.0


def test_another_colour_is_a_change_of_its_mean_difference():
    red, blue = (look_at(BallField(0.5, 1000.0, colour)) for colour in ((0.9, 0.1, 0.1), (0.1, 0.1, 0.9)))
    assert change_between(red, blue) == pytest.approx(1.6 / 3, abs=0.01)


def test_nothing_is_never_settled():
    nothing = look_at(BallField(0.0, density=1000.0))
    assert change_between(nothing, nothing) == math.inf


def test_it_looks_now_and_then_and_wants_several_calm_looks_in_a_row():
    stop = EarlyStop(StopSettings(early=True, change=0.05, looks=2, every=0.1, not_before=0.0), 100)
    radii = {10: 0.5, 20: 0.5, 30: 0.6, 40: 0.6, 50: 0.6, 60: 0.6}
    said = [step for step in range(1, 61) if stop.settled(BallField(radii.get(step, 0.3), 1000.0), step)]
    assert said == [50, 60]  # 20 was calm, 30 was not


def test_a_state_brings_the_looks_back():
    settings = StopSettings(early=True, looks=2, every=0.1, not_before=0.0)
    first, second = EarlyStop(settings, 100), EarlyStop(settings, 100)
    ball = BallField(0.5, 1000.0)
    assert not any(stop.settled(ball, step) for step in (10, 20) for stop in [first])
    second.load_state_dict(first.state_dict())
    assert first.settled(ball, 30) and second.settled(ball, 30)


def settled_run(**settings):
    preset = load_preset("sds").with_steps(10).with_overrides({**SMALL, **settings})
    run = small_run(preset, GaussianPrior(0.6, 0.3, resolution=4, views=1))
    events = []
    while not run.is_done:
        run.step(events.append)
    return run, events


def test_what_stands_still_is_done_at_half_the_steps_and_not_before():
    run, events = settled_run(**STILL, **EARLY)
    assert (run.step_index, run.settled) == (5, True)
    assert [(event["type"], event["code"]) for event in events] == [("note", "settled")]
    assert "after 5 of 10 steps" in events[0]["message"]


def test_by_default_and_while_things_change_all_steps_are_made():
    assert settled_run(**STILL)[0].step_index == 10
    run, events = settled_run(**EARLY, **{"stop.change": 1e-6})
    assert (run.step_index, events) == (10, [])


def test_a_settled_run_stays_settled_when_it_is_taken_up_again():
    run, _ = settled_run(**STILL, **EARLY)
    again = small_run(run.preset, run.scene.prior)
    again.load(run.state())
    assert again.is_done


@pytest.mark.usefixtures("ball_prior")
def test_a_job_that_settles_finishes_as_any_other():
    stand = {"denoise_fit.photometric_weight": 0.0, "denoise_fit.entropy_weight": 0.0}
    job = new_job(steps=20, overrides={**new_job().spec.overrides, **STILL, **EARLY, **stand})
    events = work(job)
    assert [event["code"] for event in events.of("note")] == ["preflight", "settled"]
    report = events.of("finished")[0]["report"]
    assert report["settled"] is True
    assert report["steps"] == {"done": 10, "planned": 10}
    assert job.glb.exists()
    assert not work(job).of("progress")


def test_the_looks_change_nothing_of_the_run():
    quiet, watched = (
        small_run(
            load_preset("sds").with_steps(10).with_overrides({**SMALL, **extra}), GaussianPrior(0.6, 0.3, resolution=4)
        )
        for extra in ({}, {**EARLY, "stop.not_before": 1.0})
    )
    for _ in range(4):
        assert quiet.step(ignore) == watched.step(ignore)
    assert all(
        torch.equal(one, other)
        for one, other in zip(
            quiet.scene.field.state_dict().values(), watched.scene.field.state_dict().values(), strict=True
        )
    )
