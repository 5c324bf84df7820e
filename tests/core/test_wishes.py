"""Wishes of the job at work: the last one counts, and none of them is taken for a crash."""

from __future__ import annotations

import pytest
from test_client import ending, events_until_ending, new_job
from waiting import until

from dreamfusion_blender.client import Backend


@pytest.mark.parametrize(("then", "status"), [(None, "paused"), (Backend.cancel, "cancelled")])
def test_a_pause_that_a_job_does_not_heed_in_time_is_no_crash(backend, monkeypatch, then, status):
    """Loading a large prior, say: the backend leaves without it, and the job goes on from its last checkpoint."""
    monkeypatch.setenv("FAKE_BACKEND", "stuck")
    monkeypatch.setenv("FAKE_LEAVING_SECONDS", "1")
    job = new_job()
    job.checkpoint.write_text("2")  # the fake engine is stuck in its third step
    backend.submit(job)
    until(backend, "progress")
    backend.pause()
    if then is not None:
        then(backend)
    assert ending(backend) == {"type": "cancelled", "job": str(job.path)}
    assert job.status == status and not job.is_locked
    monkeypatch.setenv("FAKE_BACKEND", "")
    backend.submit(job)
    events = events_until_ending(backend)
    assert events[-1]["type"] == "finished" and events[1]["resumed"]


@pytest.mark.parametrize(
    ("wishes", "status"),
    [
        ("finish cancel", "cancelled"),
        ("finish pause", "paused"),
        ("pause cancel", "cancelled"),
        ("pause finish", "finished"),
    ],
)
def test_the_last_wish_counts(backend, monkeypatch, wishes, status):
    monkeypatch.setenv("FAKE_STEP_SECONDS", "1.5")
    job = new_job()
    backend.submit(job)
    until(backend, "progress")
    for wish in wishes.split():
        getattr(backend, wish)()
    ending(backend)
    assert job.status == status


def test_an_asset_asked_for_after_a_pause_takes_its_time(backend, monkeypatch):
    """What the pause would have given the job to leave in is over by then."""
    monkeypatch.setenv("FAKE_LEAVING_SECONDS", "0.5")
    monkeypatch.setenv("FAKE_STEP_SECONDS", "2")
    job = new_job()
    backend.submit(job)
    until(backend, "progress")
    backend.pause()
    backend.finish()
    assert ending(backend)["type"] == "finished" and job.status == "finished"
