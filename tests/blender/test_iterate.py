"""Going on from an asset in Blender: continue, branch, restyle, and a series of variations."""

from __future__ import annotations

import dataclasses

import bpy
import extension
import pytest
from extension import all_jobs
from samples import DEAF, DEAF_STAGE, EMPTY, ENDLESS
from test_panels import drawn


@pytest.fixture(autouse=True)
def with_backend(fake_backend):
    pass


@pytest.mark.parametrize(
    ("name", "settings", "relation", "prompt"),
    [
        ("continue_job", {"steps": 9}, "continue", "a red mug"),
        ("branch", {"prompt": "a blue mug", "strength": 0.6, "seed": 7, "guidance": 12.3}, "branch", "a blue mug"),
        ("restyle", {"prompt": "a green mug"}, "restyle", "a green mug"),
    ],
)
def test_a_child_stands_beside_its_parent_which_stays(mug, scene, name, settings, relation, prompt):
    before = [tuple(vertex.co) for vertex in mug.data.vertices]
    assert getattr(bpy.ops.dreamfusion, name)(**settings) == {"FINISHED"}
    (child,) = (each for each in scene.objects if each != mug)
    newest, parent = all_jobs()
    assert newest.spec.prompt == prompt
    assert (newest.spec.origin.relation, newest.spec.origin.job) == (relation, parent.id)
    assert child.location.x - mug.location.x == pytest.approx(1.25)
    assert before == [tuple(vertex.co) for vertex in mug.data.vertices]
    if name == "branch":
        assert (newest.spec.seed, newest.spec.origin.strength) == (7, 0.6)
        assert newest.spec.overrides["denoise_fit.guidance_weight"] == 12.3


def test_the_next_child_does_not_stand_in_the_first(mug, scene):
    for _ in range(2):
        bpy.context.view_layer.objects.active = mug
        bpy.ops.dreamfusion.branch(strength=0.5)
    assert sorted(round(each.location.x, 3) for each in scene.objects) == [0, 1.25, 2.5]


def test_a_child_stands_beside_the_duplicate_that_is_active(mug, scene):
    duplicate = mug.copy()
    scene.collection.objects.link(duplicate)
    duplicate.location.x = 10.0
    bpy.context.view_layer.update()
    bpy.context.view_layer.objects.active = duplicate
    bpy.ops.dreamfusion.branch(strength=0.5)
    assert bpy.context.object.location.x == pytest.approx(11.25)


def test_a_floor_is_no_obstacle(mug, scene):
    bpy.ops.mesh.primitive_plane_add(size=20.0)
    bpy.context.view_layer.objects.active = mug
    bpy.ops.dreamfusion.branch(strength=0.5)
    assert bpy.context.object.location.x == pytest.approx(1.25)


def test_variations_stand_in_a_grid_and_are_in_one_picture(mug, scene):
    assert bpy.ops.dreamfusion.variations(count=3, arrangement="GRID") == {"FINISHED"}
    places = {tuple(round(value, 3) for value in each.location) for each in scene.objects if each != mug}
    assert places == {(1.25, 0, 0), (2.5, 0, 0), (1.25, 1.25, 0)}
    made = [job for job in all_jobs() if job.spec.origin is not None]
    assert sorted(job.spec.seed for job in made) == [2, 3, 4]
    assert [(job.path / "variations.png").is_file() for job in made].count(True) == 1


def test_what_no_job_made_cannot_be_gone_on_from(scene):
    with pytest.raises(RuntimeError, match="What is active was not made by a job"):
        bpy.ops.dreamfusion.branch()
    bpy.ops.mesh.primitive_cube_add()
    with pytest.raises(RuntimeError, match="Cube was not made by a job"):
        bpy.ops.dreamfusion.branch()
    bpy.context.object["dreamfusion_job"] = "abcdef"
    with pytest.raises(RuntimeError, match="deleted or moved, or made elsewhere"):
        bpy.ops.dreamfusion.continue_job()


