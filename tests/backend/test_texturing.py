"""UVs do not overlap; baked texels have the colour of the surface, not of what lies around it."""

import io

import numpy as np
import pytest
import shapes
from PIL import Image

from backend.contract import check
from backend.meshing.build import build_mesh
from backend.rendering.rasterize import sample_texture
from backend.texturing import BakeSettings, bake, pad_islands, png, surface_colours
from backend.unwrapping import unwrap
from dreamfusion_blender.asset import Asset

X = shapes.points(64)
SIZE = 256


@pytest.fixture(scope="module")
def halves():
    """A ball, red where x > 0 and blue elsewhere; black outside, where nothing was ever learnt; and its bake."""
    ball = shapes.ball(X, 0.6)
    albedo = np.where(X[..., :1] > 0, np.array(shapes.RED), np.array(shapes.BLUE))
    field = shapes.grid(ball, np.where(ball[..., None] > -0.06, albedo, 0))
    mesh = build_mesh(field, 3000)
    uvs = unwrap(mesh.vertices, mesh.triangles, mesh.normals, SIZE, 4)
    return mesh, uvs, bake(field, mesh.vertices, mesh.triangles, mesh.normals, uvs, SIZE)


def test_texels_have_the_surface_s_colour(halves):
    mesh, uvs, texture = halves
    rng = np.random.default_rng(0)
    weights = rng.dirichlet([1, 1, 1], len(mesh.triangles)).astype(np.float32)
    points = np.einsum("tc,tci->ti", weights, mesh.vertices[mesh.triangles])
    seen = sample_texture(texture.astype(np.float32), np.einsum("tc,tci->ti", weights, uvs))
    expected = np.where(points[:, :1] > 0, np.array(shapes.RED), np.array(shapes.BLUE))
    sides = np.abs(points[:, 0]) > 0.06
    assert np.abs(seen - expected)[sides].mean() < 2
    assert np.quantile(np.abs(seen - expected)[sides].max(axis=1), 0.99) < 12


@pytest.mark.parametrize("level", [0.0, -0.1])
def test_a_part_across_a_narrow_gap_gives_no_colour(level):
    """A red and a blue block, little more than a voxel apart: the walls between them have their own blocks' colours."""
    voxel = 2 / 63
    blocks = [shapes.box(X, (0.3, 0.3, 0.3), (side * (0.3 + 0.6 * voxel), 0, 0)) for side in (-1, 1)]
    albedo = np.where(X[..., :1] > 0, np.array(shapes.RED), np.array(shapes.BLUE))
    field = shapes.grid(np.maximum(*blocks) + level, albedo)
    channels = tuple(np.ascontiguousarray(field.albedo[..., each]) for each in range(3))
    beside = np.random.default_rng(0).uniform(-0.2, 0.2, (50, 2))
    for side, colour in ((-1.0, shapes.BLUE), (1.0, shapes.RED)):
        wall = np.column_stack([np.full(50, side * 0.6 * voxel), beside]).astype(np.float32)
        outwards = np.tile(np.array([-side, 0, 0], np.float32), (50, 1))
        seen = surface_colours(field, channels, wall, outwards, BakeSettings(), level)
        assert np.abs(seen - np.array(colour)).max() < 0.2 * 255


def test_uvs_lie_in_the_unit_square_without_overlaps(halves):
    mesh, uvs, texture = halves
    assert uvs.shape == (len(mesh.triangles), 3, 2)
    asset = Asset(mesh.vertices, mesh.triangles, uvs, mesh.normals, png(texture), "ball")
    report = check(asset, 3000, 1.2)
    assert report.uvs_outside == 0
    assert report.uv_overlaps == 0
    assert report.uv_coverage > 0.4


def test_islands_are_padded_with_their_own_colours(halves):
    _, _, texture = halves
    colours = np.unique(texture.reshape(-1, 3), axis=0)
    assert (colours.max(axis=1) > 60).all(), "no texel is left black"


def test_padding_takes_the_nearest_texel():
    texture = np.zeros((8, 8, 3), np.uint8)
    texture[:, 0], texture[:, 7] = 10, 90
    covered = np.zeros((8, 8), bool)
    covered[:, [0, 7]] = True
    padded = pad_islands(texture, covered)
    assert (padded[:, :4] == 10).all() and (padded[:, 4:] == 90).all()
    with pytest.raises(ValueError, match="UVs are empty"):
        pad_islands(texture, np.zeros((8, 8), bool))


def test_png_keeps_every_value(halves):
    texture = halves[2]
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(png(texture)))), texture)
