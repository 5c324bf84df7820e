"""Which of the toybox's things have an outline that tells their front: the truth behind the report's word for it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from backend.rendering.turntable import AZIMUTHS, DISTANCE, ELEVATION, FOV
from backend.two_faced import PICTURE, own_mirror_image
from dreamfusion_blender.quality import ONE_HEADED, SAME_OUTLINE, one_headed
from toybox import THINGS, Scene, render, ring
from toybox.compose import compose
from toybox.description import Description, Item
from toybox.primitives import box
from toybox.scene import Part, Shape
from toybox.vectors import turn_z

ALIKE_AT_BOTH_ENDS = ("ball", "cube", "table", "bus", "house")


def of(name: str, pose: str = "") -> Scene:
    thing = THINGS[name]
    return compose(Description(Item(name, ("red",) * thing.slots, pose=pose)), np.random.default_rng(7))


def with_two_heads(animal: Scene) -> Scene:
    """Its front half, and that turned about."""
    behind = box((0, 2, 0), (4, 2, 4), 0.0)
    parts = [Part(each.material, each.solids, each.blend, (*each.cuts, behind)) for each in animal.shape.parts]
    half = Shape(tuple(parts))
    return Scene(Shape(half.parts + half.placed(turn=turn_z(math.pi)).parts), animal.colours)


def outlines(scenes: list[Scene]) -> list[float]:
    """Measured on the pictures that an asset is measured on."""
    around = ring(AZIMUTHS, 0.0, float(ELEVATION), FOV, float(DISTANCE))
    return [own_mirror_image(render([each], around, PICTURE).mask.numpy()) for each in scenes]


POSES = [(name, pose) for name in ONE_HEADED for pose in THINGS[name].poses or ("",)]


@pytest.mark.parametrize(("name", "pose"), POSES)
def test_an_animals_outline_tells_its_front_and_two_heads_are_found(name, pose):
    animal = of(name, pose)
    truth, doubled = outlines([animal, with_two_heads(animal)])
    assert truth < SAME_OUTLINE < doubled


def test_what_is_rightly_alike_at_both_ends_is_measured_so_and_not_spoken_of():
    assert min(outlines([of(name) for name in ALIKE_AT_BOTH_ENDS])) > SAME_OUTLINE


def test_only_these_words_are_taken_for_animals():
    found = {name for name, thing in THINGS.items() if one_headed(thing.phrase.format("red", "blue", "green"))}
    assert found == set(ONE_HEADED)


def test_the_front_may_be_anywhere():
    dog = of("dog")
    for animal, is_alike in ((dog, False), (with_two_heads(dog), True)):
        turned = [Scene(animal.shape.placed(turn=turn_z(math.radians(each))), dog.colours) for each in (45, 90)]
        assert [each > SAME_OUTLINE for each in outlines(turned)] == [is_alike] * 2
