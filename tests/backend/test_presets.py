"""Presets: every shipped file loads, and every mistake in settings is named with what would be right."""

import dataclasses
import math

import pytest
import torch
from analytic import GaussianPrior, ignore, small_run

from backend import presets
from backend.presets import Preset, Stage, load_preset
from dreamfusion_blender.errors import BadSpec, UnknownPreset
from dreamfusion_blender.job import preset_names


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write a preset called `mine` and load it."""
    monkeypatch.setattr(presets, "FOLDER", tmp_path)

    def write(text):
        (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
        return load_preset("mine")

    return write


STAGES = '[[stages]]\nobjective = "sds"\nsteps = 5\n'


@pytest.mark.parametrize("name", preset_names())
def test_every_shipped_preset_loads_and_says_what_it_is_for(name):
    preset = load_preset(name)
    assert preset.label
    assert preset.good_for
    assert preset.steps > 0
    assert all(stage.steps > 0 for stage in preset.stages)


def test_the_presets_the_product_speaks_of_are_there():
    assert {"preview", "standard", "high", "sds"} <= set(preset_names())
    assert [stage.objective for stage in load_preset("sds").stages] == ["sds"]
    assert load_preset("standard").stages[0].objective == "denoise_fit"
    assert load_preset("preview").steps < load_preset("standard").steps


SMALL = {
    "dreamfusion": {"mlp.width": 16, "mlp.blocks": 2, "proposal.samples": 8, "proposal.width": 8},
    "fast": {"triplane.resolution": 16, "triplane.channels": 4, "render.samples": 16, "regularize.points": 200},
    "mvdream": {"hash.levels": 4, "hash.table_bits": 8, "render.samples": 16, "regularize.points": 200},
}


@pytest.mark.parametrize(("name", "views"), [("dreamfusion", 1), ("fast", 1), ("mvdream", 4)])
def test_the_presets_for_large_priors_run(name, views):
    """From the start to the end in few steps, so that every schedule is gone through."""
    preset = load_preset(name).with_steps(5).with_overrides(SMALL[name])
    prior = GaussianPrior(mean=0.6, std=0.1, resolution=8, views=views)
    run = small_run(preset, prior)
    before = {key: value for key, value in run.state().items() if key.startswith("field.")}
    assert all(math.isfinite(run.step(ignore)) for _ in range(run.steps))
    after = run.state()
    assert [key for key, value in before.items() if torch.equal(value, after[key])] == []
    assert run.calls == run.planned_calls


def test_the_paper_s_preset_moves_all_of_its_scene_by_shampoo():
    run = small_run(load_preset("dreamfusion").with_overrides(SMALL["dreamfusion"]), GaussianPrior(0.5, 0.1, views=1))
    assert list(run.optimizer.members) == ["shampoo"]
    assert run.base_rates == [1e-4] * len(run.base_rates)
    assert run.steps == 15_000
    assert run.planned_calls == 60_000


def test_grids_stay_with_adam_under_shampoo():
    preset = load_preset("fast").with_overrides({**SMALL["fast"], "optimize.optimizer": "shampoo"})
    members = small_run(preset, GaussianPrior(0.5, 0.1, views=1)).optimizer.members
    assert {name: len(member.param_groups) for name, member in members.items()} == {"adam": 1, "shampoo": 1}


def test_a_file_sets_what_it_names_and_nothing_else(written):
    preset = written(STAGES + "[sds]\nguidance_weight = 3\n[render]\nsamples = 17\n")
    assert preset.sds.guidance_weight == 3.0
    assert isinstance(preset.sds.guidance_weight, float)
    assert preset.render == dataclasses.replace(presets.RenderSettings(), samples=17)
    assert preset.denoise_fit == presets.DenoiseFitSettings()
    assert preset.stages == (Stage("sds", 5),)


def test_an_unknown_preset_names_the_nearest():
    with pytest.raises(UnknownPreset, match="did you mean 'standard'"):
        load_preset("standart")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[sds]\nguidance_wieght = 3\n", "guidance_weight"),
        ("[rendr]\nsamples = 3\n", "did you mean 'render'"),
        ("samples = 3\n", "samples"),
        ("[render]\nsamples = 3.5\n", "a whole number"),
        ("[render]\nsamples = true\n", "a whole number"),
        ("[sds]\nguidance_weight = 'much'\n", "must be a number"),
        ("[sds]\nweighting = 'sigma3'\n", "one of sigma2"),
        ("[field]\nresolutions = [12, 'x']\n", "field.resolutions"),
        ("[field]\nresolutions = 12\n", "field.resolutions"),
        ("[field]\nresolutions = []\n", "field.resolutions"),
        ("[sds]\nguidance_weight = inf\n", "must be a number"),
        ("render = 3\n", "render"),
        ("[constraints]\nratio = '1:2:1'\n", "constraints"),
    ],
)
def test_a_mistake_in_a_setting_is_named(written, text, words):
    with pytest.raises(BadSpec, match=words):
        written(text + STAGES)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "at least one stage"),
        ("stages = 3\n", "at least one stage"),
        ("[[stages]]\nobjective = 'sds'\n", "steps"),
        ("[[stages]]\nobjective = 'sds'\nsteps = 0\n", "at least 1"),
        ("[[stages]]\nobjective = 'sdf'\nsteps = 3\n", "one of denoise_fit, sds"),
        ("[[stages]]\nobjective = 'sds'\nstepz = 3\n", "did you mean 'steps'"),
        ("[[stages]\n", "not valid TOML"),
    ],
)
def test_a_mistake_in_the_stages_is_named(written, text, words):
    with pytest.raises(BadSpec, match=words):
        written(text)


def test_overrides_change_single_settings():
    preset = load_preset("standard")
    changed = preset.with_overrides({"sds.guidance_weight": 10, "render.samples": 32, "sds.weighting": "uniform"})
    assert (changed.sds.guidance_weight, changed.sds.weighting, changed.render.samples) == (10.0, "uniform", 32)
    assert changed.sds.contrast_rescale == preset.sds.contrast_rescale
    assert dataclasses.replace(changed, sds=preset.sds, render=preset.render) == preset


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"sds.guidance_wieght": 3.0}, "did you mean 'guidance_weight'"),
        ({"sdd.guidance_weight": 3.0}, "did you mean 'sds'"),
        ({"stages.steps": 3}, "stages"),
        ({"label.x": "mine"}, "label"),
        ({"render.samples": 3.5}, "render.samples is 3.5; it must be a whole number of at least 1"),
        ({"render.samples": "many"}, "render.samples"),
        ({"render.samples": 0}, "at least 1"),
        ({"denoise_fit.steps_per_ring": -10}, "at least 1"),
        ({"sds.weighting": "sigma3"}, "one of sigma2"),
        ({"sds.guidance_weight": True}, "sds.guidance_weight"),
        ({"sds": 1}, "sds"),
    ],
)
def test_a_mistake_in_an_override_is_named(overrides, words):
    with pytest.raises(BadSpec, match=words):
        load_preset("standard").with_overrides(overrides)


def stages(*steps):
    return Preset("", "", tuple(Stage("denoise_fit" if i % 2 == 0 else "sds", n) for i, n in enumerate(steps)))


@pytest.mark.parametrize("total", [1, 2, 3, 7, 44, 440, 441, 5000])
@pytest.mark.parametrize("shares", [(420, 20), (1, 1), (10, 1, 100), (5,)])
def test_other_steps_keep_the_proportions_and_the_total(shares, total):
    preset = stages(*shares)
    scaled = preset.with_steps(total)
    assert scaled.steps == total
    assert all(stage.steps > 0 for stage in scaled.stages)
    if len(scaled.stages) == len(shares):
        for stage, share in zip(scaled.stages, shares, strict=True):
            assert abs(stage.steps - total * share / sum(shares)) <= 1


def test_the_same_steps_change_nothing():
    preset = load_preset("standard")
    assert preset.with_steps(preset.steps) == preset
