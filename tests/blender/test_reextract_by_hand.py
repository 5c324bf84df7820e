"""What somebody changed by hand since a mesh was cut is noticed, before it is cut again."""

from __future__ import annotations

import bpy
import extension
import pytest
from test_reextract import image_of, mug  # noqa: F401  # mug is a fixture


def test_an_edited_mesh_is_replaced_with_a_warning(mug):  # noqa: F811
    was_changed = extension.part("dreamfusion_blender.scene.replacing").was_changed
    assert not was_changed(mug)
    mug.data.vertices[0].co.x -= 1
    assert was_changed(mug)
    assert bpy.ops.dreamfusion.reextract(threshold=0.25) == {"FINISHED"}
    assert not was_changed(mug)
    mug.vertex_groups.new(name="Lid")
    assert was_changed(mug)


def paint(target):
    image_of(target).pixels = [0.0, 0.0, 1.0, 1.0] * (len(image_of(target).pixels) // 4)


def paint_and_save(target):
    paint(target)
    image_of(target).pack()


def move_uvs(target):
    target.data.uv_layers[0].uv[0].vector = (0.5, 0.5)


@pytest.mark.parametrize("change", [paint, paint_and_save, move_uvs])
def test_a_painted_texture_and_changed_uvs_are_replaced_with_a_warning(mug, change):  # noqa: F811
    was_changed = extension.part("dreamfusion_blender.scene.replacing").was_changed
    change(mug)
    assert was_changed(mug)
    bpy.ops.dreamfusion.reextract(threshold=0.25)
    assert not was_changed(mug)


@pytest.mark.parametrize("change", [paint, paint_and_save])
def test_pixels_that_no_undo_step_holds_stay_for_an_undo_to_find(mug, change):  # noqa: F811
    """The background keeps no undo history: seen is only what Blender then needs."""
    change(mug)
    name = image_of(mug).name
    bpy.ops.dreamfusion.reextract(threshold=0.25)
    unused = [each for each in bpy.data.images if not each.users and each.type == "IMAGE"]
    assert image_of(mug).name == name and len(unused) == (change is paint)
    assert all(tuple(each.pixels[:4]) == (0, 0, 1, 1) for each in unused)


@pytest.mark.parametrize("attribute", ["material_index", "crease_edge", ".sculpt_face_set"])
def test_what_was_marked_is_replaced_with_a_warning(mug, attribute):  # noqa: F811
    domain = "EDGE" if attribute == "crease_edge" else "FACE"
    mug.data.attributes.new(attribute, "FLOAT" if attribute == "crease_edge" else "INT", domain)
    assert extension.part("dreamfusion_blender.scene.replacing").was_changed(mug)


def test_what_an_earlier_version_made_counts_as_unchanged(mug):  # noqa: F811
    del mug.data["dreamfusion_uvs"], image_of(mug)["dreamfusion_file"]
    assert not extension.part("dreamfusion_blender.scene.replacing").was_changed(mug)


def test_a_visit_to_edit_mode_and_a_saved_file_change_nothing(mug, tmp_path):  # noqa: F811
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.object.mode_set(mode="OBJECT")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "mug.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "mug.blend"))
    assert not extension.part("dreamfusion_blender.scene.replacing").was_changed(bpy.data.objects["a red mug"])
