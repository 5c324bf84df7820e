"""A mesh file as the inputs of a job: `python -m backend.read_mesh FILES OUT.npz` runs without torch.

FILES is JSON that names the files by what they are for: {"start": "table.glb", "may": "box.obj", "must": "seat.ply"}.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import numpy as np
import trimesh
from numpy.typing import NDArray
from PIL import Image
from trimesh.resolvers import FilePathResolver
from trimesh.visual import ColorVisuals, TextureVisuals
from trimesh.visual.material import PBRMaterial

from backend import small_process
from backend.events import Emit
from backend.glb import TO_GLTF
from backend.gltf_materials import with_materials
from dreamfusion_blender.errors import BadSpec
from dreamfusion_blender.files import atomic_write
from dreamfusion_blender.inputs import (
    COLOUR_SAMPLES,
    GREY,
    GivenMesh,
    Inputs,
    barycentric_samples,
    join_meshes,
    largest_side,
    linear_of,
    placement_around,
    srgb_of,
)
from dreamfusion_blender.protocol import Message

Y_UP: Final = (".glb", ".gltf", ".obj")
"""Formats whose Y is up and whose front is +Z, as Blender writes them; the others are as in Blender."""
READABLE: Final = (*Y_UP, ".ply", ".stl")
LINEAR: Final = (".glb", ".gltf")
"""Formats whose plain colours are linear (glTF 2.0, §3.9.2 and §3.7.2.1); the others' are taken for sRGB."""
STUMBLES: Final = (
    *(OSError, ValueError, KeyError, IndexError, TypeError, AttributeError),
    *(UnboundLocalError, RecursionError),
    NotImplementedError,  # trimesh's own, of what it cannot read; nothing of ours is left undone
)
"""What comes out of trimesh's readers when a file is damaged: the built-in error of the line that stumbled over it."""


class ConfinedResolver(FilePathResolver):
    """Finds a mesh's textures beside it, and nowhere else."""

    def get(self, name: str) -> bytes:
        """The content of a file in the mesh's own folder or below it. Raises BadSpec for one elsewhere.

        glTF writes names as URIs: my%20table.bin.
        """
        folder = Path(self.parent).resolve()
        for written in (name.strip(), unquote(name.strip())):
            path = (folder / written).resolve()
            if not path.is_relative_to(folder):
                raise BadSpec(f"The mesh names a file outside of its folder: {name}")
            if path.is_file():
                return path.read_bytes()
        raise BadSpec(f"The mesh needs the file {name.strip()}, which is not beside it")


def read_inputs(files: dict[str, str]) -> Inputs:
    """The meshes of files, by what they are for, in a placement around them."""
    meshes = {kind: read_mesh(Path(path)) for kind, path in files.items()}
    around = placement_around(list(meshes.values()))
    if "start" in meshes:
        # The size and the distance that somebody asks for are the mesh's, whatever lies around it.
        around = replace(around, size=largest_side(meshes["start"]))
    return Inputs(around, **meshes).validate()


def read_mesh(path: Path) -> GivenMesh:
    """All meshes of a file as one, Z up, front facing −Y, with their colours. Raises BadSpec."""
    suffix = path.suffix.lower()
    if suffix not in READABLE:
        raise BadSpec(f"{path.name} is none of the mesh files that can be read: {', '.join(READABLE)}")
    try:
        content = path.read_bytes()
        file = io.BytesIO(with_materials(content) if suffix in LINEAR else content)
        scene = trimesh.load_scene(file, file_type=suffix[1:], resolver=ConfinedResolver(str(path)), process=False)
        meshes = [each for each in _placed(scene) if len(each.faces)]
        turn = TO_GLTF if suffix in Y_UP else np.eye(3)
        parts = [_given(each, turn, suffix in LINEAR) for each in meshes]
    except STUMBLES as error:
        raise BadSpec(f"{path} cannot be read as a mesh: {error}. Export it again, or in another format") from error
    if not parts:
        raise BadSpec(f"{path} has no faces to start from")
    return join_meshes(parts).validate(path.name)


def _placed(scene: trimesh.Scene) -> list[trimesh.Trimesh]:
    """The scene's meshes where it has them; copies, with what a copy forgets: the colours of vertices."""
    placed = []
    for node in scene.graph.nodes_geometry:
        transform, name = scene.graph[node]
        geometry = scene.geometry[name]
        if isinstance(geometry, trimesh.Trimesh):
            mesh = geometry.copy().apply_transform(transform)
            if isinstance(geometry.visual, TextureVisuals) and isinstance(mesh.visual, TextureVisuals):
                for attribute, values in geometry.visual.vertex_attributes.items():
                    mesh.visual.vertex_attributes[attribute] = values
            placed.append(mesh)
    return placed


