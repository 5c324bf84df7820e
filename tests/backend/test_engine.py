"""The engine as the backend's process uses it: a job folder in, files and events out."""

import numpy as np
import pytest
from engine_runs import SPEC, Events, names, new_job, work

from backend.contract import check
from backend.run import Engine
from dreamfusion_blender.asset import Asset
from dreamfusion_blender.errors import BadSpec, Cancelled, NothingKnown

pytestmark = pytest.mark.usefixtures("ball_prior")


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


def test_takes_are_compared_on_the_way():
    job = new_job(overrides={**SPEC.overrides, "takes.count": 2, "takes.share": 0.5})
    events = work(job)
    labels = [event["label"] for event in events.of("stage") if event["stage"] == "optimize"]
    assert labels == ["Optimising, take 1 of 2", "Optimising, take 2 of 2", "Optimising"]
    assert events.of("finished")[0]["report"]["steps"] == {"done": 90, "planned": 90}
    last = events.of("progress")[-1]
    assert (last["step"], last["steps"], last["seconds_left"]) == (90, 90, 0)
    assert [note["code"] for note in events.of("note")] == ["preflight", "take"]


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


def test_an_unknown_word_is_warned_of_before_anything_is_loaded(ball_prior):
    job = new_job(prompt="a red zeppelin", steps=2)
    events = Events()

    def emit(event):
        events.append((event, len(ball_prior)))

    with pytest.raises(Cancelled):
        Engine().run(job, emit, lambda: True)
    warning, loaded = events[0]
    assert (warning["type"], warning["code"], loaded) == ("warning", "unknown_words", 0)
    assert "zeppelin" in warning["message"]


def test_a_prompt_of_which_nothing_is_known_is_refused_before_anything_is_loaded(ball_prior):
    with pytest.raises(NothingKnown, match="zeppelin"):
        work(new_job(prompt="zeppelin"))
    assert ball_prior == []


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
