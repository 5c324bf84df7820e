"""The fields with a crisp surface: what they start as, how they are read, and that all of them can learn."""

import pytest
import torch
import torch.nn.functional as F
from analytic import generator

from backend.fields.grid import GridField, GridFieldSettings
from backend.fields.hash_grid import HashField, HashSettings
from backend.fields.triplane import TriplaneField, TriplaneSettings

AXES = torch.cat([torch.eye(3), -torch.eye(3)])
MAKERS = {
    "grid": lambda draws: GridField(GridFieldSettings(), draws),
    "triplane": lambda draws: TriplaneField(TriplaneSettings(resolution=32), draws),
    "hash": lambda draws: HashField(HashSettings(table_bits=10, finest=64), draws),
}


@pytest.fixture(params=MAKERS)
def make(request):
    """Makes one kind of field from random numbers."""
    return MAKERS[request.param]


@pytest.fixture
def field(make):
    return make(generator())


def points(count=500):
    return torch.rand(count, 3, generator=generator(1)) * 2 - 1


def test_it_starts_as_one_solid_shape_about_the_origin(field):
    """Along any direction d falls from the middle outwards: solid inside, empty towards the cube's faces."""
    directions = F.normalize(torch.randn(200, 3, generator=generator()), dim=-1)
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
    for features in field.feature_parameters():
        torch.nn.init.zeros_(features)
    where = (0.3 + 0.5 * torch.rand(50, 3, generator=generator())).requires_grad_()
    (slope,) = torch.autograd.grad(field.surface(where).sum(), where)
    expected = -F.normalize(slope, dim=-1)
    torch.testing.assert_close(field.normal(where.detach()), expected, rtol=0, atol=0.03)


def test_normals_let_gradients_through(field):
    field.normal(points())[:, 0].sum().backward()
    assert all(each.grad is not None and each.grad.abs().max() > 0 for each in field.feature_parameters())


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


def test_it_can_be_taught_another_shape_and_colour(field):
    """A ball beside the middle, green: a few dozen steps of plain regression bring both near."""
    where = points(2000)
    wanted = 0.4 - (where - torch.tensor([0.2, 0.1, -0.1])).norm(dim=-1)
    optimizer = torch.optim.Adam(field.parameter_groups())
    errors = []
    for _ in range(60):
        sample = field(where)
        error = F.l1_loss(sample.surface, wanted) + F.l1_loss(
            sample.albedo, torch.tensor([0.1, 0.8, 0.1]).expand(2000, 3)
        )
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    assert errors[-1] < 0.25 * errors[0]


def test_a_state_brings_the_field_back(make, field):
    other = make(generator(9))
    with torch.no_grad():
        before = field(points())
        assert not torch.equal(other(points()).surface, before.surface)
        other.beta = field.beta
        other.load_state_dict(field.state_dict())
        torch.testing.assert_close(other(points()), before)


def test_a_seed_decides_the_start(make):
    same, again, other = (make(generator(seed)).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(same[name], again[name]) for name in same)
    first = next(iter(same))
    assert not torch.equal(same[first], other[first])


def test_points_outside_the_cube_read_its_border(field):
    """Finite differences at the border look a little past it."""
    border = torch.tensor([[1.0, 0.3, -0.2], [-1.0, -1.0, 0.5]])
    torch.testing.assert_close(field.features(border * torch.tensor([1.3, 1.0, 1.0])), field.features(border))


def test_a_tri_plane_adds_up_what_stands_at_the_three_projections():
    field = MAKERS["triplane"](generator())
    side = field.planes.shape[-1]
    index = torch.randint(side, (20, 3), generator=generator())
    x, y, z = index.T
    # A plane's last axis is the first of its two coordinates.
    expected = field.planes[0][:, y, x] + field.planes[1][:, z, x] + field.planes[2][:, z, y]
    torch.testing.assert_close(field.features(index / (side - 1) * 2 - 1), expected.T, rtol=1e-4, atol=1e-6)


def test_a_coarse_level_of_a_hash_grid_is_a_plain_grid():
    """Every corner has a row of its own, so that a level equals the trilinear samples of a dense grid."""
    field = MAKERS["hash"](generator())
    side = field.sides[0]
    dense = field.tables[0].view(side + 1, side + 1, side + 1, -1).permute(3, 2, 1, 0)[None]
    where = points()
    expected = F.grid_sample(dense, where.view(1, 1, 1, -1, 3), align_corners=True)[0, :, 0, 0].T
    torch.testing.assert_close(field.features(where)[:, : expected.shape[1]], expected, rtol=1e-4, atol=1e-6)


def test_a_fine_level_of_a_hash_grid_spreads_its_corners_over_the_table():
    """65³ corners in 2^10 rows: each is used, and none by far more than its share of 268."""
    field = MAKERS["hash"](generator())
    level = len(field.sides) - 1
    axis = torch.arange(field.sides[level])
    rows = field._rows(level, torch.cartesian_prod(axis, axis, axis))[:, 0]
    uses = torch.bincount(rows, minlength=2**10)
    assert len(uses) == 2**10
    assert uses.min() > 150
    assert uses.max() < 400


def test_a_fine_level_of_a_hash_grid_is_continuous_across_cells():
    field = MAKERS["hash"](generator())
    corner = torch.tensor([5.0, 9.0, 3.0]) / 64 * 2 - 1
    around = corner + 1e-5 * torch.tensor([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    samples = field.features(around.float())
    torch.testing.assert_close(samples, samples[:1].expand_as(samples), rtol=0, atol=5e-5)