def test_a_job_that_is_named_needs_no_object(scene):
    bpy.ops.dreamfusion.generate(prompt="a red mug", seed=1)
    bpy.data.objects.remove(scene.objects[0])
    assert bpy.ops.dreamfusion.restyle(job=all_jobs()[0].name, prompt="a blue mug") == {"FINISHED"}
    assert [each.name for each in scene.objects] == ["a blue mug"]


def test_what_was_named_once_is_not_named_the_next_time(mug, scene):
    """As from a menu: Blender fills in the last call's settings only where a call may push an undo step."""
    bpy.ops.dreamfusion.generate(prompt="a blue car", seed=2, size=1.0)
    car = bpy.context.object
    assert bpy.ops.dreamfusion.continue_job("EXEC_DEFAULT", True, job=all_jobs()[1].name, steps=9) == {"FINISHED"}
    bpy.context.view_layer.objects.active = car
    assert bpy.ops.dreamfusion.continue_job("EXEC_DEFAULT", True) == {"FINISHED"}
    assert [each.spec.prompt for each in all_jobs()[:2]] == ["a blue car", "a red mug"]
    bpy.ops.dreamfusion.mark_asset("EXEC_DEFAULT", True, catalogue="", description="Mine", tags="mine")
    bpy.context.view_layer.objects.active = mug
    bpy.ops.dreamfusion.mark_asset("EXEC_DEFAULT", True)
    assert "a red mug" in mug.asset_data.description and "mine" not in mug.asset_data.tags


@pytest.mark.parametrize(
    ("name", "unsaved"),
    [
        ("continue_job", {"job"}),
        ("branch", {"job", "negative_prompt", "prior"}),
        ("restyle", {"job"}),
        ("variations", {"job"}),
        ("compare", {"job", "other"}),
        ("mark_asset", {"description", "tags"}),
        ("resume", {"job"}),
        ("download_model", {"model"}),
    ],
)
def test_blender_saves_none_of_what_names_a_job_or_a_model(installed, name, unsaved):
    properties = getattr(bpy.ops.dreamfusion, name).get_rna_type().properties
    assert {each.identifier for each in properties if each.is_skip_save} - {"rna_type"} == unsaved


def test_a_series_runs_one_after_another_in_a_window(mug, scene):
    """As the panel's button does it, which needs a window: the same series, driven by the timer's function."""
    session, timer = extension.part("operators.session").session, extension.part("operators.timer")
    series = extension.part("operators.series").series
    descent = extension.part("dreamfusion_blender.descent")
    store = extension.part("dreamfusion_blender.store")
    made = [(store.JobFolder.create(spec), (2.0 * i, 0, 0)) for i, spec in enumerate(descent.varied(all_jobs()[0], 2))]
    series.start(made, extension.part("dreamfusion_blender.environment").Environment())
    extension.pump_until(session, lambda: not series.is_busy and not session.is_busy, timer.tick)
    assert [job.status for job, _ in made] == ["finished", "finished"]
    assert len(scene.objects) == 3 and series.picture.is_file() and session.error is None


def test_the_parent_of_a_series_stays_until_the_last_of_it_has_begun(mug, scene, history):
    session, timer = extension.part("operators.session").session, extension.part("operators.timer")
    series = extension.part("operators.series").series
    (parent,) = all_jobs()
    specs = [(spec, (0.0, 0, 0)) for spec in extension.part("dreamfusion_blender.descent").varied(parent, 2, 0.5)]
    series.start(specs, extension.part("dreamfusion_blender.environment").Environment(), parent)
    with pytest.raises(RuntimeError, match="needed by one that waits"):
        bpy.ops.dreamfusion.delete_job(job=parent.name)
    extension.pump_until(session, lambda: not series.is_busy and not session.is_busy, timer.tick)
    assert len(scene.objects) == 3 and session.error is None
    assert bpy.ops.dreamfusion.delete_job(job=parent.name) == {"FINISHED"}


