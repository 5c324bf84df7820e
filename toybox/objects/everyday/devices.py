"""Screens, lenses and a telephone."""

from __future__ import annotations

import math

from .. import kit


def telescope(v: kit.Variation) -> kit.Shape:
    tilt = kit.turn_x(math.pi / 2 - v.uniform(0.3, 0.6))
    body = [
        kit.part(kit.MAIN, kit.cylinder((0, 0, 0.1), 0.26, 0.6, 0.02)),
        kit.part(kit.MAIN, kit.cylinder((0, 0, 0.85), 0.32, 0.28, 0.02)),
        kit.part(kit.DARK, kit.cylinder((0, 0, -0.65), 0.18, 0.25), kit.cylinder((0, 0, -0.95), 0.12, 0.1)),
        kit.part(kit.GLASS, kit.cylinder((0, 0, 1.12), 0.27, 0.03)),
        kit.part(kit.GOLD, kit.ring((0, 0, 0.57), 0.27, 0.05)),
    ]
    tilted = kit.shape(body).placed(turn=tilt, shift=(0, 0, 0.5))
    feet = (
        kit.part(
            kit.WOOD,
            [
                kit.rod((0, 0, 0.35), (0.75 * math.cos(a), 0.75 * math.sin(a), -1.15), 0.07)
                for a in (math.pi / 2, math.pi * 7 / 6, -math.pi / 6)
            ],
        ),
        kit.part(kit.DARK, kit.ball((0, 0, 0.32), 0.16)),
    )
    return kit.shape(tilted.parts, feet)


def television(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN, kit.box((0, 0, 0), (0.95, 0.4, 0.68), 0.1), kit.box((0, 0.45, 0), (0.65, 0.2, 0.48), 0.08)
    )
    screen = (
        kit.part((0.25, 0.4, 0.5), kit.box((-0.2, -0.4, 0.02), (0.6, 0.04, 0.5), 0.12)),
        kit.part(
            kit.DARK,
            [kit.cylinder((0.68, -0.42, z), 0.1, 0.05, 0.02, kit.FLAT) for z in (0.35, 0.05)],
            [kit.box((0.68, -0.4, -0.25 - 0.1 * i), (0.13, 0.03, 0.025), 0.0) for i in range(3)],
        ),
    )
    return kit.shape(
        body,
        screen,
        kit.part(kit.STEEL, kit.both(kit.rod((0.05, 0, 0.65), (0.5, 0, 1.3), 0.03))),
        kit.part(kit.DARK, kit.legs(0.7, 0.25, -0.62, 0.3, 0.07)),
    )


def laptop(v: kit.Variation) -> kit.Shape:
    lean = v.uniform(0.2, 0.45)
    lid = kit.shape(
        kit.part(kit.MAIN, kit.box((0, 0, 0.6), (0.95, 0.04, 0.62), 0.03)),
        kit.part((0.35, 0.6, 0.9), kit.box((0, -0.04, 0.62), (0.86, 0.02, 0.52), 0.0)),
    ).placed(turn=kit.turn_x(-lean), shift=(0, 0.55, 0.02))
    base = (
        kit.part(kit.MAIN, kit.box((0, -0.05, 0), (0.95, 0.62, 0.05), 0.03)),
        kit.part(
            kit.DARK,
            [
                kit.box((-0.78 + 0.195 * j, 0.3 - 0.19 * i, 0.05), (0.08, 0.075, 0.02), 0.0)
                for i in range(3)
                for j in range(9)
            ],
            kit.box((0, -0.45, 0.045), (0.26, 0.14, 0.015), 0.0),
        ),
    )
    return kit.shape(lid.parts, base)


def camera(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN, kit.box((0, 0, 0), (0.85, 0.3, 0.5), 0.1), kit.box((0, 0, 0.55), (0.28, 0.24, 0.14), 0.05)
    )
    lens = (
        kit.part(kit.DARK, kit.cylinder((0, -0.42, -0.02), 0.38, 0.18, 0.02, kit.FLAT)),
        kit.part(kit.STEEL, kit.ring((0, -0.6, -0.02), 0.33, 0.05, kit.FLAT)),
        kit.part(kit.GLASS, kit.ellipsoid((0, -0.56, -0.02), (0.28, 0.1, 0.28))),
    )
    return kit.shape(
        body,
        lens,
        kit.part(kit.RED, kit.cylinder((0.6, 0, 0.53), 0.1, 0.06)),
        kit.part(kit.STEEL, kit.cylinder((-0.58, 0, 0.52), 0.14, 0.06)),
        kit.part(kit.WHITE, kit.box((0.6, -0.29, 0.3), (0.15, 0.03, 0.08), 0.01)),
    )


def telephone(v: kit.Variation) -> kit.Shape:
    body = kit.part(kit.MAIN, kit.prism((0, 0, -0.25), 0.8, 0.42, 0.38, 0.5, 0.1))
    horn = kit.part(
        kit.MAIN,
        kit.box((0, 0.1, 0.42), (0.72, 0.12, 0.09), 0.08),
        kit.both(kit.cylinder((0.72, 0.1, 0.3), 0.22, 0.14, 0.06)),
    )
    dial = kit.shape(
        kit.part(kit.WHITE, kit.cylinder((0, 0, 0), 0.32, 0.04)),
        kit.part(
            kit.DARK, kit.around(kit.cylinder((0.21, 0, 0.03), 0.055, 0.03), 9), kit.cylinder((0, 0, 0.03), 0.09, 0.03)
        ),
    ).placed(turn=kit.turn_x(1.2), shift=(0, -0.5, -0.22))
    return kit.shape(
        body, horn, dial.parts, kit.part(kit.DARK, kit.both(kit.box((0.3, 0.1, 0.2), (0.08, 0.12, 0.14), 0.03)))
    )
