"""Find the level at which the mesh is cut, from the field itself.

The optimisation never saw a surface, only volume renderings: soft densities that become opaque somewhere *before* the
nominal surface is reached, how long before depends on the thickness and the sharpness that the field happens to
have. So the field is looked at from many sides once: where a ray has lost half its light is the depth that the
prior judged, and rays that keep more than half show background. The level chosen is the one whose first crossings
along the same rays agree best with these silhouettes and depths. No candidate needs a mesh of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.meshing.field_grid import FieldGrid, Floats

# Opacity at which a ray counts as seeing the object, and at which its depth is read.
HALF = 0.5


@dataclass(frozen=True)
class ThresholdSettings:
    """How the field is looked at, and what counts as agreement."""

    views: int = 16  # directions of parallel rays, spread over the side and the top
    rays: int = 48  # rays along each side of a view's square
    lowest_sine: float = -0.2  # no camera of the priors looks further up from below than this
    # metres: an error of this size counts as much as a wrong silhouette. Smaller values (0.03 to 0.12) cut deeper and
    # tear the walls of rough fields open, 0.3 swells calm ones: the judge's clay scores of a dozen real fields.
    depth_tolerance: float = 0.2
    candidates: int = 25  # levels tried in each of the two passes


@dataclass(frozen=True)
class LevelSearch:
    """The level found and how well it agrees."""

    level: float
    silhouette_iou: float  # of the level's silhouettes with the rendered ones
    depth_error: float  # metres, mean over the rays that hit in both
    opaque_rays: int  # rays that saw the object; 0 when the field is empty
    highest_opacity: float


def find_level(field: FieldGrid, settings: ThresholdSettings | None = None) -> LevelSearch:
    """The level of `field.surface` that agrees best with the field's own renderings.

    An empty field is reported by `opaque_rays` being 0; the level is then 0.
    """
    settings = settings or ThresholdSettings()
    profiles, step = _ray_profiles(field, settings)
    optical = np.cumsum(field.density(profiles) * step, axis=1)
    opaque, depth = _crossings(optical, -np.log(1 - HALF))
    depth += 0.5  # a sum holds at the end of its sample's stretch, `surface` in the middle
    highest_opacity = float(-np.expm1(-optical[:, -1].max()))
    if not opaque.any():
        return LevelSearch(0.0, 0.0, 0.0, 0, highest_opacity)
    highest = np.maximum.accumulate(profiles, axis=1)

    def agreement(level: float) -> tuple[float, float, float]:
        hit, crossing = _crossings(highest, level)
        both = hit & opaque
        error = np.abs(crossing[both] - depth[both]) * step
        union = int((hit | opaque).sum())
        disagreement = (union - both.sum()) + np.minimum(error / settings.depth_tolerance, 1.0).sum()
        return float(disagreement / union), float(both.sum() / union), float(error.mean()) if both.any() else np.inf

    # Levels are tried evenly over what the rays met between nearly transparent and solid, then finely about the best.
    low, high = max(-12 * field.beta, float(np.median(profiles[:, 0]))), float(highest.max())
    best = low
    for _ in range(2):
        levels = np.linspace(low, high, settings.candidates)[:-1]
        best = min(levels, key=lambda level: agreement(float(level))[0])
        spacing = levels[1] - levels[0]
        low, high = best - spacing, best + spacing
    _, iou, error = agreement(float(best))
    return LevelSearch(float(best), iou, error, int(opaque.sum()), highest_opacity)


def _ray_profiles(field: FieldGrid, settings: ThresholdSettings) -> tuple[Floats, float]:
    """`surface` along parallel rays through the unit sphere: [R, S], front to back, and the step in metres."""
    samples = field.side
    line = (np.arange(settings.rays) + 0.5) / settings.rays * 2 - 1
    across, upward = np.meshgrid(line, line)
    disc = across**2 + upward**2 < 1
    across, upward = across[disc], upward[disc]
    step = 2.0 / samples
    along = (np.arange(samples) + 0.5) * step - 1.0
    # A Fibonacci spiral spreads the directions evenly over the part of the sphere that cameras see the object from.
    order = np.arange(settings.views)
    height = settings.lowest_sine + (1 - settings.lowest_sine) * (order + 0.5) / settings.views
    turn = order * np.pi * (3 - np.sqrt(5))
    profiles = []
    for sine, angle in zip(height, turn, strict=True):
        cosine = np.sqrt(1 - sine**2)
        towards = np.array([np.sin(angle) * cosine, -np.cos(angle) * cosine, sine])
        right = np.array([np.cos(angle), np.sin(angle), 0.0])
        start = across[:, None] * right + upward[:, None] * np.cross(towards, right)
        points = start[:, None, :] - along[None, :, None] * towards
        profiles.append(field.sample(field.surface, points.astype(np.float32)))
    return np.concatenate(profiles), step


def _crossings(rising: Floats, level: float) -> tuple[NDArray[np.bool_], Floats]:
    """Where rows [R, S] that never fall first exceed a level: whether [R], and the place in samples [R]."""
    above = rising > level
    hit = above[:, -1]
    first = above.argmax(axis=1)
    rows = np.arange(len(rising))
    before = rising[rows, np.maximum(first - 1, 0)]
    rise = rising[rows, first] - before
    part = np.divide(level - before, rise, out=np.zeros_like(rise), where=rise > 0)
    return hit, (first - 1 + np.clip(part, 0, 1)).astype(np.float32)
