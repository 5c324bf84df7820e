"""What holds a layout's parts together: two balls, and a rod between them that only some of the views show."""

import numpy as np
import pytest
import torch
from analytic import CPU, BallField, generator, ignore
from layouts_of_balls import WithLayouts, run_with
from scipy import ndimage
from test_carving import CAMERAS, SIZE, a_rod

from backend.cameras import Cameras
from backend.distillation.bridging import _joining, bridges, drawn_in
from backend.distillation.carving import hull_distance
from backend.distillation.shape_rings import ShapeRing
from backend.priors.layouts import Layout

ABOVE, BELOW = BallField(0.3, 500.0, centre=(0.0, 0.0, 0.5)), BallField(0.25, 500.0, centre=(0.0, 0.0, -0.5))
LEFT, RIGHT = BallField(0.3, 500.0, centre=(-0.5, 0.0, -0.4)), BallField(0.25, 500.0, centre=(0.5, 0.0, -0.3))
GREEN = torch.tensor([0.1, 0.7, 0.2])


def a_layout(
    balls: list[BallField], views_with_rod: list[int], radius: float = 0.04, cameras: Cameras = CAMERAS
) -> Layout:
    """Green, where there is anything."""
    rays = cameras.all_rays(SIZE)
    opacity = torch.stack([ball.opacity(rays) for ball in balls]).amax(dim=0).view(8, -1)
    rod = a_rod(radius, 0.4, cameras).view(8, -1)
    for view in views_with_rod:
        opacity[view] = torch.maximum(opacity[view], rod[view])
    opacity = opacity.view(8, 1, SIZE, SIZE)
    return Layout(GREEN[:, None, None] * (opacity > 0.5), opacity, torch.zeros(8, 3, SIZE, SIZE))


def parts(layout: Layout) -> int:
    hull = hull_distance(ShapeRing(CAMERAS, layout.opacity[:, 0], layout.normals)) > 0
    labels = np.empty(hull.shape, np.int32)
    ndimage.label(hull.numpy(), np.ones((3, 3, 3)), output=labels)
    return int(labels.max())


def test_a_part_that_stands_on_nothing_is_joined_by_what_half_of_the_views_show():
    layout = a_layout([ABOVE, BELOW], [0, 2, 3, 5])
    assert parts(layout) == 2
    joints = bridges(layout, CAMERAS)
    assert joints[:, :2].norm(dim=1).max() < 0.06  # along the rod
    assert joints[:, 2].abs().max() < 0.3  # between the balls, about which views from above show less
    whole = drawn_in(layout, CAMERAS, joints)
    assert parts(whole) == 1
    changed = (whole.opacity != layout.opacity)[:, 0]
    assert changed[[1, 4, 6, 7]].any(dim=(1, 2)).all()
    torch.testing.assert_close(whole.albedo.permute(0, 2, 3, 1)[changed], GREEN.expand(int(changed.sum()), 3))
    assert not len(bridges(whole, CAMERAS))


@pytest.mark.parametrize(
    ("balls", "shown"),
    [
        ([ABOVE, BELOW], []),  # a gap that all views show
        ([ABOVE, BELOW], range(8)),  # nothing is missing
        ([LEFT, RIGHT], []),  # beside one another, though half of the views show no gap
        ([LEFT], []),
    ],
)
def test_what_hangs_together_or_stands_is_left_alone(balls, shown):
    layout = a_layout(balls, list(shown))
    joints = bridges(layout, CAMERAS)
    assert joints.shape == (0, 3)
    assert drawn_in(layout, CAMERAS, joints) is layout


def test_an_empty_layout_has_no_parts():
    assert not len(bridges(Layout(*(torch.zeros(8, n, 16, 16) for n in (3, 1, 3))), CAMERAS))


def boxes(*corners: tuple[int, ...], side: int = 48) -> np.ndarray:
    """Voxels of boxes, each given by the first and last corner's x, y, z, the last not included."""
    solid = np.zeros((side, side, side), bool)
    for x0, y0, z0, x1, y1, z1 in corners:
        solid[x0:x1, y0:y1, z0:z1] = True
    return solid


