"""Pictures of any GLB: from around it, in its colours, under light or in clay; and how strong its colours are."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import numpy as np
import trimesh
from numpy.typing import NDArray
from PIL import Image
from trimesh.visual import ColorVisuals, TextureVisuals
from trimesh.visual.material import PBRMaterial

from backend.glb import TO_GLTF
from backend.meshing.topology import vertex_normals
from backend.read_mesh import STUMBLES
from backend.rendering.rasterize import Camera, Look, Model, render
from backend.rendering.turntable import AZIMUTHS, CLAY, DISTANCE, ELEVATION, FOV, normalised, views
from dreamfusion_blender.errors import BadSpec
from dreamfusion_blender.inputs import srgb_of

__all__ = ["LOOKS", "LookName", "coverage", "picture_strip", "read_glb", "saturation", "views_from"]

LookName = Literal["albedo", "shaded", "textureless"]
LOOKS: Final[dict[LookName, Look]] = {
    "albedo": Look(ambient=1.0, diffuse=0.0),
    "shaded": Look(),
    "textureless": Look(clay=CLAY),
}
OUTLINE: Final = Look(ambient=1.0, diffuse=0.0, background=(0.0, 0.0, 0.0), clay=1.0)
GREY: Final = 0.5  # what has neither texture nor colours
STRIP: Final = 96  # pixels a side of a picture on the page
Pictures = NDArray[np.float32]


def read_glb(path: Path) -> Model:
    """All meshes of a GLB as one, Z up, front facing -Y, with a texture, with colours, or grey. Raises BadSpec."""
    try:
        mesh = trimesh.load_scene(path, file_type="glb", process=False).to_mesh()
    except STUMBLES as error:
        raise BadSpec(
            f"{path} cannot be read as a GLB: {error}. Export it again, or take it out of the folder"
        ) from error
    triangles = np.asarray(mesh.faces)
    if not len(triangles):
        raise BadSpec(f"{path} has no triangles. Export it again, or take it out of the folder")
    vertices = np.asarray(mesh.vertices) @ TO_GLTF
    shape = (vertices, triangles, vertex_normals(vertices, triangles))
    visual = mesh.visual
    if isinstance(visual, TextureVisuals) and isinstance(visual.material, PBRMaterial):
        image, uvs = visual.material.baseColorTexture, visual.uv
        if isinstance(image, Image.Image) and uvs is not None:
            texture = np.asarray(image.convert("RGB"), np.float32) / 255
            return Model(*shape, corner_uvs=np.asarray(uvs)[triangles], texture=texture)
        plain = srgb_of(np.asarray(visual.material.main_color)[:3] / 255)  # glTF's plain colours are linear
        return Model(*shape, colours=np.tile(plain, (len(vertices), 1)))
    if isinstance(visual, ColorVisuals) and visual.defined:
        return Model(*shape, colours=srgb_of(np.asarray(visual.vertex_colors)[:, :3] / 255))
    return Model(*shape, colours=np.full((len(vertices), 3), GREY))


def views_from(model: Model, size: int, look: Look, elevation: float) -> Pictures:
    """A model from around it at an elevation in rad, the front first: [AZIMUTHS, size, size, 3] in [0, 1]."""
    model = normalised(model)
    turns = [turn * 2 * np.pi / AZIMUTHS for turn in range(AZIMUTHS)]
    return np.stack([render(model, Camera(turn, elevation, DISTANCE, FOV), size, look) for turn in turns])


def coverage(model: Model, size: int) -> NDArray[np.float32]:
    """How much of each pixel the object covers, from the eight sides of the turntable: [8, size, size]."""
    return views_from(model, size, OUTLINE, ELEVATION)[..., 0]


def saturation(pictures: Pictures, cover: NDArray[np.float32]) -> float:
    """Mean saturation, (max - min) / max of the channels, of pixels [V, S, S, 3] that are covered [V, S, S] whole."""
    inside = pictures[cover > 0.999]
    if not len(inside):
        return 0.0
    strongest = inside.max(axis=-1)
    return float(((strongest - inside.min(axis=-1)) / np.maximum(strongest, 1e-6)).mean())


def picture_strip(model: Model, size: int = STRIP) -> Image.Image:
    """Eight coloured views over eight in clay, for people."""
    rows = [np.concatenate(list(views(model, size, LOOKS[look])), axis=1) for look in ("shaded", "textureless")]
    return Image.fromarray(np.rint(np.concatenate(rows) * 255).astype(np.uint8))
