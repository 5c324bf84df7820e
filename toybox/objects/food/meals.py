"""Meals, and what belongs to them."""

from __future__ import annotations

import math

from .. import kit


def hamburger(v: kit.Variation) -> kit.Shape:
    bun = (0.84, 0.56, 0.26)
    upper = kit.part(
        bun,
        kit.ellipsoid((0, 0, 0.2), (1, 1, 0.68)),
        cuts=[kit.box((0, 0, -0.8), (3, 3, 1), 0)],
        hull=[kit.cone((0, 0, 0.54), 1, 0.4, 0.34)],
    )
    lettuce = kit.part(
        (0.35, 0.7, 0.22),
        kit.around(kit.ellipsoid((0.78, 0, 0.14), (0.34, 0.3, 0.07)), 9),
        kit.cylinder((0, 0, 0.14), 0.9, 0.05),
    )
    filling = (
        kit.part((0.34, 0.18, 0.10), kit.cylinder((0, 0, -0.06), 1.02, 0.13, 0.08)),
        kit.part(kit.YELLOW, kit.box((0, 0, 0.06), (0.82, 0.82, 0.03), 0.01, kit.turn_z(0.6))),
    )
    seeds = kit.part(
        kit.CREAM,
        [
            kit.ellipsoid(
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
    tomato = kit.part(kit.RED, kit.cylinder((0, 0, -0.2), 0.95, 0.05, 0.02))
    return kit.shape(
        upper, lettuce, filling, tomato, seeds, kit.part(bun, kit.cylinder((0, 0, -0.4), 0.98, 0.17, 0.12))
    )


def hotdog(v: kit.Variation) -> kit.Shape:
    bun = kit.part(
        (0.86, 0.6, 0.3),
        kit.both(kit.ellipsoid((0.28, 0, -0.05), (0.26, 1.0, 0.36))),
        kit.ellipsoid((0, 0, -0.22), (0.3, 0.95, 0.2)),
    )
    mustard = kit.part(
        kit.YELLOW,
        [
            kit.rod((0.1 * (-1) ** i, -0.8 + 0.27 * i, 0.42), (-0.1 * (-1) ** i, -0.53 + 0.27 * i, 0.42), 0.05)
            for i in range(6)
        ],
    )
    return kit.shape(
        bun,
        kit.part((0.72, 0.26, 0.14), kit.tube([(0, -1.15, 0.22), (0, 0, 0.14), (0, 1.15, 0.22)], [0.21] * 3, 6)),
        mustard,
    ).placed(turn=kit.turn_z(math.pi / 3))


def pizza(v: kit.Variation) -> kit.Shape:
    base = kit.part(
        kit.CRUST,
        kit.prism((0, 0, 0), 0.72, 0.03, 0.95, 0.08, 0.03),
        kit.rod((-0.68, 0, -0.92), (0.68, 0, -0.92), 0.17),
    )
    cheese = kit.part((0.96, 0.78, 0.32), kit.prism((0, -0.07, 0.02), 0.62, 0.03, 0.82, 0.05, 0.02))
    salami = kit.part(
        (0.75, 0.17, 0.12),
        [
            kit.cylinder((x, -0.13, z), 0.15, 0.03, 0.01, kit.FLAT)
            for x, z in ((-0.28, -0.55), (0.25, -0.45), (-0.02, -0.02), (0.05, 0.42))
        ],
    )
    return kit.shape(
        base,
        cheese,
        salami,
        kit.part(kit.GREEN, [kit.ball((x, -0.12, z), 0.06) for x, z in ((0.0, -0.6), (0.22, -0.12), (-0.17, 0.2))]),
    ).placed(turn=kit.turn_x(-0.35))


def bread(v: kit.Variation) -> kit.Shape:
    loaf = kit.part(
        kit.CRUST,
        kit.box((0, 0, -0.1), (1.05, 0.5, 0.4), 0.2),
        kit.ellipsoid((0, 0, 0.22), (1.1, 0.58, 0.36)),
        blend=0.08,
    )
    return kit.shape(
        loaf,
        kit.part(
            (0.95, 0.78, 0.5),
            [kit.ellipsoid((x, 0, 0.52), (0.07, 0.36, 0.08), kit.turn_z(0.4)) for x in (-0.6, -0.2, 0.2, 0.6)],
        ),
    )


def egg(v: kit.Variation) -> kit.Shape:
    stand = kit.part(
        kit.MAIN, kit.cone((0, 0, -0.95), 0.5, 0.2, 0.2, 0.02), kit.cone((0, 0, -0.5), 0.2, 0.62, 0.28, 0.02)
    )
    return kit.shape(
        kit.part(kit.CREAM, kit.taper((0, 0, 0.0), (0, 0, 0.42), 0.58, 0.4)),
        stand,
        kit.part(kit.MAIN, kit.ring((0, 0, -0.22), 0.6, 0.06)),
    )


def cheese(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.YELLOW,
        kit.prism((0, 0, 0), 1.0, 0.05, 0.75, 0.42, 0.03, kit.turn_x(math.pi / 2)),
        cuts=[
            kit.ball(at, r)
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
    return kit.shape(body).placed(turn=kit.turn_z(0.5))