def shown_everywhere(solid: np.ndarray, share: float = 0.5) -> np.ndarray:
    return np.where(solid, 1.0, share).astype(np.float32)


TOWER = (4, 4, 4, 14, 14, 34)


@pytest.mark.parametrize(
    ("solid", "is_joined"),
    [
        (boxes((10, 10, 4, 38, 38, 14), (15, 15, 24, 33, 33, 34)), True),  # above
        (boxes((4, 4, 4, 44, 44, 8), (4, 4, 4, 8, 44, 34), (20, 15, 16, 30, 33, 32)), True),  # above, behind a wall
        (boxes((4, 4, 4, 14, 14, 14), (24, 24, 24, 34, 34, 34)), True),  # above, to the side
        (boxes(TOWER, (24, 24, 30, 34, 34, 40)), True),  # more above than beside
        (boxes(TOWER, (24, 24, 28, 34, 34, 38)), False),  # more beside than above
        (boxes(TOWER, (24, 24, 16, 34, 34, 26)), False),  # beside
    ],
)
def test_what_floats_is_joined_to_what_is_above_or_below_it(solid, is_joined):
    assert _joining(solid, shown_everywhere(solid)).any() == is_joined


@pytest.mark.parametrize(("bottom", "is_joined"), [(6, False), (7, True)])
def test_what_nearly_touches_the_ground_stands(bottom, is_joined):
    """A box under an arch: of 48 voxels over two metres a tenth of a metre is 2.35."""
    solid = boxes((4, 4, 4, 8, 44, 40), (4, 4, 34, 44, 44, 40), (20, 20, bottom, 30, 30, 24))
    assert _joining(solid, shown_everywhere(solid)).any() == is_joined


@pytest.mark.parametrize(("side", "is_joined"), [(5, False), (6, True)])
def test_specks_are_not_joined(side, is_joined):
    """A hundredth of the whole is 158 voxels."""
    solid = boxes((10, 10, 4, 38, 38, 24), (20, 20, 34, 20 + side, 20 + side, 34 + side))
    assert _joining(solid, shown_everywhere(solid)).any() == is_joined


@pytest.mark.parametrize(("share", "is_joined"), [(0.36, False), (0.44, True)])
def test_two_views_in_five_have_to_show_a_bridge(share, is_joined):
    solid = boxes((10, 10, 4, 38, 38, 14), (15, 15, 24, 33, 33, 34))
    assert _joining(solid, shown_everywhere(solid, share)).any() == is_joined


def test_a_detour_that_most_views_show_is_better_than_a_short_cut_that_few_do():
    solid = boxes((10, 10, 4, 42, 38, 14), (15, 15, 24, 33, 33, 34))
    shown = solid.astype(np.float32)
    short, detour = boxes((20, 20, 14, 23, 23, 24)), boxes((36, 20, 14, 39, 23, 30), (33, 20, 27, 39, 23, 30))
    shown[short], shown[detour] = 0.6, 0.9
    missing = _joining(solid, shown)
    assert missing.any() and not missing[short].any() and not missing[~detour].any()
    shown[detour] = 0.0
    assert _joining(solid, shown)[short].any()


def test_a_bridge_is_three_voxels_wide_along_what_most_views_show():
    """From the tip of a post: ways up are equally long through the nine voxels above each."""
    solid = boxes((10, 10, 4, 38, 38, 13), (24, 24, 13, 25, 25, 14), (15, 15, 24, 33, 33, 34))
    shown = shown_everywhere(solid, 0.81)
    shown[25, 25, 14:24] = 0.84
    missing = _joining(solid, shown)
    assert np.array_equal(missing[:, :, 19], boxes((24, 24, 19, 27, 27, 20))[:, :, 19])


def test_what_is_all_specks_has_no_parts():
    solid = boxes(*((x, x, z, x + 1, x + 1, z + 1) for x in range(0, 48, 3) for z in range(0, 48, 3)))
    assert not _joining(solid, shown_everywhere(solid)).any()


