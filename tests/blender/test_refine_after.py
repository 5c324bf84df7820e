"""What comes after a refinement: its children, its repetition and its resumption, and where each of them stands."""

from __future__ import annotations

import bpy
import extension
import numpy as np
import pytest
from samples import ENDLESS
from test_refine import add_box


@pytest.fixture(autouse=True)
def with_backend(fake_backend):
    pass


def test_what_is_made_of_a_refined_asset_stands_beside_it(scene):
    table = add_box()
    table.location, table.scale = (3, 4, 5), (1, 1, 2)
    bpy.context.view_layer.update()
    bpy.ops.dreamfusion.refine(prompt="a red table")
    refined = bpy.context.view_layer.objects.active
    table.hide_set(False)
    bpy.ops.dreamfusion.branch(prompt="a blue table")
    bpy.context.view_layer.update()
    branched = bpy.context.view_layer.objects.active
    assert branched.location.x > refined.location.x + 2 and tuple(branched.location)[1:] == (4, 5)
    np.testing.assert_allclose(branched.scale, (1, 1, 2), atol=1e-5)
    job = extension.part("dreamfusion_blender.store").find_job(branched["dreamfusion_job"])
    scene.cursor.location = (0, -9, 0)
    bpy.ops.dreamfusion.import_job(directory=str(job.path))
    assert tuple(bpy.context.view_layer.objects.active.location) == (0, -9, 0)
    assert table.visible_get()
    bpy.ops.dreamfusion.compare(job=str(job.path))
    (comparison,) = scene.collection.children
    assert sorted(tuple(each.location) for each in comparison.objects) == [(0, -9, 0), (2.5, -9, 0)]


def test_importing_what_was_refined_hides_the_original_from_renders_too(scene):
    table = add_box()
    bpy.ops.dreamfusion.refine(prompt="a red table")
    refined = bpy.context.view_layer.objects.active
    assert not table.visible_get() and table.hide_render
    job = extension.part("dreamfusion_blender.store").find_job(refined["dreamfusion_job"])
    bpy.data.objects.remove(refined)
    standing = extension.part("dreamfusion_blender.scene.standing")
    standing.show_original(extension.part("dreamfusion_blender.inputs").Placement.of(job.path))
    assert table.visible_get() and not table.hide_render
    bpy.ops.dreamfusion.import_job(directory=str(job.path))
    assert not table.visible_get() and table.hide_render


def test_importing_into_another_file_hides_nothing_there_that_stands_like_the_original(scene, tmp_path):
    add_box()
    bpy.ops.dreamfusion.refine(prompt="a red table")
    (job,) = (tmp_path / "jobs").iterdir()
    bpy.ops.wm.read_homefile(use_empty=True)
    table = add_box()
    for _ in range(2):
        bpy.ops.dreamfusion.import_job(directory=str(job))
    assert table.visible_get() and not table.hide_render
    (said,) = extension.part("operators.session").session.warnings
    assert said.startswith("Table stays visible")


@pytest.mark.parametrize("shown_by", ["another scene", "an instance"])
def test_what_is_shown_elsewhere_is_not_hidden_from_renders(scene, shown_by):
    table, other = add_box(), bpy.data.collections.new("Furniture")
    other.objects.link(table)
    if shown_by == "another scene":
        bpy.data.scenes.new("Other").collection.children.link(other)
    else:
        empty = bpy.data.objects.new("Furniture", None)
        scene.collection.objects.link(empty)
        empty.instance_type, empty.instance_collection = "COLLECTION", other
    bpy.ops.dreamfusion.refine(prompt="a red table")
    assert not table.visible_get() and not table.hide_render


