"""An asset as a GLB file: one mesh, one material, the base colour inside, its provenance as extras."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import trimesh
from numpy.typing import NDArray
from PIL import Image
from trimesh.visual import TextureVisuals
from trimesh.visual.material import PBRMaterial

from backend.rendering.rasterize import Model
from dreamfusion_blender.asset import Asset

ROUGHNESS = 0.8  # the priors were trained on matte surfaces; nothing about gloss is known

# Rows: glTF's X, Y (up) and Z (front) in terms of ours, where Z is up and the front faces -Y.
TO_GLTF = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])


def encode(asset: Asset) -> bytes:
    """The GLB's bytes; front facing +Z, Y up, metres."""
    vertices, normals, triangles, uvs = split_at_seams(asset)
    material = PBRMaterial(
        name=asset.name,
        baseColorTexture=Image.open(io.BytesIO(asset.albedo_png)),
        metallicFactor=0.0,
        roughnessFactor=ROUGHNESS,
    )
    mesh = trimesh.Trimesh(
        vertices @ TO_GLTF.T,
        triangles,
        vertex_normals=normals @ TO_GLTF.T,
        visual=TextureVisuals(uv=uvs, material=material),
        metadata=_extras(asset),
        process=False,  # it would merge and reorder what was welded and ordered on purpose
    )
    scene = trimesh.Scene(metadata=_extras(asset))
    scene.add_geometry(mesh, geom_name=asset.name, node_name=asset.name)
    stored = scene.export(file_type="glb", include_normals=True)
    assert isinstance(stored, bytes)
    return stored


def decode(stored: bytes) -> Model:
    """A GLB with one textured mesh as something to draw, in our own frame."""
    scene = trimesh.load_scene(io.BytesIO(stored), file_type="glb", process=False)
    meshes = [each for each in scene.geometry.values() if isinstance(each, trimesh.Trimesh)]
    if len(meshes) != 1 or len(scene.graph.nodes_geometry) != 1:
        raise ValueError(f"Expected one mesh in the GLB, found {len(meshes)}")
    mesh = meshes[0]
    placed, _ = scene.graph[scene.graph.nodes_geometry[0]]
    visual = mesh.visual
    if not isinstance(visual, TextureVisuals) or not isinstance(visual.material, PBRMaterial) or visual.uv is None:
        raise ValueError("The GLB's mesh has no texture")
    triangles = np.asarray(mesh.faces)
    image = visual.material.baseColorTexture
    if image is None:
        raise ValueError("The GLB's material has no base colour texture")
    return Model(
        vertices=trimesh.transform_points(mesh.vertices, placed) @ TO_GLTF,
        triangles=triangles,
        normals=np.asarray(mesh.vertex_normals) @ placed[:3, :3].T @ TO_GLTF,
        corner_uvs=np.asarray(visual.uv)[triangles],
        texture=np.asarray(image.convert("RGB"), np.float32) / 255,
    )


def split_at_seams(
    asset: Asset,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64], NDArray[np.float32]]:
    """The asset with one UV a vertex, as glTF wants it: vertices, normals, triangles, UVs."""
    keys = np.column_stack(
        [asset.triangles.reshape(-1).astype(np.int64), asset.corner_uvs.reshape(-1, 2).view(np.int32).astype(np.int64)]
    )
    _, first, corner = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    source = asset.triangles.reshape(-1)[first]
    uvs = asset.corner_uvs.reshape(-1, 2)[first]
    return asset.vertices[source], asset.normals[source], corner.reshape(-1, 3), uvs


def _extras(asset: Asset) -> dict[str, Any]:
    return {"name": asset.name, **asset.provenance}
