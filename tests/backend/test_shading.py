"""Light: Lambert's cosine, and where lights stand."""

import math

import pytest
import torch
from analytic import CPU, generator

from backend.shading import lambert, random_light_direction


@pytest.mark.parametrize(("angle", "brightness"), [(0, 1.0), (60, 0.3 + 0.7 * 0.5), (90, 0.3), (120, 0.3), (180, 0.3)])
def test_brightness_goes_with_the_cosine_and_never_below_the_ambient(angle, brightness):
    turn = math.radians(angle)
    normal = torch.tensor([[math.sin(turn), 0.0, math.cos(turn)]])
    light = torch.tensor([[0.0, 0.0, 1.0]])
    assert lambert(normal, light, ambient=0.3).item() == pytest.approx(brightness, abs=1e-6)


def test_lights_stand_rather_above_and_on_no_side_more_than_on_another():
    draws = generator()
    lights = torch.stack([random_light_direction(draws, CPU) for _ in range(1000)])
    torch.testing.assert_close(lights.norm(dim=-1), torch.ones(1000))
    assert 0.8 < (lights[:, 2] > 0).float().mean() < 1
    assert lights[:, :2].mean(dim=0).abs().max() < 0.08
    assert lights[:, :2].abs().mean() > 0.3
