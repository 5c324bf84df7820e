"""Fruit, vegetables, meals and sweets."""

from __future__ import annotations

import math
from typing import Final

from .kit import (
    BLUE,
    BROWN,
    CREAM,
    CRUST,
    FLAT,
    GREEN,
    LEAF,
    MAIN,
    ORANGE,
    PALE_WOOD,
    PI,
    RED,
    STEEL,
    TALL,
    WHITE,
    WOOD,
    YELLOW,
    Shape,
    Thing,
    Variation,
    Vec3,
    arc,
    around,
    ball,
    both,
    box,
    chain,
    cone,
    cylinder,
    dotted,
    ellipsoid,
    part,
    prism,
    ring,
    rod,
    shape,
    striped,
    taper,
    tube,
    turn_x,
    turn_y,
    turn_z,
)


def apple(v: Variation) -> Shape:
    flesh = part(
        MAIN,
        around(ball((0.24, 0, 0), v.uniform(0.64, 0.7)), 5),
        blend=0.12,
        cuts=[cone((0, 0, 0.85), 0.02, 0.42, 0.25, 0.0)],
    )
    return shape(
        flesh,
        part(BROWN, tube([(0, 0, 0.45), (0, 0, 0.9), (0.14, 0, 1.12)], [0.05, 0.05, 0.06], 3)),
        part(GREEN, ellipsoid((0.36, 0, 0.98), (0.3, 0.14, 0.04), turn_y(-0.4))),
    )


def pear(v: Variation) -> Shape:
    flesh = part(
        MAIN, ball((0, 0, -0.35), 0.72), taper((0, 0, -0.2), (0, 0, v.height(0.6, 0.75)), 0.55, 0.32), blend=0.25
    )
    return shape(
        flesh,
        part(BROWN, rod((0, 0, 0.9), (0.1, 0, 1.28), 0.05)),
        part(GREEN, ellipsoid((0.32, 0, 1.12), (0.26, 0.13, 0.04), turn_y(-0.4))),
    )


def banana(v: Variation) -> Shape:
    curve: list[Vec3] = [(-0.95, 0, 0.55), (-0.7, 0, -0.55), (0.6, 0, -0.75), (1.0, 0, 0.4)]
    return shape(
        part(YELLOW, tube(curve, [0.12, 0.36, 0.36, 0.12], 8)),
        part(BROWN, ball((-0.95, 0, 0.58), 0.11)),
        part((0.55, 0.5, 0.15), taper((1.0, 0, 0.38), (1.05, 0, 0.72), 0.1, 0.07)),
    )


def carrot(v: Variation) -> Shape:
    root = part(ORANGE, taper((0, 0, 0.6), (0, 0, -1.2), 0.38, 0.05))
    rings = part(
        (0.75, 0.35, 0.06), [ring((0, 0, z), r, 0.02) for z, r in ((0.25, 0.315), (-0.15, 0.24), (-0.55, 0.165))]
    )
    tops = part(
        GREEN,
        taper((0, 0, 0.9), (0, 0, 1.6), 0.06, 0.13),
        around(taper((0.05, 0, 0.9), (0.42, 0, 1.45), 0.06, 0.13), 5),
    )
    return shape(root, rings, tops)


def pumpkin(v: Variation) -> Shape:
    flat = v.height(0.6, 0.72)
    ribs = part(ORANGE, around(ellipsoid((0.42, 0, 0), (0.5, 0.36, flat)), 9))
    return shape(
        ribs,
        part(LEAF, tube([(0, 0, flat - 0.15), (0, 0, flat + 0.2), (0.22, 0, flat + 0.35)], [0.15, 0.1, 0.1], 4)),
        part(LEAF, ellipsoid((-0.3, -0.1, flat + 0.02), (0.3, 0.2, 0.05), turn_y(-0.3))),
    )