def test_a_branch_is_generated_again_when_its_parent_is_deleted(mug, scene, history, monkeypatch):
    session, tick = extension.part("operators.session").session, extension.part("operators.timer").tick
    again = extension.part("operators.generate_again")
    bpy.ops.dreamfusion.branch(prompt="a blue mug", strength=0.5)
    branch, parent = all_jobs()
    bpy.ops.dreamfusion.delete_job(job=parent.name)
    monkeypatch.setattr(again.DREAMFUSION_OT_start, "poll", lambda _context: True)  # as where there is a window
    assert bpy.ops.dreamfusion.generate_again() == {"FINISHED"}
    extension.pump_until(session, lambda: not session.is_busy, tick)
    assert session.error is None and len(scene.objects) == 3
    assert all_jobs()[0].start.read_bytes() == branch.start.read_bytes()


def test_cancelling_one_of_a_series_ends_it(mug, scene):
    session, timer = extension.part("operators.session").session, extension.part("operators.timer")
    series = extension.part("operators.series").series
    descent = extension.part("dreamfusion_blender.descent")
    store = extension.part("dreamfusion_blender.store")
    specs = descent.varied(all_jobs()[0], 2, seed=ENDLESS)
    made = [(store.JobFolder.create(spec), (0.0, 0, 0)) for spec in specs]
    series.start(made, extension.part("dreamfusion_blender.environment").Environment())
    extension.pump_until(session, lambda: session.work is not None and session.work.step > 0, timer.tick)
    session.ask("cancel")
    extension.pump_until(session, lambda: not series.is_busy and not session.is_busy, timer.tick)
    assert [job.status for job, _ in made] == ["cancelled", "queued"] and series.picture is None
    assert session.warnings == ["1 more will not be made: the series ended here"]


@pytest.fixture
def paused_series(mug):
    """Two variations, of which the first was paused; a function that waits for the end of all."""
    session, timer = extension.part("operators.session").session, extension.part("operators.timer")
    series = extension.part("operators.series").series
    specs = extension.part("dreamfusion_blender.descent").varied(all_jobs()[0], 2, seed=5)
    environment = extension.part("dreamfusion_blender.environment").Environment()
    series.start([(spec, (0.0, 0, 0)) for spec in specs], environment)
    extension.pump_until(session, lambda: session.work is not None and session.work.step > 0, timer.tick)
    session.ask("pause")
    extension.pump_until(session, lambda: not series.is_busy and not session.is_busy, timer.tick)
    assert session.warnings == ["1 more follow when this one is resumed"] and len(series.waiting) == 1

    def start(job):
        session.start(job, (0.0, 0, 0), environment)
        extension.pump_until(session, lambda: not series.is_busy and not session.is_busy, timer.tick)

    return start


def test_a_paused_series_goes_on_when_its_job_is_resumed(paused_series):
    session, series = extension.part("operators.session").session, extension.part("operators.series").series
    paused_series(session.stopped)
    assert [job.status for job in all_jobs()] == ["finished"] * 3
    assert series.picture is not None and series.picture.is_file()


def test_another_job_ends_a_paused_series(paused_series):
    session, series = extension.part("operators.session").session, extension.part("operators.series").series
    paused_series(extension.part("dreamfusion_blender.job").JobSpec(prompt="a blue car"))
    assert sorted(job.status for job in all_jobs()) == ["finished", "finished", "paused"]
    assert session.warnings == ["1 more will not be made: the series ended here"]
    assert not series.waiting and series.picture is None


def test_a_series_paused_too_late_waits_for_its_button(mug):
    """While its mesh is made a job cannot be paused: it is finished, and there is nothing that could be resumed."""
    session, timer = extension.part("operators.session").session, extension.part("operators.timer")
    series = extension.part("operators.series").series
    first, second = extension.part("dreamfusion_blender.descent").varied(all_jobs()[0], 2, seed=DEAF)
    environment = extension.part("dreamfusion_blender.environment").Environment()
    series.start([(spec, (0.0, 0, 0)) for spec in (first, second)], environment)
    extension.pump_until(session, lambda: session.work is not None and session.work.stage == DEAF_STAGE, timer.tick)
    session.ask("pause")
    extension.pump_until(session, lambda: not series.is_busy and not session.is_busy, timer.tick)
    assert [job.status for job in all_jobs()] == ["finished"] * 2 and session.stopped is None
    assert session.warnings == ["1 more follow after Make the Rest"]
    assert bpy.types.DREAMFUSION_PT_iterate.poll(bpy.context)
    series.go_on()
    extension.pump_until(session, lambda: not series.is_busy and not session.is_busy, timer.tick)
    assert [job.status for job in all_jobs()] == ["finished"] * 3 and series.picture.is_file()


