"""A field that begins as the hull of a layout: what is known of a ball's and a rod's outlines in closed form."""

import pytest
import torch
from analytic import CPU, BallField, generator, ignore, small_run
from layouts_of_balls import WithLayouts, a_ball, run_with

from backend.cameras import Cameras, ring
from backend.distillation.carving import carve, hull_distance
from backend.distillation.shape_rings import ShapeRing

CAMERAS = ring(8, 0.0, 0.25, 0.75, 1.05, CPU)
SIZE = 64
BALL = BallField(radius=0.5, density=500.0)


def shapes_of(opacity: torch.Tensor) -> ShapeRing:
    return ShapeRing(CAMERAS, opacity.view(8, SIZE, SIZE), torch.zeros(8, 3, SIZE, SIZE))


def a_rod(radius: float = 0.03, half: float = 0.7, cameras: Cameras = CAMERAS) -> torch.Tensor:
    """Which rays pass an upright rod about the middle: [8 SIZE²]."""
    rays = cameras.all_rays(SIZE)
    across, towards = rays.origins[:, :2], rays.directions[:, :2]
    distance = -(across * towards).sum(dim=1) / towards.square().sum(dim=1)
    nearest = rays.origins + distance[:, None] * rays.directions
    return ((nearest[:, :2].norm(dim=1) < radius) & (nearest[:, 2].abs() < half)).float()


def test_the_hull_of_a_ball_is_little_more_than_the_ball():
    distance = hull_distance(shapes_of(BALL.opacity(CAMERAS.all_rays(SIZE))))
    axis = torch.linspace(-1, 1, len(distance))
    radius = torch.cartesian_prod(axis, axis, axis).norm(dim=1).view_as(distance)
    assert (distance[radius < 0.46] > 0).all() and (distance[radius > 0.62] < 0).all()
    assert distance[radius < 0.05].min() > 0.4


def test_what_is_thin_is_there_and_one_view_may_miss_it():
    seen = a_rod().view(8, -1)
    seen[3] = 0.0
    distance = hull_distance(shapes_of(seen))
    middle = len(distance) // 2
    assert (distance[middle - 1 : middle + 1, middle - 1 : middle + 1, 20:-20].amax(dim=(0, 1)) > 0).all()
    seen[4] = 0.0
    assert (hull_distance(shapes_of(seen)) < 0).all()


@pytest.mark.parametrize("opacity", [BALL.opacity(CAMERAS.all_rays(SIZE)), a_rod()])
def test_a_field_learns_it(opacity):
    scene = run_with(WithLayouts()).scene
    wanted = hull_distance(shapes_of(opacity)) > 0
    carve(scene.field, shapes_of(opacity), generator())
    axis = torch.linspace(-1, 1, len(wanted))
    filled = scene.field.surface(torch.cartesian_prod(axis, axis, axis)).view_as(wanted) > 0
    assert (filled & wanted).sum() > 0.8 * (filled | wanted).sum()
    assert all(each.grad is None for group in scene.field.parameter_groups() for each in group["params"])


def test_an_empty_layout_changes_nothing():
    scene = run_with(WithLayouts()).scene
    points = torch.rand(100, 3, generator=generator()) * 2 - 1
    before = scene.field.surface(points).detach()
    carve(scene.field, shapes_of(torch.zeros(8 * SIZE**2)), generator())
    assert torch.equal(scene.field.surface(points), before)


def test_a_run_begins_as_its_layout_and_keeps_that_as_a_target():
    run = run_with(WithLayouts())
    run.step(ignore)
    objective = run.objectives[0]
    assert objective.first_shape is not None and not objective.shapes
    surface = run.scene.field.surface(torch.tensor([[0.0, 0.0, 0.0], [0.0, 0.75, 0.0], [0.0, 0.0, 0.8]]))
    assert surface[0] > 0.2 > -0.1 > surface[1:].max()
    again = run_with(WithLayouts()).objectives[0]
    again.load_state_dict(objective.state_dict())
    assert torch.equal(again.first_shape.opacity, objective.first_shape.opacity)


class Grows(WithLayouts):
    """Draws a ball that reaches far beyond whatever it is shown."""

    def draw_layout(self, prompt, negative_prompt, cameras, generator, start=None, level=1.0):
        super().draw_layout(prompt, negative_prompt, cameras, generator, start, level)
        return a_ball(len(cameras), 0.7, 32)


@pytest.mark.parametrize("renderer", ["occupancy", "proposal"])
def test_what_a_branch_grows_is_seen_at_once(renderer):
    """Before the renderer looks anew by itself, as it does every few steps: it last did at the parent."""
    run = run_with(Grows(), layout_draws=1)
    overrides = {"scene.renderer": renderer, "render.occupancy_resolution": 32, "proposal.samples": 64}
    run = small_run(run.preset.with_overrides(overrides), run.scene.prior)
    branch = type(run)(run.preset, run.scene, entry=0.6, has_object=True)
    parent = BallField(radius=0.3, density=500.0)
    carve(run.scene.field, shapes_of(parent.opacity(CAMERAS.all_rays(SIZE))), generator())
    branch.step(ignore)
    rays = CAMERAS.all_rays(16)
    with torch.no_grad():
        seen = run.scene.renderer(run.scene.field, rays, generator()).opacity
    grown, middle = (BallField(radius=radius).opacity(rays) > 0 for radius in (0.72, 0.65))
    around = grown & ~middle
    assert around.sum() > 100 and seen[around].min() > 0.5


def test_a_new_job_still_looks_everywhere_when_it_has_its_layout():
    run = run_with(WithLayouts())
    run.step(ignore)
    assert run.scene.renderer.occupancy.cells.all()
