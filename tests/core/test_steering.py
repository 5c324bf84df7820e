"""Finishing a job early and pausing it: through the client, from a script's on_event, and on the command line."""

from __future__ import annotations

import json

import pytest
from waiting import until

import dreamfusion_blender
from dreamfusion_blender import jobs, protocol
from dreamfusion_blender.batch import find_earlier
from dreamfusion_blender.errors import Cancelled, JobLocked
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.store import JobFolder, list_jobs


def new_job() -> JobFolder:
    return JobFolder.create(JobSpec(prompt="a red mug"))


def ending(backend) -> protocol.Message:
    return next(event for event in until(backend, *protocol.ENDINGS) if event["type"] in protocol.ENDINGS)


@pytest.fixture
def at_work(backend, monkeypatch) -> JobFolder:
    """A slow job in the middle of its steps."""
    monkeypatch.setenv("FAKE_STEP_SECONDS", "0.3")
    job = new_job()
    backend.submit(job)
    until(backend, "progress")
    return job


def test_a_job_finished_early_has_its_asset_and_is_not_whole(backend, at_work):
    backend.finish()
    event = ending(backend)
    assert event["type"] == "finished" and 0 < event["report"]["steps"]["done"] < event["report"]["steps"]["planned"]
    assert at_work.status == "finished" and at_work.glb.is_file() and not at_work.is_whole
    backend.submit(at_work)
    assert ending(backend)["report"]["steps"]["done"] == 5
    assert at_work.is_whole


def test_a_second_job_is_refused_in_words_before_it_has_a_folder(backend, at_work):
    with pytest.raises(JobLocked, match="still at work"):
        jobs.create(JobSpec(prompt="a car"), backend)
    assert len(list_jobs()) == 1
    with pytest.raises(JobLocked, match="still at work"):
        backend.submit(new_job())
    backend.cancel()
    assert ending(backend)["type"] == "cancelled"


def test_a_finish_holds_for_one_job_alone(backend, at_work, monkeypatch):
    backend.finish()
    ending(backend)
    monkeypatch.setenv("FAKE_STEP_SECONDS", "0")
    backend.submit(new_job())
    assert ending(backend)["report"]["steps"] == {"done": 5, "planned": 5}


def test_a_pause_keeps_a_checkpoint_and_nothing_stays_of_the_process(backend, at_work):
    process = backend._process
    backend.pause()
    assert ending(backend)["type"] == "cancelled"
    assert at_work.status == "paused" and at_work.checkpoint.exists()
    process.wait(10)


def test_a_job_that_is_sent_while_the_paused_process_leaves_is_run_by_the_next(backend, at_work):
    backend.pause()
    ending(backend)
    backend.submit(at_work, finish=True)  # at once
    event = ending(backend)
    assert event["type"] == "finished" and event["report"]["steps"]["done"] < 5, event


def test_an_events_answer_steers(backend, monkeypatch):
    monkeypatch.setenv("FAKE_STEP_SECONDS", "0.3")
    job = jobs.run_to_end(new_job(), lambda event: "finish" if event["type"] == "progress" else {}, backend)
    assert job.glb.is_file() and not job.is_whole
    paused = new_job()
    with pytest.raises(Cancelled, match="keeps what was reached"):
        jobs.run_to_end(paused, lambda event: "pause" if event["type"] == "progress" else None, backend)
    assert paused.status == "paused"


def test_the_scripts_functions_take_a_job_up(backend, at_work, monkeypatch):
    backend.pause()
    ending(backend)
    monkeypatch.setattr(jobs, "_shared", [backend])
    monkeypatch.setenv("DREAMFUSION_ENV", str(backend.environment.folder))  # where the functions look for theirs
    reached = int(at_work.checkpoint.read_text())
    assert dreamfusion_blender.finish(at_work.name).name == "a red mug"
    assert at_work.state["report"]["steps"]["done"] == reached
    seen = []
    dreamfusion_blender.finish(at_work, on_event=seen.append)  # there already: nothing is made again
    assert not seen
    dreamfusion_blender.resume(at_work, on_event=seen.append)
    assert [event["step"] for event in seen if event["type"] == "progress"] == list(range(reached + 1, 6))
    seen.clear()
    dreamfusion_blender.resume(at_work, on_event=seen.append)  # whole: nothing is run again
    assert not seen


def test_a_batch_goes_on_with_what_was_finished_early(backend, at_work):
    backend.finish()
    ending(backend)
    whole = new_job()
    assert find_earlier(at_work.spec, [at_work]) is not None and not at_work.is_whole
    backend.submit(whole)
    ending(backend)
    assert find_earlier(at_work.spec, [at_work, whole]) is whole


def test_finish_on_the_command_line(backend, at_work, run_cli, tmp_path):
    backend.cancel()
    ending(backend)
    done = run_cli("finish", at_work.name, "--json")
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert not any(event["type"] == "progress" for event in events)
    assert (tmp_path / "here" / "a-red-mug.glb").exists()
    again = run_cli("finish", at_work.name, "--json")
    assert [json.loads(line)["type"] for line in again.stdout.splitlines()] == ["delivered"]
    assert run_cli("resume", at_work.name).returncode == 0  # which goes on, since steps are left
    assert list_jobs()[0].is_whole
