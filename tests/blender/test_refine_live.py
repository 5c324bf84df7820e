"""While a mesh is refined: the original is hidden under what takes its place, and shown again when that goes."""

from __future__ import annotations

import bpy
import extension
import pytest
from samples import ENDLESS
from test_panels import drawn
from test_refine import add_box


@pytest.fixture(autouse=True)
def with_backend(fake_backend):
    pass


@pytest.fixture
def refined(scene, session, timer, view):
    """A table while it is refined, without an end: the live object stands in its place."""
    return refine_without_end(scene, session, timer, view, add_box("Table"))


def refine_without_end(scene, session, timer, view, table):
    table.select_set(True)
    scene.dreamfusion.seed = ENDLESS
    spec = extension.part("operators.settings").spec_from(bpy.context)
    spec, inputs = extension.part("operators.inputs").with_inputs(spec, bpy.context, table)
    view.reset()
    environment = extension.part("operators.backend_environment").environment_of(bpy.context)
    session.start(spec, (0.0, 0.0, 0.0), environment, inputs=inputs)
    extension.pump_until(session, lambda: view.standing == "standing", timer.tick)
    return table


@pytest.mark.parametrize("shown_by", ["nobody", "the artist"])
def test_after_an_undo_to_before_it_was_hidden_the_original_is_as_it_was(refined, session, timer, view, shown_by):
    """The background keeps no undo history: what Blender does to the scene is done by hand, between its two calls."""
    handlers, mesh = extension.part("operators.handlers"), view.object().data
    if shown_by == "the artist":
        refined.hide_set(False)
    handlers.before_undo()
    bpy.data.meshes.remove(mesh)  # and with it the object
    refined.hide_set(False)
    del refined["dreamfusion_hidden"]
    handlers.after_undo()
    extension.pump_until(session, lambda: view.object() is not None, timer.tick)
    assert refined.visible_get() == (shown_by == "the artist")


def test_the_original_of_a_job_that_failed_half_way_is_shown_by_a_button(refined, scene, session, timer):
    (live,) = (each for each in scene.objects if each is not refined)
    session._backend._process.kill()
    extension.pump_until(session, lambda: session.work is None, timer.tick)
    assert session.error is not None and not refined.visible_get() and refined.hide_render
    assert bpy.context.view_layer.objects.active == live
    assert {"dreamfusion.start_refine", "dreamfusion.show_original"} <= set(drawn("refine"))
    assert bpy.ops.dreamfusion.show_original() == {"FINISHED"}
    assert refined.visible_get() and not refined.hide_render and "dreamfusion_hidden" not in refined
    assert not bpy.ops.dreamfusion.show_original.poll() and "dreamfusion.show_original" not in drawn("refine")


@pytest.mark.parametrize("active", ["the result", "the original"])
def test_the_original_of_a_result_is_shown_by_a_button(refined, scene, session, timer, active):
    """Also where the artist has shown it in the viewport, but not in renders."""
    (made,) = (each for each in scene.objects if each is not refined)
    extension.finish(session, timer)
    assert "dreamfusion_job" in made
    bpy.context.view_layer.objects.active = {"the result": made, "the original": refined}[active]
    refined.hide_set(False)
    assert bpy.ops.dreamfusion.show_original() == {"FINISHED"}
    assert not refined.hide_render and made.visible_get()


def test_cancelling_shows_the_original_and_selects_it_again(refined, scene, session, timer):
    table = refined
    assert not table.visible_get() and not table.select_get()
    (live,) = (each for each in scene.objects if each is not table)
    assert list(bpy.context.view_layer.objects.selected) == [live] == [bpy.context.view_layer.objects.active]
    session.ask("cancel")
    extension.pump_until(session, lambda: session.work is None, timer.tick)
    assert table.visible_get() and bpy.context.view_layer.objects.active == table
    assert list(bpy.context.view_layer.objects.selected) == [table]


def test_cancelling_shows_the_original_also_where_what_took_its_place_was_deleted(refined, scene, session, timer):
    table = refined
    (live,) = (each for each in scene.objects if each is not table)
    bpy.data.objects.remove(live)
    session.ask("cancel")
    extension.pump_until(session, lambda: session.work is None, timer.tick)
    assert table.visible_get() and list(bpy.context.view_layer.objects.selected) == [table]


@pytest.mark.parametrize("file", ["the same", "another"])
def test_resumed_in_another_file_what_stands_like_the_original_stays_visible(
    scene, session, timer, view, tmp_path, file
):
    """Such as Blender's own cube, of which every new file has one in the same place."""
    add_box("Table")
    for name in ("another", "the same"):
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / f"{name}.blend"))
    refine_without_end(bpy.context.scene, session, timer, view, bpy.data.objects["Table"])
    session.ask("pause")
    extension.pump_until(session, lambda: timer.tick() is None)
    job = session.stopped
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / f"{file}.blend"))
    extension.part("operators.start").take_up(job, bpy.context)
    extension.pump_until(session, lambda: view.standing == "standing", timer.tick)
    table, said = bpy.data.objects["Table"], [each for each in session.warnings if "Table stays visible" in each]
    assert (table.visible_get(), len(said)) == ((False, 0) if file == "the same" else (True, 1))
    handlers, mesh = extension.part("operators.handlers"), view.object().data
    handlers.before_undo()
    bpy.data.meshes.remove(mesh)
    handlers.after_undo()
    extension.pump_until(session, lambda: view.object() is not None, timer.tick)
    assert table.visible_get() == (file == "another") and len(session.warnings) == len(said)


def test_a_live_object_in_a_file_says_that_it_is_the_job_s_own(refined, scene, session, timer, view, tmp_path):
    """It was saved while the job ran, and had no name before."""
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "saved.blend"))
    session.ask("pause")
    extension.pump_until(session, lambda: timer.tick() is None)
    job = session.stopped
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "saved.blend"))
    bpy.data.objects["Table"].hide_set(False)
    extension.part("operators.start").take_up(job, bpy.context)
    extension.pump_until(session, lambda: session.work.step > 0, timer.tick)
    extension.finish(session, timer)
    assert job.id in session.at_home and not session.warnings
