"""A job and its parent side by side, and the end of it."""

from __future__ import annotations

import bpy
import pytest
from extension import all_jobs


@pytest.fixture(autouse=True)
def with_backend(fake_backend):
    pass


def test_compare_stands_a_job_beside_its_parent(mug, scene):
    bpy.ops.dreamfusion.restyle(prompt="a blue mug")
    remove_all(scene)
    before = len(bpy.data.meshes), len(bpy.data.images)
    assert bpy.ops.dreamfusion.compare(job=all_jobs()[0].name) == {"FINISHED"}
    old, new = scene.objects["a red mug"], scene.objects["a blue mug"]
    assert (old.location.x, new.location.x) == (0, 1.25)
    kept = scene.objects["a red mug"]
    kept.location.y = 5.0
    kept.users_collection[0].objects.unlink(kept)
    scene.collection.objects.link(kept)  # the artist wants it for good
    bpy.ops.dreamfusion.compare(job=all_jobs()[0].name, other=all_jobs()[1].name)
    assert len(scene.objects) == 3  # the last pair went
    assert bpy.ops.dreamfusion.end_compare() == {"FINISHED"}
    assert list(scene.objects) == [kept]
    assert (len(bpy.data.meshes), len(bpy.data.images)) == (before[0] + 1, before[1] + 1)  # those of the one kept
    with pytest.raises(RuntimeError, match="Nothing is being compared"):
        bpy.ops.dreamfusion.end_compare()
    remove_all(scene)
    with pytest.raises(RuntimeError, match="made of none"):
        bpy.ops.dreamfusion.compare(job=all_jobs()[1].name)


def test_the_end_of_a_comparison_takes_our_copies_alone(mug, scene):
    bpy.ops.dreamfusion.restyle(prompt="a blue mug")
    remove_all(scene)
    bpy.ops.dreamfusion.compare(job=all_jobs()[0].name)
    (comparison,) = scene.collection.children
    theirs, inner = bpy.data.objects.new("Theirs", bpy.data.meshes.new("Theirs")), bpy.data.collections.new("Inner")
    comparison.objects.link(theirs)
    comparison.children.link(inner)
    bpy.ops.dreamfusion.end_compare()
    assert list(scene.collection.objects) == [theirs] == list(bpy.data.objects)
    assert list(scene.collection.children) == [inner]


def test_duplicates_and_copies_that_were_worked_on_stay(mug, scene):
    bpy.ops.dreamfusion.restyle(prompt="a blue mug")
    remove_all(scene)
    bpy.ops.dreamfusion.compare(job=all_jobs()[0].name)
    (comparison,) = scene.collection.children
    old, new = scene.objects["a red mug"], scene.objects["a blue mug"]
    duplicate = old.copy()
    duplicate.data = old.data.copy()
    comparison.objects.link(duplicate)
    new.modifiers.new("Bevel", "BEVEL")
    bpy.ops.dreamfusion.end_compare()
    assert set(scene.objects) == {duplicate, new} == set(scene.collection.objects)


@pytest.mark.parametrize("change", ["moved", "other material", "parent of something"])
def test_a_copy_that_was_put_to_use_stays(mug, scene, change):
    bpy.ops.dreamfusion.restyle(prompt="a blue mug")
    remove_all(scene)
    bpy.ops.dreamfusion.compare(job=all_jobs()[0].name)
    copy = scene.objects["a red mug"]
    if change == "moved":
        copy.rotation_euler.z = 1.0
    elif change == "other material":
        copy.data.materials.append(bpy.data.materials.new("Glaze"))
    else:
        child = bpy.data.objects.new("Spoon", None)
        scene.collection.objects.link(child)
        child.parent = copy
    bpy.ops.dreamfusion.end_compare()
    assert copy.name in scene.collection.objects and "a blue mug" not in scene.objects


def remove_all(scene):
    for each in list(scene.objects):
        bpy.data.objects.remove(each)
