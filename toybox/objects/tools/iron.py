"""Weapons, and what is heavy."""

from __future__ import annotations

import math

from .. import kit


def sword(v: kit.Variation) -> kit.Shape:
    h = v.height(0.95, 1.15)
    blade = (
        kit.part(
            kit.STEEL,
            kit.box((0, 0, h - 0.45), (0.15, 0.04, h), 0.03),
            kit.prism((0, 0, 2 * h - 0.3), 0.15, 0.01, 0.16, 0.035, 0.0),
        ),
        kit.part((0.5, 0.52, 0.56), kit.box((0, 0, h - 0.5), (0.04, 0.055, h - 0.1), 0.01)),
    )
    return kit.shape(
        blade,
        kit.part(
            kit.GOLD,
            kit.box((0, 0, -0.5), (0.45, 0.09, 0.075), 0.05),
            kit.both(kit.ball((0.45, 0, -0.5), 0.11)),
            kit.ball((0, 0, -1.1), 0.15),
        ),
        kit.part(kit.MAIN, kit.cylinder((0, 0, -0.8), 0.09, 0.27)),
    )


def shield(v: kit.Variation) -> kit.Shape:
    boss = kit.part(kit.GOLD, kit.ellipsoid((0, -0.15, 0.1), (0.27, 0.16, 0.27)))
    if v.chance(0.5):
        return kit.shape(
            kit.part(kit.MAIN, kit.ellipsoid((0, 0, 0), (0.9, 0.2, 0.9))),
            kit.part(kit.GOLD, kit.ellipsoid((0, -0.16, 0), (0.28, 0.16, 0.28))),
            kit.part(kit.STEEL, kit.ring((0, 0, 0), 0.9, 0.09, kit.FLAT)),
        )
    body = [kit.box((0, 0, 0.42), (0.8, 0.1, 0.5), 0.06), kit.prism((0, 0, -0.4), 0.12, 0.8, 0.52, 0.1, 0.06)]
    edge = [kit.box((0, 0.03, 0.42), (0.88, 0.1, 0.58), 0.06), kit.prism((0, 0.03, -0.5), 0.1, 0.88, 0.54, 0.1, 0.06)]
    return kit.shape(
        kit.part(kit.MAIN, body),
        kit.part(kit.STEEL, edge),
        boss,
        kit.part(
            kit.GOLD,
            kit.box((0, -0.1, 0.1), (0.06, 0.04, 0.72), 0.02),
            kit.box((0, -0.1, 0.1), (0.68, 0.04, 0.06), 0.02),
        ),
    )


def dumbbell(v: kit.Variation) -> kit.Shape:
    r = v.uniform(0.4, 0.5)
    return kit.shape(
        kit.part(kit.STEEL, kit.rod((-0.8, 0, 0), (0.8, 0, 0), 0.12)),
        kit.part(
            kit.MAIN,
            kit.both(
                kit.cylinder((0.8, 0, 0), r, 0.15, 0.05, kit.SIDEWAYS),
                kit.cylinder((1.08, 0, 0), r * 0.75, 0.12, 0.05, kit.SIDEWAYS),
            ),
        ),
    )


def anchor(v: kit.Variation) -> kit.Shape:
    bottom = kit.arc((0, 0, -0.15), 0.75, 0.11, 1.2, kit.chain(kit.FLAT, kit.turn_z(math.pi)))
    tips = kit.both(kit.cone((0.68, 0, -0.3), 0.2, 0.01, 0.2, 0.0, kit.turn_y(0.45)))
    return kit.shape(
        kit.part(kit.MAIN, kit.rod((0, 0, 0.75), (0, 0, -0.85), 0.11), bottom, tips),
        kit.part(
            kit.MAIN, kit.ring((0, 0, 0.98), 0.2, 0.08, kit.FLAT), kit.rod((-0.42, 0, 0.55), (0.42, 0, 0.55), 0.1)
        ),
    )
