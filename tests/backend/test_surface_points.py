"""The point of a surface that a ray meets: on the nearer of two things, whatever is to be seen through it."""

import pytest
import torch
from analytic import CPU, BallField, generator

from backend.cameras import Rays
from backend.rendering.proposal import ProposalRenderer, ProposalSettings
from backend.rendering.raymarch import RayMarcher, RenderSettings

SAMPLES = 256
RENDERERS = {
    "raymarch": RayMarcher(RenderSettings(samples=SAMPLES), CPU),
    "proposal": ProposalRenderer(ProposalSettings(samples=SAMPLES), generator(), CPU),
}


class Handle(BallField):
    """A thin ball, which lets 37 % through, before a thick one."""

    def surface(self, points):
        small, large = points - torch.tensor([0.0, -0.6, 0.0]), points - torch.tensor([0.0, 0.4, 0.0])
        return torch.maximum(0.05 - small.norm(dim=-1), 0.4 - large.norm(dim=-1))


@pytest.mark.parametrize("name", RENDERERS)
def test_a_ray_through_a_handle_meets_that_and_not_the_air_behind(name):
    ray = Rays(torch.tensor([[0.0, -2.0, 0.0]]), torch.tensor([[0.0, 1.0, 0.0]]))
    seen = RENDERERS[name](Handle(density=10.0), ray, None)
    assert abs(seen.points[0, 1].item() + 0.6) < 0.06
    assert -0.5 < seen.depth.item() - 2 < -0.1  # the mean of all
