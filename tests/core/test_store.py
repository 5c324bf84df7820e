"""The job folder: whole or absent, honest about its state, locked by one, and careful with what is not ours."""

from __future__ import annotations

import errno
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from dreamfusion_blender.errors import JobDamaged, JobForeign, JobLocked, JobMissing, JobNewer, OutputUnwritable
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.paths import ROOT
from dreamfusion_blender.store import JobFolder, list_jobs, local_time, scan_jobs, slug

SPEC = JobSpec(prompt="a red mug", seed=7)
NOBODY = 65534


def test_a_new_job_opens_again_by_path_name_and_part_of_the_name(jobs_root):
    job = JobFolder.create(SPEC)
    assert job.path.parent == jobs_root and job.name.startswith("a-red-mug-7-")
    for way in (job.path, str(job.path), job.name, job.id):
        opened = JobFolder.open(way)
        assert (opened.path, opened.spec, opened.id, opened.status) == (job.path, SPEC, job.id, "queued")


def test_nothing_else_is_left_beside_a_new_job(jobs_root):
    job = JobFolder.create(SPEC)
    assert [path.name for path in jobs_root.iterdir()] == [job.name]
    assert sorted(path.name for path in job.path.iterdir()) == ["job.json", "state.json"]


def test_events_are_json_to_any_reader():
    """A loss that is no number is none: JSON has no NaN."""
    job = JobFolder.create(SPEC)
    job.append_event({"type": "progress", "loss": float("nan"), "words": "grün"})
    (line,) = job.events.read_text(encoding="utf-8").splitlines()
    event = json.loads(line, parse_constant=pytest.fail)
    assert (event["type"], event["loss"], event["words"]) == ("progress", None, "grün") and "time" in event


def test_an_ambiguous_name_is_refused_with_the_choices():
    first, second = JobFolder.create(SPEC), JobFolder.create(SPEC)
    with pytest.raises(JobMissing) as caught:
        JobFolder.open("a-red-mug")
    assert first.name in caught.value.message and second.name in caught.value.message


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("A snowman with green hat", "a-snowman-with-green-hat"),
        ("../../etc/passwd", "etc-passwd"),
        ("ein grüner Hut!", "ein-gruner-hut"),
        ("雪だるま", "job"),
        ("x" * 500, "x" * 60),
    ],
)
def test_a_slug_is_a_harmless_file_name(prompt, expected):
    assert slug(prompt) == expected


