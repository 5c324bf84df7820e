"""Patience in made-up time: hangs are seen, work and a closed laptop are not taken for one."""

from __future__ import annotations

import pytest

from dreamfusion_blender import patience
from dreamfusion_blender.patience import Patience


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(patience.time, "monotonic", lambda: now[0])
    return now


def look(subject: Patience, clock: list[float], seconds: int, heard: bool = False, beats: bool = False) -> list[str]:
    """What it says when asked twice a second."""
    said = []
    for _ in range(2 * seconds):
        clock[0] += 0.5
        if beats or heard:
            subject.sign_of_life()
        said.append(subject.end(heard))
    return [each for each in said if each]


def test_silence_is_a_hang(clock):
    subject = Patience(hang_seconds=60)
    assert look(subject, clock, 59) == []
    assert "no sign of life for 60 s" in look(subject, clock, 2)[0]


def test_a_heartbeat_alone_is_enough_for_a_while(clock):
    subject = Patience(hang_seconds=60, stuck_seconds=600)
    assert look(subject, clock, 599, beats=True) == []
    assert look(subject, clock, 2, beats=True)[0] == "made no progress"


def test_progress_may_go_on_for_ever(clock):
    assert look(Patience(), clock, 20_000, heard=True) == []


def test_after_a_cancel_progress_no_longer_counts(clock):
    subject = Patience(stuck_seconds=600)
    subject.cancel()
    assert look(subject, clock, 59, heard=True) == []
    assert look(subject, clock, 2, heard=True)[0] == "did not stop"


def test_a_machine_that_slept_is_no_hung_backend(clock):
    subject = Patience(hang_seconds=60)
    look(subject, clock, 10, beats=True)
    clock[0] += 8 * 3600
    assert look(subject, clock, 30) == []


def test_the_next_job_begins_anew(clock):
    subject = Patience(hang_seconds=60)
    look(subject, clock, 50)
    subject.begin()
    assert look(subject, clock, 59) == []
