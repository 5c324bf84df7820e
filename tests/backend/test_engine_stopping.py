"""Jobs that are stopped, gone on with, made again: what is on disk decides, bit for bit."""

import numpy as np
import pytest
from engine_runs import Events, names, new_job, stop_after, work

import backend.run
from backend.run import Engine
from dreamfusion_blender.errors import Cancelled, CheckpointDamaged

pytestmark = pytest.mark.usefixtures("ball_prior")


def test_a_stopped_job_keeps_what_it_reached_and_goes_on_bit_for_bit():
    whole, broken = new_job(), new_job()
    work(whole)
    with pytest.raises(Cancelled):
        work(broken, stop_after(25))
    assert {"checkpoint.safetensors", "field.npz"} <= names(broken)
    assert "asset.glb" not in names(broken)
    events = work(broken)
    assert events.of("progress")[0]["step"] == 26
    with np.load(whole.field) as one, np.load(broken.field) as other:
        assert all(np.array_equal(one[name], other[name]) for name in one.files)
    assert broken.glb.exists()


def test_a_job_stopped_before_its_first_step_can_go_on():
    job = new_job(steps=4)
    with pytest.raises(Cancelled):
        work(job, lambda: True)
    assert work(job).of("finished")


def test_going_on_with_a_finished_job_only_makes_the_mesh_again():
    job = new_job()
    first = work(job).of("finished")[0]["report"]
    events = work(job)
    assert not events.of("progress")
    assert events.of("finished")[0]["report"]["unet_calls"] == first["unet_calls"]


def test_checkpoints_and_previews_are_written_on_the_way(monkeypatch):
    for name in ("FIRST_PREVIEW", "PREVIEW_EVERY", "CHECKPOINT_EVERY", "PROGRESS_EVERY"):
        monkeypatch.setattr(backend.run, name, 0.0)
    job = new_job()
    seen = []

    def look():
        seen.append(names(job))
        return len(seen) > 4

    events = Events()
    with pytest.raises(Cancelled):
        Engine().run(job, events.append, look)
    assert {"checkpoint.safetensors", "preview.npz"} <= seen[1]
    previews = events.of("preview")
    assert [event["step"] for event in previews] == [1, 2, 3, 4]
    with np.load(job.path / previews[-1]["path"]) as preview:
        assert int(preview["step"]) == 4
        assert len(preview["vertices"]) == len(preview["colours"]) > 0
        assert preview["triangles"].max() < len(preview["vertices"])
        assert preview["colours"].dtype == np.uint8


def test_seeds_decide_what_is_made():
    fields = []
    for seed in (1, 1, 2):
        job = new_job(seed=seed)
        with pytest.raises(Cancelled):
            work(job, stop_after(6))
        with np.load(job.field) as stored:
            fields.append(stored["surface"])
    assert np.array_equal(fields[0], fields[1])
    assert not np.array_equal(fields[0], fields[2])


def test_a_damaged_checkpoint_is_reported_and_left_alone():
    job = new_job()
    job.checkpoint.write_bytes(b"not a checkpoint")
    with pytest.raises(CheckpointDamaged):
        work(job)
    assert job.checkpoint.read_bytes() == b"not a checkpoint"
