"""Stopping the command line: politely, rudely, and going on afterwards."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time

import pytest

from dreamfusion_blender.paths import ROOT
from dreamfusion_blender.store import JobFolder, list_jobs


@pytest.fixture
def start(fake_environment, tmp_path, run_cli):
    """Start the command line with a slow engine; the process is in the middle of the job when this returns."""

    def run(*arguments: str) -> subprocess.Popen[str]:
        variables = {"DREAMFUSION_ENV": str(fake_environment.folder), "FAKE_STEP_SECONDS": "0.4"}
        process = subprocess.Popen(
            [sys.executable, "-m", "dreamfusion_blender", *arguments, "--json"],
            cwd=tmp_path / "here",
            env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        while json.loads(process.stdout.readline())["type"] != "progress":
            pass
        return process

    return run


def wait_until_free(job: JobFolder) -> None:
    deadline = time.monotonic() + 15
    while job.is_locked and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not job.is_locked


def test_ctrl_c_keeps_what_is_there_and_resume_goes_on(start, run_cli, tmp_path):
    process = start("generate", "a red mug")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    (job,) = list_jobs()
    assert job.status == "cancelled" and job.checkpoint.exists()
    assert f"resume {job.name}" in errors and "Traceback" not in errors
    done = run_cli("resume", job.name)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "here" / "a-red-mug.glb").exists()
    assert JobFolder.open(job.path).status == "finished"


def test_a_killed_command_leaves_a_job_that_goes_on(start, run_cli):
    process = start("generate", "a red mug")
    process.kill()
    process.communicate()
    (job,) = list_jobs()
    wait_until_free(job)
    assert job.status == "interrupted" and job.checkpoint.exists()
    assert run_cli("resume", job.name).returncode == 0


def test_a_killed_backend_is_reported_with_the_way_on(start, run_cli):
    process = start("generate", "a red mug")
    (job,) = list_jobs()
    os.kill(json.loads((job.path / "state.json").read_text())["pid"], signal.SIGKILL)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 20
    assert "signal 9" in errors and f"resume {job.name}" in errors
    assert run_cli("resume", job.name).returncode == 0


def test_everything_killed_at_once_loses_only_the_last_steps(start, run_cli):
    process = start("generate", "a red mug")
    (job,) = list_jobs()
    backend = json.loads((job.path / "state.json").read_text())["pid"]
    process.kill()
    os.kill(backend, signal.SIGKILL)
    process.communicate()
    wait_until_free(job)
    assert job.status == "interrupted"
    assert run_cli("resume", job.name).returncode == 0


def test_a_second_command_on_the_same_job_is_turned_away(start, run_cli):
    process = start("generate", "a red mug")
    (job,) = list_jobs()
    assert run_cli("resume", job.name).returncode == 34
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_closed_pipe_ends_quietly():
    script = f"{shlex.quote(sys.executable)} -m dreamfusion_blender priors --words | true"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {script}"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr
