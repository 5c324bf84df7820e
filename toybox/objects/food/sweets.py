"""Cakes and sweets."""

from __future__ import annotations

import math

from .. import kit


def donut(v: kit.Variation) -> kit.Shape:
    fat = v.uniform(0.38, 0.44)
    sprinkles = []
    for i in range(18):
        r = 0.62 + 0.12 * (i % 4)
        z = 0.11 + math.sqrt(fat * fat - (r - 0.8) ** 2)
        sprinkles.append(kit.rod((r, -0.06, z), (r + 0.05, 0.06, z), 0.05).turned(kit.turn_z(i * 2.4)))
    colours = (kit.WHITE, kit.YELLOW, kit.BLUE)
    return kit.shape(
        kit.part((0.82, 0.58, 0.32), kit.ring((0, 0, 0), 0.8, fat)),
        kit.part(kit.MAIN, kit.ring((0, 0, 0.09), 0.8, fat - 0.025)),
        [kit.part(colours[i % 3], each) for i, each in enumerate(sprinkles)],
    )


def icecream(v: kit.Variation) -> kit.Shape:
    waffle = kit.part(
        kit.striped((0.86, 0.62, 0.33), (0.72, 0.46, 0.2), 0.24, (0.71, 0, 0.71)),
        kit.cone((0, 0, -0.6), 0.05, 0.52, v.height(0.75, 0.85), 0.0),
    )
    scoop = kit.part(kit.MAIN, kit.ball((0, 0, 0.45), 0.6), kit.around(kit.ball((0.45, 0, 0.2), 0.2), 7))
    return kit.shape(
        waffle,
        scoop,
        kit.part(kit.RED, kit.ball((0, 0, 1.12), 0.16)),
        kit.part(kit.BROWN, kit.tube([(0, 0, 1.2), (0, 0, 1.4), (0.15, 0, 1.45)], [0.03] * 3, 3)),
    )


def cupcake(v: kit.Variation) -> kit.Shape:
    case = kit.part(kit.striped((0.8, 0.58, 0.36), kit.CREAM, 0.3, (1, 0, 0)), kit.cone((0, 0, -0.5), 0.55, 0.8, 0.42))
    swirl = kit.part(
        kit.MAIN,
        [kit.ellipsoid((0, 0, z), (r, r, 0.26)) for z, r in ((0.05, 0.88), (0.34, 0.68), (0.6, 0.46), (0.82, 0.25))],
    )
    return kit.shape(case, swirl, kit.part(kit.RED, kit.ball((0, 0, 1.08), 0.17)))


def cake(v: kit.Variation) -> kit.Shape:
    candles = [
        kit.cylinder((0.42 * math.cos(a), 0.42 * math.sin(a), 0.68), 0.06, 0.22)
        for a in (2 * math.pi * i / 5 for i in range(5))
    ]
    flames = [
        kit.ellipsoid((0.42 * math.cos(a), 0.42 * math.sin(a), 1.0), (0.06, 0.06, 0.12))
        for a in (2 * math.pi * i / 5 for i in range(5))
    ]
    cream = [
        each for r, z, n in ((1.0, -0.08, 14), (0.66, 0.47, 10)) for each in kit.around(kit.ball((r, 0, z), 0.1), n)
    ]
    return kit.shape(
        kit.part(kit.MAIN, kit.cylinder((0, 0, -0.45), 1.1, 0.35, 0.08), kit.cylinder((0, 0, 0.18), 0.75, 0.3, 0.08)),
        kit.part(kit.WHITE, cream),
        kit.part(kit.WHITE, candles),
        kit.part(kit.ORANGE, flames),
        kit.part(kit.STEEL, kit.cylinder((0, 0, -0.84), 1.3, 0.05)),
    )


def pie(v: kit.Variation) -> kit.Shape:
    filling = kit.part(kit.MAIN, kit.cylinder((0, 0, 0.12), 0.95, 0.1))
    strips = kit.part(
        kit.CRUST,
        [
            kit.box((0.36 * i, 0, 0.24), (0.09, math.sqrt(0.95 - (0.36 * i) ** 2), 0.04), 0.02)
            for i in (-2, -1, 0, 1, 2)
        ],
        [
            kit.box((0, 0.36 * i, 0.27), (math.sqrt(0.95 - (0.36 * i) ** 2), 0.09, 0.04), 0.02)
            for i in (-2, -1, 0, 1, 2)
        ],
    )
    return kit.shape(
        filling,
        strips,
        kit.part(kit.CRUST, kit.around(kit.ball((1.0, 0, 0.22), 0.17), 18)),
        kit.part(kit.STEEL, kit.cone((0, 0, -0.05), 0.75, 1.05, 0.22)),
    )


def lollipop(v: kit.Variation) -> kit.Shape:
    swirl = [
        kit.arc((0, 0, 0.45), r, 0.04, math.pi * 0.8, kit.chain(kit.FLAT, kit.turn_z(t)))
        for r, t in ((0.46, 0.0), (0.28, 2.0), (0.12, 4.0))
    ]
    sides = [each.moved((0, y, 0)) for each in swirl for y in (-0.17, 0.17)]
    return kit.shape(
        kit.part(kit.MAIN, kit.cylinder((0, 0, 0.45), 0.66, 0.18, 0.1, kit.FLAT)),
        kit.part(kit.WHITE, sides),
        kit.part(kit.WHITE, kit.rod((0, 0, -0.2), (0, 0, -1.3), 0.06)),
    )


def popsicle(v: kit.Variation) -> kit.Shape:
    return kit.shape(
        kit.part(
            kit.MAIN,
            kit.box((0, 0, 0.3), (0.48, 0.22, 0.75), 0.2),
            kit.cylinder((0, 0, 0.75), 0.48, 0.22, 0.1, kit.FLAT),
            cuts=[kit.ball((0.62, 0, 1.25), 0.32)],
        ),
        kit.part(kit.PALE_WOOD, kit.box((0, 0, -0.75), (0.13, 0.06, 0.45), 0.05)),
    )
