"""An asset's arrays as a Blender mesh, set in bulk: 100 000 triangles take a fraction of a second."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..inputs import Placement
from .triangles import checksum, fill, flat

if TYPE_CHECKING:
    from bpy.types import Mesh

    from ..asset import Asset

SHAPE_PROPERTY = "dreamfusion_shape"  # of a mesh: the checksum of what it was filled with
UV_PROPERTY = "dreamfusion_uvs"  # and that of its UVs
UV_LAYER = "UVMap"  # Blender's own default, so that tools which look for it by name find it
VISITS = (".select", ".hide", ".uv_select", ".vs.", ".es.", ".pn.")
"""How the names of attributes begin that a mere visit to Edit Mode may leave: what was selected, hidden and pinned."""
_OURS = {"position", ".edge_verts", ".corner_vert", ".corner_edge", "custom_normal", "sharp_edge", "sharp_face"}


def build_mesh(asset: Asset) -> Mesh:
    """A new mesh data-block with the asset's triangles, UVs and normals, smooth-shaded; no material yet."""
    mesh = bpy.data.meshes.new(asset.name)
    fill_mesh(mesh, asset)
    return mesh


def fill_mesh(mesh: Mesh, asset: Asset) -> None:
    """Give an empty mesh the asset's geometry, and remember in it what it was given.

    The arrays are the asset's: vertices [V, 3] in metres, triangles [T, 3], corner_uvs [T, 3, 2], normals [V, 3].
    """
    vertices, normals, triangles, corner_uvs = _in_object(asset)
    fill(mesh, vertices, triangles)
    uvs = mesh.uv_layers.new(name=UV_LAYER, do_init=False)
    uvs.uv.foreach_set("vector", flat(corner_uvs))
    mesh.shade_smooth()
    mesh.update(calc_edges=True)
    mesh.normals_split_custom_set_from_vertices(np.asarray(normals, dtype=np.float32))
    mesh[SHAPE_PROPERTY], mesh[UV_PROPERTY] = _checksum(mesh), _uv_checksum(mesh)


def is_as_cut(mesh: Mesh) -> bool:
    """Whether nobody has changed the mesh since it was filled; a mesh of an earlier version counts as unchanged."""
    # Colours, seams, creases, face sets and the faces' materials are all attributes.
    names = {each.name for each in mesh.attributes if not each.name.startswith(VISITS)}
    if len(mesh.uv_layers) != 1 or names - _OURS - {mesh.uv_layers[0].name}:
        return False
    return mesh.get(SHAPE_PROPERTY) in (None, _checksum(mesh)) and mesh.get(UV_PROPERTY) in (None, _uv_checksum(mesh))


def _checksum(mesh: Mesh) -> str:
    """Of its shape. Text: Blender's integers have 31 bits."""
    return f"{checksum(mesh):08x}"


def _uv_checksum(mesh: Mesh) -> str:
    """Of the one UV layer as it is in the mesh now."""
    uvs = np.empty(2 * len(mesh.loops), np.float32)
    mesh.uv_layers[0].uv.foreach_get("vector", uvs)
    return f"{zlib.crc32(uvs.tobytes()):08x}"


def _in_object(asset: Asset) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Vertices, normals, triangles and corner UVs in the coordinates of the object that they will belong to.

    These are the asset's own, but for what was refined or guided: its object stands, turns and scales as its job says.
    """
    triangles = np.ascontiguousarray(asset.triangles, dtype=np.int32)
    placement = Placement.of(asset.job_folder)
    if placement is None:
        return asset.vertices, asset.normals, triangles, asset.corner_uvs
    matrix = placement.from_asset(asset.origin)
    vertices = asset.vertices @ matrix[:3, :3].T + matrix[:3, 3]
    normals = asset.normals @ np.linalg.inv(matrix[:3, :3])  # by the inverse transpose, as normals are
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-20)
    if np.linalg.det(matrix[:3, :3]) < 0:  # the object is a mirror image, and turns the triangles once more
        return vertices, normals, np.ascontiguousarray(triangles[:, ::-1]), asset.corner_uvs[:, ::-1]
    return vertices, normals, triangles, asset.corner_uvs