def test_points_beside_a_picture_are_not_drawn_onto_its_edge():
    layout = Layout(*(torch.zeros(8, n, 16, 16) for n in (3, 1, 3)))
    points = torch.tensor([[0.95, 0.95, 0.2], [0.0, 0.0, 0.0]])
    shown = (CAMERAS.project(points).abs() < 1).all(dim=2)
    assert shown[:, 1].all() and 0 < shown[:, 0].sum() < 8
    drawn = drawn_in(layout, CAMERAS, points).opacity > 0
    assert drawn.sum(dim=(1, 2, 3)).tolist() == shown.sum(dim=1).tolist()


class InTwoParts(WithLayouts):
    """Draws two balls, one above the other, and in some of the views what holds them, at first and when it redraws."""

    def __init__(self, first: list[int], redrawn: list[int]) -> None:
        super().__init__()
        self.first, self.redrawn = first, redrawn

    def draw_layout(self, prompt, negative_prompt, cameras, generator, start=None, level=1.0):
        super().draw_layout(prompt, negative_prompt, cameras, generator, start, level)
        return a_layout([ABOVE, BELOW], self.first if start is None else self.redrawn, 0.18, cameras)


def until_redrawn(run):
    """The run's objective when shapes have been redrawn once, and the joints that it had before."""
    run.step(ignore)
    objective = run.objectives[0]
    before = objective.joints
    while not objective.shapes:
        run.step(ignore)
    return objective, before


def shown_by(shape: ShapeRing, points: torch.Tensor) -> float:
    """The share of points that views show as solid, over all views."""
    return (shape.cameras.read(shape.opacity[:, None], points) > 0.4).float().mean().item()


def test_a_run_begins_with_what_holds_its_object_together():
    run = run_with(InTwoParts([0, 2, 3, 5], []), layout_draws=1)
    run.step(ignore)
    objective = run.objectives[0]
    assert len(objective.joints)
    middle = run.scene.field.surface(torch.tensor([[0.0, 0.0, z / 10] for z in range(-3, 3)]))
    assert (middle > -0.05).all()  # without a rod -0.22 in the middle of the gap
    again = run_with(WithLayouts()).objectives[0]
    again.load_state_dict(objective.state_dict())
    assert torch.equal(again.joints, objective.joints)


def test_joints_stay_in_shapes_that_are_redrawn_without_them():
    objective, before = until_redrawn(run_with(InTwoParts([0, 2, 3, 5], []), layout_draws=1))
    assert len(before) and torch.equal(objective.joints[: len(before)], before)
    assert shown_by(objective.shapes[0], before) > 0.9


def test_what_a_redrawn_shape_lacks_is_joined_and_kept_as_well():
    objective, before = until_redrawn(run_with(InTwoParts(list(range(8)), [0, 2, 5, 7]), layout_draws=1))
    assert not len(before) and len(objective.joints)
    assert shown_by(objective.shapes[0], objective.joints) > 0.9


def test_going_back_to_a_state_without_joints_forgets_those_of_now():
    """As to one that was written before there were any: what put them in may have been refused."""
    objective = run_with(WithLayouts()).objectives[0]
    state = objective.state_dict()
    del state["joints"]
    objective.joints = torch.rand(5, 3, generator=generator())
    objective.load_state_dict(state)
    assert objective.joints.shape == (0, 3)


def test_points_are_read_where_cameras_show_them():
    rays = CAMERAS.all_rays(SIZE)
    points = (rays.origins + 1.3 * rays.directions).view(8, SIZE * SIZE, 3)
    maps = torch.arange(8.0 * SIZE * SIZE).view(8, 1, SIZE, SIZE)
    for view, camera in enumerate(CAMERAS.split(1)):
        read = camera.read(maps[view : view + 1], points[view])
        torch.testing.assert_close(read[0, :, 0], maps[view].flatten(), rtol=0, atol=0.5)
    beside = torch.tensor([[0.0, 0.0, 3.0]])
    assert not CAMERAS.read(maps + 1, beside.to(CPU)).any()
