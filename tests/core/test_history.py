"""The tree of jobs, with broken folders in it, deleted jobs out of it, and hundreds of them."""

from __future__ import annotations

import json
import shutil
import time

import pytest

from dreamfusion_blender.descent import branched
from dreamfusion_blender.errors import JobLocked, JobMissing, OutputUnwritable
from dreamfusion_blender.history import DELETED, delete, history
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.paths import jobs_folder
from dreamfusion_blender.store import JobFolder, list_jobs


def job(prompt="a red mug", parent=None, created=None):
    spec = JobSpec(prompt=prompt) if parent is None else branched(parent, prompt=prompt)
    made = JobFolder.create(spec)
    made.checkpoint.write_bytes(b"state")
    if created is not None:
        rewrite(made, created=created)
    return JobFolder.open(made.path)


def rewrite(made, **header):
    file = made.path / "job.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **header}))


def lines():
    return [(entry.depth, entry.prompt or "broken") for entry in history()]


def test_children_stand_below_their_parents_and_the_newest_family_first():
    old = job("a red mug", created="2026-01-01")
    job("a red car", created="2026-01-02")
    child = job("a blue mug", old, "2026-01-03")
    job("a green mug", old, "2026-01-04")
    job("a blue duck", child, "2026-01-05")
    assert lines() == [
        (0, "a red car"),
        (0, "a red mug"),
        (1, "a blue mug"),
        (2, "a blue duck"),
        (1, "a green mug"),
    ]
    assert [entry.relation for entry in history()] == ["", "", "branch", "branch", "branch"]


def test_broken_folders_are_shown_as_such():
    job()
    (jobs_folder() / "zebra").mkdir()
    damaged = job("a red car")
    (damaged.path / "job.json").write_text("{")
    entries = history()
    assert [entry.status for entry in entries] == ["queued", "broken", "broken"]
    assert "is damaged" in entries[1].problem and "not a job folder" in entries[2].problem


@pytest.mark.parametrize(("status", "resumes"), [("paused", True), ("cancelled", False), ("finished", False)])
def test_what_was_paused_before_its_first_step_can_be_gone_on_with(status, resumes):
    """It has no checkpoint yet and begins again; what was given up then is not offered."""
    JobFolder.create(JobSpec(prompt="a red mug")).write_state(status)
    assert [each.can_resume for each in history()] == [resumes]


def test_without_jobs_there_is_nothing():
    assert history() == []


def test_a_deleted_parent_leaves_its_children_working_and_nothing_is_lost():
    parent = job(created="2026-01-01")
    child = job("a blue mug", parent, "2026-01-02")
    target = delete(parent.path)
    assert target == jobs_folder() / DELETED / parent.name and (target / "checkpoint.safetensors").exists()
    (entry,) = history()
    assert (entry.name, entry.depth, entry.is_orphan, entry.relation) == (child.name, 0, True, "branch")
    assert child.start.read_bytes() == b"state" and [each.name for each in list_jobs()] == [child.name]
    shutil.move(target, parent.path)  # put back by hand
    assert [entry.depth for entry in history()] == [0, 1]


def test_two_of_the_same_name_can_be_deleted():
    made = job()
    shutil.copytree(made.path, jobs_folder() / "copy")
    delete(made.path)
    shutil.move(jobs_folder() / "copy", made.path)
    delete(made.path)
    assert len(list((jobs_folder() / DELETED).iterdir())) == 2


def test_a_job_at_work_is_not_deleted():
    made = job()
    with made.lock(), pytest.raises(JobLocked, match="cancel it first"):
        delete(made.path)
    assert made.path.is_dir()


def test_what_cannot_be_moved_stays_whole(plain_folder, monkeypatch):
    monkeypatch.setenv("DREAMFUSION_JOBS", str(plain_folder))
    made = job()
    (plain_folder / DELETED).mkdir()
    plain_folder.chmod(0o500)  # nothing in it can be renamed, as on Windows where a file in it is open
    with pytest.raises(OutputUnwritable):
        delete(made.path)
    assert [each.path for each in list_jobs()] == [made.path] and made.checkpoint.read_bytes() == b"state"
    assert not list((plain_folder / DELETED).iterdir())


def test_only_what_lies_among_the_jobs_is_deleted(tmp_path):
    made = job()
    (tmp_path / "mine").mkdir()
    for path in (tmp_path / "mine", jobs_folder(), made.path / "inner", jobs_folder() / "gone", made.path / ".."):
        with pytest.raises(JobMissing, match="only what lies there"):
            delete(path)
    broken = jobs_folder() / "broken"
    broken.mkdir()
    assert delete(broken).is_dir()


def test_a_ring_of_parents_is_still_shown():
    first = job("a red mug")
    second = job("a red car", first)
    spec = json.loads((first.path / "job.json").read_text())["spec"]
    rewrite(first, spec={**spec, "origin": {"job": second.id, "relation": "branch", "strength": 0.5}})
    assert sorted(entry.prompt for entry in history()) == ["a red car", "a red mug"]


def test_hundreds_of_jobs_are_read_in_a_moment():
    made = job()
    header = json.loads((made.path / "job.json").read_text())
    for number in range(300):
        folder = jobs_folder() / f"a-red-mug-0-{number:06x}"
        folder.mkdir()
        (folder / "job.json").write_text(json.dumps({**header, "id": f"{number:06x}"}))
        (folder / "state.json").write_text('{"status": "finished"}')
    began = time.process_time()
    assert len(history()) == 301
    assert time.process_time() - began < 1.0