def watermelon(v: Variation) -> Shape:
    dark, pale = (0.10, 0.36, 0.13), (0.42, 0.68, 0.30)
    bands = [ellipsoid((0, 0, 0), (1.16, 0.16, 0.87)).turned(turn_x(PI * i / 5)) for i in range(5)]
    return shape(
        part(dark, ellipsoid((0, 0, 0), (1.15, 0.85, 0.85))),
        part(pale, bands),
        part(WOOD, taper((1.1, 0, 0), (1.3, 0, 0.12), 0.06, 0.04)),
    )


def strawberry(v: Variation) -> Shape:
    berry = part(dotted((0.86, 0.1, 0.12), YELLOW, 0.36), taper((0, 0, 0.25), (0, 0, -0.75), 0.62, 0.14))
    leaves = part(
        GREEN,
        around(ellipsoid((0.34, 0, 0.78), (0.38, 0.15, 0.05), turn_y(0.3)), 6),
        rod((0, 0, 0.8), (0.05, 0, 1.12), 0.06),
    )
    return shape(berry, leaves)


def cherries(v: Variation) -> Shape:
    fruit = part(MAIN, ball((-0.55, 0, -0.6), 0.45), ball((0.5, -0.1, -0.7), 0.45))
    stems = part(
        GREEN,
        tube([(-0.55, 0, -0.2), (-0.4, 0, 0.4), (0.15, 0, 0.9)], [0.05] * 3, 4),
        tube([(0.5, -0.1, -0.3), (0.5, 0, 0.3), (0.15, 0, 0.9)], [0.05] * 3, 4),
    )
    return shape(fruit, stems, part(LEAF, ellipsoid((0.5, 0, 0.95), (0.4, 0.18, 0.05), turn_y(0.15))))


def lemon(v: Variation) -> Shape:
    return shape(
        part(
            YELLOW,
            ellipsoid((0, 0, 0), (0.95, 0.68, 0.68)),
            taper((0.75, 0, 0), (1.12, 0, 0), 0.3, 0.12),
            taper((-0.75, 0, 0), (-1.05, 0, 0), 0.3, 0.1),
            blend=0.1,
        ),
        part(LEAF, ellipsoid((-1.0, 0, 0.3), (0.35, 0.16, 0.05), turn_y(0.8))),
    )


def pineapple(v: Variation) -> Shape:
    fruit = part(dotted((0.88, 0.62, 0.16), (0.62, 0.38, 0.1), 0.26), ellipsoid((0, 0, -0.4), (0.58, 0.58, 0.78)))
    crown = part(
        LEAF,
        around(taper((0.12, 0, 0.3), (0.55, 0, 0.8), 0.12, 0.02), 7),
        around(taper((0.06, 0, 0.4), (0.3, 0, 1.15), 0.12, 0.02), 5, 0.4),
        taper((0, 0, 0.4), (0, 0, 1.35), 0.12, 0.02),
    )
    return shape(fruit, crown)


def grapes(v: Variation) -> Shape:
    rows = [(0.52, 0.42, 7), (0.4, 0.12, 6), (0.42, -0.18, 6), (0.26, -0.48, 4), (0.12, -0.78, 3)]
    fruit = [each for i, (r, z, n) in enumerate(rows) for each in around(ball((r, 0, z), 0.24), n, 0.5 * i)]
    return shape(
        part(MAIN, fruit, ball((0, 0, 0.1), 0.4), ball((0, 0, -1.0), 0.2)),
        part(BROWN, rod((0, 0, 0.5), (0.05, 0, 0.95), 0.06)),
        part(LEAF, ellipsoid((0.32, -0.1, 0.72), (0.36, 0.26, 0.05), turn_y(0.2))),
    )


def corn(v: Variation) -> Shape:
    ear = part(dotted(YELLOW, (0.85, 0.66, 0.08), 0.2), ellipsoid((0, 0, 0.2), (0.36, 0.36, 1.0)))
    return shape(
        ear,
        part(
            GREEN,
            ellipsoid((0.28, 0.1, -0.45), (0.2, 0.34, 0.75), turn_y(0.25)),
            ellipsoid((-0.28, 0.1, -0.45), (0.2, 0.34, 0.75), turn_y(-0.25)),
            ellipsoid((0, -0.28, -0.65), (0.32, 0.14, 0.55), turn_x(0.2)),
            rod((0, 0, -0.9), (0, 0, -1.35), 0.12),
        ),
    )


