"""The client against real processes that work, stop, crash, hang and talk nonsense: always exactly one ending."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from statistics import median

import clock
import pytest
from waiting import until

from dreamfusion_blender import protocol
from dreamfusion_blender.batch import run_rows
from dreamfusion_blender.client import Backend
from dreamfusion_blender.environment import Environment
from dreamfusion_blender.errors import BackendMissing, JobLocked
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.jobs import run_to_end
from dreamfusion_blender.protocol import Message
from dreamfusion_blender.store import JobFolder, list_jobs


def new_job(prompt: str = "a red mug") -> JobFolder:
    return JobFolder.create(JobSpec(prompt=prompt))


def events_until_ending(backend: Backend) -> list[Message]:
    events = until(backend, *protocol.ENDINGS)
    # Nothing may come after the ending.
    time.sleep(0.2)
    events += [event for event in backend.events() if event["type"] in protocol.ENDINGS]
    assert sum(event["type"] in protocol.ENDINGS for event in events) == 1
    return events


def ending(backend: Backend) -> Message:
    return next(event for event in events_until_ending(backend) if event["type"] in protocol.ENDINGS)


def test_a_job_runs_to_its_end(backend):
    job = new_job()
    backend.submit(job)
    events = events_until_ending(backend)
    assert [event["type"] for event in events[:3]] == ["hello", "started", "stage"]
    assert sum(event["type"] == "progress" for event in events) == 5
    assert events[-1]["type"] == "finished" and events[-1]["job"] == str(job.path)
    assert job.status == "finished" and job.glb.is_file()


def test_what_libraries_print_goes_to_the_log_not_into_the_protocol(backend):
    job = new_job()
    backend.submit(job)
    ending(backend)
    assert "and one in C this" in job.log.read_text()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not show what a process has open")
def test_a_backend_at_rest_has_none_of_the_job_s_files_open(backend):
    """Windows neither moves nor deletes a folder with an open file in it."""
    job = new_job()
    backend.submit(job)
    ending(backend)
    held = [os.readlink(each) for each in Path(f"/proc/{backend.pid}/fd").iterdir()]
    assert held and not [name for name in held if name.startswith(str(job.path))]


def test_a_log_that_cannot_be_written_ends_its_job_alone(backend):
    job = new_job()
    job.log.mkdir()  # whoever may write everything still cannot write into that
    backend.submit(job)
    ended = ending(backend)
    assert (ended["type"], ended["code"]) == ("error", "output_unwritable") and str(job.log) in ended["message"]
    backend.submit(new_job())
    assert ending(backend)["type"] == "finished"


def test_the_engine_stays_loaded_from_one_job_to_the_next(backend):
    reports = []
    for _ in range(2):
        backend.submit(new_job())
        reports.append(ending(backend)["report"]["jobs"])
    assert reports == [1, 2]


def test_free_is_obeyed(backend):
    backend.submit(new_job())
    ending(backend)
    backend.free()
    until(backend, "freed")
    backend.submit(new_job())
    assert ending(backend)["report"]["jobs"] == 1


def test_cancel_keeps_a_checkpoint_and_the_job_goes_on_from_it(backend, monkeypatch):
    monkeypatch.setenv("FAKE_STEP_SECONDS", "0.3")
    job = new_job()
    backend.submit(job)
    until(backend, "progress")
    backend.cancel()
    assert ending(backend)["type"] == "cancelled"
    assert job.status == "cancelled" and job.checkpoint.exists()
    backend.submit(job)
    events = events_until_ending(backend)
    assert events[0] == {"type": "started", "job": str(job.path), "resumed": True}
    assert events[-1]["type"] == "finished"
    assert sum(event["type"] == "progress" for event in events) < 5


def test_a_cancel_right_after_the_start_is_not_lost(backend, monkeypatch):
    monkeypatch.setenv("FAKE_STEP_SECONDS", "0.3")
    backend.submit(new_job())
    backend.cancel()
    assert ending(backend)["type"] == "cancelled"


@pytest.mark.parametrize(
    ("mode", "code", "words"),
    [
        ("killed", "backend_crashed", "signal 9"),
        ("crash", "backend_crashed", "the library's last words"),
        ("memory", "out_of_memory", "cannot allocate 7 TB"),
        ("torch memory", "out_of_memory", "did not fit"),
        ("gpu lost", "device_lost", "illegal memory access"),
        ("defect", "unexpected", "ZeroDivisionError"),
        ("empty", "empty_field", "the field is empty"),
        ("stopped", "backend_hung", "no sign of life"),
        ("nonsense", "protocol_mismatch", "I am a shell banner"),
        ("endless", "protocol_mismatch", "yyy"),
        ("old", "protocol_mismatch", "0.0.1"),
        ("nonsense later", "protocol_mismatch", "progr"),
        ("dies at start", "backend_crashed", "no module named torch"),
        ("silent", "backend_hung", "no sign of life"),
    ],
)
def test_every_failure_has_its_own_ending_and_the_next_job_runs(backend, monkeypatch, mode, code, words):
    monkeypatch.setenv("FAKE_BACKEND", mode)
    job = new_job()
    backend.submit(job)
    event = ending(backend)
    assert (event["type"], event["code"]) == ("error", code)
    assert words in event["message"]
    assert job.status == "failed" and job.state["error"]["code"] == code
    assert not job.is_locked

    monkeypatch.setenv("FAKE_BACKEND", "")
    next_job = new_job("a fine mug")
    backend.submit(next_job)
    assert ending(backend)["type"] == "finished"


def test_the_log_of_an_earlier_run_does_not_explain_a_backend_that_dies_at_start(backend, monkeypatch):
    monkeypatch.setenv("FAKE_BACKEND", "dies at start")
    job = new_job()
    job.log.write_text("CUDA out of memory\n")
    backend.submit(job)
    event = ending(backend)
    assert event["code"] == "backend_crashed" and "no module named torch" in event["message"]


def test_a_job_without_progress_is_ended_although_the_heart_beats(fake_environment, monkeypatch):
    monkeypatch.setenv("FAKE_BACKEND", "stuck")
    backend = Backend(fake_environment, hang_seconds=30.0, stuck_seconds=6.0)
    backend.submit(new_job())
    event = ending(backend)
    assert event["code"] == "backend_hung" and "no progress" in event["message"]


def test_killed_from_outside_and_resumed(backend, monkeypatch):
    monkeypatch.setenv("FAKE_STEP_SECONDS", "0.3")
    job = new_job()
    backend.submit(job)
    until(backend, "progress")
    os.kill(backend.pid, signal.SIGKILL)
    assert ending(backend)["code"] == "backend_crashed"
    backend.submit(job)
    assert ending(backend)["type"] == "finished"


def test_two_clients_on_one_job(backend, fake_environment, monkeypatch):
    monkeypatch.setenv("FAKE_STEP_SECONDS", "0.5")
    job = new_job()
    backend.submit(job)
    until(backend, "started")
    second = Backend(fake_environment)
    with pytest.raises(JobLocked):
        second.submit(job)
    assert ending(backend)["type"] == "finished"


def test_when_the_client_goes_the_backend_writes_a_checkpoint_and_leaves(backend, monkeypatch):
    monkeypatch.setenv("FAKE_STEP_SECONDS", "0.3")
    job = new_job()
    backend.submit(job)
    until(backend, "progress")
    backend.close()
    deadline = time.monotonic() + 10
    while job.is_locked and time.monotonic() < deadline:
        time.sleep(0.1)
    assert job.status == "interrupted" and job.checkpoint.exists()


def test_an_idle_backend_leaves_and_comes_back_when_needed(backend, monkeypatch):
    monkeypatch.setenv("DREAMFUSION_IDLE_SECONDS", "0.5")
    backend.submit(new_job())
    ending(backend)
    deadline = time.monotonic() + 10
    while backend.is_alive and time.monotonic() < deadline:
        backend.events(0.1)
    assert not backend.is_alive
    backend.submit(new_job())
    assert ending(backend)["type"] == "finished"


LEAVES_FIRST = """
import os, sys
from pathlib import Path
from dreamfusion_blender import protocol, version

