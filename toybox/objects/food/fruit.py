"""Fruit."""

from __future__ import annotations

import math

from .. import kit


def apple(v: kit.Variation) -> kit.Shape:
    flesh = kit.part(
        kit.MAIN,
        kit.around(kit.ball((0.24, 0, 0), v.uniform(0.64, 0.7)), 5),
        blend=0.12,
        cuts=[kit.cone((0, 0, 0.85), 0.02, 0.42, 0.25, 0.0)],
    )
    return kit.shape(
        flesh,
        kit.part(kit.BROWN, kit.tube([(0, 0, 0.45), (0, 0, 0.9), (0.14, 0, 1.12)], [0.05, 0.05, 0.06], 3)),
        kit.part(kit.GREEN, kit.ellipsoid((0.36, 0, 0.98), (0.3, 0.14, 0.04), kit.turn_y(-0.4))),
    )


def pear(v: kit.Variation) -> kit.Shape:
    flesh = kit.part(
        kit.MAIN,
        kit.ball((0, 0, -0.35), 0.72),
        kit.taper((0, 0, -0.2), (0, 0, v.height(0.6, 0.75)), 0.55, 0.32),
        blend=0.25,
    )
    return kit.shape(
        flesh,
        kit.part(kit.BROWN, kit.rod((0, 0, 0.9), (0.1, 0, 1.28), 0.05)),
        kit.part(kit.GREEN, kit.ellipsoid((0.32, 0, 1.12), (0.26, 0.13, 0.04), kit.turn_y(-0.4))),
    )


def banana(v: kit.Variation) -> kit.Shape:
    curve: list[kit.Vec3] = [(-0.95, 0, 0.55), (-0.7, 0, -0.55), (0.6, 0, -0.75), (1.0, 0, 0.4)]
    return kit.shape(
        kit.part(kit.YELLOW, kit.tube(curve, [0.12, 0.36, 0.36, 0.12], 8)),
        kit.part(kit.BROWN, kit.ball((-0.95, 0, 0.58), 0.11)),
        kit.part((0.55, 0.5, 0.15), kit.taper((1.0, 0, 0.38), (1.05, 0, 0.72), 0.1, 0.07)),
    )


def watermelon(v: kit.Variation) -> kit.Shape:
    dark, pale = (0.10, 0.36, 0.13), (0.42, 0.68, 0.30)
    bands = [kit.ellipsoid((0, 0, 0), (1.16, 0.16, 0.87)).turned(kit.turn_x(math.pi * i / 5)) for i in range(5)]
    return kit.shape(
        kit.part(dark, kit.ellipsoid((0, 0, 0), (1.15, 0.85, 0.85))),
        kit.part(pale, bands),
        kit.part(kit.WOOD, kit.taper((1.1, 0, 0), (1.3, 0, 0.12), 0.06, 0.04)),
    )


def strawberry(v: kit.Variation) -> kit.Shape:
    berry = kit.part(
        kit.dotted((0.86, 0.1, 0.12), kit.YELLOW, 0.36), kit.taper((0, 0, 0.25), (0, 0, -0.75), 0.62, 0.14)
    )
    leaves = kit.part(
        kit.GREEN,
        kit.around(kit.ellipsoid((0.34, 0, 0.78), (0.38, 0.15, 0.05), kit.turn_y(0.3)), 6),
        kit.rod((0, 0, 0.8), (0.05, 0, 1.12), 0.06),
    )
    return kit.shape(berry, leaves)


def cherries(v: kit.Variation) -> kit.Shape:
    fruit = kit.part(kit.MAIN, kit.ball((-0.55, 0, -0.6), 0.45), kit.ball((0.5, -0.1, -0.7), 0.45))
    stems = kit.part(
        kit.GREEN,
        kit.tube([(-0.55, 0, -0.2), (-0.4, 0, 0.4), (0.15, 0, 0.9)], [0.05] * 3, 4),
        kit.tube([(0.5, -0.1, -0.3), (0.5, 0, 0.3), (0.15, 0, 0.9)], [0.05] * 3, 4),
    )
    return kit.shape(
        fruit, stems, kit.part(kit.LEAF, kit.ellipsoid((0.5, 0, 0.95), (0.4, 0.18, 0.05), kit.turn_y(0.15)))
    )


def lemon(v: kit.Variation) -> kit.Shape:
    return kit.shape(
        kit.part(
            kit.YELLOW,
            kit.ellipsoid((0, 0, 0), (0.95, 0.68, 0.68)),
            kit.taper((0.75, 0, 0), (1.12, 0, 0), 0.3, 0.12),
            kit.taper((-0.75, 0, 0), (-1.05, 0, 0), 0.3, 0.1),
            blend=0.1,
        ),
        kit.part(kit.LEAF, kit.ellipsoid((-1.0, 0, 0.3), (0.35, 0.16, 0.05), kit.turn_y(0.8))),
    )


def pineapple(v: kit.Variation) -> kit.Shape:
    fruit = kit.part(
        kit.dotted((0.88, 0.62, 0.16), (0.62, 0.38, 0.1), 0.26), kit.ellipsoid((0, 0, -0.4), (0.58, 0.58, 0.78))
    )
    crown = kit.part(
        kit.LEAF,
        kit.around(kit.taper((0.12, 0, 0.3), (0.55, 0, 0.8), 0.12, 0.02), 7),
        kit.around(kit.taper((0.06, 0, 0.4), (0.3, 0, 1.15), 0.12, 0.02), 5, 0.4),
        kit.taper((0, 0, 0.4), (0, 0, 1.35), 0.12, 0.02),
    )
    return kit.shape(fruit, crown)


def grapes(v: kit.Variation) -> kit.Shape:
    rows = [(0.52, 0.42, 7), (0.4, 0.12, 6), (0.42, -0.18, 6), (0.26, -0.48, 4), (0.12, -0.78, 3)]
    fruit = [each for i, (r, z, n) in enumerate(rows) for each in kit.around(kit.ball((r, 0, z), 0.24), n, 0.5 * i)]
    return kit.shape(
        kit.part(kit.MAIN, fruit, kit.ball((0, 0, 0.1), 0.4), kit.ball((0, 0, -1.0), 0.2)),
        kit.part(kit.BROWN, kit.rod((0, 0, 0.5), (0.05, 0, 0.95), 0.06)),
        kit.part(kit.LEAF, kit.ellipsoid((0.32, -0.1, 0.72), (0.36, 0.26, 0.05), kit.turn_y(0.2))),
    )
