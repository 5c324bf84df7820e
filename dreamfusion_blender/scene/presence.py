"""Whether an object is in a scene: asked often, and without a listing of all objects where it is to be seen.

`Object.users_scene` lists the objects of every scene, in Python; a timer that asks it has large files stutter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy

if TYPE_CHECKING:
    from bpy.types import Object, Scene, ViewLayer


def is_in(found: Object, scene: Scene) -> bool:
    """Whether it is in any of the scene's collections.

    What a view layer shows, or hides with the eye, is looked up in its table. The listing is for what the layers do not
    have because its collection is excluded or hidden, or what is not there at all.
    """
    return any(_is_listed(found, layer) for layer in scene.view_layers) or found in scene.objects[:]


def is_in_any_scene(found: Object) -> bool:
    """Whether it is in one of the file's: what was deleted in the viewport may be in none and still be used."""
    return any(is_in(found, scene) for scene in bpy.data.scenes)


def is_only_in(found: Object, scene: Scene) -> bool:
    """Whether nothing shows it but this scene: no other one, and no instance of a collection that it is in."""
    if any(is_in(found, each) for each in bpy.data.scenes if each != scene):
        return False
    instances = [each for each in bpy.data.objects if each.instance_type == "COLLECTION"]
    shown = {each.instance_collection for each in instances if each.instance_collection is not None}
    return not any(found in each.all_objects[:] for each in shown)


def _is_listed(found: Object, layer: ViewLayer) -> bool:
    return found.visible_get(view_layer=layer) or found.hide_get(view_layer=layer)
