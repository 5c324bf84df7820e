"""The default field: what it starts as, how it is read, and that all of it can learn."""

import pytest
import torch
from analytic import generator

from backend.fields.grid import GridField, GridFieldSettings

AXES = torch.cat([torch.eye(3), -torch.eye(3)])


@pytest.fixture
def field():
    return GridField(GridFieldSettings(), generator())


def points(count=500):
    return torch.rand(count, 3, generator=generator(1)) * 2 - 1


def test_it_starts_as_one_solid_shape_about_the_origin(field):
    """Along any direction d falls from the middle outwards: solid inside, empty towards the cube's faces."""
    directions = torch.nn.functional.normalize(torch.randn(200, 3, generator=generator()), dim=-1)
    with torch.no_grad():
        assert (field.surface(0.05 * directions) > 0).all()
        assert (field.surface(directions) < 0).all()
        surface = torch.stack([field.surface(radius * directions) for radius in torch.linspace(0.1, 1, 10)])
        rendered = field(torch.cat([0.05 * directions, directions])).density
    assert (surface.diff(dim=0) < 0).all()
    assert rendered[:200].min() > 0.9 * field.density_scale
    assert rendered[200:].max() < 0.1 * field.density_scale


def test_normals_point_out_of_the_shape_it_starts_as(field):
    with torch.no_grad():
        normals = field.normal(0.5 * AXES)
    torch.testing.assert_close(normals.norm(dim=-1), torch.ones(6))
    assert ((normals * AXES).sum(dim=-1) > 0.95).all()


def test_normals_are_the_falling_direction_of_the_surface_function(field):
    """Against autograd's gradient, where the features are smooth over the step of the differences."""
    for grid in field.grids:
        torch.nn.init.zeros_(grid)
    where = (0.3 + 0.5 * torch.rand(50, 3, generator=generator())).requires_grad_()
    (slope,) = torch.autograd.grad(field.surface(where).sum(), where)
    expected = -torch.nn.functional.normalize(slope, dim=-1)
    torch.testing.assert_close(field.normal(where.detach()), expected, rtol=0, atol=0.03)


def test_normals_let_gradients_through(field):
    field.normal(points())[:, 0].sum().backward()
    assert all(grid.grad is not None and grid.grad.abs().max() > 0 for grid in field.grids)


def test_density_follows_the_surface_function(field):
    field.beta = 0.02
    with torch.no_grad():
        sample = field(points())
        torch.testing.assert_close(sample.surface, field.surface(points()))
    torch.testing.assert_close(sample.density, field.density_scale * torch.sigmoid(sample.surface / 0.02))
    assert sample.albedo.shape == (500, 3)
    assert 0 < sample.albedo.min() < sample.albedo.max() < 1


def test_the_grid_is_indexed_x_y_z_over_the_whole_cube(field):
    """Each value is the field's own at (x, y, z) = axis[i], axis[j], axis[k], ends included."""
    axis = torch.linspace(-1, 1, 9)
    grid = field.to_grid(9)
    index = torch.randint(9, (40, 3), generator=generator())
    with torch.no_grad():
        sample = field(axis[index])
    i, j, k = index.T
    torch.testing.assert_close(grid.surface[i, j, k], sample.surface)
    torch.testing.assert_close(grid.albedo[i, j, k], sample.albedo)
    assert grid.surface.shape == (9, 9, 9)
    assert not torch.allclose(grid.surface, grid.surface.transpose(0, 2))  # or the order could not be seen


def test_every_parameter_learns(field):
    groups = field.parameter_groups()
    listed = {id(parameter) for group in groups for parameter in group["params"]}
    assert listed == {id(parameter) for parameter in field.parameters()}
    assert all(group["lr"] > 0 for group in groups)
    sample = field(points())
    (sample.density.mean() + sample.albedo[:, 0].mean()).backward()
    assert all(parameter.grad.abs().max() > 0 for parameter in field.parameters())


def test_a_state_brings_the_field_back(field):
    other = GridField(GridFieldSettings(), generator(9))
    with torch.no_grad():
        before = field(points())
        assert not torch.equal(other(points()).surface, before.surface)
        other.beta = field.beta
        other.load_state_dict(field.state_dict())
        torch.testing.assert_close(other(points()), before)


def test_a_seed_decides_the_start():
    same, again, other = (GridField(GridFieldSettings(), generator(seed)).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(same[name], again[name]) for name in same)
    assert not torch.equal(same["grids.0"], other["grids.0"])
