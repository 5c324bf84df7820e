"""The object that takes shape in the scene while its job runs: made once, its mesh rewritten in place, then replaced.

The object is the user's from the first moment: its name, transform, modifiers, collections and materials are never
touched again. Only the mesh is ours, and only as long as nobody else has changed it: what was written is remembered as
a checksum in the mesh itself, which an undo restores together with the mesh.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import bpy
import numpy as np
from numpy.typing import NDArray

from .material import build_material, nodes_of
from .mesh import VISITS, build_mesh
from .placing import mark_origin, place
from .presence import is_in_any_scene
from .triangles import checksum, fill

if TYPE_CHECKING:
    from bpy.types import Context, Material, Mesh, Object

    from ..asset import Asset
    from .stage import Stage

LIVE_PROPERTY = "dreamfusion_live"  # of an object: the id of the job whose previews are written into it
CHECK_PROPERTY = "dreamfusion_live_check"  # of a mesh: the checksum of what was written into it last
COLOUR = "Color"  # Blender's own default, so that tools which look for it by name find it
_OURS = {"position", ".edge_verts", ".corner_vert", ".corner_edge", COLOUR}  # attributes that a preview's mesh has


class Preview(NamedTuple):
    """vertices: [V, 3] in metres, in the object's frame.  triangles: [T, 3].  colours: [V, 3] uint8, sRGB."""

    vertices: NDArray[np.float32]
    triangles: NDArray[np.int32]
    colours: NDArray[np.uint8]


def add_live(name: str, job: str, context: Context | Stage, location: Sequence[float]) -> Object:
    """A new object for the job of this id at `location` (metres, world space), empty as yet. Pushes no undo step.

    It is selected where nothing else is, so that it does not take the selection from whoever went on working.
    """
    mesh = bpy.data.meshes.new(name)
    mesh.materials.append(_live_material(name))
    result = bpy.data.objects.new(name, mesh)
    result[LIVE_PROPERTY] = job
    place(result, context, location, select=not context.view_layer.objects.selected)
    return result


def write_preview(live: Object, preview: Preview) -> None:
    """Put another shape into the live object's mesh."""
    mesh = live.data
    mesh.clear_geometry()
    fill(mesh, preview.vertices, preview.triangles)
    colours = np.ones((len(preview.colours), 4), np.float32)
    colours[:, :3] = preview.colours / np.float32(255)
    layer = mesh.color_attributes.new(name=COLOUR, type="BYTE_COLOR", domain="POINT")
    layer.data.foreach_set("color_srgb", colours.ravel())
    mesh.color_attributes.active_color = layer
    mesh.shade_smooth()
    mesh.update(calc_edges=True)
    mesh[CHECK_PROPERTY] = _checksum(mesh)
    for material in mesh.materials:
        if _is_live(material):
            # What solid shading shows, unless it is set to the attribute's own colours.
            material.diffuse_color = (*_linear(colours[:, :3].mean(axis=0)), 1.0)


def is_untouched(live: Object) -> bool:
    """Whether the object's mesh is as it was written: not edited, marked, painted, unwrapped, weighted or exchanged."""
    mesh = live.data
    if live.type != "MESH" or live.mode != "OBJECT" or mesh.is_editmode:
        return False
    if CHECK_PROPERTY not in mesh:
        return not len(mesh.vertices)  # nothing was written yet
    # Seams, creases, face sets, UVs and the faces' materials are all attributes, and the next preview has none of them.
    is_marked = any(each.name not in _OURS and not each.name.startswith(VISITS) for each in mesh.attributes)
    has_more = is_marked or mesh.shape_keys or live.vertex_groups
    return not has_more and mesh[CHECK_PROPERTY] == _checksum(mesh)


def is_used(live: Object) -> bool:
    """Whether somebody has made something of the object besides its mesh, which would be lost with it."""
    is_dressed = not all(each is not None and _is_live(each) for each in live.data.materials)
    return bool(live.modifiers or live.constraints or live.animation_data or live.children or is_dressed)


