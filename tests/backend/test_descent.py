"""Jobs made of other jobs: where they enter the schedules, what they begin with, and what a restyling holds."""

import dataclasses
import shutil

import numpy as np
import pytest
import torch
from analytic import small_run
from engine_runs import new_job, work
from layouts_of_balls import WithLayouts
from test_optimize import PRESET, losses, prior

from backend.checkpoint import save_checkpoint
from backend.descent import begin_from
from backend.distillation.denoise_fit import DenoiseFit
from backend.fields.painted import PaintedField
from backend.optimize.objectives import make_objective
from backend.presets import load_preset
from backend.starting import preset_of
from dreamfusion_blender.asset import Asset
from dreamfusion_blender.descent import branched, continued, restyled, varied
from dreamfusion_blender.errors import BadSpec, CheckpointDamaged, JobDamaged, Remedy
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.origin import Origin
from dreamfusion_blender.store import JobFolder

CPU = torch.device("cpu")
POINTS = torch.rand(500, 3, generator=torch.Generator().manual_seed(1)) * 1.6 - 0.8


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    """A finished run and the checkpoint that it left."""
    run = small_run(PRESET, prior())
    losses(run)
    path = tmp_path_factory.mktemp("parent") / "start.safetensors"
    save_checkpoint(run, path)
    return run, path


def descendant(path, relation, strength=0.5, preset=PRESET):
    spec = JobSpec(prompt="a red ball", origin=Origin("0abc12", relation, strength))
    return begin_from(path, spec, preset, prior(), torch.Generator().manual_seed(3), CPU)


def seen(field):
    with torch.no_grad():
        return field(POINTS)


@pytest.mark.parametrize("relation", ["continue", "branch", "variation", "restyle"])
def test_a_child_begins_with_its_parents_field(parent, relation):
    run, path = parent
    child = descendant(path, relation)
    ours, theirs = seen(child.scene.field), seen(run.scene.field)
    torch.testing.assert_close(ours.surface, theirs.surface)
    torch.testing.assert_close(ours.albedo, theirs.albedo)
    assert child.step_index == 0 and child.calls == 0


def test_schedules_are_entered_as_late_as_the_strength_is_small(parent):
    _, path = parent
    assert all(descendant(path, "branch", strength).objectives[0].has_object for strength in (1.0, 0.5))
    settings = PRESET.field
    soft, crisp = (descendant(path, "branch", strength) for strength in (1.0, 0.0))
    assert soft.scene.field.beta == pytest.approx(settings.beta_start)
    assert crisp.scene.field.beta == pytest.approx(settings.beta_end)
    half = descendant(path, "branch", 0.5)
    assert half.stage() == (0, 0.5) and half.progress == 0.5
    losses(half)
    assert half.progress == 1.0
    share = 1 + (PRESET.optimize.learning_rate_end - 1) * (0.5 + 0.5 * (half.steps - 1) / half.steps)
    rates = [group["lr"] for group in half.optimizer.param_groups]
    assert rates == pytest.approx([rate * share for rate in half.base_rates])


def test_noise_levels_fall_from_the_entry_to_the_same_end():
    settings = load_preset("standard").denoise_fit
    whole, half = DenoiseFit(settings, 552), DenoiseFit(settings, 276, entry=0.5, has_object=True)
    levels = [half.noise_level(turn) for turn in range(half.rounds)]
    assert levels == sorted(levels, reverse=True)
    assert levels[0] == pytest.approx((settings.high_level + settings.end_level) / 2)
    assert levels[-1] == pytest.approx(whole.noise_level(whole.rounds - 1)) == pytest.approx(settings.end_level)
    held = DenoiseFit(settings, 138, entry=1.0, has_object=True)
    assert {held.noise_level(turn) for turn in range(held.rounds)} == {settings.end_level}


@pytest.mark.parametrize("strength", [0.0, 0.1, 0.3, 0.6, 1.0])
@pytest.mark.parametrize("preset", ["preview", "standard", "high"])
@pytest.mark.parametrize("layouts", [False, True])
def test_a_little_strength_still_looks_from_many_sides(layouts, preset, strength):
    """Four views from one direction would be polished, and the rest of the object left as it was."""
    spec = JobSpec(prompt="a red ball", preset=preset, origin=Origin("abcdef", "branch", strength))
    stages = preset_of(spec, views=4)
    objective = make_objective(stages.stages[0], stages, 4, 1.0 - strength, has_object=True, layouts=layouts)
    assert isinstance(objective, DenoiseFit)
    assert objective.rounds >= 3
    assert objective.noise_level(objective.rounds - 1) == pytest.approx(stages.denoise_fit.end_level)


