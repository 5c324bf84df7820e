"""The engine as the backend's process uses it: a job folder in, files and events out, stopped and gone on with."""

import dataclasses

import numpy as np
import pytest
import torch
from analytic import BallField, Faulty, GaussianPrior, ball_pictures

import backend.run
from backend.contract import check
from backend.run import Engine, preset_of
from dreamfusion_blender.asset import Asset
from dreamfusion_blender.errors import BadSpec, Cancelled, CheckpointDamaged, Diverged, NothingKnown
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.store import JobFolder

BALL = BallField(radius=0.6, density=50.0, colour=(0.9, 0.2, 0.1))
SPEC = JobSpec(
    prompt="a red ball",
    preset="standard",
    steps=60,
    size=0.5,
    triangles=800,
    texture_size=64,
    device="cpu",
    overrides={
        "denoise_fit.guidance_weight": 0.0,
        "denoise_fit.contrast_rescale": 0.0,
        "denoise_fit.shaded_share": 0.0,
        "denoise_fit.steps_per_ring": 10,
        "denoise_fit.rays": 1024,
        "render.samples": 32,
        "render.occupancy_resolution": 16,
        "regularize.points": 500,
    },
)


def never():
    """Do not stop."""
    return False


class Events(list):
    """What the engine emitted."""

    def of(self, kind):
        return [event for event in self if event["type"] == kind]

    def stages(self):
        """Each stage once, in order."""
        return list(dict.fromkeys(event["stage"] for event in self.of("stage")))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """A ball for a prior instead of the toybox, a coarse field on disk, one thread; `loaded` lists what was loaded."""
    loaded = []

    def load(source, views, device):
        loaded.append(views)
        return GaussianPrior(mean=ball_pictures(BALL, 16), std=0.05, views=views)

    monkeypatch.setattr(backend.run, "load_prior", load)
    monkeypatch.setattr(backend.run, "FIELD_RESOLUTION", 40)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield loaded
    torch.set_num_threads(threads)


def new_job(**changes):
    return JobFolder.create(dataclasses.replace(SPEC, **changes))


def work(job, should_stop=never, engine=None):
    events = Events()
    (engine or Engine()).run(job, events.append, should_stop)
    return events


def stop_after(count):
    """Asked before each step: true from the count-th question on."""
    asked = iter(range(10**9))
    return lambda: next(asked) >= count


def names(job):
    return {path.name for path in job.path.iterdir()}


def test_a_job_becomes_an_asset_that_keeps_its_contract():
    job = new_job()
    events = work(job)
    assert events.stages() == ["load_prior", "optimize", "extract"]
    (finished,) = events.of("finished")
    assert events[-1] is finished
    assert finished["report"]["contract"]["violations"] == []
    assert finished["report"]["unet_calls"] > 0
    assert all((job.path / name).stat().st_size > 0 for name in finished["files"].values())
    for path in (job.asset, job.albedo, job.glb, job.turntable, job.field, job.checkpoint):
        assert path.stat().st_size > 0
    report = check(Asset.load(job.path), 800, 0.5)
    assert report.violations == ()
    assert max(report.size) == pytest.approx(0.5)
    assert not [name for name in names(job) if "tmp" in name or name.startswith(".")]


def test_progress_goes_to_the_last_step_and_counts_calls():
    job = new_job()
    events = work(job)
    progress = events.of("progress")
    steps = [event["step"] for event in progress]
    assert steps == sorted(steps)
    last = progress[-1]
    assert (last["step"], last["steps"], last["seconds_left"]) == (60, 60, 0)
    assert last["unet_calls"] == events.of("finished")[0]["report"]["unet_calls"]
    assert all(np.isfinite(event["loss"]) for event in progress)


def test_the_field_on_disk_is_what_the_meshing_expects():
    job = new_job()
    work(job)
    with np.load(job.field) as stored:
        assert stored["surface"].shape == (40, 40, 40)
        assert stored["albedo"].shape == (40, 40, 40, 3)
        assert stored["albedo"].dtype == np.uint8
        assert int(stored["version"]) == 1
        assert float(stored["density_scale"]) > 0
        assert 0 < float(stored["beta"]) < 0.05
        middle = stored["albedo"][stored["surface"] > 0.05].mean(axis=0) / 255
        assert stored["surface"][20, 20, 20] > 0 > stored["surface"][0, 0, 0]
    assert middle[0] > middle[1] + 0.2  # it has become red


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


