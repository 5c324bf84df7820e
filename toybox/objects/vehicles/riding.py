"""What one rides on."""

from __future__ import annotations

import math

from .. import kit
from . import parts


def bicycle(v: kit.Variation) -> kit.Shape:
    tyres = kit.part(
        kit.BLACK, kit.ring((-0.8, 0, -0.3), 0.5, 0.06, kit.FLAT), kit.ring((0.8, 0, -0.3), 0.5, 0.06, kit.FLAT)
    )
    spokes = kit.part(
        kit.STEEL,
        [
            kit.rod(
                (x + 0.47 * math.cos(a), 0, -0.3 + 0.47 * math.sin(a)),
                (x - 0.47 * math.cos(a), 0, -0.3 - 0.47 * math.sin(a)),
                0.018,
            )
            for x in (-0.8, 0.8)
            for a in (0.4, 1.45, 2.5)
        ],
    )
    frame = kit.part(
        kit.MAIN,
        kit.rod((-0.8, 0, -0.3), (-0.05, 0, -0.35), 0.06),
        kit.rod((-0.8, 0, -0.3), (-0.3, 0, 0.35), 0.05),
        kit.rod((-0.05, 0, -0.35), (-0.35, 0, 0.45), 0.06),
        kit.rod((-0.05, 0, -0.35), (0.52, 0, 0.42), 0.06),
        kit.rod((-0.3, 0, 0.35), (0.52, 0, 0.42), 0.06),
        kit.rod((0.8, 0, -0.3), (0.48, 0, 0.62), 0.06),
    )
    rest = kit.part(
        kit.DARK,
        kit.ellipsoid((-0.38, 0, 0.56), (0.26, 0.15, 0.08)),
        kit.rod((0.48, -0.35, 0.72), (0.48, 0.35, 0.72), 0.05),
        kit.rod((0.48, 0.35, 0.72), (0.32, 0.38, 0.72), 0.055),
        kit.rod((0.48, -0.35, 0.72), (0.32, -0.38, 0.72), 0.055),
        kit.cylinder((-0.05, 0, -0.35), 0.14, 0.09, 0.0, kit.FLAT),
        kit.box((-0.05, 0.18, -0.52), (0.12, 0.08, 0.03)),
        kit.box((-0.05, -0.18, -0.18), (0.12, 0.08, 0.03)),
    )
    return kit.driving(kit.shape(tyres, spokes, frame, rest))


def motorcycle(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN,
        kit.ellipsoid((0.1, 0, 0.28), (0.45, 0.2, 0.22)),
        kit.ellipsoid((-0.75, 0, 0.18), (0.35, 0.15, 0.12), kit.turn_y(0.2)),
        kit.ellipsoid((0.92, 0, 0.12), (0.28, 0.13, 0.08)),
    )
    steel = kit.part(
        kit.STEEL,
        kit.box((0.0, 0, -0.22), (0.32, 0.2, 0.22), 0.05),
        kit.rod((-0.9, -0.22, -0.28), (0.1, -0.22, -0.38), 0.08),
        kit.rod((0.9, 0.1, -0.35), (0.55, 0.1, 0.6), 0.05),
        kit.rod((0.9, -0.1, -0.35), (0.55, -0.1, 0.6), 0.05),
        kit.rod((-0.8, 0, -0.35), (-0.1, 0, -0.2), 0.09),
    )
    dark = kit.part(
        kit.DARK, kit.ellipsoid((-0.5, 0, 0.36), (0.4, 0.18, 0.1)), kit.rod((0.5, -0.42, 0.68), (0.5, 0.42, 0.68), 0.05)
    )
    wheels = parts.wheels((-0.85, 0.92), 0.0, -0.35, 0.42, 0.1)
    return kit.driving(kit.shape(body, steel, dark, wheels, kit.part(kit.YELLOW, kit.ball((0.72, 0, 0.46), 0.14))))


def skateboard(v: kit.Variation) -> kit.Shape:
    deck = kit.part(
        kit.MAIN,
        kit.box((0, 0, 0), (0.85, 0.32, 0.05), 0.05),
        kit.box((1.02, 0, 0.1), (0.24, 0.32, 0.05), 0.05, kit.turn_y(-0.5)),
        kit.box((-1.02, 0, 0.1), (0.24, 0.32, 0.05), 0.05, kit.turn_y(0.5)),
        blend=0.02,
    )
    trucks = kit.part(kit.STEEL, [kit.box((x, 0, -0.12), (0.1, 0.22, 0.08)) for x in (-0.65, 0.65)])
    tyres = kit.part(
        kit.CREAM,
        [kit.cylinder((x, y, -0.22), 0.15, 0.09, 0.03, kit.FLAT) for x in (-0.65, 0.65) for y in (-0.28, 0.28)],
    )
    return kit.driving(kit.shape(deck, trucks, tyres)).placed(turn=kit.turn_z(0.5))
