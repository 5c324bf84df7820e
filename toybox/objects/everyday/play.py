"""Toys, and what games are played with."""

from __future__ import annotations

import math

from .. import kit


def dice(v: kit.Variation) -> kit.Shape:
    at = ((0, -1), (0, 0), (0, 1))
    spots = (
        [(0, -1.0, 0)]
        + [(x, y, 1.0) for x in (-0.45, 0.45) for y in (-0.5, 0, 0.5)]
        + [(1.0, 0.45 * b, 0.45 * b) for _, b in at]
        + [(-1.0, y, z) for y in (-0.45, 0.45) for z in (-0.45, 0.45)]
        + [(x, 1.0, x) for x in (-0.45, 0.45)]
    )
    sunk = [(x * 0.97, y * 0.97, z * 0.97) for x, y, z in spots]
    body = kit.part(kit.MAIN, kit.box((0, 0, 0), (0.95, 0.95, 0.95), 0.2))
    marks = kit.part(kit.WHITE, [kit.ellipsoid((x, y, z), (_thin(x), _thin(y), _thin(z))) for x, y, z in sunk])
    return kit.shape(body, marks)


def _thin(coordinate: float) -> float:
    """A pip's semi-axis: little along the normal of its face."""
    return 0.05 if abs(coordinate) > 0.9 else 0.2


def balloon(v: kit.Variation) -> kit.Shape:
    bag = kit.part(
        kit.MAIN, kit.taper((0, 0, 0.6), (0, 0, 0.0), 0.62, 0.3), kit.cone((0, 0, -0.36), 0.1, 0.04, 0.06), blend=0.03
    )
    return kit.shape(
        bag,
        kit.part(kit.CREAM, kit.tube([(0, 0, -0.4), (0.2, 0, -0.8), (-0.2, 0, -1.1), (0.05, 0, -1.5)], [0.025] * 4, 8)),
    )


def kite(v: kit.Variation) -> kit.Shape:
    sail = (
        kit.part(
            kit.MAIN,
            kit.prism((0, 0, 0.65), 0.72, 0.02, 0.4, 0.03, 0.0),
            kit.prism((0, 0, -0.25), 0.02, 0.72, 0.5, 0.03, 0.0),
        ),
        kit.part(
            kit.WOOD,
            kit.rod((0, -0.04, 1.0), (0, -0.04, -0.7), 0.035),
            kit.rod((-0.68, -0.04, 0.25), (0.68, -0.04, 0.25), 0.035),
        ),
    )
    tail = (
        kit.part(kit.CREAM, kit.tube([(0, 0, -0.7), (0.35, 0, -1.0), (-0.25, 0, -1.3), (0.1, 0, -1.6)], [0.02] * 4, 8)),
        kit.part(
            kit.YELLOW,
            [
                half.moved((x, 0, z))
                for x, z in ((0.1, -0.93), (0.03, -1.2), (0.0, -1.45))
                for half in kit.both(kit.cone((0.08, 0, 0), 0.02, 0.1, 0.08, 0.0, kit.SIDEWAYS))
            ],
        ),
    )
    return kit.shape(sail, tail)


def pawn(v: kit.Variation) -> kit.Shape:
    return kit.shape(
        kit.part(
            kit.MAIN,
            kit.ball((0, 0, 0.75), 0.36),
            kit.cone((0, 0, 0.0), 0.42, 0.17, 0.5),
            kit.ellipsoid((0, 0, 0.42), (0.36, 0.36, 0.08)),
            kit.cylinder((0, 0, -0.55), 0.55, 0.12, 0.05),
            kit.cylinder((0, 0, -0.75), 0.65, 0.12, 0.05),
            blend=0.03,
        )
    )


def racket(v: kit.Variation) -> kit.Shape:
    head = kit.part(
        kit.MAIN,
        kit.ring((0, 0, 0.55), 0.55, 0.08, kit.FLAT),
        kit.both(kit.rod((0.32, 0, 0.1), (0.05, 0, -0.35), 0.06)),
    )
    strings = kit.part(
        kit.WHITE,
        [
            kit.rod((x, 0, 0.55 - math.sqrt(0.28 - x * x)), (x, 0, 0.55 + math.sqrt(0.28 - x * x)), 0.018)
            for x in (-0.4, -0.2, 0.0, 0.2, 0.4)
        ],
        [
            kit.rod((-math.sqrt(0.28 - z * z), 0, 0.55 + z), (math.sqrt(0.28 - z * z), 0, 0.55 + z), 0.018)
            for z in (-0.4, -0.2, 0.0, 0.2, 0.4)
        ],
    )
    return kit.shape(head, strings, kit.part(kit.DARK, kit.rod((0, 0, -0.4), (0, 0, -1.15), 0.1)))
