"""What a toybox folder may say of itself, and cameras as rays."""

import json

import pytest
import torch
from analytic import CPU

from backend.cameras import orbit, ring
from backend.priors.toybox import FOLDER
from backend.priors.toybox_variant import VARIANT_FILE, ToyboxVariant, light_labels, ray_maps, read_variant
from dreamfusion_blender.errors import WeightsDamaged


def test_the_shipped_folder_is_the_first_toybox():
    assert read_variant(FOLDER) == ToyboxVariant(64, normals=False, cameras="matrix", camera_guidance=False)


def test_a_folder_says_what_it_is(tmp_path):
    (tmp_path / VARIANT_FILE).write_text('{"resolution": 32, "normals": true, "cameras": "both"}')
    variant = read_variant(tmp_path)
    assert variant == ToyboxVariant(32, normals=True, cameras="both")
    assert (variant.channels, variant.sees_rays, variant.reads_matrix) == (6, True, True)
    assert not ToyboxVariant(cameras="rays").reads_matrix


@pytest.mark.parametrize(
    "content",
    [{"colour": 3}, {"normals": 1}, {"resolution": "64"}, {"resolution": True}, {"cameras": "words"}, [], "rubbish"],
)
def test_what_is_not_understood_is_refused(tmp_path, content):
    (tmp_path / VARIANT_FILE).write_text(content if content == "rubbish" else json.dumps(content))
    with pytest.raises(WeightsDamaged, match=VARIANT_FILE):
        read_variant(tmp_path)


def test_the_rays_of_a_camera_meet_in_it():
    """o × d is the moment of every ray through the camera's position o; it is at right angles to d and to o."""
    cameras = ring(4, 0.3, 0.4, 0.75, 1.1, CPU)
    direction, moment = ray_maps(cameras, 8).split(3, dim=1)
    position = cameras.pose[:, :, 3, None, None].expand_as(direction)
    torch.testing.assert_close(direction.norm(dim=1), torch.ones(4, 8, 8))
    torch.testing.assert_close(moment, torch.linalg.cross(position, direction, dim=1))


def test_rays_run_to_where_they_are_in_the_picture():
    """From the front, at -Y: all go to +Y, those on the right also to +X, those above also to +Z."""
    camera = orbit(*(torch.tensor([each]) for each in (0.0, 0.0, 3.0, 0.8)))
    maps = ray_maps(camera, 4)[0]
    assert (maps[1] > 0.9).all()
    assert (maps[0, :, 3] > 0).all() and (maps[0, :, 0] < 0).all()
    assert (maps[2, 0] > 0).all() and (maps[2, 3] < 0).all()
    # How far a ray passes from the origin is the length of its moment; the corners' rays pass farthest.
    assert maps[3:].norm(dim=0).argmax() in (0, 3, 12, 15)


def test_light_is_told_along_each_view_s_own_axes():
    """A light from the front, where the first camera of a level ring is: before it, to the left of the next, …"""
    cameras = ring(4, 0.0, 0.0, 0.75, 1.1, CPU)
    told = light_labels(cameras, torch.tensor([[0.0, -0.6, 0.0]]).expand(4, 3))
    expected = torch.tensor([[0.0, 0, 0.6, 1], [-0.6, 0, 0, 1], [0, 0, -0.6, 1], [0.6, 0, 0, 1]])
    torch.testing.assert_close(told, expected, rtol=0, atol=1e-6)
    assert light_labels(cameras, torch.zeros(4, 3)).tolist() == [[0, 0, 0, 1]] * 4