def test_an_unknown_word_is_warned_of_before_anything_is_loaded(quick):
    job = new_job(prompt="a red zeppelin", steps=2)
    events = Events()

    def emit(event):
        events.append((event, len(quick)))

    with pytest.raises(Cancelled):
        Engine().run(job, emit, lambda: True)
    warning, loaded = events[0]
    assert (warning["type"], warning["code"], loaded) == ("warning", "unknown_words", 0)
    assert "zeppelin" in warning["message"]


def test_a_prompt_of_which_nothing_is_known_is_refused_before_anything_is_loaded(quick):
    with pytest.raises(NothingKnown, match="zeppelin"):
        work(new_job(prompt="zeppelin"))
    assert quick == []


def test_the_prior_stays_loaded_until_another_is_wanted_or_it_is_freed(quick):
    engine = Engine()

    def touch(**changes):
        with pytest.raises(Cancelled):
            work(new_job(**changes), lambda: True, engine)
        return list(quick)

    assert touch() == touch() == [4]
    assert touch(views="single") == [4, 1]
    assert touch(views="multi") == [4, 1, 4]
    engine.free()
    assert touch() == [4, 1, 4, 4]


def test_one_view_at_a_time_distils_by_sds_alone():
    prior = GaussianPrior(mean=0.5, std=0.1, views=1)
    preset = preset_of(dataclasses.replace(SPEC, views="single"), prior)
    assert [(stage.objective, stage.steps) for stage in preset.stages] == [("sds", 60)]
    assert preset.render.samples == 32


def test_four_views_keep_the_preset_s_stages():
    preset = preset_of(SPEC, GaussianPrior(mean=0.5, std=0.1))
    assert preset.steps == 60
    assert preset.stages[0].objective == "denoise_fit"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"device": "cuda:7"}, "cuda:7 is not available"),
        ({"overrides": {"sds.guidence_weight": 1.0}}, "guidance_weight"),
        ({"overrides": {"render.samples": "many"}}, "render.samples"),
    ],
)
def test_settings_that_cannot_be_are_refused(changes, words):
    with pytest.raises(BadSpec, match=words):
        work(new_job(**changes))


def test_a_damaged_checkpoint_is_reported_and_left_alone():
    job = new_job()
    job.checkpoint.write_bytes(b"not a checkpoint")
    with pytest.raises(CheckpointDamaged):
        work(job)
    assert job.checkpoint.read_bytes() == b"not a checkpoint"


def test_a_prior_that_never_answers_ends_the_job_with_a_reason(monkeypatch):
    prior = Faulty(GaussianPrior(mean=0.5, std=0.1), lambda call: True)
    monkeypatch.setattr(backend.run, "load_prior", lambda *_: prior)
    events = Events()
    with pytest.raises(Diverged):
        Engine().run(new_job(), events.append, never)
    assert {event["code"] for event in events.of("warning")} == {"rewind"}
    assert not events.of("finished")


def test_the_real_prior_in_single_view_mode(monkeypatch, one_view):
    """A few SDS steps with directions in words, to a mesh."""
    monkeypatch.setattr(backend.run, "load_prior", lambda *_: one_view)
    told = []

    def condition(*arguments):
        told.append(type(one_view).condition(one_view, *arguments))
        return told[-1]

    monkeypatch.setattr(one_view, "condition", condition)
    before = one_view.calls
    events = work(new_job(prompt="a red mug", views="single", steps=2, overrides={}))
    assert one_view.calls == before + 2
    assert events.of("finished")[0]["report"]["contract"]["violations"] == []
    assert [event["loss"] for event in events.of("progress")]
    for each in told:
        assert len(each.text) == 4
        assert not each.cameras.any()


def test_the_real_prior_in_four_view_mode(monkeypatch, four_views):
    """One ring, its fitting, and a mesh."""
    monkeypatch.setattr(backend.run, "load_prior", lambda *_: four_views)
    quick = {"denoise_fit.ddim_steps": 1, "denoise_fit.min_ddim_steps": 1}
    job = new_job(prompt="a red mug", steps=3, preset="preview", overrides=quick)
    before = four_views.calls
    events = work(job)
    assert four_views.calls == before + 1
    assert events.of("finished")
    assert job.glb.read_bytes()[:4] == b"glTF"
