"""Trees, flowers and other plants."""

from __future__ import annotations

import math
from typing import Final

from . import kit


def pine(v: kit.Variation) -> kit.Shape:
    tiers, w = 3 + int(v.chance(0.5)), v.uniform(0.8, 0.95)
    step = v.height(1.5, 1.7) / tiers
    leaves = [kit.cone((0, 0, -0.6 + step * i), w * (1 - 0.75 * i / tiers), 0.06, 0.48, 0.02) for i in range(tiers)]
    return kit.shape(kit.part(kit.WOOD, kit.cylinder((0, 0, -1.3), 0.17, 0.35)), kit.part(kit.LEAF, leaves))


def oak(v: kit.Variation) -> kit.Shape:
    lean = v.uniform(0, math.pi)
    trunk = kit.part(
        kit.WOOD,
        kit.taper((0, 0, -1.4), (0, 0, 0.0), 0.24, 0.15),
        kit.both(kit.taper((0, 0, -0.4), (0.4, 0, 0.1), 0.12, 0.07)),
        kit.cone((0, 0, -1.45), 0.4, 0.2, 0.14),
        blend=0.08,
    )
    crown = kit.part(
        kit.MAIN,
        kit.ball((0, 0, v.height(0.75, 0.85)), 0.62),
        kit.around(kit.ball((0.52, 0, 0.3), v.uniform(0.46, 0.52)), 5, lean),
        kit.ball((0, 0, 0.35), 0.6),
        blend=0.06,
    )
    return kit.shape(trunk, crown)


def palm(v: kit.Variation) -> kit.Shape:
    bend, h = v.uniform(0.1, 0.45), v.height(0.5, 0.7)
    trunk = kit.part(kit.WOOD, kit.tube([(0, 0, -1.4), (0, 0, -0.5), (bend, 0, h)], [0.18, 0.13, 0.1]))
    frond = [
        kit.ellipsoid((0.36, 0, 0.1), (0.4, 0.15, 0.05), kit.turn_y(0.05)),
        kit.ellipsoid((0.82, 0, -0.12), (0.34, 0.12, 0.05), kit.turn_y(0.8)),
    ]
    leaves = [each.moved((bend, 0, h + 0.08)) for piece in frond for each in kit.around(piece, 7)]
    return kit.shape(
        trunk,
        kit.part(kit.LEAF, leaves),
        kit.part(
            kit.BROWN,
            [kit.ball((bend + 0.16 * math.cos(a), 0.16 * math.sin(a), h - 0.05), 0.12) for a in (0.5, 2.6, 4.7)],
        ),
    )


def mushroom(v: kit.Variation) -> kit.Shape:
    cap, h = v.uniform(0.5, 0.65), v.height(0.55, 0.75)
    stem = kit.part(kit.CREAM, kit.taper((0, 0, -h - 0.2), (0, 0, 0.1), 0.34, 0.22), kit.ring((0, 0, -0.2), 0.26, 0.07))
    hat = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0, 0), (1, 1, cap * 1.3)),
        cuts=[kit.box((0, 0, -1.0), (3, 3, 1), 0)],
        hull=[kit.cone((0, 0, cap * 0.65), 1, 0.4, cap * 0.65)],
    )
    dots = [
        kit.ball((0.74 * math.cos(a), 0.74 * math.sin(a), cap * 0.8), 0.15)
        for a in (v.uniform(0, 1) + 2 * math.pi * i / 5 for i in range(5))
    ]
    gills = kit.part(kit.CREAM, kit.cylinder((0, 0, 0), 0.93, 0.03))
    return kit.shape(stem, hat, gills, kit.part(kit.WHITE, dots, kit.ball((0, 0, cap * 1.25), 0.17)))


def cactus(v: kit.Variation) -> kit.Shape:
    left, right = v.uniform(-0.35, 0.0), v.uniform(-0.1, 0.2)
    pot = kit.part(
        kit.MAIN, kit.cone((0, 0, -1.05), 0.42, 0.56, 0.32, 0.02), kit.cylinder((0, 0, -0.78), 0.62, 0.1, 0.02)
    )
    body = kit.part(
        kit.GREEN,
        kit.taper((0, 0, -0.8), (0, 0, v.height(0.8, 1.0)), 0.3, 0.27),
        kit.tube([(0, 0, right), (0.85, 0, right - 0.1), (0.7, 0, right + 0.65)], [0.17, 0.16, 0.15]),
        kit.tube([(0, 0, left), (-0.85, 0, left - 0.1), (-0.7, 0, left + 0.6)], [0.16, 0.15, 0.14]),
    )
    return kit.shape(
        pot,
        kit.part(kit.BROWN, kit.cylinder((0, 0, -0.68), 0.54, 0.03)),
        body,
        kit.part(kit.PINK, kit.ball((0.7, 0, right + 0.68), 0.11)),
    )