left, fake = Path(sys.argv[1]), sys.argv[2]
if left.exists():
    os.execv(sys.executable, [sys.executable, fake, "-u", "-m", "backend"])
left.touch()
hello = {"type": "hello", "protocol": protocol.PROTOCOL, "version": version.VERSION}
for message in (hello, {"type": "bye", "reason": "idle"}):
    sys.stdout.buffer.write(protocol.encode(message))
    sys.stdout.buffer.flush()
    sys.stdin.readline()  # first the job, then what is asked of it; neither is heeded
"""


def test_a_cancel_that_a_leaving_backend_does_not_heed_reaches_the_next(fake_environment, tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_STEP_SECONDS", "0.3")
    fake = str(Path(__file__).with_name("fake_backend.py"))
    backend = Backend(fake_environment, command=[sys.executable, "-c", LEAVES_FIRST, str(tmp_path / "left"), fake])
    backend.submit(new_job())
    leaving = backend.pid
    backend.cancel()
    assert ending(backend)["type"] == "cancelled" and backend.pid != leaving
    backend.close(wait=5.0)


def test_nothing_installed(tmp_path):
    with pytest.raises(BackendMissing) as caught:
        Backend(Environment(tmp_path / "nowhere")).submit(new_job())
    assert caught.value.remedy is not None and caught.value.remedy.operator == "dreamfusion.install_backend"


def test_where_nothing_is_installed_no_folder_is_left(tmp_path):
    with pytest.raises(BackendMissing):
        run_to_end(JobSpec(prompt="a red mug"), backend=Backend(Environment(tmp_path / "nowhere")))
    with pytest.raises(BackendMissing):
        run_rows(["a red mug"], backend=Backend(Environment(tmp_path / "nowhere")))
    assert not list_jobs()


def test_polling_never_waits(backend, monkeypatch):
    monkeypatch.setenv("FAKE_STEP_SECONDS", "0.1")
    backend.submit(new_job())
    spans = []
    while backend.job is not None:
        began = clock.seconds()
        backend.events()
        spans.append(clock.seconds() - began)
        time.sleep(0.02)
    assert median(spans) < 0.05  # the machine may hold up a call; code that waits is late each time
