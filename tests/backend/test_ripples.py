"""Ripples are taken out of surfaces; edges, thin parts and volumes stay."""

from __future__ import annotations

import numpy as np
import pytest
import shapes

from backend.meshing.ripples import RippleSettings, without_ripples
from backend.meshing.surface import march, smooth
from backend.meshing.topology import signed_volumes, triangle_normals

SIDE = 96
X = shapes.points(SIDE)
NONE = RippleSettings(rounds=0)
RIPPLES = 0.006 * np.prod(np.sin(40 * X), axis=-1)  # 16 cm long, up to 14° steep


def calm(surface, settings=RippleSettings()):  # noqa: B008  # frozen
    """Smoothed as meshes are, and then made even."""
    vertices, triangles = march(surface.astype(np.float32))
    return without_ripples(smooth(vertices, triangles), triangles, settings), triangles


def roughness(vertices, triangles):
    """Mean angle, in degrees, between the normals of a ball about the origin and what they should be."""
    normals = triangle_normals(vertices, triangles)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    middles = vertices[triangles].mean(axis=1)
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    return np.degrees(np.arccos((normals * middles).sum(axis=1).clip(-1, 1))).mean()


def test_a_rippled_ball_is_even_again_and_as_large_as_before():
    ball = shapes.ball(X, 0.7)
    before, after = (calm(ball + RIPPLES, settings) for settings in (NONE, RippleSettings()))
    assert roughness(*before) > 4
    assert roughness(*after) < 0.3 * roughness(*before)
    assert np.linalg.norm(after[0], axis=1).mean() == pytest.approx(0.7, abs=0.003)


def test_a_box_keeps_its_edges_and_gets_flat_faces():
    """A field's own box with ripples: nearer to the true box afterwards, at its corners as well as on its faces."""
    half = (0.5, 0.4, 0.3)
    errors, corners = [], []
    for settings in (NONE, RippleSettings()):
        vertices, _ = calm(shapes.box(X, half) + RIPPLES, settings)
        errors.append(np.abs(shapes.box(vertices, half)).mean())
        corners.append(np.linalg.norm(np.abs(vertices) - half, axis=1).min())
    assert errors[1] < 0.75 * errors[0]
    assert corners[1] < corners[0] + 0.01


def test_thin_legs_stay_as_thick_as_they_were():
    legs = [shapes.box(X, (0.03, 0.03, 0.5), (x, 0.01, 0.0)) for x in (-0.4, 0.4)]
    volumes = [signed_volumes(*calm(np.max(legs, axis=0), settings)).sum() for settings in (NONE, RippleSettings())]
    assert volumes[1] == pytest.approx(volumes[0], rel=0.1)


def test_no_rounds_leave_every_vertex_where_it_was():
    vertices, triangles = march(shapes.ball(X, 0.5))
    assert np.array_equal(without_ripples(vertices, triangles, NONE), vertices)


def test_a_base_that_is_flat_stays_so_and_nothing_sinks_below_it():
    bowl = np.minimum(shapes.ball(X, 0.6), X[..., 2] + 0.5) + np.where(X[..., 2] > -0.4, RIPPLES, 0)
    vertices, triangles = march(bowl.astype(np.float32))
    low = vertices[:, 2].min()
    base = vertices[:, 2] < low + 0.003
    after = without_ripples(vertices, triangles, RippleSettings(), float(low) + 0.003)
    assert np.array_equal(after[base], vertices[base])
    assert after[:, 2].min() >= low
    assert np.abs(after - vertices).max() > 0.001
