"""Cutting a generated object's mesh again: in place, with what the user made of it kept, or refused in words."""

from __future__ import annotations

import shutil
import stat
import sys
from pathlib import Path

import bpy
import extension
import numpy as np
import pytest
from fake_extract import BLUE, GREEN
from test_panels import drawn

HERE = Path(__file__).resolve().parent


@pytest.fixture
def mug(fake_backend, scene):
    """A generated object of 1 m, whose job has a field and whose backend can cut it."""
    python = fake_backend / "bin" / "python"
    program = f'"{sys.executable}" "{HERE}/$name" "$@"'
    python.write_text(
        f'#!/bin/sh\nname=fake_backend.py\n[ "$3" = backend.extract ] && name=fake_extract.py\n{program}\n'
    )
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    bpy.ops.dreamfusion.generate(prompt="a red mug", seed=1, size=1.0, texture_size=256)
    job_of(scene.objects[0]).field.write_bytes(b"field")
    return scene.objects[0]


def job_of(target):
    return extension.part("dreamfusion_blender.store").find_job(target["dreamfusion_job"])


def height(target):
    return max(vertex.co.z for vertex in target.data.vertices)


def image_of(target, slot=0):
    nodes = target.material_slots[slot].material.node_tree.nodes
    return next(node.image for node in nodes if node.type == "TEX_IMAGE")


def colour(image):
    return np.array(image.pixels[:3]) * 255


def test_the_mesh_and_the_image_change_in_place_and_nothing_else(mug, scene):
    shelf = bpy.data.collections.new("Shelf")
    scene.collection.children.link(shelf)
    shelf.objects.link(mug)
    mug.name, mug.location, mug.rotation_euler.z = "My Mug", (1, 2, 3), 0.5
    mug.modifiers.new("Bevel", "BEVEL")
    before = (mug.data, mug.active_material, image_of(mug).name, mug.data.name)
    objects, images, meshes = len(bpy.data.objects), len(bpy.data.images), len(bpy.data.meshes)
    assert bpy.ops.dreamfusion.reextract(threshold=0.25, symmetry="left", texture_size=512) == {"FINISHED"}
    assert (mug.data, mug.active_material, image_of(mug).name, mug.data.name) == before
    assert (len(bpy.data.objects), len(bpy.data.images), len(bpy.data.meshes)) == (objects, images, meshes)
    assert height(mug) == pytest.approx(0.75)
    assert tuple(image_of(mug).size) == (8, 8) and colour(image_of(mug)) == pytest.approx(BLUE, abs=0.5)
    assert mug.name == "My Mug" and tuple(mug.location) == (1, 2, 3)
    assert mug.modifiers[0].name == "Bevel" and mug.name in shelf.objects
    assert not mug.data.validate() and len(mug.data.uv_layers) == 1


def test_what_is_not_given_is_as_it_was_cut_last(mug):
    bpy.ops.dreamfusion.reextract(threshold=0.25, size=2.0)
    bpy.ops.dreamfusion.reextract(symmetry="right")
    assert height(mug) == pytest.approx(1.5)
    assert colour(image_of(mug)) == pytest.approx(BLUE, abs=0.5)
    bpy.ops.dreamfusion.reextract(threshold=0.0, symmetry="none")
    assert height(mug) == pytest.approx(2.0)


def test_the_texture_survives_in_the_blend_file(mug, tmp_path):
    bpy.ops.dreamfusion.reextract(texture_size=1024)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "mug.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "mug.blend"))
    (mug,) = bpy.data.objects
    assert tuple(image_of(mug).size) == (16, 16) and colour(image_of(mug)) == pytest.approx(GREEN, abs=0.5)
    bpy.ops.dreamfusion.reextract(threshold=0.5)
    assert height(mug) == pytest.approx(0.5), "the job is found again after loading"


def test_materials_of_the_user_stay_and_an_image_in_them_is_followed(mug):
    ours, theirs = mug.active_material, bpy.data.materials.new("Gold")
    mug.material_slots[0].material = theirs
    bpy.ops.dreamfusion.reextract(threshold=0.1)
    assert mug.material_slots[0].material == theirs
    image = next(node.image for node in ours.node_tree.nodes if node.type == "TEX_IMAGE")
    assert colour(image) == pytest.approx((200, 30, 40), abs=0.5), "nobody shows it any more: left alone"
    if bpy.app.version < (5, 0, 0):
        theirs.use_nodes = True
    node = theirs.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    bpy.ops.dreamfusion.reextract(threshold=0.2)
    assert colour(node.image) == pytest.approx(GREEN, abs=0.5)


