"""Jobs that are stopped, gone on with, made again: what is on disk decides, bit for bit."""

import io
import math

import numpy as np
import pytest
import torch
from analytic import GaussianPrior
from engine_runs import ASKED_BEFORE, Events, names, never, new_job, stop_after, work

import backend.previews
import backend.session
from backend.run import Engine
from backend.scene import make_field
from backend.starting import preset_of, start
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


def test_a_job_is_left_off_before_the_prior_is_loaded_and_before_the_mesh_is_made(ball_prior):
    """Either may take minutes, in which nobody could be heard."""
    job = new_job(steps=4)
    with pytest.raises(Cancelled):
        work(job, lambda: True)
    assert ball_prior == []
    with pytest.raises(Cancelled):
        work(job, stop_after(4))
    assert job.checkpoint.exists() and not job.glb.exists()
    events = work(job)
    assert not events.of("progress") and events.of("finished")


def test_going_on_with_a_finished_job_only_makes_the_mesh_again():
    job = new_job()
    first = work(job).of("finished")[0]["report"]
    events = work(job)
    assert not events.of("progress")
    assert events.of("finished")[0]["report"]["unet_calls"] == first["unet_calls"]


def test_checkpoints_and_previews_are_written_on_the_way(monkeypatch):
    for name in ("CHECKPOINT_EVERY", "PROGRESS_EVERY"):
        monkeypatch.setattr(backend.session, name, 0.0)
    monkeypatch.setattr(backend.previews, "EVERY", 0.0)
    monkeypatch.setattr(backend.previews, "SHARE", math.inf)
    job = new_job()
    seen = []

    def look():
        seen.append(names(job))
        return len(seen) > ASKED_BEFORE + 4

    events = Events()
    with pytest.raises(Cancelled):
        Engine().run(job, events.append, look)
    assert {"checkpoint.safetensors", "preview.npz"} <= seen[ASKED_BEFORE + 1]
    previews = events.of("preview")
    assert [event["step"] for event in previews] == [0, 1, 2, 3, 4]
    with np.load(job.path / previews[-1]["path"]) as preview:
        assert int(preview["step"]) == 4
        assert len(preview["vertices"]) == len(preview["colours"]) > 0
        assert preview["triangles"].max() < len(preview["vertices"])
        assert preview["colours"].dtype == np.uint8
        view = preview["view"]
        assert (view.shape, view.dtype) == ((64, 64, 3), np.uint8)
        assert np.abs(view[0, 0].astype(int) - 128).max() <= 1  # the background
        assert view[32, 32].tolist() != view[0, 0].tolist()


def test_the_very_first_preview_is_the_field_the_run_starts_from(ball_prior):
    """Before the prior is loaded, and the same ellipsoid, bit for bit, that the first step finds."""
    job, shown = new_job(), []

    def look(event):
        if event["type"] == "preview":
            shown.append((event["step"], len(ball_prior)))

    with pytest.raises(Cancelled):
        Engine().run(job, look, lambda: True)
    assert shown == [(0, 0)]
    with np.load(job.preview) as preview:
        sides = np.ptp(preview["vertices"], axis=0)
    # CrispSettings' semi-axes, and its soft skin around them, which is opaque before the nominal surface is reached.
    skin = sides - np.array([0.64, 1.2, 0.84])
    assert (skin > 0).all() and np.ptp(skin) < 0.05
    run = start(job.spec, preset_of(job.spec, 4), GaussianPrior(mean=0.5, std=0.1), torch.device("cpu"))
    drawn = torch.Generator().manual_seed(job.spec.seed)
    field = make_field(run.preset, drawn, torch.device("cpu"))
    started = run.scene.field.state_dict()
    assert all(torch.equal(value, started[name]) for name, value in field.state_dict().items())


def test_a_job_that_is_finished_early_becomes_an_asset_and_can_go_on():
    whole, early = new_job(), new_job()
    work(whole)
    events = Events()
    Engine().run(early, events.append, never, stop_after(25))
    report = events.of("finished")[0]["report"]
    assert report["steps"] == {"done": 25, "planned": 60}
    assert report["contract"]["violations"] == []
    assert all(path.exists() for path in (early.glb, early.asset, early.field, early.checkpoint))
    assert work(early).of("finished")[0]["report"]["steps"] == {"done": 60, "planned": 60}
    with np.load(whole.field) as one, np.load(early.field) as other:
        assert all(np.array_equal(one[name], other[name]) for name in one.files)


def test_a_stopped_job_is_finished_without_another_step():
    job = new_job()
    with pytest.raises(Cancelled):
        work(job, stop_after(25))
    field = job.field.read_bytes()
    events = Events()
    Engine().run(job, events.append, never, lambda: True)
    assert not events.of("progress") and job.glb.exists()
    with np.load(io.BytesIO(field)) as before, np.load(job.field) as after:
        assert np.array_equal(before["surface"], after["surface"])


def test_a_preview_that_cannot_be_written_ends_no_job(monkeypatch, capfd):
    job = new_job(steps=4)
    monkeypatch.setattr(type(job), "preview", property(lambda self: self.path / "missing" / "preview.npz"))
    events = work(job)
    assert events.of("finished") and not events.of("preview")
    assert "No preview at step 0" in capfd.readouterr().err


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
