"""Another mesh and texture for an object that is there: the object itself, its materials and its place stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import bpy

from .material import IMAGE_PROPERTY, is_as_packed, packed_image
from .mesh import fill_mesh, is_as_cut
from .placing import mark_origin

if TYPE_CHECKING:
    from bpy.types import Image, Material, Node, NodeTree, Object

    from ..asset import Asset


def replace_asset(target: Object, asset: Asset) -> None:
    """Give the object the asset's geometry and its image the asset's texture. Pushes no undo step.

    The same object, mesh data-block and material slots: whatever shares the mesh changes with it. A material
    that other meshes use, too, is copied first, so that only this object gets the new texture; so is what is linked
    from another file. Materials that the user put in the place of ours keep what they show.
    """
    mesh = target.data
    mesh.clear_geometry()
    fill_mesh(mesh, asset)
    mark_origin(target, asset.provenance)
    for index, material in enumerate(mesh.materials):
        if material is None or not any(_our_nodes(material.node_tree)):
            continue
        is_shared = material.library is not None or _others_use(material, target)
        if is_shared:
            material = material.copy()
            mesh.materials[index] = material
        for node in _our_nodes(material.node_tree, nested=False):
            if is_shared or node.image.library is not None:
                node.image = node.image.copy()
        for image in {node.image for node in _our_nodes(material.node_tree) if node.image.library is None}:
            _exchange(image, asset.albedo_png)


def was_changed(target: Object) -> bool:
    """Whether somebody edited, painted, unwrapped or weighted the mesh since it was cut, or painted on its texture."""
    if target.vertex_groups or not is_as_cut(target.data):
        return True
    trees = [material.node_tree for material in target.data.materials if material is not None]
    return not all(is_as_packed(node.image) for tree in trees for node in _our_nodes(tree))


def is_in_our_material(target: Object) -> bool:
    """Whether every material of the object shows an image of ours, and none is somebody's own."""
    return all(each is not None and any(_our_nodes(each.node_tree)) for each in target.data.materials)


def _our_nodes(tree: NodeTree | None, nested: bool = True) -> Iterator[Node]:
    """The nodes that show an image of ours. nested: in groups, too."""
    for node in tree.nodes if tree is not None else ():
        if node.type == "TEX_IMAGE" and node.image is not None and IMAGE_PROPERTY in node.image:
            yield node
        elif nested and node.type == "GROUP":
            yield from _our_nodes(node.node_tree)


def _others_use(material: Material, target: Object) -> bool:
    """Whether a mesh or an object besides the target's uses the material."""
    users = bpy.data.user_map(subset={material})[material]
    return any(
        each != target.data and not (isinstance(each, bpy.types.Object) and each.data == target.data)
        for each in users
        if isinstance(each, (bpy.types.Object, bpy.types.Mesh, bpy.types.Curve))
    )


def _exchange(old: Image, png: bytes) -> None:
    """Put another image in the place of ours, wherever it is used, under its name.

    Another data-block, because an undo keeps the pixels that a data-block has decoded: of one that was packed anew it
    would bring the old file back and go on showing the new pixels. Where somebody has painted and not saved, the old
    one stays, used by nothing, until the file is closed: no undo step holds such pixels, but it finds them there.
    """
    name = old.name
    new = packed_image(name, png)
    old.user_remap(new)
    if old.is_dirty:
        old.name = f"{name} (Painted)"
    else:
        bpy.data.images.remove(old)
    new.name = name
