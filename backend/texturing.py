"""A mesh's base colour, baked texel by texel from the field's albedo."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import distance_transform_edt

from backend.meshing.field_grid import FieldGrid, Floats
from backend.rendering.rasterize import fragments

Indices = NDArray[np.int32]

# Texels coloured at once: bounds the memory of a 4096 x 4096 texture to what a 512 x 512 one takes.
TEXELS_AT_ONCE = 200_000


@dataclass(frozen=True)
class BakeSettings:
    """How colours are read from the field; depths in voxels, measured inwards from the mesh along its normals."""

    padding: int = 4  # texels between islands
    first_depth: float = -1.5  # starts outside: smoothing may have moved the mesh into the object
    last_depth: float = 2.5
    samples: int = 7


def bake(
    grid: FieldGrid,
    vertices: Floats,
    triangles: Indices,
    normals: Floats,
    corner_uvs: Floats,
    texture_size: int,
    settings: BakeSettings | None = None,
    level: float = 0.0,
) -> NDArray[np.uint8]:
    """The base colour texture [size, size, 3], sRGB, top row first; islands are padded up to their neighbours.

    vertices: [V, 3] in the field's own frame.  level: of the field's surface, at which these were cut.
    """
    settings = settings or BakeSettings()
    albedo = tuple(np.ascontiguousarray(grid.albedo[..., channel]) for channel in range(3))
    places = corner_uvs.reshape(-1, 2) * np.array([1.0, -1.0]) * texture_size + np.array([0.0, texture_size])
    corners = np.arange(triangles.size).reshape(-1, 3)
    texture = np.zeros((texture_size * texture_size, 3), np.uint8)
    covered = np.zeros(texture_size * texture_size, bool)
    for pixel, triangle, weights in fragments(places, corners, texture_size, texture_size):
        for start in range(0, len(pixel), TEXELS_AT_ONCE):
            part = slice(start, start + TEXELS_AT_ONCE)
            mine, share = triangles[triangle[part]], weights[part].astype(np.float32)
            points = np.einsum("pc,pci->pi", share, vertices[mine])
            outwards = np.einsum("pc,pci->pi", share, normals[mine])
            outwards /= np.maximum(np.linalg.norm(outwards, axis=1, keepdims=True), 1e-6)
            colours = surface_colours(grid, albedo, points, outwards, settings, level)
            texture[pixel[part]] = np.clip(np.rint(colours), 0, 255).astype(np.uint8)
            covered[pixel[part]] = True
    square = (texture_size, texture_size)
    return pad_islands(texture.reshape(*square, 3), covered.reshape(square))


def surface_colours(
    grid: FieldGrid,
    albedo: tuple[NDArray[np.uint8], ...],
    points: Floats,
    outwards: Floats,
    settings: BakeSettings,
    level: float = 0.0,
) -> Floats:
    """The field's colours [P, 3], 0 to 255, at points [P, 3] of its surface with unit normals [P, 3].

    Each is composited along the normal exactly as a camera straight above saw it during the optimisation, so the
    texture shows what the prior was shown. Only what was seen has a learnt colour: what lies outside the surface
    weighs nothing here, and what lies deep inside is hidden. Across a narrow gap lies another part: it does not count.
    """
    depths = np.linspace(settings.first_depth, settings.last_depth, settings.samples) * grid.voxel
    step = float(depths[1] - depths[0])
    light = np.ones(len(points), np.float32)
    total = np.zeros(len(points), np.float32)
    colours = np.zeros((len(points), 3), np.float32)
    inside = np.zeros(len(points), bool)
    behind_gap = np.zeros(len(points), bool)
    for depth in depths:
        here = (points - depth * outwards).astype(np.float32)
        surface = grid.sample(grid.surface, here)
        opacity = -np.expm1(-grid.density(surface) * step)
        # The small constant decides where a fold of the mesh lies wholly outside the field's surface.
        weight = light * opacity + 1e-6
        colours += weight[:, None] * np.stack([grid.sample(channel, here) for channel in albedo], axis=1)
        total += weight
        light *= 1 - opacity
        if depth < 0:
            behind_gap |= inside & (surface < level)
            inside = surface > level
            light[behind_gap], total[behind_gap], colours[behind_gap] = 1.0, 0.0, 0.0
    return colours / total[:, None]


def pad_islands(texture: NDArray[np.uint8], covered: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The texture [H, W, 3] with each texel outside the islands coloured like the nearest one inside.

    Filtering and mipmaps mix neighbouring texels, so what lies beside an island shows at its seams.
    """
    if not covered.any():
        raise ValueError("No texel is covered: the UVs are empty")
    nearest = np.asarray(distance_transform_edt(~covered, return_distances=False, return_indices=True))
    return texture[nearest[0], nearest[1]]


def png(texture: NDArray[np.uint8]) -> bytes:
    """The texture as an sRGB PNG."""
    stored = io.BytesIO()
    Image.fromarray(texture).save(stored, "PNG")
    return stored.getvalue()
