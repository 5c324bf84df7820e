"""Whether an object is in a scene: right wherever it is, and as quick in a large file as in a small one."""

from __future__ import annotations

import bpy
import clock
import pytest
from extension import part

MANY = 20_000
QUICK = 0.001  # seconds; a listing of that many takes four times as long
TRIES = 5  # other programs may hold this one up


@pytest.fixture
def collection(scene):
    """One of the scene's own collections."""
    made = bpy.data.collections.new("Set")
    scene.collection.children.link(made)
    return made


@pytest.fixture
def mug(collection):
    made = bpy.data.objects.new("Mug", None)
    collection.objects.link(made)
    return made


@pytest.mark.parametrize("switch", ["none", "eye", "viewport", "collection's eye", "collection", "exclude"])
def test_what_a_scene_has_is_in_it_whether_shown_or_not(scene, collection, mug, switch):
    layer = bpy.context.view_layer.layer_collection.children["Set"]
    mug.hide_set(switch == "eye")
    mug.hide_viewport, layer.hide_viewport = switch == "viewport", switch == "collection's eye"
    collection.hide_viewport, layer.exclude = switch == "collection", switch == "exclude"
    other, presence = bpy.data.scenes.new("Other"), part("dreamfusion_blender.scene.presence")
    assert presence.is_in(mug, scene) and not presence.is_in(mug, other) and presence.is_in_any_scene(mug)
    collection.objects.unlink(mug)
    assert not presence.is_in(mug, scene) and not presence.is_in_any_scene(mug)


def test_another_files_object_of_the_same_name_is_another(scene, mug, tmp_path):
    path = str(tmp_path / "set.blend")
    bpy.data.libraries.write(path, {mug})
    with bpy.data.libraries.load(path, link=True) as (_, wanted):
        wanted.objects = ["Mug"]
    (theirs,) = (each for each in bpy.data.objects if each.library is not None)
    presence = part("dreamfusion_blender.scene.presence")
    assert theirs.name == mug.name and presence.is_in(mug, scene) and not presence.is_in_any_scene(theirs)


def test_the_live_object_is_found_at_once_among_many_others(scene, view, live):
    for number in range(MANY):
        scene.collection.objects.link(bpy.data.objects.new(f"Rock {number}", None))
    assert view.object() == live
    assert min(seconds(view.object) for _ in range(TRIES)) < QUICK


def seconds(call) -> float:
    began = clock.seconds()
    call()
    return clock.seconds() - began