def find_live(job: str, known: Object | None = None) -> Object | None:
    """The object in some scene that the job's previews go into.

    known: the one to prefer, where it still is one; a copy that somebody kept may come first by name.
    """
    found = [each for each in _all_live(job) if is_in_any_scene(each)]
    return known if known in found else next(iter(found), None)


def live_jobs() -> frozenset[str]:
    """The ids of all jobs that this file holds an unfinished object of."""
    return frozenset(each[LIVE_PROPERTY] for each in bpy.data.objects if LIVE_PROPERTY in each and _is_own(each))


def settle(live: Object, asset: Asset) -> None:
    """Give the live object the finished asset's mesh and, where the user chose no other, its material.

    Whatever shares the mesh (a linked duplicate) gets it, too. Pushes no undo step, and releases nothing.
    """
    old = live.data
    mesh = build_mesh(asset)
    material = build_material(asset.name, asset.albedo_png)
    for each in old.materials:
        if _is_live(each):
            material.diffuse_color = each.diffuse_color  # what solid shading has shown so far
    theirs = [each for each in old.materials if not _is_live(each)]
    # The user's come first, so that the faces, which all use the first slot, keep showing it.
    for each in (*theirs, material):
        mesh.materials.append(each)
    name = old.name
    old.user_remap(mesh)
    bpy.data.meshes.remove(old)
    mesh.name = name
    for each in [each for each in bpy.data.materials if _is_live(each) and not each.users]:
        bpy.data.materials.remove(each)
    mark_origin(live, asset.provenance)


def release(job: str) -> None:
    """Let the job's object, and every copy that somebody kept of it, be an ordinary one: no more is written into it."""
    for live in _all_live(job):
        del live[LIVE_PROPERTY]
        live.data.pop(CHECK_PROPERTY, None)


def remove(live: Object) -> None:
    """Take the live object out of the file, and what was made for it alone."""
    mesh, materials = live.data, [each for each in live.data.materials if _is_live(each)]
    bpy.data.objects.remove(live)
    if not mesh.users:
        bpy.data.meshes.remove(mesh)
    for material in materials:
        if not material.users:
            bpy.data.materials.remove(material)


def _all_live(job: str) -> list[Object]:
    return [each for each in bpy.data.objects if each.get(LIVE_PROPERTY) == job and _is_own(each)]


def _is_own(live: Object) -> bool:
    """Whether the object and its mesh are this file's: what is written into those of another file comes to nothing."""
    return not any(each.library or each.override_library for each in (live, live.data) if each is not None)


def _live_material(name: str) -> Material:
    """Shows the colours of the vertices."""
    material = bpy.data.materials.new(f"{name} (Live)")
    material[LIVE_PROPERTY] = True
    tree, shader = nodes_of(material)
    attribute = tree.nodes.new("ShaderNodeAttribute")
    attribute.attribute_name = COLOUR
    attribute.location = (-320.0, 300.0)
    tree.links.new(attribute.outputs["Color"], shader.inputs["Base Color"])
    return material


def _is_live(material: Material | None) -> bool:
    return material is not None and LIVE_PROPERTY in material


def _checksum(mesh: Mesh) -> str:
    """Of positions, triangles and colours as they are in the mesh now. Text: Blender's integers have 31 bits."""
    total = checksum(mesh)
    layer = mesh.color_attributes.get(COLOUR)
    if layer is not None:
        colours = np.empty(4 * len(layer.data), np.float32)
        layer.data.foreach_get("color_srgb", colours)
        total = zlib.crc32((colours * 255 + 0.5).astype(np.uint8).tobytes(), total)
    return f"{total:08x}"


def _linear(srgb: NDArray[np.float32]) -> list[float]:
    """sRGB to linear, about: the viewport's one colour for a whole object need not be exact."""
    return [float(each) for each in srgb**2.2]
