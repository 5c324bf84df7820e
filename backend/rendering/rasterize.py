"""A small rasteriser for finished meshes: perspective cameras, a texture, one light, in NumPy alone.

It draws the turntable and the pictures that the benchmark scores, so its shading is the one that the toybox prior
was trained with: sRGB albedo times (ambient + diffuse * Lambert).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Indices = NDArray[np.integer]

# Candidate (triangle, pixel) pairs held at once; about 100 bytes each.
PAIRS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Model:
    """What is drawn: a mesh and the colour of its surface, either a texture or one colour a vertex."""

    vertices: Floats  # [V, 3]
    triangles: Indices  # [T, 3]
    normals: Floats  # [V, 3]
    corner_uvs: Floats | None = None  # [T, 3, 2], origin at the bottom left
    texture: Floats | None = None  # [H, W, 3] in [0, 1], top row first
    colours: Floats | None = None  # [V, 3] in [0, 1]


@dataclass(frozen=True)
class Camera:
    """A camera that looks at the origin. Azimuth 0 is at -Y, counter-clockwise seen from above; all in radians."""

    azimuth: float
    elevation: float
    distance: float
    fov: float

    def axes(self) -> Floats:
        """Rows right, up and back: [3, 3]."""
        sine, cosine = np.sin(self.azimuth), np.cos(self.azimuth)
        right = np.array([cosine, sine, 0.0])
        back = np.array([sine * np.cos(self.elevation), -cosine * np.cos(self.elevation), np.sin(self.elevation)])
        return np.stack([right, np.cross(back, right), back])

    @property
    def position(self) -> Floats:
        """Where the camera is: [3]."""
        return self.axes()[2] * self.distance


@dataclass(frozen=True)
class Look:
    """Light and background; the light sits at the camera."""

    ambient: float = 0.45
    diffuse: float = 0.55
    background: tuple[float, float, float] = (0.85, 0.85, 0.85)
    clay: float | None = None  # one albedo for everything instead of the model's colours
    supersampling: int = 3  # samples along each side of a pixel


def render(model: Model, camera: Camera, size: int, look: Look | None = None) -> NDArray[np.float32]:
    """A picture [size, size, 3] in [0, 1]; the field of view spans the whole side."""
    look = look or Look()
    side = size * look.supersampling
    seen = (model.vertices - camera.position) @ camera.axes().T
    depth = -seen[:, 2]
    if depth.min() <= 0:
        raise ValueError("The camera is inside the model or in front of a part of it")
    focal = 1.0 / np.tan(camera.fov / 2)
    across = (seen[:, 0] / depth * focal * 0.5 + 0.5) * side
    down = (0.5 - seen[:, 1] / depth * focal * 0.5) * side
    front = _faces_camera(across, down, model.triangles)
    visible = model.triangles[front]
    pixel, triangle, weights = nearest_fragments(np.stack([across, down], axis=1), depth, visible, side)
    # Barycentric weights are linear on the screen; on the surface they are after division by depth.
    weights = weights / depth[visible[triangle]]
    weights /= weights.sum(axis=1, keepdims=True)
    albedo = _albedo(model, front[triangle], weights, look)
    corners = model.triangles[front[triangle]]
    normal = np.einsum("pc,pci->pi", weights, model.normals[corners])
    towards = camera.position - np.einsum("pc,pci->pi", weights, model.vertices[corners])
    lengths = np.linalg.norm(normal, axis=1) * np.linalg.norm(towards, axis=1)
    lambert = np.maximum(np.einsum("pi,pi->p", normal, towards) / np.maximum(lengths, 1e-12), 0.0)
    picture = np.empty((side * side, 3), np.float32)
    picture[:] = look.background
    picture[pixel] = np.minimum(albedo * (look.ambient + look.diffuse * lambert)[:, None], 1.0)
    return picture.reshape(size, look.supersampling, size, look.supersampling, 3).mean(axis=(1, 3))


def nearest_fragments(
    places: Floats, depth: Floats, triangles: Indices, side: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Which triangle each pixel of a square picture shows.

    places: [V, 2] in pixels.  depth: [V].  Returns, for the P covered pixels, the flat index [P], the triangle [P]
    and its screen-space barycentric weights [P, 3].
    """
    nearest = np.full(side * side, np.inf)
    shown = np.full(side * side, -1, np.int64)
    share = np.zeros((side * side, 3), np.float32)
    inverse = 1.0 / depth
    for pixel, triangle, weights in fragments(places, triangles, side, side):
        distance = 1.0 / np.einsum("pc,pc->p", weights, inverse[triangles[triangle]])
        # Written far to near, so that the nearest is the one that stays.
        order = np.argsort(-distance, kind="stable")
        order = order[distance[order] < nearest[pixel[order]]]
        nearest[pixel[order]] = distance[order]
        shown[pixel[order]] = triangle[order]
        share[pixel[order]] = weights[order]
    covered = np.flatnonzero(shown >= 0)
    return covered, shown[covered], share[covered]


