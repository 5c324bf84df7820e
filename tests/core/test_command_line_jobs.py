"""The command line on jobs that exist, whole ones and broken ones."""

from __future__ import annotations

import pytest
from printed import lines, names

from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.store import JobFolder, list_jobs


def test_jobs_lists_them_and_warns_of_what_is_none(run_cli, jobs_root):
    job = JobFolder.create(JobSpec(prompt="a red mug"))
    (jobs_root / "holiday").mkdir()
    done = run_cli("jobs")
    assert job.name in done.stdout and "queued" in done.stdout
    assert "holiday is not a job folder" in done.stderr
    listed, warning = lines(run_cli("jobs", "--json").stdout)
    assert warning["type"] == "warning" and "holiday" in warning["message"]
    assert listed["job"] == str(job.path) and listed["status"] == "queued"


@pytest.mark.parametrize("command", ["resume", "export"])
def test_jobs_that_are_missing_foreign_truncated_or_newer_have_their_codes(run_cli, tmp_path, command):
    (tmp_path / "foreign").mkdir()
    damaged, newer = (JobFolder.create(JobSpec(prompt=prompt)) for prompt in ("a car", "a mug"))
    text = (damaged.path / "job.json").read_text()
    (damaged.path / "job.json").write_text(text[:50])
    (newer.path / "job.json").write_text(text.replace('"version": 1', '"version": 9'))
    cases = [("nowhere", 30), ("a" * 300, 30), (str(tmp_path / "foreign"), 31), (damaged.name, 32), (newer.name, 33)]
    for job, code in cases:
        done = run_cli(command, job)
        assert done.returncode == code, (job, done.stderr)
        assert done.stderr.startswith("error: ") and "Traceback" not in done.stderr


def test_a_job_at_work_elsewhere_is_left_alone(run_cli):
    job = JobFolder.create(JobSpec(prompt="a red mug"))
    with job.lock():
        assert run_cli("resume", job.name).returncode == 34


def test_a_finished_job_is_delivered_again_without_work(run_cli, tmp_path):
    run_cli("generate", "a red mug", "--out", "first.glb")
    (job,) = list_jobs()
    done = run_cli("resume", job.name, "--out", "again.glb", FAKE_BACKEND="killed")
    assert done.returncode == 0 and "finished already" in done.stdout
    assert (tmp_path / "here" / "again.glb").exists()


def test_a_job_can_begin_again_keeping_its_old_checkpoint(run_cli):
    job = JobFolder.create(JobSpec(prompt="a red mug"))
    job.checkpoint.write_text("rubbish")
    assert run_cli("resume", job.name).returncode == 1  # the fake engine has no words for that
    done = run_cli("resume", job.name, "--restart")
    assert done.returncode == 0, done.stderr
    assert job.checkpoint.with_suffix(".old").read_text() == "rubbish"
    job.checkpoint.write_text("3")
    assert run_cli("resume", job.name, "--restart").returncode == 0
    assert job.checkpoint.with_suffix(".old").read_text() == "rubbish"
    assert (job.path / "checkpoint-2.old").read_text() == "3"


def test_beginning_again_leaves_the_checkpoint_where_nothing_can_run(run_cli, tmp_path):
    job = JobFolder.create(JobSpec(prompt="a red mug"))
    job.checkpoint.write_text("3")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "notes.txt").touch()
    done = run_cli("resume", job.name, "--restart", "--env", str(foreign))
    assert done.returncode != 0 and job.checkpoint.read_text() == "3", done.stderr


def test_export_cuts_again_with_other_settings(run_cli, tmp_path):
    run_cli("generate", "a red mug")
    (job,) = list_jobs()
    assert run_cli("export", job.name).returncode == 30  # the fake engine leaves no field
    job.field.write_bytes(b"field")
    done = run_cli("export", job.name, "--triangles", "900", "--size", "0.5", "--out", "small.glb")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "here" / "small.glb").read_text() == "glTF with ['--size=0.5', '--triangles=900']"
    assert run_cli("export", job.name, "--triangles", "1").returncode == 2
    options = ("--threshold", "-0.02", "--resolution", "200", "--smoothing", "0", "--symmetry", "left")
    assert run_cli("export", job.name, *options, "--out", "other.glb").returncode == 0
    passed = "['--threshold=-0.02', '--resolution=200', '--smoothing=0', '--symmetry=left']"
    assert (tmp_path / "here" / "other.glb").read_text() == f"glTF with {passed}"
    refused = run_cli("export", job.name, "--resolution", "1000")
    assert refused.returncode == 2 and "from 16 to 384" in refused.stderr


def test_blend_files_are_written_by_the_blender_that_is_named(run_cli, tmp_path):
    blender = tmp_path / "blender"
    blender.write_text(
        '#!/bin/sh\nfor last; do :; done\n[ "$1" = --version ] && echo "Blender $FAKE_VERSION" && exit 0\n'
        '[ -n "$FAKE_FAILS" ] && echo "no such scene" && exit 3\necho BLENDER-v500 > "$last"\n'
    )
    blender.chmod(0o755)
    common = {"DREAMFUSION_BLENDER": str(blender), "FAKE_VERSION": "5.0.1"}
    done = run_cli("generate", "a red mug", "--out", "mug.blend", **common)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "here" / "mug.blend").read_text() == "BLENDER-v500\n"
    old = run_cli("generate", "a red mug", "--out", "old.blend", **{**common, "FAKE_VERSION": "3.4.1"})
    assert old.returncode == 42 and "is 3.4" in old.stderr
    failed = run_cli("generate", "a red mug", "--out", "failed.blend", FAKE_FAILS="1", **common)
    assert failed.returncode == 40 and "no such scene" in failed.stderr
    assert names(tmp_path / "here") == ["mug-turntable.png", "mug.blend"]
