"""Which objects count as two-faced: those whose pattern is repeated behind, and not those that are merely round."""

from __future__ import annotations

import numpy as np
import pytest

from backend.meshing.surface import march
from backend.meshing.topology import vertex_normals
from backend.rendering.rasterize import Model
from backend.two_faced import two_faced

SIDE = 40
GREY, DARK = 0.7, 0.1


@pytest.fixture(scope="module")
def ball():
    """A ball's mesh, and the azimuth [V] and height [V] of its vertices; azimuth 0 faces the front, -Y."""
    axis = np.linspace(-1, 1, SIDE, dtype=np.float32)
    x = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    vertices, triangles = march(0.7 - np.linalg.norm(x, axis=-1))
    azimuth = np.arctan2(vertices[:, 0], -vertices[:, 1])
    return vertices, triangles, azimuth, vertices[:, 2]


def painted(ball, dark, rough=0.0):
    """The ball in grey with dark where `dark` [V] says, and some noise."""
    vertices, triangles, _, _ = ball
    colours = np.where(dark[:, None], DARK, GREY) + rough * np.random.default_rng(0).standard_normal((len(dark), 3))
    return Model(vertices, triangles, vertex_normals(vertices, triangles), colours=np.clip(colours, 0, 1))


def scores(model):
    """Both numbers of an object that has them."""
    measured = two_faced(model)
    assert measured.score is not None and measured.sides is not None
    return measured.score, measured.sides


def face(ball, towards):
    """Two eyes and a mouth on the side at this azimuth."""
    _, _, azimuth, height = ball
    turn = (azimuth - np.deg2rad(towards) + np.pi) % (2 * np.pi) - np.pi
    eyes = (np.abs(np.abs(turn) - 0.45) < 0.2) & (np.abs(height - 0.2) < 0.12)
    mouth = (np.abs(turn) < 0.5) & (np.abs(height + 0.2) < 0.08)
    return eyes | mouth


def test_one_face_is_one_face(ball):
    assert scores(painted(ball, face(ball, 0)))[0] < 0.2


@pytest.mark.parametrize("turned", [0, 30, 90])
def test_a_face_on_the_back_of_the_head_is_found_wherever_the_front_is(ball, turned):
    score, sides = scores(painted(ball, face(ball, turned) | face(ball, turned + 180), rough=0.05))
    assert score > 0.6
    assert sides < 0.5 * score


def test_a_face_on_every_side_is_alike_from_all_sides(ball):
    everywhere = np.any([face(ball, towards) for towards in (0, 90, 180, 270)], axis=0)
    score, sides = scores(painted(ball, everywhere))
    assert score > 0.6 and sides > 0.6


def test_what_goes_round_is_alike_from_all_sides_and_not_two_faces(ball):
    """A dark band and a dark top, as a drum has them; seen from above they are not level in the picture."""
    _, _, _, height = ball
    score, sides = scores(painted(ball, (np.abs(height) < 0.1) | (height > 0.5), rough=0.01))
    assert sides > 0.9 * score


def test_an_even_colour_has_no_score(ball):
    assert two_faced(painted(ball, np.zeros(len(ball[2]), bool), rough=0.01)).score is None


def test_shape_alone_does_not_count(ball):
    """Stretched along X, the ball's outlines agree from opposite sides as all outlines do."""
    vertices, triangles, azimuth, height = ball
    long = (vertices * np.array([1.4, 0.6, 1]), triangles, azimuth, height)
    assert scores(painted(long, face(long, 0)))[0] < 0.2
    assert two_faced(painted(long, np.zeros(len(azimuth), bool))).score is None
