"""Insects, and the spider."""

from __future__ import annotations

import math

from .. import kit


def butterfly(v: kit.Variation) -> kit.Shape:
    up = v.uniform(0.35, 0.45)
    body = kit.part(kit.BLACK, kit.taper((0, 0, 0.4), (0, 0, -0.55), 0.1, 0.06), kit.ball((0, 0, 0.52), 0.13))
    wings = kit.part(
        kit.MAIN,
        kit.both(
            kit.ellipsoid((0.58, 0, up), (0.58, 0.05, 0.4), kit.turn_y(-0.45)),
            kit.ellipsoid((0.44, 0, -0.36), (0.42, 0.05, 0.3), kit.turn_y(0.45)),
        ),
    )
    spots = kit.part(
        kit.YELLOW,
        kit.both(
            kit.ellipsoid((0.68, 0, up + 0.08), (0.24, 0.08, 0.18), kit.turn_y(-0.45)), kit.ball((0.5, 0, -0.4), 0.12)
        ),
    )
    feelers = kit.part(
        kit.BLACK, kit.both(kit.rod((0.04, 0, 0.6), (0.25, 0, 0.98), 0.03), kit.ball((0.26, 0, 1.0), 0.06))
    )
    return kit.shape(body, wings, spots, feelers)


def bee(v: kit.Variation) -> kit.Shape:
    body = kit.part(kit.striped(kit.YELLOW, kit.BLACK, 0.44, (0, 1, 0)), kit.ellipsoid((0, 0.15, 0), (0.5, 0.75, 0.5)))
    head = kit.part(
        kit.DARK,
        kit.ball((0, -0.68, 0.05), 0.34),
        kit.both(kit.rod((0.12, -0.8, 0.3), (0.25, -0.95, 0.68), 0.035), kit.ball((0.25, -0.95, 0.7), 0.065)),
        kit.cone((0, 0.95, 0), 0.08, 0.0, 0.14, 0.0, kit.turn_x(-math.pi / 2)),
        kit.both(*(kit.rod((0.25, y, -0.35), (0.36, y - 0.1, -0.65), 0.035) for y in (-0.2, 0.15, 0.45))),
    )
    wings = kit.part(
        kit.GLASS,
        kit.both(kit.ellipsoid((0.5, 0.15, 0.62), (0.5, 0.26, 0.04), kit.chain(kit.turn_z(0.4), kit.turn_y(-0.55)))),
    )
    return kit.shape(
        body,
        head,
        wings,
        kit.part(kit.WHITE, kit.both(kit.ball((0.17, -0.92, 0.12), 0.12))),
        kit.eyes(0.17, -1.02, 0.12, 0.06),
    )


def ladybug(v: kit.Variation) -> kit.Shape:
    body = kit.part(kit.MAIN, kit.ellipsoid((0, 0.1, 0), (0.8, 0.9, 0.65)), cuts=[kit.box((0, 0, -1.1), (3, 3, 1), 0)])
    spots = [(0.38, -0.25, 0.5), (0.5, 0.35, 0.46), (0.25, 0.15, 0.6), (0.68, 0.05, 0.32), (0.3, 0.7, 0.4)]
    black = kit.part(
        kit.BLACK,
        kit.both(*(kit.ball(each, 0.15) for each in spots)),
        kit.box((0, 0.1, 0.33), (0.025, 0.88, 0.32), 0.0),
        kit.ball((0, -0.78, 0.05), 0.36),
        kit.ellipsoid((0, 0.1, -0.1), (0.74, 0.84, 0.1)),
        kit.both(
            *(kit.rod((0.6, y, -0.1), (0.95, y * 1.4, -0.32), 0.06) for y in (-0.4, 0.1, 0.6)),
            kit.rod((0.12, -0.95, 0.3), (0.25, -1.15, 0.6), 0.035),
        ),
    )
    return kit.shape(
        body, black, kit.part(kit.WHITE, kit.both(kit.ball((0.2, -1.02, 0.16), 0.11))), kit.eyes(0.2, -1.11, 0.16, 0.05)
    )


def spider(v: kit.Variation) -> kit.Shape:
    body = kit.part(kit.MAIN, kit.ellipsoid((0, 0.4, 0.1), (0.5, 0.58, 0.46)), kit.ball((0, -0.3, 0), 0.34))
    limbs = kit.part(
        kit.BLACK,
        kit.both(
            *(
                each
                for i, y in enumerate((-0.5, -0.32, -0.12, 0.05))
                for each in kit.tube(
                    [(0.2, y * 0.6 - 0.15, 0), (0.8, y * 2 + 0.35 * (i - 1), 0.9), (1.25, y * 2.6 + 0.3 * i, -0.55)],
                    [0.07, 0.06, 0.03],
                    5,
                )
            )
        ),
    )
    return kit.shape(
        body, limbs, kit.part(kit.WHITE, kit.both(kit.ball((0.13, -0.58, 0.1), 0.12))), kit.eyes(0.13, -0.68, 0.1, 0.06)
    )
