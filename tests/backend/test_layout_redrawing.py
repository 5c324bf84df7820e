"""Shapes beside later rings: what the network that draws layouts makes of the field."""

from dataclasses import replace

import pytest
import torch
from analytic import CPU, BallField, generator, ignore
from layouts_of_balls import SIZE, WithLayouts, a_ball, run_with
from torch.testing import assert_close

from backend.cameras import ring
from backend.distillation.denoise_fit_settings import DenoiseFitSettings
from backend.distillation.layout_seeing import layout_of
from backend.distillation.ring_fitting import shape_loss
from backend.distillation.shape_rings import ShapeRing
from backend.priors.toybox import ToyboxPrior
from backend.priors.toybox_layouts import STEPS

CAMERAS = ring(4, 0.3, 0.2, 0.75, 1.05, CPU)
BALL = BallField(radius=0.6, density=500.0)
DRAWS = DenoiseFitSettings().layout_draws


class Shrinking(WithLayouts):
    """Redraws every shape as a smaller ball than the one that it drew at first."""

    def draw_layout(self, prompt, negative_prompt, cameras, generator, start=None, level=1.0):
        layout = super().draw_layout(prompt, negative_prompt, cameras, generator, start, level)
        return layout if start is None else a_ball(len(cameras), 0.3)


def finished(run):
    while not run.is_done:
        run.step(ignore)
    return run


def size_of(run) -> float:
    """The share of the unit ball that the field fills."""
    inside = torch.randn(4000, 3, generator=generator())
    inside = inside / inside.norm(dim=1, keepdim=True) * torch.rand(4000, 1, generator=generator()) ** (1 / 3)
    return (run.scene.field(inside).surface > 0).float().mean().item()


def test_a_field_is_seen_as_a_layout():
    """Of a ball all three maps are known in closed form."""
    layout = layout_of(replace(run_with(WithLayouts()).scene, field=BALL), CAMERAS)
    size = 2 * SIZE
    solid = BALL.opacity(CAMERAS.all_rays(size)).view(4, size, size) > 0.99
    seen = layout.opacity[:, 0] > 0.5
    assert (seen == solid).float().mean() > 0.97  # but for the rim, which samples may miss
    both = seen & solid
    assert_close(layout.albedo.permute(0, 2, 3, 1)[both], BALL.colour.expand(int(both.sum()), 3))
    length = layout.normals.norm(dim=1)
    assert not length[layout.opacity[:, 0] < 0.09].any()
    assert_close(length[both], layout.opacity[:, 0][both])
    # Seen from all around and from a little above, the surfaces look at the cameras.
    towards = (CAMERAS.pose[:, :, 3] / CAMERAS.pose[:, :, 3].norm(dim=1, keepdim=True))[:, None, None]
    assert ((layout.normals.permute(0, 2, 3, 1) * towards).sum(dim=-1)[both] > 0).all()


def test_beside_every_second_later_ring_shapes_are_redrawn():
    prior = WithLayouts()
    run = run_with(prior, redraw_level=0.8, redraw_end_level=0.4)
    redrawn = set()
    while not run.is_done:
        run.step(ignore)
        redrawn.add((run.objectives[0].round, len(run.objectives[0].shapes)))
    assert redrawn == {(1, 0), (2, 1), (3, 1), (4, 2), (5, 2)}
    redrawings = prior.starts[DRAWS:]
    assert [level for _, level in redrawings] == pytest.approx([0.7, 0.5])  # rings 1 and 3 of 0 to 4
    start = redrawings[0][0]
    assert start is not None and start.opacity.shape == (8, 1, 2 * SIZE, 2 * SIZE)
    elevation = run.objectives[0].shapes[0].cameras.elevation
    assert (elevation[:4] >= 0.25).all() and (elevation[4:] <= 0.25).all()


@pytest.mark.parametrize(("share", "redrawn"), [(0.0, 0), (0.4, 2), (1.0, 4)])
def test_how_often_shapes_are_redrawn_is_set_and_how_many_are_kept(share, redrawn):
    prior = WithLayouts()
    run = finished(run_with(prior, redraw_share=share))
    assert len(prior.asked) == DRAWS + redrawn
    assert len(run.objectives[0].shapes) == min(redrawn, 3)
    assert prior.calls == run.planned_calls


def test_the_shape_becomes_what_was_redrawn():
    kept, shrunk = (size_of(finished(run_with(prior, layout_draws=1))) for prior in (WithLayouts(), Shrinking()))
    assert shrunk < 0.8 * kept


def test_colours_are_left_alone():
    """Whatever colour a field has: shapes find it equally wrong."""
    scene, settings = run_with(WithLayouts()).scene, run_with(WithLayouts()).preset.denoise_fit
    layout = a_ball(4, size=SIZE)
    target = ShapeRing(CAMERAS, layout.opacity[:, 0], layout.normals)

    def wrong(**changes) -> float:
        field = BallField(density=500.0, **changes)
        looked_at = replace(scene, field=field, generator=generator())
        return shape_loss(target, looked_at, settings).item()

    assert wrong(radius=0.6, colour=(0.9, 0.1, 0.1)) == wrong(radius=0.6, colour=(0.1, 0.1, 0.9))
    assert wrong(radius=0.6) < wrong(radius=0.9)


def test_a_run_goes_on_beside_shapes_as_if_nothing_had_happened():
    whole, first = run_with(WithLayouts()), run_with(WithLayouts())
    for _ in range(35):
        whole.step(ignore)
        first.step(ignore)
    objective = run_with(WithLayouts()).objectives[0]
    objective.load_state_dict(first.objectives[0].state_dict())
    assert len(objective.shapes) == 1
    first.objectives[0] = objective
    for _ in range(10):
        whole.step(ignore)
        first.step(ignore)
    assert_close(first.scene.field.state_dict(), whole.scene.field.state_dict())


def test_the_toybox_s_network_keeps_what_is_hardly_noised_and_asks_less():
    prior = ToyboxPrior(4, CPU)
    asked = ("a red ball", "", CAMERAS, generator())
    calls = []
    assert prior._layouts is not None
    prior._layouts.unet.register_forward_hook(lambda *_: calls.append(1))
    drawn = prior.draw_layout(*asked)
    assert len(calls) == STEPS
    again = prior.draw_layout(*asked, drawn, 0.05)
    assert len(calls) == STEPS + 3
    assert (again.opacity - drawn.opacity).abs().mean() < 0.03
    other = prior.draw_layout(*asked, drawn, 1.0)
    assert (again.opacity - drawn.opacity).abs().mean() < (other.opacity - drawn.opacity).abs().mean()


def test_shapes_that_are_not_numbers_are_not_kept():
    class Faulty(WithLayouts):
        def draw_layout(self, prompt, negative_prompt, cameras, generator, start=None, level=1.0):
            layout = super().draw_layout(prompt, negative_prompt, cameras, generator, start, level)
            return layout if len(self.asked) != 2 else layout._replace(normals=layout.normals * torch.nan)

    run = finished(run_with(Faulty()))
    assert run.rewinds == 1 and len(run.objectives[0].shapes) == 2
    assert all(kept.is_finite() for kept in run.objectives[0].shapes)
