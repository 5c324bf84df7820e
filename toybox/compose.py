"""From a description to a scene: objects built, placed with respect to each other, scaled into the unit sphere."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .captions import caption
from .colours import COLOURS, shade
from .description import PATTERNS, Description, Item, Relation
from .objects import THINGS
from .placing import RELATIONS_OF, place_pair
from .scene import Material, Part, Pattern, Scene, Shape
from .thing import Variation
from .vectors import Vec3

# How often a drawn scene has two objects, a pattern, a word for its size, a word for its pose.
PAIRS: Final = 0.15
PATTERNED: Final = 0.15
SIZED: Final = 0.15
POSED: Final = 0.5
RADIUS: Final = (0.82, 0.96)  # of the sphere around a scene
SMALL: Final = 0.62  # times that, for a small object

_PATTERN: Final = {"striped": Pattern.STRIPES, "dotted": Pattern.DOTS, "two-tone": Pattern.TWO_TONE}
_GOLDEN: Final = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True)
class Sample:
    """A scene and what it shows."""

    scene: Scene
    description: Description
    caption: str


def sample_scene(rng: np.random.Generator, name: str = "") -> Sample:
    """A random scene with its caption; with a name, one of that object alone."""
    description = random_description(rng, name)
    return Sample(compose(description, rng), description, caption(description, rng))


def random_description(rng: np.random.Generator, name: str = "") -> Description:
    """What a random scene shows."""
    if not name and rng.random() < PAIRS:
        relation: Relation = tuple(RELATIONS_OF)[int(rng.integers(len(RELATIONS_OF)))]
        firsts, others = RELATIONS_OF[relation]
        first, other = _pick(rng, firsts), _pick(rng, others)
        return Description(random_item(rng, first, plain=True), relation, random_item(rng, other, plain=True))
    return Description(random_item(rng, name or _pick(rng, tuple(THINGS))))


def random_item(rng: np.random.Generator, name: str, plain: bool = False) -> Item:
    """An object in random colours; unless plain, now and then with a pattern, a size or a pose."""
    thing = THINGS[name]
    colours = tuple(_pick(rng, tuple(COLOURS)) for _ in range(thing.slots))
    item = Item(name, colours)
    if plain:
        return item
    if thing.patterns and rng.random() < PATTERNED:
        others = tuple(each for each in COLOURS if each != colours[0])
        pattern = PATTERNS[1 + int(rng.integers(len(PATTERNS) - 1))]
        item = replace(item, pattern=pattern, second=_pick(rng, others))
    if rng.random() < SIZED:
        item = replace(item, size=_pick(rng, ("small", *thing.sizes)))
    if thing.poses and rng.random() < POSED:
        item = replace(item, pose=_pick(rng, thing.poses))
    return item


def compose(description: Description, rng: np.random.Generator) -> Scene:
    """One of the scenes that a description fits."""
    shapes = [build(item, rng) for item in description.items()]
    colours: list[Vec3] = []
    for index, item in enumerate(description.items()):
        shapes[index] = shapes[index].renumbered(len(colours))
        names = (*item.colours, item.second) if item.second else item.colours
        colours += [shade(COLOURS[each], rng) for each in names]
    shape = shapes[0] if description.relation is None else place_pair(description.relation, shapes[0], shapes[1], rng)
    radius = rng.uniform(*RADIUS)
    if description.first.size == "small" and description.relation is None:
        radius *= SMALL
    return Scene(normalised(shape, float(radius)), tuple(colours))


def build(item: Item, rng: np.random.Generator) -> Shape:
    """An object of about unit size about the origin, in its pattern."""
    thing = THINGS[item.name]
    pose = item.pose or (_pick(rng, thing.poses) if thing.poses else "")
    shape = normalised(thing.build(Variation(rng, item.size, pose)), 1.0)
    if item.pattern == "plain":
        return shape
    return Shape(tuple(_patterned(part, item, thing.slots) for part in shape.parts), shape.places)


def normalised(shape: Shape, radius: float) -> Shape:
    """Moved and scaled so that a sphere of this radius about the origin just holds it."""
    directions = sphere_directions()
    reach = shape.support(directions)
    low, high = np.asarray(shape.box())
    centre = (low + high) / 2
    for step in range(1, 60):  # Bădoiu and Clarkson (2003): step towards the farthest point, less each time
        distance = reach - directions @ centre
        farthest = int(distance.argmax())
        centre = centre + directions[farthest] * (distance[farthest] + distance[_opposite(farthest)]) / 2 / (step + 1)
    distance = reach - directions @ centre
    scale = radius / (float(distance.max()) * FARTHER)
    x, y, z = (-centre * scale).tolist()
    return shape.placed(scale, (x, y, z))


DIRECTIONS: Final = 400  # half as many pairs of opposite ones
FARTHER: Final = 1.006  # how much farther something may reach between two directions, which are about 9 degrees apart


def sphere_directions() -> NDArray[np.float64]:
    """Unit vectors [DIRECTIONS, 3], spread evenly; the second half opposite to the first."""
    index = np.arange(DIRECTIONS // 2) + 0.5
    z = index / (DIRECTIONS // 2)  # the upper half alone
    across = np.sqrt(1 - z**2)
    half = np.stack([across * np.cos(_GOLDEN * index), across * np.sin(_GOLDEN * index), z], axis=1)
    return np.concatenate([half, -half])


def _opposite(index: int) -> int:
    return (index + DIRECTIONS // 2) % DIRECTIONS


def _patterned(part: Part, item: Item, slots: int) -> Part:
    """A part in its object's first colour gets the pattern; its other colour comes after the object's own."""
    if part.material.pattern is not Pattern.PLAIN or part.material.first != 0:
        return part
    axis: Vec3 = (0.0, 0.0, 1.0)
    pattern = _PATTERN[item.pattern]
    period = 0.42 if pattern is Pattern.DOTS else 0.36
    return replace(part, material=Material(0, slots, pattern, axis, period=period))


def _pick(rng: np.random.Generator, options: tuple[str, ...]) -> str:
    return options[int(rng.integers(len(options)))]
