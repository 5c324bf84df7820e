"""What colour a mesh has at places on it: base-colour textures, plain base colours, colour attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..inputs import GREY, srgb_of

if TYPE_CHECKING:
    from bpy.types import Image, Material, Mesh, Node, NodeSocket, Object

Floats = NDArray[np.float32]


def corner_colours(
    shown: Object, mesh: Mesh, loops: NDArray[np.int32], owners: NDArray[np.int64], weights: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """sRGB colours [P, 3] at places given by their triangles [P] and the weights of their corners [P, 3].

    loops: [T, 3] the corners of triangles. Without a material it is the active colour attribute, else light grey.
    """
    slots = np.zeros(len(mesh.loop_triangles), np.int32)
    mesh.loop_triangles.foreach_get("material_index", slots)
    slots, corners = slots[owners], loops[owners]
    result = np.full((len(owners), 3), GREY / 255, np.float32)
    materials = [slot.material for slot in shown.material_slots] or [None]
    for index, material in enumerate(materials):
        mine = slots == index if index < len(materials) - 1 else slots >= index
        if mine.any():
            result[mine] = _colours(material, mesh, corners[mine], weights[mine])
    return np.clip(np.rint(result * 255), 0, 255).astype(np.uint8)


def _colours(material: Material | None, mesh: Mesh, corners: NDArray[np.int32], weights: NDArray[np.float64]) -> Floats:
    """sRGB [P, 3] of one material."""
    attribute = mesh.color_attributes.active_color.name if mesh.color_attributes.active_color else ""
    if material is None:
        return _attribute(mesh, attribute, corners, weights)
    socket = _base_colour(material)
    if socket is None:
        return np.tile(srgb_of(np.array(material.diffuse_color[:3], np.float32)), (len(corners), 1))
    if not socket.is_linked:
        return np.tile(srgb_of(np.array(socket.default_value[:3], np.float32)), (len(corners), 1))
    node: Node = socket.links[0].from_node
    if node.type == "TEX_IMAGE" and node.image is not None and mesh.uv_layers:
        return _texture(node.image, mesh, corners, weights)
    if node.type == "VERTEX_COLOR":
        return _attribute(mesh, node.layer_name or attribute, corners, weights)
    if node.type == "ATTRIBUTE":
        return _attribute(mesh, node.attribute_name, corners, weights)
    # Colours that a node tree computes are not followed; the material's viewport colour stands for them.
    return np.tile(srgb_of(np.array(material.diffuse_color[:3], np.float32)), (len(corners), 1))


def _base_colour(material: Material) -> NodeSocket | None:
    """The Base Color socket of the material's Principled BSDF."""
    nodes = material.node_tree.nodes if material.node_tree is not None else []
    shader = next((node for node in nodes if node.type == "BSDF_PRINCIPLED"), None)
    return None if shader is None else shader.inputs["Base Color"]


def _texture(image: Image, mesh: Mesh, corners: NDArray[np.int32], weights: NDArray[np.float64]) -> Floats:
    width, height = image.size
    if not width or not height or (not image.has_data and not len(image.pixels)):
        return np.full((len(corners), 3), GREY / 255, np.float32)
    pixels = np.empty(width * height * image.channels, np.float32)
    image.pixels.foreach_get(pixels)
    pixels = pixels.reshape(height, width, image.channels)
    colours = pixels[..., :3] if image.channels >= 3 else pixels[..., :1].repeat(3, axis=2)
    uvs = np.empty(2 * len(mesh.loops), np.float32)
    shown = next((each for each in mesh.uv_layers if each.active_render), mesh.uv_layers[0])  # not the one being edited
    shown.uv.foreach_get("vector", uvs)
    at = np.einsum("pk,pki->pi", weights, uvs.reshape(-1, 2)[corners]) % 1
    found = colours[(at[:, 1] * height).astype(int) % height, (at[:, 0] * width).astype(int) % width]
    # Bytes are kept as the file has them, sRGB; floats are linear.
    return srgb_of(found) if image.is_float else found


def _attribute(mesh: Mesh, name: str, corners: NDArray[np.int32], weights: NDArray[np.float64]) -> Floats:
    layer = mesh.color_attributes.get(name)
    if layer is None:
        return np.full((len(corners), 3), GREY / 255, np.float32)
    values = np.empty(4 * len(layer.data), np.float32)
    layer.data.foreach_get("color_srgb", values)
    values = values.reshape(-1, 4)[:, :3]
    if layer.domain == "POINT":
        vertices = np.empty(len(mesh.loops), np.int32)
        mesh.loops.foreach_get("vertex_index", vertices)
        values = values[vertices]
    return np.einsum("pk,pki->pi", weights, values[corners]).astype(np.float32)