def _given(mesh: trimesh.Trimesh, turn: NDArray[np.float64], linear: bool) -> GivenMesh:
    vertices = np.asarray(mesh.vertices) @ turn
    if not np.isfinite(vertices).all():
        raise ValueError("some of its vertices are not at numbers")
    triangles = np.asarray(mesh.faces, np.int32)
    weights, owners = barycentric_samples(vertices[triangles], COLOUR_SAMPLES)
    points = np.einsum("pk,pki->pi", weights, vertices[triangles[owners]])
    colours = _colours(mesh, triangles[owners], owners, weights, linear)
    return GivenMesh(vertices.astype(np.float32), triangles, points.astype(np.float32), colours)


def _colours(
    mesh: trimesh.Trimesh,
    corners: NDArray[np.int32],
    owners: NDArray[np.int64],
    weights: NDArray[np.float64],
    linear: bool,
) -> NDArray[np.uint8]:
    """sRGB [P, 3] at places given by their triangles' vertices [P, 3], the triangles [P] and weights [P, 3].

    linear: whether colours that are no pictures are linear.
    """
    visual = mesh.visual
    if isinstance(visual, TextureVisuals):
        return _painted(visual, corners, weights, linear)
    if isinstance(visual, ColorVisuals) and visual.kind == "vertex":
        return _bytes(np.einsum("pk,pki->pi", weights, np.asarray(visual.vertex_colors)[corners][..., :3]), linear)
    if isinstance(visual, ColorVisuals) and visual.kind == "face":
        return _bytes(np.asarray(visual.face_colors)[owners, :3], linear)
    return np.full((len(corners), 3), GREY, np.uint8)


def _painted(
    visual: TextureVisuals, corners: NDArray[np.int32], weights: NDArray[np.float64], linear: bool
) -> NDArray[np.uint8]:
    """A material's picture, or its one colour. In glTF factors and the vertices' colours tint it (2.0, §3.9.2)."""
    material = visual.material
    image = getattr(material, "baseColorTexture", None) or getattr(material, "image", None)
    tints: list[NDArray[np.floating]] = []
    if isinstance(image, Image.Image) and visual.uv is not None:
        colours = _texture(image, np.einsum("pk,pki->pi", weights, np.asarray(visual.uv)[corners]))
        if isinstance(material, PBRMaterial) and material.baseColorFactor is not None:
            tints.append(np.asarray(material.main_color)[:3] / 255)
    else:
        colours = np.tile(_plain(material, linear), (len(corners), 1))
    of_vertices = visual.vertex_attributes.get("color")
    if linear and of_vertices is not None:
        tints.append(np.einsum("pk,pki->pi", weights, _shares(np.asarray(of_vertices))[corners][..., :3]))
    for tint in tints:
        colours = np.rint(255 * srgb_of(linear_of(colours / 255) * tint)).astype(np.uint8)
    return colours


def _shares(numbers: NDArray[Any]) -> NDArray[np.floating]:
    """A file's numbers as 0 … 1: whole ones are shares of the largest of their kind."""
    return numbers / np.iinfo(numbers.dtype).max if numbers.dtype.kind == "u" else np.clip(numbers, 0, 1)


def _plain(material: Any, linear: bool) -> NDArray[np.uint8]:
    """A material's one colour, sRGB [3]; one of glTF's that says none is white."""
    if isinstance(material, PBRMaterial) and material.baseColorFactor is None:
        return np.full(3, 255, np.uint8)
    return _bytes(np.asarray(material.main_color)[:3], linear)


def _bytes(colours: NDArray[Any], linear: bool) -> NDArray[np.uint8]:
    """Colours in 0 … 255, any shape, linear ones as sRGB."""
    return np.rint(255 * srgb_of(colours / 255) if linear else colours).astype(np.uint8)


def _texture(image: Image.Image, uvs: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Texels at texture coordinates [P, 2], v upwards."""
    pixels = np.asarray(image.convert("RGB"))
    height, width = pixels.shape[:2]
    at = uvs % 1
    return pixels[((1 - at[:, 1]) * height).astype(int) % height, (at[:, 0] * width).astype(int) % width]


def main(arguments: list[str] | None = None) -> int:
    """Read the files and write inputs.npz; the last line on standard output is the ending as an event."""
    parser = argparse.ArgumentParser(prog="python -m backend.read_mesh", description=main.__doc__)
    parser.add_argument("files", help="JSON: what for, and the file")
    parser.add_argument("out", help="where inputs.npz goes")
    options = parser.parse_args(arguments)

    def read(_: Emit) -> Message:
        inputs = read_inputs(json.loads(options.files))
        atomic_write(Path(options.out), inputs.to_bytes())
        return {"size": inputs.placement.size}

    return small_process.run(read)


if __name__ == "__main__":
    sys.exit(main())