def test_the_rest_can_be_made_without_the_one_that_was_paused(paused_series):
    session, series = extension.part("operators.session").session, extension.part("operators.series").series
    timer = extension.part("operators.timer")
    bpy.ops.dreamfusion.make_rest()
    extension.pump_until(session, lambda: not series.is_busy and not session.is_busy, timer.tick)
    assert sorted(job.status for job in all_jobs()) == ["finished", "finished", "paused"]
    assert not bpy.ops.dreamfusion.make_rest.poll()


def test_a_deleted_one_is_missing_in_the_picture_of_the_rest(mug):
    session, timer = extension.part("operators.session").session, extension.part("operators.timer")
    series = extension.part("operators.series").series
    specs = extension.part("dreamfusion_blender.descent").varied(all_jobs()[0], 2, seed=5)
    series.start(
        [(spec, (0.0, 0, 0)) for spec in specs], extension.part("dreamfusion_blender.environment").Environment()
    )
    extension.pump_until(session, lambda: len(series.waiting) == 0 and session.work is not None, timer.tick)
    first = next(job for job in all_jobs() if job.spec.seed == specs[0].seed)
    bpy.ops.dreamfusion.delete_job(job=first.name)
    extension.pump_until(session, lambda: not series.is_busy and not session.is_busy, timer.tick)
    assert session.error is None and series.picture.is_file()


def test_nothing_else_begins_between_two_of_a_series(mug):
    """The next one waits while somebody edits a mesh: the backend is taken all the same."""
    session, series = extension.part("operators.session").session, extension.part("operators.series").series
    free = extension.part("operators.refusals").backend_is_free
    specs = extension.part("dreamfusion_blender.descent").varied(all_jobs()[0], 2, seed=5)
    series.start(
        [(spec, (0.0, 0, 0)) for spec in specs], extension.part("dreamfusion_blender.environment").Environment()
    )
    assert session.work is None and not free(bpy.types.DREAMFUSION_OT_resume)


def test_a_branch_drops_the_negative_prompt_where_it_is_emptied(mug):
    first = all_jobs()[0]
    bpy.ops.dreamfusion.branch(job=str(first.path), prompt="a red cup", negative_prompt="wheels")
    child = all_jobs()[0]
    bpy.ops.dreamfusion.branch(job=str(child.path), prompt="a red jug")
    bpy.ops.dreamfusion.branch(job=str(child.path), prompt="a red bowl", negative_prompt="")
    assert [job.spec.negative_prompt for job in all_jobs()[:3]] == ["", "wheels", "wheels"]


def test_which_of_a_series_failed_is_said_to_the_end(mug, scene):
    session, timer = extension.part("operators.session").session, extension.part("operators.timer")
    series = extension.part("operators.series").series
    first, last = extension.part("dreamfusion_blender.descent").varied(all_jobs()[0], 2, seed=5)
    specs = [first, dataclasses.replace(first, seed=EMPTY), last]
    series.start(
        [(spec, (0.0, 0, 0)) for spec in specs], extension.part("dreamfusion_blender.environment").Environment()
    )
    extension.pump_until(session, lambda: not series.is_busy and not session.is_busy, timer.tick)
    assert sorted(job.status for job in all_jobs()) == ["failed", "finished", "finished", "finished"]
    assert session.error is None
    assert session.warnings == [f"One of the series failed, with seed {EMPTY}: Nothing came of it"]


def test_panels_offer_the_ways_for_an_asset_alone(mug):
    panel = bpy.types.DREAMFUSION_PT_iterate
    assert panel.poll(bpy.context)
    bpy.ops.mesh.primitive_cube_add()
    assert not panel.poll(bpy.context)
    assert drawn("generate")