def hamburger(v: Variation) -> Shape:
    bun = (0.84, 0.56, 0.26)
    upper = part(
        bun,
        ellipsoid((0, 0, 0.2), (1, 1, 0.68)),
        cuts=[box((0, 0, -0.8), (3, 3, 1), 0)],
        hull=[cone((0, 0, 0.54), 1, 0.4, 0.34)],
    )
    lettuce = part(
        (0.35, 0.7, 0.22), around(ellipsoid((0.78, 0, 0.14), (0.34, 0.3, 0.07)), 9), cylinder((0, 0, 0.14), 0.9, 0.05)
    )
    filling = (
        part((0.34, 0.18, 0.10), cylinder((0, 0, -0.06), 1.02, 0.13, 0.08)),
        part(YELLOW, box((0, 0, 0.06), (0.82, 0.82, 0.03), 0.01, turn_z(0.6))),
    )
    seeds = part(
        CREAM,
        [
            ellipsoid(
                (
                    0.62 * math.cos(2.4 * i) * r,
                    0.62 * math.sin(2.4 * i) * r,
                    0.2 + 0.68 * math.sqrt(1 - (0.62 * r) ** 2),
                ),
                (0.06, 0.06, 0.05),
            )
            for i, r in enumerate((0.1, 0.7, 0.8, 0.9, 1.0, 1.1, 1.15, 1.2))
        ],
    )
    tomato = part(RED, cylinder((0, 0, -0.2), 0.95, 0.05, 0.02))
    return shape(upper, lettuce, filling, tomato, seeds, part(bun, cylinder((0, 0, -0.4), 0.98, 0.17, 0.12)))


def hotdog(v: Variation) -> Shape:
    bun = part(
        (0.86, 0.6, 0.3),
        both(ellipsoid((0.28, 0, -0.05), (0.26, 1.0, 0.36))),
        ellipsoid((0, 0, -0.22), (0.3, 0.95, 0.2)),
    )
    mustard = part(
        YELLOW,
        [
            rod((0.1 * (-1) ** i, -0.8 + 0.27 * i, 0.42), (-0.1 * (-1) ** i, -0.53 + 0.27 * i, 0.42), 0.05)
            for i in range(6)
        ],
    )
    return shape(
        bun, part((0.72, 0.26, 0.14), tube([(0, -1.15, 0.22), (0, 0, 0.14), (0, 1.15, 0.22)], [0.21] * 3, 6)), mustard
    ).placed(turn=turn_z(PI / 3))


def pizza(v: Variation) -> Shape:
    base = part(CRUST, prism((0, 0, 0), 0.72, 0.03, 0.95, 0.08, 0.03), rod((-0.68, 0, -0.92), (0.68, 0, -0.92), 0.17))
    cheese = part((0.96, 0.78, 0.32), prism((0, -0.07, 0.02), 0.62, 0.03, 0.82, 0.05, 0.02))
    salami = part(
        (0.75, 0.17, 0.12),
        [
            cylinder((x, -0.13, z), 0.15, 0.03, 0.01, FLAT)
            for x, z in ((-0.28, -0.55), (0.25, -0.45), (-0.02, -0.02), (0.05, 0.42))
        ],
    )
    return shape(
        base,
        cheese,
        salami,
        part(GREEN, [ball((x, -0.12, z), 0.06) for x, z in ((0.0, -0.6), (0.22, -0.12), (-0.17, 0.2))]),
    ).placed(turn=turn_x(-0.35))


