"""What the command line says before anything is done: what is missing, and what a job would need."""

from __future__ import annotations

import json

import pytest
from printed import names

from dreamfusion_blender.job import JobSpec


def test_a_dry_run_prints_the_job_and_does_nothing(run_cli, tmp_path, jobs_root):
    done = run_cli("generate", "a red kitten", "--dry-run", "--set", "sds.guidance_weight=10", "--size", "0.3")
    assert done.returncode == 0
    spec = JobSpec(prompt="a red kitten", size=0.3, overrides={"sds.guidance_weight": 10})
    assert json.loads(done.stdout) == spec.to_json()
    assert "warning" in done.stderr and "'kitten'" in done.stderr
    assert names(tmp_path / "here") == [] and not jobs_root.exists()


def test_without_a_python_for_the_backend_it_says_so(run_cli, tmp_path):
    done = run_cli("generate", "a red mug", DREAMFUSION_ENV=str(tmp_path / "new"), DREAMFUSION_PYTHON="/nowhere/python")
    assert done.returncode == 11
    assert "3.10, 3.11 or 3.12" in done.stderr and "what helps" in done.stderr


def test_doctor_says_what_is_missing(run_cli, tmp_path):
    done = run_cli("doctor", DREAMFUSION_ENV=str(tmp_path / "new"), DREAMFUSION_BLENDER="/nowhere/blender")
    assert done.returncode == 10
    assert "MISSING  backend" in done.stdout and "doctor --install" in done.stdout
    assert "missing  Blender" in done.stdout


@pytest.mark.parametrize(
    ("mode", "code", "words"),
    [
        ("", 0, "a red mug: about 1.2 GB"),
        ("too large", 23, "needs 9 GB of 4 GB"),
        ("crash", 20, "no module named torch"),
    ],
)
def test_a_dry_run_says_what_the_job_would_need(run_cli, mode, code, words):
    done = run_cli("generate", "a red mug", "--dry-run", FAKE_PREFLIGHT=mode)
    assert done.returncode == code
    assert words in done.stderr
    assert json.loads(done.stdout)["prompt"] == "a red mug"


def test_a_dry_run_without_the_backend_says_that_nobody_can_tell(run_cli, tmp_path):
    done = run_cli("generate", "a red mug", "--dry-run", "--env", str(tmp_path / "nowhere"))
    assert done.returncode == 0
    assert "not known before the backend is installed" in done.stderr
