"""What is known of a shape holds exactly: where it starts, how far it may go, its mirror and its floor."""

import math

import numpy as np
import pytest
import solids
import torch
from analytic import generator

from backend.fields.shaping import Shaping, StartShape
from backend.geometry.voxels import VoxelGrid, voxelize
from backend.presets import load_preset
from backend.scene import make_field

POINTS = 1.6 * torch.rand(500, 3, generator=torch.Generator().manual_seed(3)) - 0.8
POINTS = POINTS[POINTS.norm(dim=-1) > 0.3]  # in the middle of a ball distances are no straight lines
FIELDS = ("grid", "triplane", "hash", "mlp")


def field_of(name, shaping):
    preset = load_preset("preview").with_overrides({"scene.field": name, "mlp.blocks": 1, "hash.table_bits": 8})
    return make_field(preset, generator(), torch.device("cpu"), shaping)


def ball_shape(radius=0.6, room=None):
    exact = radius - np.linalg.norm(solids.grid_points(48), axis=-1)
    red = np.broadcast_to(np.array([0.9, 0.2, 0.1], np.float32), (48, 48, 48, 3))
    grid = VoxelGrid(exact.astype(np.float32), np.ascontiguousarray(red))
    return StartShape(grid, None if room is None else np.full((48, 48, 48), room, np.float32))


def shake(field, far=3.0):
    """Farther from the start than training ever takes it."""
    with torch.no_grad():
        for parameter in field.parameters():
            parameter.add_(far * torch.randn(parameter.shape, generator=generator()))


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_begins_as_its_start_shape(name):
    sample = field_of(name, Shaping(ball_shape()))(POINTS)
    torch.testing.assert_close(sample.surface, 0.6 - POINTS.norm(dim=-1), atol=2e-3, rtol=0)
    torch.testing.assert_close(sample.albedo, torch.tensor([0.9, 0.2, 0.1]).expand(len(POINTS), 3), atol=1e-4, rtol=0)


@pytest.mark.parametrize("name", FIELDS)
def test_the_surface_stays_within_its_distance_and_still_learns(name):
    field = field_of(name, Shaping(ball_shape(), limit=0.05))
    before = field.surface(POINTS).detach()
    shake(field)
    after = field.surface(POINTS)
    assert (after - before).abs().max() <= 0.05 + 1e-6
    assert (after - before).abs().max() > 0.01
    field = field_of(name, Shaping(ball_shape(), limit=0.05))
    shake(field, 0.1)
    field.surface(POINTS).sum().backward()
    assert any(parameter.grad is not None and parameter.grad.abs().max() > 0 for parameter in field.parameters())


def test_the_surface_recedes_no_farther_than_it_has_room():
    field = field_of("grid", Shaping(ball_shape(room=0.01), limit=0.05))
    before = field(POINTS)
    shake(field)
    moved = field.surface(POINTS) - before.surface
    assert -0.01 - 1e-6 <= moved.min() < -0.009
    assert 0.045 < moved.max() <= 0.05 + 1e-6
    torch.testing.assert_close(before.albedo, torch.tensor([0.9, 0.2, 0.1]).expand(len(POINTS), 3), atol=1e-4, rtol=0)


def test_at_distance_zero_the_shape_is_locked_and_the_colour_is_not():
    field = field_of("grid", Shaping(ball_shape(), limit=0.0))
    before = field(POINTS)
    shake(field)
    after = field(POINTS)
    assert torch.equal(before.surface, after.surface)
    assert (before.albedo - after.albedo).abs().max() > 0.1


@pytest.mark.parametrize("name", FIELDS)
def test_a_mirror_is_exact_in_shape_colour_and_normals(name):
    field = field_of(name, Shaping(mirrored=True))
    shake(field)
    flip = torch.tensor([-1.0, 1.0, 1.0])
    here, there = field(POINTS), field(POINTS * flip)
    assert torch.equal(here.surface, there.surface) and torch.equal(here.albedo, there.albedo)
    away = POINTS[POINTS[:, 0].abs() > 0.05]  # differences reach across the mirror nearer to it
    torch.testing.assert_close(field.normal(away) * flip, field.normal(away * flip), atol=1e-4, rtol=1e-3)


def test_nothing_lies_below_the_floor():
    field = field_of("grid", Shaping(floor=-0.2))
    shake(field)
    surface, height = field.surface(POINTS), POINTS[:, 2] + 0.2
    assert (surface <= height + 1e-6).all()
    assert (surface[height < -0.3] < 0).all()


def test_nothing_known_changes_nothing():
    plain, shaped = field_of("grid", None), field_of("grid", Shaping())
    assert torch.equal(plain.surface(POINTS), shaped.surface(POINTS))
    assert Shaping().limit == math.inf


def test_a_checkpoint_does_not_hold_the_start_shape():
    field, plain = field_of("grid", Shaping(ball_shape())), field_of("grid", None)
    assert set(field.state_dict()) == set(plain.state_dict())


def test_a_mesh_becomes_a_field(tmp_path):
    vertices, triangles = solids.box()
    mesh = solids.given(vertices, triangles)
    grid = voxelize(mesh.vertices, mesh.triangles, 48, mesh.points, mesh.colours)
    sample = field_of("grid", Shaping(StartShape(grid)))(POINTS)
    exact = torch.from_numpy(solids.box_distance(POINTS.numpy(), np.array([0.5, 0.3, 0.2]))).float()
    near = exact.abs() < 0.1
    torch.testing.assert_close(sample.surface[near], exact[near], atol=0.015, rtol=0)  # edges between the points
    torch.testing.assert_close(sample.albedo[0], torch.tensor([200.0, 30, 40]) / 255, atol=1e-3, rtol=0)
