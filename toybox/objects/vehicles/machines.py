"""Heavy machines on wheels, rails and tracks."""

from __future__ import annotations

import math

from .. import kit
from . import parts


def train(v: kit.Variation) -> kit.Shape:
    cab = (
        kit.part(kit.MAIN, kit.box((-0.75, 0, 0.3), (0.5, 0.5, 0.62), 0.03)),
        kit.part(kit.DARK, kit.box((-0.75, 0, 0.96), (0.6, 0.6, 0.06), 0.03)),
    )
    boiler = kit.part(kit.MAIN, kit.cylinder((0.4, 0, 0.08), 0.4, 0.8, 0.05, kit.SIDEWAYS))
    black = kit.part(
        kit.DARK,
        kit.cylinder((1.18, 0, 0.08), 0.42, 0.07, 0.02, kit.SIDEWAYS),
        kit.cylinder((0.9, 0, 0.6), 0.12, 0.25),
        kit.cone((0.9, 0, 0.92), 0.14, 0.24, 0.12),
        kit.box((0, 0, -0.38), (1.3, 0.42, 0.08)),
        kit.prism((1.42, 0, -0.5), 0.25, 0.02, 0.2, 0.45, 0.01),
    )
    gold = kit.part(
        kit.GOLD,
        [kit.cylinder((x, 0, 0.08), 0.42, 0.04, 0.0, kit.SIDEWAYS) for x in (0.1, 0.7)],
        kit.ball((0.35, 0, 0.52), 0.15),
        kit.ball((1.28, 0, 0.2), 0.13),
    )
    glass = kit.part(
        kit.GLASS, kit.box((-0.75, 0, 0.55), (0.3, 0.52, 0.2), 0.02), kit.box((-0.26, 0, 0.62), (0.03, 0.35, 0.16), 0.0)
    )
    return kit.driving(
        kit.shape(
            cab,
            boiler,
            black,
            gold,
            glass,
            parts.wheels((-0.85, 0.85), 0.42, -0.48, 0.26, 0.08),
            parts.wheels((0.0,), 0.42, -0.42, 0.34, 0.08),
        )
    )


def tractor(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN, kit.box((0.55, 0, 0.0), (0.75, 0.3, 0.3), 0.08), kit.box((-0.45, 0, -0.05), (0.4, 0.4, 0.3), 0.05)
    )
    cab = (
        kit.part(kit.MAIN, kit.box((-0.5, 0, 1.0), (0.5, 0.5, 0.06), 0.03)),
        kit.part(kit.DARK, [kit.rod((x, y, 0.2), (x, y, 1.0), 0.05) for x in (-0.9, -0.1) for y in (-0.38, 0.38)]),
    )
    fenders = kit.part(kit.MAIN, [kit.arc((-0.6, s * 0.62, -0.2), 0.68, 0.1, 1.0, kit.FLAT) for s in (-1, 1)])
    black = kit.part(
        kit.DARK,
        kit.rod((0.8, 0, 0.25), (0.8, 0, 0.85), 0.06),
        kit.box((-0.5, 0, 0.35), (0.2, 0.25, 0.12), 0.05),
        kit.ring((-0.05, 0, 0.55), 0.17, 0.035, kit.turn_y(0.8)),
        kit.box((1.3, 0, 0.0), (0.03, 0.22, 0.2), 0.0),
    )
    return kit.driving(
        kit.shape(
            body,
            cab,
            fenders,
            black,
            parts.wheels((-0.6,), 0.62, -0.22, 0.58, 0.17),
            parts.wheels((0.9,), 0.45, -0.48, 0.32, 0.12),
            parts.lights(1.3, 0.22, 0.18, 0.07, -0.9),
        )
    )


def tank(v: kit.Variation) -> kit.Shape:
    tracks = [kit.part(kit.DARK, kit.box((0, s * 0.55, -0.3), (1.2, 0.22, 0.27), 0.25)) for s in (-1, 1)]
    hull = (
        kit.part(kit.MAIN, kit.prism((0, 0, -0.05), 1.15, 0.9, 0.2, 0.5, 0.04)),
        kit.part(kit.MAIN, kit.cylinder((-0.1, 0, 0.32), 0.55, 0.2, 0.08), kit.cylinder((-0.2, 0, 0.55), 0.22, 0.06)),
    )
    gun = kit.part(
        kit.MAIN,
        kit.rod((0.3, 0, 0.36), (1.5, 0, 0.42), 0.09),
        kit.cylinder((1.5, 0, 0.42), 0.13, 0.12, 0.02, kit.turn_y(math.pi / 2 - 0.05)),
    )
    hubs = kit.part(
        kit.STEEL,
        [
            kit.cylinder((x, s * 0.76, -0.33), 0.17, 0.04, 0.01, kit.FLAT)
            for x in (-0.9, -0.45, 0.0, 0.45, 0.9)
            for s in (-1, 1)
        ],
    )
    return kit.driving(kit.shape(tracks, hull, gun, hubs))
