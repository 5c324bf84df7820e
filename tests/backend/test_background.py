"""Backgrounds: plain ones vary, a learnt one knows directions, and stands aside every other time."""

import dataclasses

import torch
import torch.nn.functional as F
from analytic import CPU, generator

from backend.cameras import Rays
from backend.fields.mlp import MLPFieldSettings
from backend.rendering.background import NetworkBackground, NetworkBackgroundSettings, PlainBackground

SETTINGS = NetworkBackgroundSettings()


def rays(count=200, seed=0):
    """In all directions, from somewhere: only the direction may matter."""
    draws = generator(seed)
    return Rays(torch.randn(count, 3, generator=draws), F.normalize(torch.randn(count, 3, generator=draws), dim=-1))


def make(seed=0, **changes):
    return NetworkBackground(dataclasses.replace(SETTINGS, **changes), generator(seed), CPU)


def test_a_plain_background_has_one_colour_and_another_each_time():
    draws = generator()
    first, second = (PlainBackground()(rays(), draws) for _ in range(2))
    assert first.shape == (200, 3)
    assert (first == first[0]).all()
    assert not torch.equal(first, second)


def test_a_learnt_background_depends_on_the_direction_alone():
    background, where = make(plain_share=0.0), rays()
    colours = background(where, generator())
    elsewhere = background(Rays(where.origins + 1, where.directions), generator(5))
    torch.testing.assert_close(colours, elsewhere)
    assert 0 < colours.min() < colours.max() < 1
    assert colours.std(dim=0).min() > 1e-3


def test_it_stands_aside_as_often_as_it_is_told():
    background, where, draws = make(), rays(4), generator()
    plain = sum(not background(where, draws).requires_grad for _ in range(1000))
    assert 450 < plain < 550
    assert all(not make(plain_share=1.0)(where, draws).requires_grad for _ in range(20))


def test_it_learns_a_sky():
    """Blue above, green below, from directions."""
    background, where, draws = make(plain_share=0.0), rays(500), generator()
    wanted = torch.where(where.directions[:, 2:] > 0, torch.tensor([0.2, 0.4, 0.9]), torch.tensor([0.1, 0.6, 0.1]))
    optimizer = torch.optim.Adam(background.parameter_groups())
    for group in optimizer.param_groups:
        group["lr"] = 2e-2  # its own rate is low on purpose
    for _ in range(150):
        optimizer.zero_grad()
        F.mse_loss(background(where, draws), wanted).backward()
        optimizer.step()
    assert F.mse_loss(background(where, draws), wanted).item() < 0.005


def test_its_rate_is_far_below_the_field_s():
    (group,) = make().parameter_groups()
    assert group["lr"] <= 0.1 * MLPFieldSettings().learning_rate
    assert len(group["params"]) == 4


def test_a_seed_decides_it_and_a_state_brings_it_back():
    one, other = make(seed=1, plain_share=0.0), make(seed=2, plain_share=0.0)
    expected = one(rays(), generator())
    assert torch.equal(expected, make(seed=1, plain_share=0.0)(rays(), generator()))
    assert not torch.equal(expected, other(rays(), generator()))
    other.load_state_dict(one.state_dict())
    assert torch.equal(expected, other(rays(), generator()))