def test_a_copy_that_shares_the_material_keeps_its_texture(mug, scene):
    copy = mug.copy()
    copy.data = mug.data.copy()
    scene.collection.objects.link(copy)
    before = image_of(copy)
    bpy.ops.dreamfusion.reextract(threshold=0.25)
    assert image_of(copy) == before and colour(before) == pytest.approx((200, 30, 40), abs=0.5)
    assert height(copy) == pytest.approx(1.0) and height(mug) == pytest.approx(0.75)
    assert colour(image_of(mug)) == pytest.approx(GREEN, abs=0.5)


def test_a_linked_duplicate_changes_with_it(mug, scene):
    twin = mug.copy()
    scene.collection.objects.link(twin)
    bpy.ops.dreamfusion.reextract(threshold=0.25)
    assert twin.data == mug.data and height(twin) == pytest.approx(0.75)
    assert twin.active_material == mug.active_material


@pytest.mark.parametrize("made_local", ["SELECT_OBDATA", "SELECT_OBDATA_MATERIAL"])
def test_what_is_linked_from_another_file_stays_as_it_is(mug, scene, tmp_path, made_local):
    linked = linked_again(mug, scene, tmp_path)
    material, image = linked.active_material, image_of(linked)
    bpy.ops.object.make_local(type=made_local)
    mug = bpy.context.view_layer.objects.active
    assert mug.library is None and image.library is not None
    assert (mug.active_material.library is not None) == (made_local == "SELECT_OBDATA")
    assert bpy.ops.dreamfusion.reextract(threshold=0.25) == {"FINISHED"}
    assert mug.active_material.library is None and colour(image_of(mug)) == pytest.approx(GREEN, abs=0.5)
    assert image.library is not None and colour(image) == pytest.approx((200, 30, 40), abs=0.5)
    if made_local == "SELECT_OBDATA":
        assert image in {node.image for node in material.node_tree.nodes if node.type == "TEX_IMAGE"}


def test_linked_objects_are_neither_cut_nor_marked(mug, scene, tmp_path):
    linked = linked_again(mug, scene, tmp_path)
    for name in ("reextract", "mark_asset"):
        with pytest.raises(RuntimeError, match="linked from another file"):
            getattr(bpy.ops.dreamfusion, name)()
    bpy.context.view_layer.objects.active = linked.override_create(remap_local_usages=True)
    with pytest.raises(RuntimeError, match="linked from another file"):
        bpy.ops.dreamfusion.mark_asset()


def linked_again(mug, scene, tmp_path):
    """The object from a library in the place of the one in this file."""
    library, name = str(tmp_path / "library.blend"), mug.name
    bpy.ops.wm.save_as_mainfile(filepath=library, copy=True)
    bpy.data.objects.remove(mug)
    with bpy.data.libraries.load(library, link=True) as (_, wanted):
        wanted.objects = [name]
    (linked,) = wanted.objects
    scene.collection.objects.link(linked)
    bpy.context.view_layer.objects.active = linked
    linked.select_set(True)
    return linked


def test_shape_keys_are_not_lost(mug):
    mug.shape_key_add(name="Basis")
    with pytest.raises(RuntimeError, match="shape keys"):
        bpy.ops.dreamfusion.reextract(threshold=0.25)
    assert height(mug) == pytest.approx(1.0) and mug.data.shape_keys is not None


@pytest.mark.parametrize(
    ("spoil", "settings", "words"),
    [
        (lambda job: shutil.rmtree(job.path), {}, "deleted or moved"),
        (lambda job: job.path.rename(job.path.parent.parent / "elsewhere"), {}, "deleted or moved"),
        (lambda job: job.field.unlink(), {}, "has no field"),
        (lambda job: (job.path / "job.json").write_text("{"), {}, "is damaged"),
        (lambda job: None, {"threshold": 1.5}, "nothing to make a mesh of"),
        (lambda job: None, {"resolution": 4}, "resolution is 4"),
    ],
)
def test_what_cannot_be_cut_is_refused_in_words_and_changes_nothing(mug, spoil, settings, words):
    spoil(job_of(mug))
    with pytest.raises(RuntimeError, match=words):
        bpy.ops.dreamfusion.reextract(**settings)
    assert height(mug) == pytest.approx(1.0)
    assert colour(image_of(mug)) == pytest.approx((200, 30, 40), abs=0.5)