def test_missing_foreign_truncated_damaged_and_newer_jobs_are_told_apart(tmp_path):
    job = JobFolder.create(SPEC)
    file = job.path / "job.json"
    good = file.read_text()
    with pytest.raises(JobMissing):
        JobFolder.open(tmp_path / "nowhere")
    with pytest.raises(JobForeign):
        JobFolder.open(tmp_path)

    def refused(text: str) -> type[Exception]:
        file.write_text(text)
        with pytest.raises((JobForeign, JobDamaged, JobNewer)) as caught:
            JobFolder.open(job.path)
        assert str(job.path) in caught.value.message
        return caught.type

    assert refused(good[: len(good) // 2]) is JobDamaged
    assert refused("") is JobDamaged
    assert refused(json.dumps({"name": "somebody's package"})) is JobForeign
    assert refused("[]") is JobForeign
    assert refused(json.dumps({**json.loads(good), "version": 99})) is JobNewer
    assert refused(json.dumps({**json.loads(good), "spec": {"prompt": ""}})) is JobDamaged
    assert refused(json.dumps({key: value for key, value in json.loads(good).items() if key != "id"})) is JobDamaged
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(JobDamaged):
        JobFolder.open(job.path)


def test_a_spec_from_a_newer_version_inside_a_job_is_a_newer_job():
    job = JobFolder.create(SPEC)
    data = json.loads((job.path / "job.json").read_text())
    data["spec"]["version"] = 99
    (job.path / "job.json").write_text(json.dumps(data))
    with pytest.raises(JobNewer):
        JobFolder.open(job.path)


def test_a_broken_state_loses_nothing():
    job = JobFolder.create(SPEC)
    job.checkpoint.write_bytes(b"precious")
    (job.path / "state.json").write_text('{"stat')
    again = JobFolder.open(job.path)
    assert again.status == "interrupted" and again.checkpoint.read_bytes() == b"precious"


@pytest.mark.parametrize("name", ["", " "])
def test_no_name_is_not_the_present_folder(name):
    with pytest.raises(JobMissing, match="No job is named"):
        JobFolder.open(name)


def test_running_without_a_runner_is_interrupted():
    job = JobFolder.create(SPEC)
    with job.lock():
        job.write_state("running")
        assert job.status == "running"
    assert job.status == "interrupted"


def test_the_list_is_newest_first_and_names_what_cannot_be_opened(jobs_root):
    older = JobFolder.create(SPEC)
    time.sleep(0.01)
    newer = JobFolder.create(SPEC)
    (jobs_root / "holiday-pictures").mkdir()
    jobs, problems = scan_jobs()
    assert [job.name for job in jobs] == [newer.name, older.name]
    assert {path.name: problem.code for path, problem in problems.items()} == {"holiday-pictures": "job_foreign"}
    assert [job.name for job in list_jobs()] == [newer.name, older.name]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="the system has no such permissions")
def test_a_folder_that_may_not_be_entered_is_named_among_those_that_cannot_be_opened():
    """As when a colleague keeps a job in a shared folder to himself."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    job = JobFolder.create(SPEC, root)
    (root / "mine-alone").mkdir(mode=0o000)
    user = os.geteuid()
    if user == 0:  # who may enter everything
        os.seteuid(NOBODY)
    try:
        jobs, problems = scan_jobs(root)
    finally:
        os.seteuid(user)
        shutil.rmtree(root)
    assert [each.name for each in jobs] == [job.name]
    assert {path.name: problem.code for path, problem in problems.items()} == {"mine-alone": "job_damaged"}


def test_one_holds_the_lock_and_a_killed_holder_lets_go():
    job = JobFolder.create(SPEC)
    program = (
        "import sys, time\n"
        "from dreamfusion_blender.store import JobFolder\n"
        "with JobFolder.open(sys.argv[1]).lock():\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", program, str(job.path)], stdout=subprocess.PIPE, text=True, env=variables
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        assert job.is_locked
        with pytest.raises(JobLocked), job.lock():
            pass
        holder.send_signal(signal.SIGKILL)
    assert not job.is_locked
    with job.lock():
        pass


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_where_files_cannot_be_locked_that_is_said_with_what_helps(monkeypatch, number):
    """As on some network shares."""
    job = JobFolder.create(SPEC)
    job.write_state("running")
    (job.path / "lock").touch()

    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("dreamfusion_blender.filelock.fcntl.flock", refuse)
    with pytest.raises(OutputUnwritable, match=r"cannot lock files.*DREAMFUSION_JOBS"), job.lock():
        pass
    with pytest.raises(OutputUnwritable, match="cannot lock files"):
        _ = job.is_locked
    assert job.status == "running"


def test_an_unwritable_jobs_folder_is_said(tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("in the way")
    with pytest.raises(OutputUnwritable, match="file"):
        JobFolder.create(SPEC, blocker / "jobs")


def test_a_remedy_names_a_job_so_that_the_command_line_finds_it(tmp_path):
    """By its name among the jobs; elsewhere by its whole path, quoted."""
    here = JobFolder.create(JobSpec(prompt="a red mug"))
    elsewhere = JobFolder.create(JobSpec(prompt="a red mug"), tmp_path / "my projects")
    assert here.word == here.name
    for job in (here, elsewhere):
        assert JobFolder.open(shlex.split(job.word)[0]).path == job.path


def test_times_are_shown_where_people_are(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Seoul")
    time.tzset()
    try:
        assert local_time("2026-01-01T20:30:00.123+00:00") == "2026-01-02 05:30"
        assert local_time("yesterday") == "yesterday"
    finally:
        monkeypatch.undo()
        time.tzset()
