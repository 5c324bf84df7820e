"""The rasteriser against what a camera of the same make sees of shapes known in closed form."""

import dataclasses

import numpy as np
import pytest

from backend.rendering.rasterize import Camera, Look, Model, fragments, render, sample_texture
from backend.rendering.turntable import DISTANCE, FOV, RADIUS, contact_sheet, normalised, views

FLAT = Look(ambient=1.0, diffuse=0.0, background=(0, 0, 0), supersampling=4)


def square(half=0.5, y=0.0, colour=(1.0, 1.0, 1.0)):
    """A square that faces the camera at azimuth 0."""
    corners = np.array([[-half, y, -half], [half, y, -half], [half, y, half], [-half, y, half]], np.float32)
    normals = np.tile(np.array([0, -1, 0], np.float32), (4, 1))
    return Model(corners, np.array([[0, 1, 2], [0, 2, 3]]), normals, colours=np.tile(np.array(colour), (4, 1)))


def both(first, second):
    return Model(
        np.concatenate([first.vertices, second.vertices]),
        np.concatenate([first.triangles, second.triangles + len(first.vertices)]),
        np.concatenate([first.normals, second.normals]),
        colours=np.concatenate([first.colours, second.colours]),
    )


def test_a_square_covers_what_perspective_says():
    """Half side 0.5 at distance 3 in a field of view of 2 atan(1/3): a quarter of the picture."""
    picture = render(square(), Camera(0, 0, 3.0, 2 * np.arctan(1 / 3)), 64, FLAT)
    assert picture.mean() == pytest.approx(0.25, abs=1e-6)
    np.testing.assert_allclose(picture[16:48, 16:48], 1.0)


def test_edges_are_antialiased():
    picture = render(square(0.51), Camera(0, 0, 3.0, 2 * np.arctan(1 / 3)), 64, FLAT)
    assert ((picture > 0) & (picture < 1)).any()
    assert picture.mean() == pytest.approx(0.51**2, abs=0.004)


def test_the_nearer_square_hides_the_farther_whatever_their_order():
    near, far = square(0.3, -0.2, (1, 0, 0)), square(0.3, 0.2, (0, 1, 0))
    for model in (both(near, far), both(far, near)):
        middle = render(model, Camera(0, 0, 3.0, 0.75), 32, FLAT)[16, 16]
        np.testing.assert_allclose(middle, (1, 0, 0))


def test_backs_are_not_drawn():
    assert render(square(), Camera(np.pi, 0, 3.0, 0.75), 32, FLAT).max() == 0


def test_azimuths_run_counter_clockwise_seen_from_above():
    """From +X (a quarter turn) the front, -Y, lies to the left."""
    camera = Camera(np.pi / 2, 0.0, 3.0, 0.75)
    np.testing.assert_allclose(camera.position, [3, 0, 0], atol=1e-12)
    np.testing.assert_allclose(camera.axes()[0], [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(Camera(0, np.pi / 2, 2.0, 0.75).position, [0, 0, 2], atol=1e-12)


def test_light_at_the_camera_is_full_on_what_faces_it():
    look = Look(ambient=0.45, diffuse=0.55, background=(0, 0, 0), clay=0.8)
    facing = render(square(0.05), Camera(0, 0, 3.0, 0.05), 16, look)
    assert facing[8, 8, 0] == pytest.approx(0.8, abs=1e-3)
    # Turned by 60 degrees, Lambert's cosine is a half.
    turned = render(square(0.05), Camera(np.pi / 3, 0, 3.0, 0.05), 16, look)
    assert turned[8, 8, 0] == pytest.approx(0.8 * (0.45 + 0.55 * 0.5), abs=5e-3)


def test_a_texture_is_mapped_in_perspective():
    """A square seen at a slant: its middle line is where the texture's halves meet, not the middle of its picture."""
    texture = np.zeros((64, 64, 3), np.float32)
    texture[:, 32:, 0] = 1.0
    uvs = np.array([[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1], [0, 1]]], np.float32)
    model = dataclasses.replace(square(0.8), corner_uvs=uvs, texture=texture, colours=None)
    camera = Camera(1.0, 0.0, 2.0, 1.0)
    row = render(model, camera, 128, Look(ambient=1.0, diffuse=0.0, background=(0.0, 1.0, 0.0)))[64]
    seen = np.flatnonzero(row[:, 1] < 0.5)
    edge = np.argmax(row[:, 0] > 0.5)
    assert edge == pytest.approx(64, abs=1)  # the middle line passes through the origin, which the camera looks at
    assert abs((seen[0] + seen[-1]) / 2 - 64) > 4


def test_texture_samples_are_bilinear_with_v_upwards():
    texture = np.zeros((2, 2, 3), np.float32)
    texture[0] = 1.0  # the top row
    samples = sample_texture(texture, np.array([[0.5, 1.0], [0.5, 0.0], [0.5, 0.5]]))
    np.testing.assert_allclose(samples[:, 0], [1.0, 0.0, 0.5])


def test_fragments_split_a_square_without_gap_or_overlap():
    rng = np.random.default_rng(0)
    corners = np.array([[0, 0], [40, 0], [40, 40], [0, 40], [17.3, 22.9]])
    triangles = np.array([[0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4]])
    owners = np.zeros(1600, int)
    for pixel, triangle, weights in fragments(corners, triangles[rng.permutation(4)], 40, 40):
        np.add.at(owners, pixel, 1)
        np.testing.assert_allclose(weights.sum(axis=1), 1)
        assert len(triangle) == len(pixel)
    assert (owners == 1).all()


def test_portions_do_not_change_the_picture(monkeypatch):
    camera = Camera(0.3, 0.2, 3.0, 0.75)
    whole = render(both(square(0.5, -0.1), square(0.6, 0.1, (1, 0, 0))), camera, 32, FLAT)
    monkeypatch.setattr("backend.rendering.rasterize.PAIRS_AT_ONCE", 500)
    np.testing.assert_array_equal(render(both(square(0.5, -0.1), square(0.6, 0.1, (1, 0, 0))), camera, 32, FLAT), whole)


def test_a_model_without_colours_is_refused():
    with pytest.raises(ValueError, match="neither a texture"):
        render(dataclasses.replace(square(), colours=None), Camera(0, 0, 3.0, 0.75), 8)


def test_a_camera_inside_is_refused():
    with pytest.raises(ValueError, match="inside the model"):
        render(square(), Camera(0, 0, 0.0, 0.75), 8)


def test_normalised_models_fill_the_sphere_about_their_box():
    model = normalised(dataclasses.replace(square(), vertices=square().vertices * 7 + 3))
    np.testing.assert_allclose(model.vertices.mean(axis=0), 0, atol=1e-5)
    assert np.linalg.norm(model.vertices, axis=1).max() == pytest.approx(RADIUS)
    assert np.sin(FOV / 2) * DISTANCE > RADIUS  # whatever the view, it is in the picture


def test_the_turntable_shows_eight_views_coloured_and_in_clay():
    sheet = contact_sheet(square(colour=(1, 0, 0)), 32)
    assert sheet.shape == (64, 256, 3)
    front, clay = sheet[16, 16], sheet[48, 16]
    assert front[0] > 150 and front[1] == 0
    assert clay[0] == clay[1] == clay[2]
    assert views(square(), 16).shape == (8, 16, 16, 3)
