"""What holds for all jobs on a machine: folders, device, memory and idle time, and a backend that learns of changes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dreamfusion_blender import jobs, machine, paths, variables
from dreamfusion_blender.client import Backend
from dreamfusion_blender.environment import Environment
from dreamfusion_blender.errors import BadSpec
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.models.library import ModelFolder
from dreamfusion_blender.store import JobFolder


@pytest.fixture
def shared(fake_environment, monkeypatch):
    """The shared backend's environment; the backend is ended with the test."""
    monkeypatch.delenv(variables.DEVICE, raising=False)
    jobs.shut_down()
    yield fake_environment
    jobs.shut_down(wait=5.0)


def started(environment: Environment) -> Backend:
    backend = jobs.shared_backend(environment)
    backend.start()
    return backend


def test_the_cache_folder_holds_backend_models_and_measurements(tmp_path, monkeypatch):
    for name in ("DREAMFUSION_ENV", "DREAMFUSION_MODELS", "DREAMFUSION_MEASUREMENTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DREAMFUSION_CACHE", str(tmp_path / "cache"))
    inside = (Environment().folder, ModelFolder.of("a/b").path.parent, paths.measurements_file())
    assert {each.parent for each in inside} == {tmp_path / "cache"}
    monkeypatch.setenv("DREAMFUSION_MODELS", str(tmp_path / "models"))
    assert ModelFolder.of("a/b").path.parent == tmp_path / "models"


@pytest.mark.parametrize("said", ["a lot", "-1", "nan", "inf"])
def test_a_memory_cap_that_is_no_number_of_gigabytes_is_refused(monkeypatch, said):
    monkeypatch.setenv(variables.MEMORY, said)
    with pytest.raises(BadSpec, match="DREAMFUSION_MEMORY_GB"):
        machine.memory_cap_gb()


@pytest.mark.parametrize("said", ["for ever", "-1", "nan"])
def test_an_idle_time_that_is_no_number_of_seconds_is_refused_before_a_backend_dies_of_it(shared, monkeypatch, said):
    monkeypatch.setenv(variables.IDLE, said)
    with pytest.raises(BadSpec, match="DREAMFUSION_IDLE_SECONDS"):
        started(shared)


@pytest.mark.parametrize("said", ["inf", "1e12"])
def test_a_backend_may_stay_for_ever(shared, monkeypatch, said):
    monkeypatch.setenv(variables.IDLE, said)
    backend = started(shared)
    job = JobFolder.create(JobSpec(prompt="a red mug"))
    backend.submit(job)
    while backend.job is not None:
        backend.events(0.1)
    assert job.status == "finished"


def test_an_idle_backend_gives_way_to_one_that_knows_what_holds_now(shared, monkeypatch):
    first = started(shared)
    pid = first.pid
    assert not first.is_outdated and started(shared).pid == pid
    monkeypatch.setenv(variables.DEVICE, "cpu")
    assert first.is_outdated
    second = started(shared)
    assert second is not first and second.pid != pid and not second.is_outdated
    told = Path(f"/proc/{second.pid}/environ")
    if told.exists():
        deadline = time.monotonic() + 20
        while not (environment := told.read_bytes()):  # Linux fills it a moment after the program has begun
            assert time.monotonic() < deadline
        assert b"DREAMFUSION_DEVICE=cpu" in environment


def test_who_only_asks_for_the_backend_does_not_replace_it(shared, monkeypatch):
    first = started(shared)
    monkeypatch.setenv(variables.DEVICE, "cpu")
    assert jobs.shared_backend() is first


def test_the_idle_time_is_the_backends(shared, monkeypatch):
    monkeypatch.setenv(variables.IDLE, "0.3")
    backend = started(shared)
    deadline = time.monotonic() + 30
    while backend.is_alive:
        assert time.monotonic() < deadline
        backend.events(0.1)
