"""The paper's cameras: their distribution, and that poses are what Blender makes of the same numbers."""

import dataclasses
import json
import math
from pathlib import Path

import pytest
import torch
from analytic import CPU, generator

from backend.camera_sampling import CameraSettings, paper_cameras
from backend.cameras import Cameras, look_at, orbit

SETTINGS = CameraSettings()
STILL = dataclasses.replace(SETTINGS, position_jitter=0.0, look_at_spread=0.0, up_spread=0.0)
BLENDER = json.loads((Path(__file__).parent / "blender_cameras.json").read_text(encoding="utf-8"))
COUNT = 20_000


@pytest.fixture(scope="module")
def many():
    """Cameras of the paper, in the paper's unit."""
    return paper_cameras(COUNT, SETTINGS, generator(), CPU)


@pytest.fixture(scope="module")
def still():
    """Without the shaking."""
    return paper_cameras(COUNT, STILL, generator(), CPU)


def test_elevations_are_half_uniform_in_angle_and_half_in_height(many):
    low, high = math.radians(-10), math.radians(90)
    assert low - 1e-6 <= many.elevation.min()
    assert many.elevation.max() <= high + 1e-6
    for limit in torch.linspace(low, high, 9)[1:-1].tolist():
        by_angle = (limit - low) / (high - low)
        by_height = (math.sin(limit) - math.sin(low)) / (math.sin(high) - math.sin(low))
        below = (many.elevation < limit).float().mean().item()
        assert below == pytest.approx((by_angle + by_height) / 2, abs=0.015)  # 4 standard errors


def test_azimuths_go_all_around(many):
    for limit in (0.25, 0.5, 0.75):
        assert (many.azimuth < limit * 2 * math.pi).float().mean().item() == pytest.approx(limit, abs=0.015)


def test_fields_of_view_follow_from_the_focal_lengths(many):
    assert math.degrees(many.fov.max()) == pytest.approx(71.1, abs=0.1)
    assert math.degrees(many.fov.min()) == pytest.approx(40.6, abs=0.1)
    focal = 0.5 / torch.tan(many.fov / 2)
    assert focal.mean().item() == pytest.approx((0.7 + 1.35) / 2, abs=0.01)


def test_unshaken_cameras_are_orbits_at_the_paper_s_distances(still):
    distance = still.pose[:, :, 3].norm(dim=-1)
    assert 1.0 <= distance.min() < 1.01
    assert 1.49 < distance.max() <= 1.5 + 1e-6
    upright = still.elevation < math.radians(89)  # nearer to the pole, upwards is decided by rounding
    expected = orbit(still.azimuth, still.elevation, distance, still.fov)
    torch.testing.assert_close(still.pose[upright], expected.pose[upright], rtol=0, atol=1e-4)


def test_poses_are_right_handed_and_orthonormal(many):
    turn = many.pose[:, :, :3]
    torch.testing.assert_close(turn @ turn.mT, torch.eye(3).expand(COUNT, 3, 3), rtol=0, atol=1e-5)
    torch.testing.assert_close(torch.linalg.det(turn), torch.ones(COUNT))


def test_the_shaking_has_the_spreads_of_the_paper(many, still):
    """The same seed draws the same orbits, so that what is left between the two is the shaking."""
    shift = many.pose[:, :, 3] - still.pose[:, :, 3]
    assert shift.abs().max().item() == pytest.approx(0.1, abs=1e-3)
    assert shift.std().item() == pytest.approx(0.2 / math.sqrt(12), rel=0.02)
    # The line of sight passes the origin at the look-at point's distance from the axis: two of three dimensions.
    position, back = many.pose[:, :, 3], many.pose[:, :, 2]
    miss = position - (position * back).sum(dim=-1, keepdim=True) * back
    assert 0.2 * math.sqrt(2) * 0.95 < miss.square().sum(dim=-1).mean().sqrt().item() < 0.2 * math.sqrt(2) * 1.1


def test_a_scale_changes_lengths_and_no_angles(many):
    smaller = paper_cameras(COUNT, CameraSettings(scale=1 / 1.4), generator(), CPU)
    torch.testing.assert_close(smaller.pose[:, :, 3] * 1.4, many.pose[:, :, 3])
    torch.testing.assert_close(smaller.pose[:, :, :3], many.pose[:, :, :3], rtol=0, atol=1e-4)
    assert torch.equal(smaller.fov, many.fov)


@pytest.mark.parametrize("case", BLENDER["cameras"], ids=lambda case: case["name"])
def test_blender_s_cameras_stand_and_see_as_ours(case):
    """Blender's own matrices and projections, which tests/blender/test_cameras.py takes from Blender (see there)."""
    position, target, up = (torch.tensor([case[name]]) for name in ("position", "target", "up"))
    fov = torch.tensor([case["fov"]])
    pose = look_at(position, target, up)
    torch.testing.assert_close(pose[0], torch.tensor(case["matrix"])[:3], rtol=0, atol=1e-5)

    cameras = Cameras(pose, fov, torch.zeros(1), torch.zeros(1))
    points = torch.tensor(BLENDER["points"])
    # Blender counts from the bottom left, in shares of the picture.
    seen = torch.tensor(case["seen"])
    rays = cameras.rays(torch.zeros(len(points), dtype=torch.long), seen[:, 0] * 64, (1 - seen[:, 1]) * 64, 64)
    towards = torch.nn.functional.normalize(points - rays.origins, dim=-1)
    torch.testing.assert_close(rays.directions, towards, rtol=0, atol=1e-5)


@pytest.mark.parametrize("case", BLENDER["orbits"], ids=lambda case: case["name"])
def test_blender_s_orbits_are_ours(case):
    """A camera on a turntable in Blender: an empty that turns, a camera that looks at it."""
    azimuth, elevation = (torch.tensor([math.radians(case[name])]) for name in ("azimuth", "elevation"))
    cameras = orbit(azimuth, elevation, torch.tensor([case["distance"]]), torch.tensor([0.8]))
    torch.testing.assert_close(cameras.pose[0], torch.tensor(case["matrix"])[:3], rtol=0, atol=1e-5)
