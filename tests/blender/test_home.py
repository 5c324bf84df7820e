"""A job's object comes into the scene that it was started in, whatever is shown or open when it comes."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import pytest
from extension import finish, part, pump_until, start_job
from samples import ENDLESS


@pytest.fixture
def other(scene):
    """Another scene, which no window shows; a cube is edited in the one that is shown."""
    made = bpy.data.scenes.new("Other")
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.object.mode_set(mode="EDIT")
    return made


def home_in(scene):
    """What the button notes that is pressed in a window with this scene."""
    return part("operators.home").home_of(SimpleNamespace(scene=scene, view_layer=scene.view_layers[0]))


def test_the_object_takes_shape_and_is_finished_in_its_own_scene(session, timer, view, scene, other):
    start_job(session, ENDLESS, home=home_in(other))
    pump_until(session, lambda: view.standing == "standing", timer.tick)
    (mug,) = other.objects
    assert list(mug.users_scene) == [other] and mug.select_get(view_layer=other.view_layers[0])
    assert [each.name for each in scene.objects] == ["Cube"] and scene.objects["Cube"].mode == "EDIT"
    session.ask("finish")
    pump_until(session, lambda: bool(session.ready), timer.tick)
    timer.tick()
    assert session.ready and "dreamfusion_live" in mug  # an undo step would hold the edited cube alone
    bpy.ops.object.mode_set(mode="OBJECT")
    timer.tick()
    assert mug["dreamfusion_prompt"] == "a red mug" and "dreamfusion_live" not in mug
    assert [each.name for each in scene.objects] == ["Cube"]


def test_an_asset_that_nothing_was_seen_of_comes_into_its_own_scene(session, timer, scene, other):
    start_job(session, home=home_in(other))
    pump_until(session, lambda: session.work is None)
    bpy.ops.object.mode_set(mode="OBJECT")
    timer.tick()
    (mug,) = other.objects
    assert tuple(mug.location) == (1, 2, 3) and other.view_layers[0].objects.active == mug
    assert [each.name for each in bpy.context.view_layer.objects.selected] == ["Cube"]


def test_an_edited_object_of_its_own_scene_is_waited_for(session, timer, scene):
    other = bpy.data.scenes.new("Other")
    bpy.ops.mesh.primitive_cube_add()
    start_job(session, home=home_in(bpy.context.scene))
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.context.window.scene = other
    pump_until(session, lambda: session.work is None, timer.tick)
    timer.tick()
    assert len(bpy.data.objects) == 1 and session.ready
    bpy.context.window.scene = scene
    bpy.ops.object.mode_set(mode="OBJECT")
    timer.tick()
    assert len(scene.objects) == 2


def test_a_refinement_hides_and_shows_its_original_in_its_own_scene(session, timer, view, scene):
    bpy.ops.mesh.primitive_cube_add()
    cube, layer = bpy.context.object, bpy.context.view_layer
    scene.dreamfusion.prompt, scene.dreamfusion.seed = "a red mug", ENDLESS
    spec = part("operators.settings").spec_from(bpy.context)
    spec, inputs = part("operators.inputs").with_inputs(spec, bpy.context, cube)
    view.reset()
    environment = part("dreamfusion_blender.environment").Environment()
    session.start(spec, (0.0, 0.0, 0.0), environment, inputs=inputs, home=home_in(scene))
    bpy.context.window.scene = bpy.data.scenes.new("Other")
    pump_until(session, lambda: view.standing == "standing", timer.tick)
    assert not cube.visible_get(view_layer=layer)
    session.ask("cancel")
    pump_until(session, lambda: session.work is None, timer.tick)
    assert list(bpy.data.objects) == [cube] and cube.visible_get(view_layer=layer) and layer.objects.active == cube


def test_the_scene_deleted_the_result_is_offered(session, timer, scene):
    other = bpy.data.scenes.new("Other")
    start_job(session, ENDLESS, home=home_in(other))
    bpy.data.scenes.remove(other)
    pump_until(session, lambda: session.work.previews > 2, timer.tick)
    finish(session, timer)
    assert len(session.offered) == 1 and not bpy.data.objects


def test_a_file_opened_right_after_the_start_gets_no_object(session, timer, view):
    start_job(session, ENDLESS, home=home_in(bpy.context.scene))
    bpy.ops.wm.read_homefile(use_empty=True)
    pump_until(session, lambda: session.work.previews > 2, timer.tick)
    assert view.standing == "elsewhere"
    finish(session, timer)
    assert len(session.offered) == 1 and not bpy.data.objects


def test_what_waits_in_a_series_is_not_built_in_another_file(session, timer):
    series, core = part("operators.series").series, part("dreamfusion_blender.job")
    jobs = [(core.JobSpec(prompt="a red mug", seed=seed), (0.0, 0.0, 0.0)) for seed in (ENDLESS, 1, 2)]
    environment = part("dreamfusion_blender.environment").Environment()
    series.start(jobs, environment, home=home_in(bpy.context.scene))
    pump_until(session, lambda: len(bpy.data.objects) == 1, timer.tick)
    bpy.ops.wm.read_homefile(use_empty=True)
    session.ask("finish")
    pump_until(session, lambda: not series.is_busy and not session.is_busy, timer.tick)
    assert not bpy.data.objects and sorted(each.spec.seed for each in session.offered) == [1, 2, ENDLESS]


def test_a_saved_object_is_finished_in_the_scene_that_was_opened_again(session, timer, view, tmp_path):
    start_job(session, ENDLESS, home=home_in(bpy.context.scene))
    pump_until(session, lambda: view.standing == "standing", timer.tick)
    path = str(tmp_path / "scene.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    bpy.data.objects[0].data.vertices[0].co.x += 0.5  # so that the asset will be an object of its own
    finish(session, timer)
    assert len(bpy.context.scene.objects) == 2 and not session.offered


def test_import_adds_to_the_scene_that_is_shown(session, timer, view, scene):
    other = bpy.data.scenes.new("Other")
    start_job(session, ENDLESS, home=home_in(other))
    pump_until(session, lambda: view.standing == "standing", timer.tick)
    job = session.work.job
    session.ask("pause")
    pump_until(session, lambda: session.work is None, timer.tick)
    part("operators.start").take_up(job, bpy.context, finish=True)
    pump_until(session, lambda: session.work is None)
    session.ready.clear()
    assert bpy.ops.dreamfusion.import_job(directory=str(job.path)) == {"FINISHED"}
    assert len(scene.objects) == len(other.objects) == 1