def bread(v: Variation) -> Shape:
    loaf = part(CRUST, box((0, 0, -0.1), (1.05, 0.5, 0.4), 0.2), ellipsoid((0, 0, 0.22), (1.1, 0.58, 0.36)), blend=0.08)
    return shape(
        loaf,
        part(
            (0.95, 0.78, 0.5),
            [ellipsoid((x, 0, 0.52), (0.07, 0.36, 0.08), turn_z(0.4)) for x in (-0.6, -0.2, 0.2, 0.6)],
        ),
    )


def egg(v: Variation) -> Shape:
    stand = part(MAIN, cone((0, 0, -0.95), 0.5, 0.2, 0.2, 0.02), cone((0, 0, -0.5), 0.2, 0.62, 0.28, 0.02))
    return shape(
        part(CREAM, taper((0, 0, 0.0), (0, 0, 0.42), 0.58, 0.4)), stand, part(MAIN, ring((0, 0, -0.22), 0.6, 0.06))
    )


def cheese(v: Variation) -> Shape:
    body = part(
        YELLOW,
        prism((0, 0, 0), 1.0, 0.05, 0.75, 0.42, 0.03, turn_x(PI / 2)),
        cuts=[
            ball(at, r)
            for at, r in (
                ((-0.45, 0.5, 0.35), 0.2),
                ((0.3, 0.3, 0.42), 0.15),
                ((0.0, -0.3, 0.42), 0.13),
                ((0.5, 0.75, -0.1), 0.18),
                ((-0.3, 0.78, -0.15), 0.16),
                ((0.42, -0.05, 0.0), 0.17),
                ((-0.35, 0.0, 0.02), 0.18),
            )
        ],
    )
    return shape(body).placed(turn=turn_z(0.5))


def donut(v: Variation) -> Shape:
    fat = v.uniform(0.38, 0.44)
    sprinkles = []
    for i in range(18):
        r = 0.62 + 0.12 * (i % 4)
        z = 0.11 + math.sqrt(fat * fat - (r - 0.8) ** 2)
        sprinkles.append(rod((r, -0.06, z), (r + 0.05, 0.06, z), 0.05).turned(turn_z(i * 2.4)))
    colours = (WHITE, YELLOW, BLUE)
    return shape(
        part((0.82, 0.58, 0.32), ring((0, 0, 0), 0.8, fat)),
        part(MAIN, ring((0, 0, 0.09), 0.8, fat - 0.025)),
        [part(colours[i % 3], each) for i, each in enumerate(sprinkles)],
    )


def icecream(v: Variation) -> Shape:
    waffle = part(
        striped((0.86, 0.62, 0.33), (0.72, 0.46, 0.2), 0.24, (0.71, 0, 0.71)),
        cone((0, 0, -0.6), 0.05, 0.52, v.height(0.75, 0.85), 0.0),
    )
    scoop = part(MAIN, ball((0, 0, 0.45), 0.6), around(ball((0.45, 0, 0.2), 0.2), 7))
    return shape(
        waffle,
        scoop,
        part(RED, ball((0, 0, 1.12), 0.16)),
        part(BROWN, tube([(0, 0, 1.2), (0, 0, 1.4), (0.15, 0, 1.45)], [0.03] * 3, 3)),
    )


def cupcake(v: Variation) -> Shape:
    case = part(striped((0.8, 0.58, 0.36), CREAM, 0.3, (1, 0, 0)), cone((0, 0, -0.5), 0.55, 0.8, 0.42))
    swirl = part(
        MAIN, [ellipsoid((0, 0, z), (r, r, 0.26)) for z, r in ((0.05, 0.88), (0.34, 0.68), (0.6, 0.46), (0.82, 0.25))]
    )
    return shape(case, swirl, part(RED, ball((0, 0, 1.08), 0.17)))


