"""Where a field is cut: at the level that looks like its renders, or with words that say why not."""

import dataclasses

import numpy as np
import pytest
import shapes
from test_meshing import VOXEL, X

from backend.meshing.build import MeshSettings, build_mesh
from backend.meshing.threshold import find_level
from dreamfusion_blender.errors import EmptyField


@pytest.mark.parametrize("offset", [-0.08, 0.0, 0.08])
def test_the_level_is_found_where_the_rendered_surface_is(offset):
    """A very dense field is opaque as soon as its density rises: the level is the shell's, wherever that lies."""
    ball = shapes.ball(X, 0.6)
    field = shapes.grid(ball + offset, density_scale=2000.0, beta=0.005)
    search = find_level(field)
    # A density of 1/m per voxel's length is about where light is lost within a voxel.
    radius = 0.6 + offset - search.level
    opaque_at = 0.005 * np.log(2000.0 * VOXEL / np.log(2) - 1)
    assert radius == pytest.approx(0.6 + offset + opaque_at, abs=0.5 * VOXEL)
    assert search.silhouette_iou > 0.95
    assert search.depth_error < 0.5 * VOXEL


def test_the_level_of_a_soft_field_lies_between_its_depths_and_its_silhouettes():
    """Fog looks larger from the side, where rays stay in it for long, than from the front; the level weighs both."""
    field = shapes.grid(shapes.ball(X, 0.6), density_scale=40.0, beta=0.04)
    along = np.linspace(-1, 1, 2001)

    def light_left(offset):
        radii = np.hypot(offset, along).astype(np.float32)
        return np.exp(-np.cumsum(field.density(0.6 - radii)) * (along[1] - along[0]))

    front = -along[np.argmax(light_left(0.0) < 0.5)]
    side = next(offset for offset in np.linspace(0.3, 0.9, 601) if light_left(offset)[-1] > 0.5)
    assert front < 0.6 - find_level(field).level < side


def test_the_level_does_not_depend_on_the_field_s_units():
    soft = shapes.grid(shapes.ball(X, 0.6), beta=0.02)
    scaled = dataclasses.replace(soft, surface=soft.surface * 3, beta=soft.beta * 3)
    assert find_level(scaled).level == pytest.approx(3 * find_level(soft).level, abs=0.02)


def test_an_empty_field_says_why():
    fog = shapes.grid(np.full((32, 32, 32), -1.0, np.float32), density_scale=10.0, beta=0.3)
    with pytest.raises(EmptyField, match=r"lets \d+% of the light through.*another seed"):
        build_mesh(fog, 1000)


def test_a_level_above_everything_says_why():
    with pytest.raises(EmptyField, match=r"cut at 0\.9"):
        build_mesh(shapes.grid(shapes.ball(X, 0.6)), 1000, MeshSettings(level=0.9))