def fragments(
    places: Floats, triangles: Indices, width: int, height: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], Floats]]:
    """All pairs of a pixel and a triangle over its centre, in portions: flat pixel [P], triangle [P], weights [P, 3].

    places: [V, 2] in pixels, x to the right and y down; a pixel's centre is at half integers.
    """
    corners = places[triangles].astype(np.float64)
    low = np.ceil(corners.min(axis=1) - 0.5).astype(np.int64)
    high = np.floor(corners.max(axis=1) - 0.5).astype(np.int64)
    low = np.maximum(low, 0)
    high = np.minimum(high, [width - 1, height - 1])
    spans = np.maximum(high - low + 1, 0)
    counts = spans[:, 0] * spans[:, 1]
    area = _cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    counts[np.abs(area) < 1e-12] = 0
    ends = np.cumsum(counts)
    start = 0
    while start < len(triangles):
        done = ends[start - 1] if start else 0
        stop = max(int(np.searchsorted(ends, done + PAIRS_AT_ONCE, side="right")), start + 1)
        rows = np.repeat(np.arange(start, stop), counts[start:stop])
        within = np.arange(len(rows)) - np.repeat(ends[start:stop] - counts[start:stop] - done, counts[start:stop])
        x = low[rows, 0] + within % np.maximum(spans[rows, 0], 1)
        y = low[rows, 1] + within // np.maximum(spans[rows, 0], 1)
        offset = np.stack([x + 0.5, y + 0.5], axis=1)[:, None, :] - corners[rows]
        weights = np.stack(
            [_cross(offset[:, one], offset[:, two]) for one, two in ((1, 2), (2, 0), (0, 1))],
            axis=1,
        )
        weights /= area[rows][:, None]
        inside = (weights >= 0).all(axis=1)
        yield (y * width + x)[inside], rows[inside], weights[inside]
        start = stop


def sample_texture(texture: Floats, uvs: Floats) -> Floats:
    """Bilinear samples [P, 3] of a texture [H, W, 3] at uvs [P, 2], origin at the bottom left, clamped."""
    height, width = texture.shape[:2]
    x = np.clip(uvs[:, 0] * width - 0.5, 0, width - 1)
    y = np.clip((1 - uvs[:, 1]) * height - 0.5, 0, height - 1)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    across, down = (x - left)[:, None], (y - top)[:, None]
    upper = texture[top, left] * (1 - across) + texture[top, right] * across
    lower = texture[bottom, left] * (1 - across) + texture[bottom, right] * across
    return upper * (1 - down) + lower * down


def _albedo(model: Model, triangle: Indices, weights: Floats, look: Look) -> Floats:
    if look.clay is not None:
        return np.full((len(triangle), 3), look.clay)
    if model.texture is not None and model.corner_uvs is not None:
        return sample_texture(model.texture, np.einsum("pc,pci->pi", weights, model.corner_uvs[triangle]))
    if model.colours is not None:
        return np.einsum("pc,pci->pi", weights, model.colours[model.triangles[triangle]])
    raise ValueError("The model has neither a texture with UVs nor vertex colours")


def _faces_camera(across: Floats, down: Floats, triangles: Indices) -> NDArray[np.int64]:
    """Indices of the triangles that run counter-clockwise as seen; the screen's y points down."""
    places = np.stack([across, down], axis=1)[triangles]
    return np.flatnonzero(_cross(places[:, 1] - places[:, 0], places[:, 2] - places[:, 0]) < 0)


def _cross(first: Floats, second: Floats) -> Floats:
    return first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]
