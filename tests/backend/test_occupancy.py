"""Skipping what is empty or hidden: the picture stays, the work goes."""

import torch
from analytic import CPU, BallField, generator

from backend.cameras import ring
from backend.fields.grid import GridField, GridFieldSettings
from backend.rendering.occupancy import Occupancy
from backend.rendering.raymarch import RayMarcher, RenderSettings

REACH = 0.12  # m, what the optimisation asks for at its end: 5 β + skin


def test_everything_counts_before_the_first_refresh():
    corners = torch.cartesian_prod(*[torch.tensor([-1.0, -0.01, 1.0])] * 3)
    assert Occupancy(8, CPU).contains(corners).all()


def test_marked_cells_are_where_the_surface_is():
    """A small ball off the centre in x, y and z by different amounts: no axis can be mistaken for another."""
    occupancy = Occupancy(32, CPU)
    centre = (0.6, -0.3, 0.1)
    occupancy.refresh(BallField(radius=0.15, centre=centre), reach=0.1)
    points = torch.rand(20_000, 3, generator=generator()) * 2 - 1
    distance = ((points - torch.tensor(centre)).norm(dim=-1) - 0.15).abs()
    marked = occupancy.contains(points)
    assert marked[distance < 0.1].all()
    cell = 2 / 32
    assert not marked[distance > 0.1 + 3.5 * cell].any()


def test_looking_along_rays_is_looking_at_their_points():
    occupancy = Occupancy(32, CPU)
    occupancy.refresh(BallField(radius=0.4, centre=(0.3, -0.2, 0.1)), reach=0.1)
    rays = ring(2, 0.3, 0.3, 0.75, 1.1, CPU).all_rays(16)
    distance = 4 * torch.rand(len(rays.origins), 50, generator=generator())
    points = rays.origins[:, None] + distance[..., None] * rays.directions[:, None]
    seen = occupancy.along(rays, distance)
    assert 0.01 < seen.float().mean() < 0.5
    # Points on the faces between cells may fall on either side.
    assert (seen != occupancy.contains(points)).sum() < 3


def test_the_radius_holds_all_marked_cells_and_not_much_more():
    occupancy = Occupancy(32, CPU)
    assert occupancy.radius() == 1
    occupancy.refresh(BallField(radius=0.4), reach=0.1)
    points = torch.rand(50_000, 3, generator=generator()) * 2 - 1
    farthest = points[occupancy.contains(points)].norm(dim=-1).max().item()
    assert farthest <= occupancy.radius() < farthest + 0.05
    occupancy.cells.zero_()
    assert occupancy.radius() == 0


def test_nothing_marked_is_nothing_seen():
    marcher = RayMarcher(RenderSettings(), CPU)
    marcher.occupancy.cells.zero_()
    seen = marcher(BallField(), ring(1, 0.0, 0.0, 0.75, 1.1, CPU).all_rays(8), generator())
    assert seen.opacity.tolist() == [0.0] * 64
    assert seen.albedo.shape == (64, 3)


def test_where_everything_has_gone_everywhere_is_looked_again():
    """Otherwise no ray would meet the field ever after, whatever it learns."""
    occupancy = Occupancy(16, CPU)
    occupancy.refresh(BallField(radius=-1.0), reach=REACH)
    assert occupancy.cells.all()
    occupancy.refresh(BallField(radius=0.4), reach=REACH)
    assert 0.01 < occupancy.cells.float().mean() < 0.5


def test_deep_inside_and_far_outside_are_skipped():
    occupancy = Occupancy(32, CPU)
    occupancy.refresh(BallField(radius=0.7), reach=REACH)
    assert occupancy.contains(torch.zeros(1, 3)).tolist() == [False]
    assert occupancy.contains(torch.tensor([[0.7, 0, 0], [0, -0.7, 0]])).all()
    assert not occupancy.contains(torch.full((1, 3), 0.99)).any()


def test_skipping_changes_the_picture_by_less_than_a_level_of_grey():
    field = GridField(GridFieldSettings(), generator())
    field.beta = 0.012
    rays = ring(2, 0.3, 0.3, 0.75, 1.1, CPU).all_rays(32)
    marcher = RayMarcher(RenderSettings(), CPU)
    with torch.no_grad():
        dense = marcher(field, rays, None)
        marcher.occupancy.refresh(field, REACH)
        sparse = marcher(field, rays, None)
    assert (dense.albedo - sparse.albedo).abs().max() < 1 / 255
    assert (dense.opacity - sparse.opacity).abs().max() < 1 / 255
    assert 0.05 < (dense.opacity > 0.5).float().mean() < 0.8


def test_skipping_reads_the_field_at_a_fraction_of_the_points():
    ball = BallField(radius=0.5, density=60.0)
    rays = ring(2, 0.3, 0.3, 0.75, 1.1, CPU).all_rays(32)
    marcher = RayMarcher(RenderSettings(), CPU)
    marcher(ball, rays, None)
    dense, ball.points_read = ball.points_read, 0
    marcher.occupancy.refresh(ball, REACH)
    ball.points_read = 0
    marcher(ball, rays, None)
    assert 0 < ball.points_read < dense / 3


def test_random_points_fill_the_marked_cells_and_no_others():
    occupancy = Occupancy(16, CPU)
    occupancy.refresh(BallField(radius=0.3, centre=(0.5, 0.0, -0.2)), reach=0.05)
    points = occupancy.random_points(20_000, generator())
    assert occupancy.contains(points).all()
    n = 16
    cell = ((points + 1) * (n / 2)).long()
    hits = torch.bincount((cell[:, 0] * n + cell[:, 1]) * n + cell[:, 2], minlength=n**3)
    marked = int(occupancy.cells.sum())
    assert (hits > 0).sum() == marked
    share = hits[hits > 0] / len(points) * marked
    assert share.min() > 0.3
    assert share.max() < 2


def test_random_points_of_an_empty_grid_are_anywhere():
    occupancy = Occupancy(4, CPU)
    occupancy.cells.zero_()
    points = occupancy.random_points(4000, generator())
    assert points.abs().max() <= 1
    assert points.std(dim=0).min() > 0.5
