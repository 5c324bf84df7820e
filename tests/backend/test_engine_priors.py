"""Which prior the engine loads, when, and how it is then used."""

import dataclasses
import sys
import weakref

import pytest
from analytic import Faulty, GaussianPrior
from engine_runs import SPEC, Events, never, new_job, stop_after, work

import backend.run
from backend.memory import watch
from backend.priors import load_prior
from backend.run import Engine
from backend.starting import preset_for, preset_of
from dreamfusion_blender.errors import Cancelled, Diverged

pytestmark = pytest.mark.usefixtures("ball_prior")


def test_the_prior_stays_loaded_until_another_is_wanted_or_it_is_freed(ball_prior):
    engine = Engine()

    def touch(**changes):
        with pytest.raises(Cancelled):
            work(new_job(**changes), stop_after(0), engine)
        return list(ball_prior)

    assert touch() == touch() == [4]
    assert touch(views="single") == [4, 1]
    assert touch(views="multi") == [4, 1, 4]
    engine.free()
    assert touch() == [4, 1, 4, 4]


def test_a_freed_prior_is_gone_at_once(monkeypatch):
    """Though it refers to itself: its embeddings' cache asks it for what it lacks."""
    loaded = []

    def load(source, views, device, options):
        prior = load_prior(source, views, device, options)
        loaded.append(weakref.ref(prior))
        return prior

    monkeypatch.setattr(backend.run, "load_prior", load)
    engine = Engine()
    with pytest.raises(Cancelled):
        work(new_job(), stop_after(0), engine)
    assert loaded[0]() is not None
    engine.free()
    assert loaded[0]() is None


def test_a_job_s_cap_does_not_outlive_it(monkeypatch):
    caps = []
    monkeypatch.setattr(watch, "keep_below", lambda cap, device: caps.append(cap))
    work(new_job(steps=4, overrides={**SPEC.overrides, "memory.cap_gb": 64.0}))
    assert caps == [64e9, sys.maxsize]


def test_one_view_at_a_time_distils_by_sds_alone():
    prior = GaussianPrior(mean=0.5, std=0.1, views=1)
    preset = preset_of(dataclasses.replace(SPEC, views="single"), prior.views)
    assert [(stage.objective, stage.steps) for stage in preset.stages] == [("sds", 60)]
    assert preset.render.samples == 32


@pytest.mark.parametrize(("prior", "preset"), [("toybox", "sds"), ("sd15", "fast")])
def test_what_stands_in_for_a_preset_depends_on_the_prior(prior, preset):
    spec = dataclasses.replace(SPEC, preset="standard", prior=prior)
    assert preset_for(spec, 1) == preset
    assert preset_for(spec, 4) == "standard"
    chosen = dataclasses.replace(spec, preset="dreamfusion")
    assert preset_for(chosen, 1) == "dreamfusion"


def test_a_preset_that_does_not_fit_the_prior_is_replaced_in_words():
    job = new_job(views="single", steps=2)
    events = work(job)
    (warning,) = events.of("warning")
    assert warning["code"] == "preset" and "sds is used" in warning["message"]


def test_four_views_keep_the_preset_s_stages():
    preset = preset_of(SPEC, GaussianPrior(mean=0.5, std=0.1).views)
    assert preset.steps == 60
    assert preset.stages[0].objective == "denoise_fit"


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
    """A layout, a ring, their fitting, and a mesh."""
    monkeypatch.setattr(backend.run, "load_prior", lambda *_: four_views)
    quick = {"ddim_steps": 1, "min_ddim_steps": 1, "first_steps": 1, "steps_per_ring": 2}
    quick = {f"denoise_fit.{name}": value for name, value in quick.items()}
    job = new_job(prompt="a red mug", steps=3, preset="preview", overrides=quick)
    before = four_views.calls
    events = work(job)
    assert four_views.calls == before + 1
    assert events.of("finished")
    assert job.glb.read_bytes()[:4] == b"glTF"