def test_a_refined_asset_is_generated_again_beside_the_first(scene, monkeypatch):
    session, tick = extension.part("operators.session").session, extension.part("operators.timer").tick
    again = extension.part("operators.generate_again")
    table = add_box()
    bpy.ops.dreamfusion.refine(prompt="a red table")
    refined = bpy.context.view_layer.objects.active
    monkeypatch.setattr(again.DREAMFUSION_OT_start, "poll", lambda _context: True)  # as where there is a window
    assert bpy.ops.dreamfusion.generate_again() == {"FINISHED"}
    extension.pump_until(session, lambda: not session.is_busy, tick)
    assert session.error is None
    (made,) = (each for each in scene.objects if each not in (table, refined))
    bpy.context.view_layer.update()
    assert made.location.x - refined.location.x > 1.2 * refined.dimensions.x
    bpy.context.view_layer.objects.active = refined
    assert bpy.ops.dreamfusion.generate_again() == {"FINISHED"}
    extension.pump_until(session, lambda: not session.is_busy, tick)
    (third,) = (each for each in scene.objects if each not in (table, refined, made))
    assert third.location.x - made.location.x > 1.2 * refined.dimensions.x  # not inside the second
    jobs = [extension.part("dreamfusion_blender.store").find_job(each["dreamfusion_job"]) for each in (made, refined)]
    assert jobs[0].spec.inputs == jobs[1].spec.inputs and jobs[0].spec.origin.job == jobs[1].id


def test_a_job_whose_inputs_are_damaged_is_told_and_offered(scene):
    """Damaged while it runs, before anything was seen of it: ticks go on, and nothing is lost."""
    session, timer = extension.part("operators.session").session, extension.part("operators.timer")
    scene.dreamfusion.seed = 1
    shape = extension.part("operators.inputs")
    spec, inputs = shape.with_inputs(
        extension.part("operators.settings").spec_from(bpy.context), bpy.context, add_box()
    )
    extension.part("operators.live_view").view.reset()
    environment = extension.part("operators.backend_environment").environment_of(bpy.context)
    session.start(spec, (0.0, 0.0, 0.0), environment, inputs=inputs)
    extension.pump_until(session, lambda: session.work is None)
    (job,) = [each.job for each in session.ready]
    job.inputs.write_bytes(b"PK nothing")
    timer.tick()
    assert session.error.code == "job_damaged" and session.offered == [job] and not session.ready
    with pytest.raises(RuntimeError, match="is damaged"):
        bpy.ops.dreamfusion.import_job(directory=str(job.path))
    with pytest.raises(RuntimeError, match="is damaged"):
        bpy.ops.dreamfusion.compare(job=str(job.path), other=str(job.path))
    assert [each.name for each in scene.objects] == ["Table"]


def test_only_what_stands_where_the_original_stood_is_hidden(scene):
    standing = extension.part("dreamfusion_blender.scene.standing")
    placement = extension.part("dreamfusion_blender.inputs").Placement
    table = add_box()
    table.location = (3, 4, 5)
    bpy.context.view_layer.update()
    elsewhere = placement(original=np.eye(4), name="Table")
    standing.hide_original(elsewhere)
    assert table.visible_get()
    standing.hide_original(placement(original=np.array(table.matrix_world, np.float64), name="Table"))
    assert not table.visible_get()


def test_what_takes_shape_of_a_refined_asset_does_so_beside_it(scene):
    """As the panel's button does it, which needs a window: with a live object, driven by the timer's function."""
    session, tick = extension.part("operators.session").session, extension.part("operators.timer").tick
    table = add_box()
    bpy.ops.dreamfusion.refine(prompt="a red table")
    refined = bpy.context.view_layer.objects.active
    table.hide_set(False)
    parent = extension.part("dreamfusion_blender.store").find_job(refined["dreamfusion_job"])
    spec = extension.part("dreamfusion_blender.descent").branched(parent, prompt="a blue table", seed=ENDLESS)
    extension.part("operators.live_view").view.reset()
    environment = extension.part("operators.backend_environment").environment_of(bpy.context)
    session.start(spec, (9.0, 8.0, 0.0), environment, parent=parent)
    extension.pump_until(session, lambda: len(scene.objects) == 3, tick)
    (live,) = (each for each in scene.objects if each not in (table, refined))
    assert tuple(live.location) == (9, 8, 0) and table.visible_get()
    session.ask("finish")
    extension.pump_until(session, lambda: session.work is None and not session.ready, tick)
    assert tuple(live.location) == (9, 8, 0) and table.visible_get() and "dreamfusion_live" not in live
