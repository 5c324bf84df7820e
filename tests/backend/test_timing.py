"""The time that is left, from work whose durations are known."""

from types import SimpleNamespace
from typing import Any

import pytest

from backend import timing
from backend.timing import TimeLeft


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is moved."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(timing, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def run_of(steps, planned_calls) -> Any:
    return SimpleNamespace(steps_planned=steps, planned_calls=planned_calls, steps_made=0, calls=0)


def work(left, clock, seconds, calls=0):
    left.begin()
    clock.now += seconds
    left.run.calls += calls
    left.run.steps_made += 1
    left.end()


def test_nothing_is_said_before_anything_is_known(clock):
    left = TimeLeft(run_of(100, 30))
    assert left.seconds() is None
    work(left, clock, 0.1)
    assert left.seconds() is None


def test_steps_of_one_kind_are_counted_out(clock):
    left = TimeLeft(run_of(100, 100))
    for _ in range(40):
        work(left, clock, 0.5, calls=1)
    assert left.seconds() == pytest.approx(60 * 0.5)


def test_quick_steps_and_calls_are_told_apart(clock):
    """Ten steps a ring: the first takes three calls of 2 s, the others 0.1 s each."""
    left = TimeLeft(run_of(100, 30))
    for _ in range(3):
        work(left, clock, 6.0, calls=3)
        for _ in range(9):
            work(left, clock, 0.1)
    truth = 7 * (6.0 + 9 * 0.1)
    assert left.seconds() == pytest.approx(truth, rel=0.05)


def test_a_first_step_that_draws_a_layout_is_not_taken_for_the_others(clock):
    left = TimeLeft(run_of(100, 27))
    work(left, clock, 6.0)
    for _ in range(9):
        work(left, clock, 0.1)
    work(left, clock, 6.0, calls=3)
    assert left.seconds() == pytest.approx(8 * 6.0 + 89 * 0.1)
    assert left.of("plain") == pytest.approx((6.0 + 9 * 0.1) / 10)  # what all of a run takes has the layout in it


def test_nothing_is_left_at_the_end(clock):
    left = TimeLeft(run_of(10, 10))
    for _ in range(10):
        work(left, clock, 1.0, calls=1)
    assert left.seconds() == 0


def test_a_resumed_run_counts_only_what_it_saw_itself(clock):
    run = run_of(100, 100)
    run.steps_made = run.calls = 80
    left = TimeLeft(run)
    work(left, clock, 2.0, calls=1)
    assert left.seconds() == pytest.approx(19 * 2.0)


def test_rewinding_does_not_make_the_time_negative(clock):
    left = TimeLeft(run_of(10, 10))
    for _ in range(12):
        work(left, clock, 1.0, calls=1)
    left.run.steps_made = 8
    assert 0 <= (left.seconds() or 0) <= 2
