"""An asset's texture as a packed image in a material of one Principled BSDF."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import bpy

if TYPE_CHECKING:
    from bpy.types import Image, Material, Node, NodeTree

# The texture is what the prior saw without any gloss: a mostly diffuse surface shows the same colours again.
ROUGHNESS = 0.8
IMAGE_PROPERTY = "dreamfusion_image"  # of an image that we made: the one to be replaced when the mesh is cut again
FILE_PROPERTY = "dreamfusion_file"  # of the same: the checksum of the file that was packed into it
_TEXTURE_POSITION = (-320.0, 300.0)  # left of the shader node, in node-editor units


def build_material(name: str, albedo_png: bytes) -> Material:
    """A new material: the image, packed into the file, as the base colour of one Principled BSDF."""
    material = bpy.data.materials.new(name)
    tree, shader = nodes_of(material)
    shader.inputs["Roughness"].default_value = ROUGHNESS
    texture = tree.nodes.new("ShaderNodeTexImage")
    texture.location = _TEXTURE_POSITION
    texture.image = packed_image(name, albedo_png)
    tree.links.new(texture.outputs["Color"], shader.inputs["Base Color"])
    return material


def nodes_of(material: Material) -> tuple[NodeTree, Node]:
    """A new material's nodes, and of them its Principled BSDF."""
    if bpy.app.version < (5, 0, 0):
        material.use_nodes = True  # always on from 5.0, where setting it warns
    tree = material.node_tree
    return tree, next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")


def packed_image(name: str, png: bytes) -> Image:
    """A new image data-block that holds the PNG itself, so that the .blend needs no file beside it."""
    image = bpy.data.images.new(name, width=1, height=1)  # the size is the PNG's as soon as it is packed
    image[IMAGE_PROPERTY], image[FILE_PROPERTY] = True, _checksum(png)
    image.pack(data=png, data_len=len(png))
    image.source = "FILE"
    image.colorspace_settings.name = "sRGB"
    return image


def is_as_packed(image: Image) -> bool:
    """Whether nobody has painted on an image of ours; one of an earlier version counts as untouched once it is saved.

    So does one that was unpacked: what was painted into its file stays there.
    """
    if image.is_dirty:
        return False
    return image.packed_file is None or image.get(FILE_PROPERTY) in (None, _checksum(image.packed_file.data))


def _checksum(file: bytes) -> str:
    """Text: Blender's integers have 31 bits."""
    return f"{zlib.crc32(file):08x}"
