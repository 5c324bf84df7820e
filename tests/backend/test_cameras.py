"""Where cameras stand, which way they look, and through which pixel a point of the world is seen."""

import math

import pytest
import torch
from analytic import CPU, generator

from backend.cameras import Cameras, framing_distance, orbit, random_cameras, random_ring, ring
from backend.priors.prompts import view_name

FOV = 0.8


def one(azimuth: float, elevation: float = 0.0, distance: float = 2.0, fov: float = FOV) -> Cameras:
    return orbit(*(torch.tensor([value]) for value in (azimuth, elevation, distance, fov)))


def some_cameras(count: int = 50) -> Cameras:
    return random_cameras(count, (-0.5, 1.4), (0.5, 1.0), 1.1, generator(), CPU)


@pytest.mark.parametrize(
    ("azimuth", "position"), [(0, (0, -2, 0)), (90, (2, 0, 0)), (180, (0, 2, 0)), (270, (-2, 0, 0))]
)
def test_azimuth_starts_at_the_front_and_grows_counter_clockwise_from_above(azimuth, position):
    torch.testing.assert_close(one(math.radians(azimuth)).pose[0, :, 3], torch.tensor(position).float())


def test_the_front_camera_looks_along_y_with_x_to_its_right_and_z_up():
    right, up, back, _ = one(0).pose[0].T
    assert right.tolist() == [1, 0, 0]
    assert up.tolist() == [0, 0, 1]
    assert back.tolist() == [0, -1, 0]


def test_elevation_raises_the_camera():
    assert one(0.3, math.pi / 6).pose[0, 2, 3] == pytest.approx(1.0)


def test_poses_are_right_handed_and_orthonormal():
    turn = some_cameras().pose[:, :, :3]
    torch.testing.assert_close(turn @ turn.mT, torch.eye(3).expand(50, 3, 3), rtol=0, atol=1e-6)
    torch.testing.assert_close(torch.linalg.det(turn), torch.ones(50))


def test_cameras_are_upright_and_look_at_the_origin():
    cameras = some_cameras()
    right, up, back, position = cameras.pose.unbind(dim=-1)
    torch.testing.assert_close(right[:, 2], torch.zeros(50))
    assert (up[:, 2] > 0).all()
    torch.testing.assert_close(position / position.norm(dim=-1, keepdim=True), back)


def test_a_point_of_the_world_is_seen_through_the_pixel_it_projects_to():
    """Projection by the inverse of the pose, written out; the ray through that pixel must meet the point."""
    cameras = some_cameras()
    points = torch.rand(50, 3, generator=generator(1)) - 0.5
    local = torch.einsum("bij,bi->bj", cameras.pose[:, :, :3], points - cameras.pose[:, :, 3])
    focal = 1 / torch.tan(cameras.fov / 2)
    column = (focal * local[:, 0] / -local[:, 2] + 1) / 2 * 64
    row = (1 - focal * local[:, 1] / -local[:, 2]) / 2 * 64
    rays = cameras.rays(torch.arange(50), column, row, 64)
    towards = points - rays.origins
    torch.testing.assert_close(rays.directions * towards.norm(dim=-1, keepdim=True), towards, rtol=0, atol=1e-5)


def test_the_front_camera_sees_x_to_the_right_and_z_on_top():
    """The same with numbers by hand: 0.5 m aside at 2 m is tan⁻¹(1/4) off the axis."""
    column = (0.25 / math.tan(FOV / 2) + 1) / 2 * 64
    corner = torch.tensor([column]), torch.tensor([64 - column])
    rays = one(0).rays(torch.tensor([0]), *corner, 64)
    met = rays.origins + rays.directions * (2 / rays.directions[:, 1:2])
    torch.testing.assert_close(met, torch.tensor([[0.5, 0.0, 0.5]]), rtol=0, atol=1e-6)