def flower(v: kit.Variation) -> kit.Shape:
    petals, h = 5 + int(v.chance(0.5)) * 2, v.height(1.3, 1.5)
    stem = kit.part(kit.GREEN, kit.tube([(0.15, 0, -h), (0, 0.05, -h / 2), (0, 0.1, 0.2)], [0.07, 0.06, 0.06]))
    leaves = kit.part(
        kit.GREEN,
        kit.ellipsoid((0.42, 0, -h * 0.62), (0.36, 0.15, 0.05), kit.turn_y(-0.6)),
        kit.ellipsoid((-0.3, 0, -h * 0.75), (0.36, 0.15, 0.05), kit.turn_y(0.6)),
    )
    bloom = [
        kit.ellipsoid((0, 0, 0.48), (0.23, 0.1, 0.33)).turned(kit.turn_y(2 * math.pi * i / petals)).moved((0, 0, 0.25))
        for i in range(petals)
    ]
    return kit.shape(
        stem,
        leaves,
        kit.part(kit.MAIN, bloom),
        kit.part(kit.YELLOW, kit.ellipsoid((0, -0.08, 0.25), (0.26, 0.14, 0.26))),
    )


def tulip(v: kit.Variation) -> kit.Shape:
    cup = kit.part(
        kit.MAIN, kit.around(kit.ellipsoid((0.17, 0, 0.55), (0.27, 0.34, 0.52), kit.turn_y(0.08)), 3, math.pi / 6)
    )
    return kit.shape(
        cup,
        kit.part(kit.GREEN, kit.rod((0, 0, -1.2), (0, 0, 0.2), 0.07)),
        kit.part(kit.GREEN, kit.both(kit.ellipsoid((0.3, 0, -0.6), (0.09, 0.16, 0.65), kit.turn_y(0.35)))),
    )


def sunflower(v: kit.Variation) -> kit.Shape:
    petals = [
        kit.ellipsoid((0, 0, 0.58), (0.13, 0.06, 0.28)).turned(kit.turn_y(2 * math.pi * i / 14)).moved((0, 0, 0.5))
        for i in range(14)
    ]
    disk = kit.part(kit.BROWN, kit.cylinder((0, -0.03, 0.5), 0.42, 0.1, 0.05, kit.FLAT))
    leaves = kit.part(kit.LEAF, kit.both(kit.ellipsoid((0.42, 0, -0.6), (0.42, 0.22, 0.05), kit.turn_y(-0.5))))
    return kit.shape(
        kit.part(kit.YELLOW, petals), disk, kit.part(kit.LEAF, kit.rod((0, 0.1, -1.5), (0, 0.08, 0.4), 0.08)), leaves
    )


def bonsai(v: kit.Variation) -> kit.Shape:
    plant = kit.part(kit.LEAF, kit.ball((0, 0, 0.55), 0.55), kit.around(kit.ball((0.4, 0, 0.25), 0.38), 5), blend=0.06)
    pot = kit.part(kit.MAIN, kit.cone((0, 0, -0.6), 0.4, 0.58, 0.4, 0.02), kit.cylinder((0, 0, -0.24), 0.65, 0.1, 0.03))
    return kit.shape(
        plant,
        pot,
        kit.part(kit.BROWN, kit.cylinder((0, 0, -0.14), 0.58, 0.02), kit.rod((0, 0, -0.15), (0, 0, 0.3), 0.1)),
    )


def bush(v: kit.Variation) -> kit.Shape:
    n = 5 + int(v.chance(0.5))
    leaves = kit.part(kit.LEAF, kit.ball((0, 0, 0.1), 0.75), kit.around(kit.ball((0.62, 0, -0.1), 0.5), n), blend=0.06)
    fruit = kit.part(
        kit.MAIN,
        [
            kit.ball((0.98 * math.cos(a) * c, 0.98 * math.sin(a) * c, s), 0.12)
            for i in range(18)
            for a, c, s in [(2.4 * i, math.sqrt(1 - (0.05 * i) ** 2), 0.05 * i - 0.15)]
        ],
    )
    return kit.shape(leaves, fruit)


THINGS: Final = (
    kit.Thing("pine", "pine tree", pine, kit.TALL),
    kit.Thing("oak", "tree with {0} leaves", oak, kit.TALL),
    kit.Thing("palm", "palm tree", palm, kit.TALL),
    kit.Thing("mushroom", "{0} mushroom", mushroom, kit.TALL),
    kit.Thing("cactus", "cactus in {0} pot", cactus, kit.TALL),
    kit.Thing("flower", "{0} flower", flower, kit.TALL),
    kit.Thing("tulip", "{0} tulip", tulip),
    kit.Thing("sunflower", "sunflower", sunflower),
    kit.Thing("bonsai", "plant in {0} pot", bonsai, patterns=True),
    kit.Thing("bush", "bush with {0} berries", bush),
)