def test_what_was_not_generated_is_refused(mug):
    bpy.ops.mesh.primitive_cube_add()
    with pytest.raises(RuntimeError, match="was not generated"):
        bpy.ops.dreamfusion.reextract()
    bpy.context.object["dreamfusion_job"] = "nowhere"
    with pytest.raises(RuntimeError, match="The job nowhere is not in"):
        bpy.ops.dreamfusion.reextract()
    bpy.ops.object.mode_set(mode="EDIT")
    assert not bpy.ops.dreamfusion.reextract.poll()
    bpy.ops.object.mode_set(mode="OBJECT")


def test_the_sliders_show_what_it_was_cut_with_and_keep_what_is_set(mug):
    field = mug.dreamfusion_field
    assert (field.threshold, field.smoothing, field.resolution, field.symmetry) == (0, 10, 0, "none")
    bpy.ops.dreamfusion.reextract(threshold=0.25, size=2.0)
    assert field.threshold == pytest.approx(0.25) and field.size == pytest.approx(2.0)
    field.threshold, field.symmetry, field.triangles = 0.5, "left", 900
    assert (field.threshold, field.symmetry, field.triangles) == (0.5, "left", 900)
    copy = mug.copy()
    assert copy.dreamfusion_field.threshold == pytest.approx(0.5), "a copy has the same"
    bpy.data.objects.remove(copy)
    # In the background INVOKE is EXEC, which takes what is not given from the same place.
    bpy.ops.dreamfusion.reextract("INVOKE_DEFAULT")
    assert height(mug) == pytest.approx(1.0) and colour(image_of(mug)) == pytest.approx(BLUE, abs=0.5)
    assert "dreamfusion_cut_next" not in mug
    assert (field.threshold, field.symmetry, field.triangles) == (0.5, "left", 900)


def test_a_property_that_somebody_spoiled_counts_as_none(mug):
    mug["dreamfusion_cut"] = "[1, 2"
    assert mug.dreamfusion_field.smoothing == 10
    mug["dreamfusion_cut"] = 7
    assert mug.dreamfusion_field.smoothing == 10


def test_the_panels_show_the_findings_with_their_buttons_and_the_field(mug):
    assert "it is written when its mesh is cut" in " ".join(drawn("quality"))
    bpy.ops.dreamfusion.reextract(threshold=0.25)
    shown = drawn("quality")
    assert shown[0] == "Watertight" and "9 loose pieces left out" in " ".join(shown)
    assert "wrong for a face" in " ".join(shown)
    assert shown.count("dreamfusion.reextract") == 1 and shown.count("dreamfusion.generate_again") == 1
    shown = drawn("field")
    assert shown[:2] == ["threshold", "0 is the surface as found; less is"]
    assert shown[shown.index("size") + 1] == "dreamfusion.reextract" and "Blender waits" in " ".join(shown)
    mug.dreamfusion_field.resolution = 200
    assert "no new detail" in " ".join(drawn("field"))


def test_the_panels_are_there_for_a_generated_object_only(mug):
    assert bpy.types.DREAMFUSION_PT_field.poll(bpy.context) and bpy.types.DREAMFUSION_PT_quality.poll(bpy.context)
    bpy.ops.mesh.primitive_cube_add()
    assert not bpy.types.DREAMFUSION_PT_field.poll(bpy.context)


def test_generating_again_changes_the_seed_and_asks_for_perp_neg_where_one_view_is_judged(installed, tmp_path):
    def again(**settings):
        spec = extension.part("dreamfusion_blender.job").JobSpec(prompt="a red mug", seed=1, **settings)
        job = extension.part("dreamfusion_blender.store").JobFolder.create(spec, root=tmp_path)
        return job, extension.part("operators.generate_again").with_another_seed(job)

    job, made = again(preset="sds", views="single")
    assert made.seed != 1 and made.overrides == {"sds.perp_neg": True} and made.prompt == "a red mug"
    assert (made.origin.job, made.origin.relation, made.origin.starts_from_parent) == (job.id, "variation", False)
    assert again()[1].overrides == {}
