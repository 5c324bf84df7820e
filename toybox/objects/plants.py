"""Trees, flowers and other plants."""

from __future__ import annotations

import math
from typing import Final

from .kit import (
    BROWN,
    CREAM,
    FLAT,
    GREEN,
    LEAF,
    MAIN,
    PI,
    PINK,
    TALL,
    WHITE,
    WOOD,
    YELLOW,
    Shape,
    Thing,
    Variation,
    around,
    ball,
    both,
    box,
    cone,
    cylinder,
    ellipsoid,
    part,
    ring,
    rod,
    shape,
    taper,
    tube,
    turn_y,
)


def pine(v: Variation) -> Shape:
    tiers, w = 3 + int(v.chance(0.5)), v.uniform(0.8, 0.95)
    step = v.height(1.5, 1.7) / tiers
    leaves = [cone((0, 0, -0.6 + step * i), w * (1 - 0.75 * i / tiers), 0.06, 0.48, 0.02) for i in range(tiers)]
    return shape(part(WOOD, cylinder((0, 0, -1.3), 0.17, 0.35)), part(LEAF, leaves))


def oak(v: Variation) -> Shape:
    lean = v.uniform(0, PI)
    trunk = part(
        WOOD,
        taper((0, 0, -1.4), (0, 0, 0.0), 0.24, 0.15),
        both(taper((0, 0, -0.4), (0.4, 0, 0.1), 0.12, 0.07)),
        cone((0, 0, -1.45), 0.4, 0.2, 0.14),
        blend=0.08,
    )
    crown = part(
        MAIN,
        ball((0, 0, v.height(0.75, 0.85)), 0.62),
        around(ball((0.52, 0, 0.3), v.uniform(0.46, 0.52)), 5, lean),
        ball((0, 0, 0.35), 0.6),
        blend=0.06,
    )
    return shape(trunk, crown)


def palm(v: Variation) -> Shape:
    bend, h = v.uniform(0.1, 0.45), v.height(0.5, 0.7)
    trunk = part(WOOD, tube([(0, 0, -1.4), (0, 0, -0.5), (bend, 0, h)], [0.18, 0.13, 0.1]))
    frond = [
        ellipsoid((0.36, 0, 0.1), (0.4, 0.15, 0.05), turn_y(0.05)),
        ellipsoid((0.82, 0, -0.12), (0.34, 0.12, 0.05), turn_y(0.8)),
    ]
    leaves = [each.moved((bend, 0, h + 0.08)) for piece in frond for each in around(piece, 7)]
    return shape(
        trunk,
        part(LEAF, leaves),
        part(BROWN, [ball((bend + 0.16 * math.cos(a), 0.16 * math.sin(a), h - 0.05), 0.12) for a in (0.5, 2.6, 4.7)]),
    )


def mushroom(v: Variation) -> Shape:
    cap, h = v.uniform(0.5, 0.65), v.height(0.55, 0.75)
    stem = part(CREAM, taper((0, 0, -h - 0.2), (0, 0, 0.1), 0.34, 0.22), ring((0, 0, -0.2), 0.26, 0.07))
    hat = part(
        MAIN,
        ellipsoid((0, 0, 0), (1, 1, cap * 1.3)),
        cuts=[box((0, 0, -1.0), (3, 3, 1), 0)],
        hull=[cone((0, 0, cap * 0.65), 1, 0.4, cap * 0.65)],
    )
    dots = [
        ball((0.74 * math.cos(a), 0.74 * math.sin(a), cap * 0.8), 0.15)
        for a in (v.uniform(0, 1) + 2 * PI * i / 5 for i in range(5))
    ]
    gills = part(CREAM, cylinder((0, 0, 0), 0.93, 0.03))
    return shape(stem, hat, gills, part(WHITE, dots, ball((0, 0, cap * 1.25), 0.17)))


def cactus(v: Variation) -> Shape:
    left, right = v.uniform(-0.35, 0.0), v.uniform(-0.1, 0.2)
    pot = part(MAIN, cone((0, 0, -1.05), 0.42, 0.56, 0.32, 0.02), cylinder((0, 0, -0.78), 0.62, 0.1, 0.02))
    body = part(
        GREEN,
        taper((0, 0, -0.8), (0, 0, v.height(0.8, 1.0)), 0.3, 0.27),
        tube([(0, 0, right), (0.85, 0, right - 0.1), (0.7, 0, right + 0.65)], [0.17, 0.16, 0.15]),
        tube([(0, 0, left), (-0.85, 0, left - 0.1), (-0.7, 0, left + 0.6)], [0.16, 0.15, 0.14]),
    )
    return shape(
        pot, part(BROWN, cylinder((0, 0, -0.68), 0.54, 0.03)), body, part(PINK, ball((0.7, 0, right + 0.68), 0.11))
    )