def test_a_restyling_holds_the_shape_to_the_last_bit_and_changes_the_paint(parent):
    run, path = parent
    child = descendant(path, "restyle", 0.9)
    before = child.scene.field.to_grid(24)
    losses(child)
    after = child.scene.field.to_grid(24)
    assert torch.equal(before.surface, after.surface)
    assert torch.equal(after.surface, run.scene.field.to_grid(24).surface)
    assert (after.albedo - before.albedo).abs().max() > 0.01
    assert child.scene.field.beta == run.scene.field.beta


@pytest.mark.parametrize(("relation", "drawn"), [("branch", True), ("restyle", False)])
def test_layouts_are_asked_where_the_shape_may_change(parent, relation, drawn):
    _, path = parent
    asked = WithLayouts()
    spec = JobSpec(prompt="a red ball", origin=Origin("0abc12", relation, 0.6))
    child = begin_from(path, spec, PRESET, asked, torch.Generator().manual_seed(3), CPU)
    losses(child)
    assert bool(asked.asked) == drawn


def test_a_restyling_is_read_in_parts_like_any_other(parent):
    """Both its networks, or what does not fit into memory could not be cut up."""
    _, path = parent
    whole, parted = (
        descendant(path, "restyle", preset=PRESET.with_overrides({"memory.points_at_once": most}))
        for most in (4_000_000, 500)
    )
    field = parted.scene.field
    assert parted.limits.points_at_once == field.shape.points_at_once == field.paint.points_at_once == 500
    for run in (whole, parted):
        losses(run, 2)
    assert field.most_points > 500
    torch.testing.assert_close(seen(field).albedo, seen(whole.scene.field).albedo, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("renderer", ["occupancy", "proposal"])
def test_continuing_a_restyling_leaves_the_shape_alone_in_all_generations(parent, tmp_path, renderer):
    """Proposals have parameters behind the field's, whose moments must not be laid on the shape's."""
    preset = PRESET.with_overrides({"scene.renderer": renderer, "proposal.samples": 8})
    run, path = parent
    if renderer == "proposal":
        run, path = small_run(preset, prior()), tmp_path / "parent.safetensors"
        losses(run, 3)
        save_checkpoint(run, path)
    before, generation = run.scene.field.to_grid(16), path
    for number, relation in enumerate(("restyle", "continue", "continue")):
        child = descendant(generation, relation, preset=preset)
        losses(child, 3)
        after = child.scene.field.to_grid(16)
        assert torch.equal(after.surface, before.surface)
        assert not torch.equal(after.albedo, before.albedo)
        generation = tmp_path / f"{number}.safetensors"
        save_checkpoint(child, generation)
    branch = descendant(generation, "branch", preset=preset)
    losses(branch, 3)
    assert not torch.equal(branch.scene.field.to_grid(16).surface, before.surface)


def test_an_optimisers_memory_of_other_parameters_is_refused(parent):
    run, path = parent
    child = descendant(path, "branch")
    state = run.optimizer.state_dict()
    more = {name.replace("adam.0.", "adam.99."): value for name, value in state.items()}
    other = {name: value if name.endswith("step") else value.new_zeros(7) for name, value in state.items()}
    for wrong, words in ((more, "more parameters"), (other, "other parameters")):
        with pytest.raises(KeyError, match=words):
            child.optimizer.load_state_dict(wrong)


def test_a_branch_moves_the_shape(parent):
    run, path = parent
    child = descendant(path, "branch")
    losses(child)
    assert not torch.equal(child.scene.field.to_grid(24).surface, run.scene.field.to_grid(24).surface)


def test_going_on_with_a_restyled_job_keeps_both_its_parts(parent, tmp_path):
    """Its checkpoint has two networks; a branch of it lets both learn, another restyling only the paint."""
    _, path = parent
    restyle = descendant(path, "restyle")
    losses(restyle, 6)
    second = tmp_path / "second.safetensors"
    save_checkpoint(restyle, second)
    for relation, held in (("branch", False), ("restyle", True)):
        child = descendant(second, relation)
        assert isinstance(child.scene.field, PaintedField) and child.scene.field.held is held
        torch.testing.assert_close(seen(child.scene.field).albedo, seen(restyle.scene.field).albedo)
        losses(child, 3)
        moved = not torch.equal(seen(child.scene.field).surface, seen(restyle.scene.field).surface)
        assert moved is not held


def test_continuing_takes_the_optimisers_memory_and_the_random_numbers_along(parent):
    run, path = parent
    state, expected = descendant(path, "continue", 0.0).state(), run.state()
    for name, value in expected.items():
        if name.startswith(("adam", "field", "renderer", "generator")):
            assert torch.equal(state[name], value), name
    assert state["counters"].tolist() == [0, 0, 0]
    branch = descendant(path, "branch").state()
    assert not any(name.startswith("adam") for name in branch)


def test_another_presets_field_gives_way_to_the_parents(parent):
    """A branch to another prior may come with a preset whose field is of another kind."""
    run, path = parent
    other = dataclasses.replace(PRESET, scene=dataclasses.replace(PRESET.scene, field="triplane"))
    child = descendant(path, "branch", preset=other)
    assert child.preset.scene.field == "grid" and child.preset.field == PRESET.field
    torch.testing.assert_close(seen(child.scene.field).surface, seen(run.scene.field).surface)


def test_a_child_may_learn_otherwise_and_may_not_have_another_field(parent):
    def child(**settings):
        overrides = {f"field.{name}": value for name, value in settings.items()}
        spec = JobSpec(prompt="a red ball", origin=Origin("0abc12", "branch", 0.5), overrides=overrides)
        return begin_from(parent[1], spec, PRESET.with_overrides(overrides), prior(), torch.Generator(), CPU)

    run = child(feature_learning_rate=0.5, hidden=PRESET.field.hidden)
    assert run.preset.field == dataclasses.replace(PRESET.field, feature_learning_rate=0.5)
    assert 0.5 in run.base_rates
    with pytest.raises(BadSpec, match=r"field\.hidden cannot become 7: .* made with \d+"):
        child(hidden=7)


@pytest.mark.parametrize("content", [b"", b"\xff" * 200])
def test_a_damaged_beginning_is_refused(tmp_path, content):
    path = tmp_path / "start.safetensors"
    path.write_bytes(content)
    with pytest.raises(CheckpointDamaged, match=r"start\.safetensors") as caught:
        descendant(path, "branch")
    assert caught.value.remedy == Remedy("Make it of its parent again")  # `resume --restart` would read it again


def test_a_childs_steps_follow_its_strength():
    spec = JobSpec(prompt="a red ball", preset="preview", origin=Origin("0abc12", "branch", 0.5))
    assert preset_of(spec, 4).steps == 96
    assert preset_of(dataclasses.replace(spec, origin=None), 4).steps == 192
    assert preset_of(dataclasses.replace(spec, origin=Origin("0abc12", "continue", 0.0)), 4).steps == 48
    assert preset_of(dataclasses.replace(spec, steps=7), 4).steps == 7


@pytest.mark.usefixtures("ball_prior")
class TestFamily:
    """Whole jobs through the engine, from the parent's folder to the child's asset."""

    def test_a_restyled_asset_has_its_parents_mesh(self):
        parent = new_job()
        work(parent)
        kept = {path.name: path.read_bytes() for path in parent.path.iterdir() if path.is_file()}
        child = JobFolder.create(restyled(parent, "a blue ball", steps=20))
        work(child)
        old, new = Asset.load(parent), Asset.load(child)
        assert np.array_equal(old.vertices, new.vertices) and np.array_equal(old.triangles, new.triangles)
        assert kept == {path.name: path.read_bytes() for path in parent.path.iterdir() if path.is_file()}
        said = new.provenance
        assert (said["parent"], said["relation"], said["prompt"]) == (parent.id, "restyle", "a blue ball")
        assert said["settings"]["size"] == 0.5 and old.provenance["parent"] is None
        assert child.thumbnail.read_bytes()[:4] == b"\x89PNG"

    def test_a_child_that_was_broken_off_goes_on_when_its_parent_is_gone(self):
        parent = new_job(steps=30)
        work(parent)
        child = JobFolder.create(branched(parent, seed=5))
        again = JobFolder.create(child.spec)
        shutil.rmtree(parent.path)
        with pytest.raises(Exception, match="stopped"):
            work(child, iter([False] * 6 + [True] * 99).__next__)
        work(child)
        work(again)
        assert np.array_equal(Asset.load(child).vertices, Asset.load(again).vertices)
        again.start.unlink()
        again.checkpoint.unlink()
        with pytest.raises(JobDamaged, match="missing"):
            work(again)

    def test_continuing_runs_the_last_levels_and_varying_at_full_strength_begins_with_nothing(self):
        parent = new_job(steps=40)
        work(parent)
        parent.write_state("finished")
        child = JobFolder.create(continued(parent, 12))
        events = work(child)
        assert events.of("progress")[-1]["steps"] == 12
        first, second = varied(parent, 2)
        assert (first.seed, second.seed) == (parent.spec.seed + 1, parent.spec.seed + 2)
        folder = JobFolder.create(dataclasses.replace(first, steps=12))
        assert not folder.start.exists()
        work(folder)
        assert Asset.load(folder).provenance["relation"] == "variation"