def test_all_rays_go_picture_by_picture_and_row_by_row_from_the_top():
    cameras = ring(2, 0.0, 0.0, FOV, 1.0, CPU)
    rays = cameras.all_rays(4)
    same = cameras.rays(torch.tensor([1]), torch.tensor([2.5]), torch.tensor([0.5]), 4)
    torch.testing.assert_close(rays.directions[16 + 2], same.directions[0])
    assert rays.directions[0, 2] > 0 > rays.directions[12, 2]  # the top row looks up
    assert rays.directions[0, 0] < 0 < rays.directions[3, 0]
    torch.testing.assert_close(rays.directions.norm(dim=-1), torch.ones(32))


def test_matrices_are_rows_of_camera_to_world_with_positions_of_unit_length():
    cameras = one(math.pi / 2, 0.2, 3.0)
    matrix = cameras.matrices().view(4, 4)
    torch.testing.assert_close(matrix[:3, :3], cameras.pose[0, :, :3])
    torch.testing.assert_close(matrix[:3, 3], cameras.pose[0, :, 3] / 3)
    assert matrix[3].tolist() == [0, 0, 0, 1]
    assert cameras.pose[0, :, 3].norm() == pytest.approx(3)  # and the cameras stay where they are


def test_a_ring_goes_around_evenly_at_one_height():
    cameras = ring(4, 0.3, 0.25, FOV, 1.05, CPU)
    torch.testing.assert_close(cameras.azimuth.diff(), torch.full((3,), math.pi / 2))
    assert cameras.elevation.tolist() == pytest.approx([0.25] * 4)
    assert cameras.pose[:, 2, 3].unique().numel() == 1


def test_the_framed_ball_just_touches_the_picture_s_edge():
    cameras = one(0.7, 0.1, framing_distance(torch.tensor(FOV), 1.05).item())
    edge = cameras.rays(torch.tensor([0]), torch.tensor([0.0]), torch.tensor([32.0]), 64)
    closest = torch.linalg.cross(edge.origins, edge.directions).norm()
    assert closest.item() == pytest.approx(1.05)


def test_random_cameras_are_spread_evenly_over_the_sphere_s_area():
    """On a sphere area goes with height (Archimedes), so that heights are uniform between the two limits."""
    cameras = random_cameras(20_000, (-0.2, 1.2), (0.5, 1.0), 1.1, generator(), CPU)
    low, high = math.sin(-0.2), math.sin(1.2)
    height = torch.sin(cameras.elevation)
    assert low - 1e-5 <= height.min()
    assert height.max() <= high + 1e-5
    assert height.mean().item() == pytest.approx((low + high) / 2, abs=0.01)
    assert height.std().item() == pytest.approx((high - low) / math.sqrt(12), abs=0.01)
    assert torch.sin(cameras.azimuth).mean().item() == pytest.approx(0, abs=0.02)
    assert ((cameras.fov >= 0.5) & (cameras.fov <= 1.0)).all()


def test_random_rings_keep_to_their_ranges_and_follow_their_seed():
    draws = generator(3)
    rings = [random_ring(4, (-0.1, 0.6), (0.5, 0.9), 1.1, draws, CPU) for _ in range(200)]
    elevations = torch.stack([each.elevation[0] for each in rings])
    assert -0.1 <= elevations.min() < 0
    assert 0.5 < elevations.max() <= 0.6
    again = random_ring(4, (-0.1, 0.6), (0.5, 0.9), 1.1, generator(3), CPU)
    torch.testing.assert_close(again.pose, rings[0].pose)


@pytest.mark.parametrize(
    ("azimuth", "elevation", "name"),
    [
        *[(0, 0, "front"), (44, 20, "front"), (-44, 0, "front"), (330, 0, "front")],
        *[(46, 0, "side"), (90, 0, "side"), (270, 0, "side"), (134, 0, "side")],
        *[(136, 0, "back"), (180, 0, "back"), (-170, 59, "back")],
        *[(0, 61, "overhead"), (180, 80, "overhead")],
    ],
)
def test_directions_have_names(azimuth, elevation, name):
    assert view_name(math.radians(azimuth), math.radians(elevation)) == name