def flower(v: Variation) -> Shape:
    petals, h = 5 + int(v.chance(0.5)) * 2, v.height(1.3, 1.5)
    stem = part(GREEN, tube([(0.15, 0, -h), (0, 0.05, -h / 2), (0, 0.1, 0.2)], [0.07, 0.06, 0.06]))
    leaves = part(
        GREEN,
        ellipsoid((0.42, 0, -h * 0.62), (0.36, 0.15, 0.05), turn_y(-0.6)),
        ellipsoid((-0.3, 0, -h * 0.75), (0.36, 0.15, 0.05), turn_y(0.6)),
    )
    bloom = [
        ellipsoid((0, 0, 0.48), (0.23, 0.1, 0.33)).turned(turn_y(2 * PI * i / petals)).moved((0, 0, 0.25))
        for i in range(petals)
    ]
    return shape(stem, leaves, part(MAIN, bloom), part(YELLOW, ellipsoid((0, -0.08, 0.25), (0.26, 0.14, 0.26))))


def tulip(v: Variation) -> Shape:
    cup = part(MAIN, around(ellipsoid((0.17, 0, 0.55), (0.27, 0.34, 0.52), turn_y(0.08)), 3, PI / 6))
    return shape(
        cup,
        part(GREEN, rod((0, 0, -1.2), (0, 0, 0.2), 0.07)),
        part(GREEN, both(ellipsoid((0.3, 0, -0.6), (0.09, 0.16, 0.65), turn_y(0.35)))),
    )


def sunflower(v: Variation) -> Shape:
    petals = [
        ellipsoid((0, 0, 0.58), (0.13, 0.06, 0.28)).turned(turn_y(2 * PI * i / 14)).moved((0, 0, 0.5))
        for i in range(14)
    ]
    disk = part(BROWN, cylinder((0, -0.03, 0.5), 0.42, 0.1, 0.05, FLAT))
    leaves = part(LEAF, both(ellipsoid((0.42, 0, -0.6), (0.42, 0.22, 0.05), turn_y(-0.5))))
    return shape(part(YELLOW, petals), disk, part(LEAF, rod((0, 0.1, -1.5), (0, 0.08, 0.4), 0.08)), leaves)


def bonsai(v: Variation) -> Shape:
    plant = part(LEAF, ball((0, 0, 0.55), 0.55), around(ball((0.4, 0, 0.25), 0.38), 5), blend=0.06)
    pot = part(MAIN, cone((0, 0, -0.6), 0.4, 0.58, 0.4, 0.02), cylinder((0, 0, -0.24), 0.65, 0.1, 0.03))
    return shape(plant, pot, part(BROWN, cylinder((0, 0, -0.14), 0.58, 0.02), rod((0, 0, -0.15), (0, 0, 0.3), 0.1)))


def bush(v: Variation) -> Shape:
    n = 5 + int(v.chance(0.5))
    leaves = part(LEAF, ball((0, 0, 0.1), 0.75), around(ball((0.62, 0, -0.1), 0.5), n), blend=0.06)
    fruit = part(
        MAIN,
        [
            ball((0.98 * math.cos(a) * c, 0.98 * math.sin(a) * c, s), 0.12)
            for i in range(18)
            for a, c, s in [(2.4 * i, math.sqrt(1 - (0.05 * i) ** 2), 0.05 * i - 0.15)]
        ],
    )
    return shape(leaves, fruit)


THINGS: Final = (
    Thing("pine", "pine tree", pine, TALL),
    Thing("oak", "tree with {0} leaves", oak, TALL),
    Thing("palm", "palm tree", palm, TALL),
    Thing("mushroom", "{0} mushroom", mushroom, TALL),
    Thing("cactus", "cactus in {0} pot", cactus, TALL),
    Thing("flower", "{0} flower", flower, TALL),
    Thing("tulip", "{0} tulip", tulip),
    Thing("sunflower", "sunflower", sunflower),
    Thing("bonsai", "plant in {0} pot", bonsai, patterns=True),
    Thing("bush", "bush with {0} berries", bush),
)
