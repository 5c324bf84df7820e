"""Every field, renderer and background is reached by name, takes part in a run, and survives a checkpoint."""

import dataclasses
from typing import get_args

import pytest
import torch
from analytic import ignore, small_run
from test_optimize import PICTURES, PRESET, GaussianPrior, losses, prior

from backend.checkpoint import load_checkpoint, save_checkpoint
from backend.fields.grid import GridField
from backend.fields.hash_grid import HashField
from backend.fields.mlp import MLPField
from backend.fields.triplane import TriplaneField
from backend.meshing.build import build_mesh
from backend.meshing.field_grid import FieldGrid
from backend.presets import Stage, load_preset
from backend.rendering.background import NetworkBackground, PlainBackground
from backend.rendering.proposal import ProposalRenderer
from backend.rendering.raymarch import RayMarcher
from backend.scene import BackgroundName, FieldName, RendererName
from backend.starting import preset_of, start
from dreamfusion_blender.errors import BadSpec, CheckpointDamaged
from dreamfusion_blender.job import JobSpec

FIELDS = {"grid": GridField, "mlp": MLPField, "triplane": TriplaneField, "hash": HashField}
RENDERERS = {"occupancy": RayMarcher, "proposal": ProposalRenderer}
BACKGROUNDS = {"plain": PlainBackground, "network": NetworkBackground}
SMALL = {
    "mlp.width": 16,
    "mlp.blocks": 2,
    "triplane.resolution": 16,
    "triplane.channels": 8,
    "hash.table_bits": 8,
    "hash.levels": 4,
    "hash.finest": 32,
    "proposal.samples": 12,
    "proposal.width": 16,
    "proposal.learn_rays": 64,
    "denoise_fit.rays": 64,
}
COMBINATIONS = [("mlp", "occupancy"), ("triplane", "occupancy"), ("hash", "proposal"), ("mlp", "proposal")]


def small(field, renderer="occupancy", background="network", stages=PRESET.stages):
    """A preset of a few quick steps."""
    preset = dataclasses.replace(PRESET, stages=stages)
    preset = dataclasses.replace(preset, proposal=dataclasses.replace(preset.proposal, proposal_samples=(16, 16)))
    names = {"scene.field": field, "scene.renderer": renderer, "scene.background": background}
    return preset.with_overrides({**SMALL, **names})


def test_every_name_is_tried_here():
    assert set(FIELDS) == set(get_args(FieldName))
    assert set(RENDERERS) == set(get_args(RendererName))
    assert set(BACKGROUNDS) == set(get_args(BackgroundName))


def test_a_job_names_the_parts_of_its_scene():
    """Through the spec's overrides, as every door does it."""
    for part, names in (("field", FIELDS), ("renderer", RENDERERS), ("background", BACKGROUNDS)):
        for name, kind in names.items():
            spec = JobSpec(prompt="a red ball", device="cpu", steps=10, overrides={f"scene.{part}": name})
            spec.validate()
            run = start(spec, preset_of(spec, prior().views), prior(), torch.device("cpu"))
            assert isinstance(getattr(run.scene, part), kind)


def test_the_defaults_are_what_they_were():
    preset = load_preset("standard")
    assert (preset.scene.field, preset.scene.renderer, preset.scene.background) == ("grid", "occupancy", "plain")


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ({"scene.field": "gird"}, "one of grid, mlp, triplane, hash"),
        ({"scene.feild": "grid"}, "did you mean 'field'"),
        ({"scene.renderer": 1}, "one of occupancy, proposal"),
        ({"mlp.blob": "before"}, "one of after_activation, before_activation"),
        ({"mlp.normals": True}, "one of analytic, differences"),
    ],
)
def test_a_mistake_in_a_name_is_told(override, words):
    with pytest.raises(BadSpec, match=words):
        load_preset("standard").with_overrides(override)


@pytest.mark.parametrize(("field", "renderer"), COMBINATIONS)
def test_resuming_equals_going_on(field, renderer, tmp_path):
    """In the stage that denoises and fits, and in score distillation with its background; bit for bit."""
    preset = small(field, renderer, stages=(Stage("denoise_fit", 6), Stage("sds", 6)))
    whole = small_run(preset, prior())
    expected = losses(whole)
    begun = small_run(preset, prior())
    first = losses(begun, 8)
    save_checkpoint(begun, tmp_path / "checkpoint")
    resumed = small_run(preset, prior(), seed=99)
    load_checkpoint(resumed, tmp_path / "checkpoint")
    rest = losses(resumed, resumed.steps - 8)
    assert first + rest == expected
    whole_state, resumed_state = whole.state(), resumed.state()
    assert whole_state.keys() == resumed_state.keys()
    assert [name for name in whole_state if not torch.equal(whole_state[name], resumed_state[name])] == []


def test_all_parts_of_a_scene_learn():
    """Field, proposals and background, in score distillation."""
    run = small_run(small("mlp", "proposal", stages=(Stage("sds", 10),)), prior())
    before = run.state()
    losses(run)
    after = run.state()
    for part in ("field", "renderer", "background"):
        moved = [not torch.equal(before[name], after[name]) for name in before if name.startswith(f"{part}.")]
        assert moved
        assert all(moved), part


def test_the_checkpoint_of_another_field_is_refused(tmp_path):
    save_checkpoint(small_run(small("hash"), prior()), tmp_path / "checkpoint")
    with pytest.raises(CheckpointDamaged):
        load_checkpoint(small_run(small("triplane"), prior()), tmp_path / "checkpoint")


@pytest.mark.parametrize(
    ("field", "renderer", "steps"), [("mlp", "proposal", 110), ("triplane", "occupancy", 60), ("hash", "occupancy", 60)]
)
def test_each_becomes_the_ball_that_the_prior_has_in_mind(field, renderer, steps):
    """A red ball of radius 0.6 before grey, from denoising and fitting: at the end it is meshed as such a ball."""
    preset = small(field, renderer, stages=(Stage("denoise_fit", steps),)).with_overrides(
        {
            "denoise_fit.rays": 192,
            "denoise_fit.steps_per_ring": 10,
            "regularize.points": 200,
            "mlp.learning_rate": 3e-3,
            "optimize.learning_rate_end": 0.3,  # in so few steps it has to grow to the last
        }
    )
    run = small_run(preset, GaussianPrior(mean=PICTURES, std=0.05, resolution=8))
    while run.step_index < run.steps:
        run.step(ignore)
    grid = run.scene.field.to_grid(32)
    albedo = (grid.albedo * 255).to(torch.uint8).numpy()
    stored = FieldGrid(grid.surface.numpy(), albedo, run.scene.field.density_scale, run.scene.field.beta)
    mesh = build_mesh(stored, 1000)
    radii = torch.from_numpy(mesh.vertices).norm(dim=-1)
    assert radii.mean().item() == pytest.approx(0.6, abs=0.12)
    assert radii.std() < 0.12