def cake(v: Variation) -> Shape:
    candles = [
        cylinder((0.42 * math.cos(a), 0.42 * math.sin(a), 0.68), 0.06, 0.22) for a in (2 * PI * i / 5 for i in range(5))
    ]
    flames = [
        ellipsoid((0.42 * math.cos(a), 0.42 * math.sin(a), 1.0), (0.06, 0.06, 0.12))
        for a in (2 * PI * i / 5 for i in range(5))
    ]
    cream = [each for r, z, n in ((1.0, -0.08, 14), (0.66, 0.47, 10)) for each in around(ball((r, 0, z), 0.1), n)]
    return shape(
        part(MAIN, cylinder((0, 0, -0.45), 1.1, 0.35, 0.08), cylinder((0, 0, 0.18), 0.75, 0.3, 0.08)),
        part(WHITE, cream),
        part(WHITE, candles),
        part(ORANGE, flames),
        part(STEEL, cylinder((0, 0, -0.84), 1.3, 0.05)),
    )


def pie(v: Variation) -> Shape:
    filling = part(MAIN, cylinder((0, 0, 0.12), 0.95, 0.1))
    strips = part(
        CRUST,
        [box((0.36 * i, 0, 0.24), (0.09, math.sqrt(0.95 - (0.36 * i) ** 2), 0.04), 0.02) for i in (-2, -1, 0, 1, 2)],
        [box((0, 0.36 * i, 0.27), (math.sqrt(0.95 - (0.36 * i) ** 2), 0.09, 0.04), 0.02) for i in (-2, -1, 0, 1, 2)],
    )
    return shape(
        filling,
        strips,
        part(CRUST, around(ball((1.0, 0, 0.22), 0.17), 18)),
        part(STEEL, cone((0, 0, -0.05), 0.75, 1.05, 0.22)),
    )


def lollipop(v: Variation) -> Shape:
    swirl = [
        arc((0, 0, 0.45), r, 0.04, PI * 0.8, chain(FLAT, turn_z(t))) for r, t in ((0.46, 0.0), (0.28, 2.0), (0.12, 4.0))
    ]
    sides = [each.moved((0, y, 0)) for each in swirl for y in (-0.17, 0.17)]
    return shape(
        part(MAIN, cylinder((0, 0, 0.45), 0.66, 0.18, 0.1, FLAT)),
        part(WHITE, sides),
        part(WHITE, rod((0, 0, -0.2), (0, 0, -1.3), 0.06)),
    )


def popsicle(v: Variation) -> Shape:
    return shape(
        part(
            MAIN,
            box((0, 0, 0.3), (0.48, 0.22, 0.75), 0.2),
            cylinder((0, 0, 0.75), 0.48, 0.22, 0.1, FLAT),
            cuts=[ball((0.62, 0, 1.25), 0.32)],
        ),
        part(PALE_WOOD, box((0, 0, -0.75), (0.13, 0.06, 0.45), 0.05)),
    )


THINGS: Final = (
    Thing("apple", "{0} apple", apple),
    Thing("pear", "{0} pear", pear, TALL),
    Thing("banana", "banana", banana),
    Thing("carrot", "carrot", carrot),
    Thing("pumpkin", "pumpkin", pumpkin, TALL),
    Thing("watermelon", "watermelon", watermelon),
    Thing("strawberry", "strawberry", strawberry),
    Thing("cherries", "pair of {0} cherries", cherries),
    Thing("lemon", "lemon", lemon),
    Thing("pineapple", "pineapple", pineapple),
    Thing("grapes", "bunch of {0} grapes", grapes),
    Thing("corn", "ear of corn", corn),
    Thing("hamburger", "hamburger", hamburger),
    Thing("hotdog", "hot dog", hotdog),
    Thing("pizza", "slice of pizza", pizza),
    Thing("bread", "loaf of bread", bread),
    Thing("egg", "egg in {0} cup", egg, patterns=True),
    Thing("cheese", "piece of cheese", cheese),
    Thing("donut", "donut with {0} icing", donut),
    Thing("icecream", "{0} ice cream cone", icecream, TALL),
    Thing("cupcake", "cupcake with {0} frosting", cupcake),
    Thing("cake", "{0} cake", cake),
    Thing("pie", "{0} pie", pie),
    Thing("lollipop", "{0} lollipop", lollipop),
    Thing("popsicle", "{0} popsicle", popsicle),
)
