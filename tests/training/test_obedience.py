"""The measure of obedience tells who listens from who does not, and a training makes a network listen."""

import pytest
import torch
from cube_world import CubeWorld
from oracles import CPU, oracle

from toybox.training.obedience import camera_errors, disobedience, measure, rings_of, side_accuracy, sides_differ, table


@pytest.fixture(scope="module")
def rings():
    return rings_of(oracle(listens=True), CubeWorld(), 6, 0, CPU)


def test_who_knows_the_cube_and_listens_is_hurt_by_wrong_cameras_alone(rings):
    errors = camera_errors(oracle(listens=True), rings, (0.9, 1.0), 0)
    for of in errors.values():
        assert of["true"] < 1e-4
        assert min(error for name, error in of.items() if name != "true") > 0.05


def test_who_does_not_listen_makes_the_same_errors_whatever_it_is_told(rings):
    grown = disobedience(camera_errors(oracle(listens=False), rings, (0.5, 0.95), 0))
    assert {share for of in grown.values() for share in of.values()} == {0.0}


@pytest.mark.parametrize("start_from_ball", [False, True])
def test_the_told_sides_are_drawn_by_who_listens(rings, start_from_ball):
    assert side_accuracy(oracle(listens=True), rings, 0, 3, start_from_ball) == 1.0
    assert side_accuracy(oracle(listens=False), rings, 0, 3, start_from_ball) < 0.6


def test_things_that_look_alike_from_two_sides_have_no_front():
    ring = torch.rand(4, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    assert sides_differ(ring)
    ring[3] = ring[1]
    assert not sides_differ(ring)


def test_training_makes_a_network_obey(tiny):
    """Some steps about the cube: loss falls, and wrong cameras hurt where noise hides the sides.

    One that does not listen stays at 0, 0 and 25 %; this training came to 22 %, 9 % and 58 %, from another seed to
    17 %, 7 % and 54 %, and the bounds are about halfway. Light is not told: so short a training has no steps for it.
    """
    steps, rate = ("optimiser.steps=150", "optimiser.cooldown=50"), ("optimiser.rate=5e-3", "optimiser.average=0.95")
    trainer = tiny(*steps, *rate, "batch.singles=2", "batch.groups=2", "network.light=false")
    losses = [trainer.step()[0].item() for _ in range(150)]
    assert sum(losses[-20:]) < 0.75 * sum(losses[:20])
    with trainer.averaged() as model:
        found = measure(model, CubeWorld(), 6, 0, CPU, steps=6)
    print(table(found))
    assert found["growth"]["0.9"]["half"] > 0.1
    assert found["growth"]["1"]["quarter"] > 0.04
    assert found["sides_from_ball"] > 0.42
