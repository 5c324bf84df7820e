"""Buildings with towers."""

from __future__ import annotations

import math

from .. import kit


def castle(v: kit.Variation) -> kit.Shape:
    grey, h = v.choice(kit.STONE, (0.7, 0.68, 0.62)), v.height(0.7, 0.85)
    keep = kit.part(
        grey,
        kit.box((0, 0, -0.35), (0.75, 0.75, 0.55), 0.0),
        kit.both(kit.box((0.28, 0, 0.26), (0.11, 0.75, 0.09), 0.0)),
        [kit.box((0, y, 0.26), (0.75, 0.11, 0.09), 0.0) for y in (-0.28, 0.28)],
        cuts=[kit.box((0, 0, 0.3), (0.62, 0.62, 0.2), 0.0)],
    )
    towers = kit.part(
        grey, kit.around(kit.cylinder((0.8, 0.8, h - 0.9), 0.27, h), 4), kit.cylinder((0, 0, 0.25), 0.32, 0.6)
    )
    tops = kit.part(grey, kit.around(kit.cylinder((0.8, 0.8, 2 * h - 0.95), 0.33, 0.08), 4))
    roofs = kit.part(
        kit.MAIN,
        kit.around(kit.cone((0.8, 0.8, 2 * h - 0.55), 0.38, 0.02, 0.34), 4),
        kit.cone((0, 0, 1.15), 0.42, 0.02, 0.34),
    )
    gate = kit.part(
        kit.WOOD,
        kit.box((0, -0.76, -0.66), (0.2, 0.04, 0.24), 0.0),
        kit.cylinder((0, -0.76, -0.42), 0.2, 0.04, 0.0, kit.FLAT),
    )
    return kit.shape(
        keep,
        towers,
        tops,
        roofs,
        gate,
        kit.part(
            kit.DARK,
            kit.around(kit.box((0.8, 0.53, 0.05), (0.05, 0.03, 0.14), 0.02), 4),
            kit.both(kit.box((0.45, -0.75, -0.2), (0.05, 0.03, 0.14), 0.02)),
        ),
    )


def tower(v: kit.Variation) -> kit.Shape:
    h = v.height(1.0, 1.15)
    body = kit.part(kit.STONE, kit.cone((0, 0, -0.2), 0.55, 0.45, h), kit.cylinder((0, 0, h - 0.15), 0.6, 0.14))
    crown = kit.part(kit.STONE, kit.around(kit.box((0.52, 0, h + 0.1), (0.09, 0.13, 0.14), 0.0), 8))
    marks = (
        kit.part(kit.DARK, [kit.box((0, -0.49, z), (0.07, 0.06, 0.17), 0.03) for z in (-0.1, 0.45)]),
        kit.part(kit.WOOD, kit.box((0, -0.52, -h + 0.12), (0.18, 0.05, 0.32), 0.03)),
    )
    flag = (
        kit.part(kit.WOOD, kit.rod((0, 0, h), (0, 0, h + 0.95), 0.03)),
        kit.part(kit.MAIN, kit.box((0.26, 0, h + 0.76), (0.26, 0.03, 0.17), 0.01)),
    )
    return kit.shape(body, crown, marks, flag)


def church(v: kit.Variation) -> kit.Shape:
    wall = v.choice(kit.WHITE, kit.CREAM, kit.STONE)
    nave = kit.part(
        wall,
        kit.box((0, 0.3, -0.6), (0.55, 0.85, 0.45), 0.0),
        kit.prism((0, 0.3, 0.08), 0.55, 0.02, 0.25, 0.84, 0.0),
        kit.box((0, -0.65, -0.2), (0.32, 0.3, 0.85), 0.0),
    )
    roof = kit.part(
        kit.MAIN,
        kit.both(kit.box((0.31, 0.34, 0.12), (0.42, 0.88, 0.05), 0.01, kit.turn_y(0.74))),
        kit.cone((0, -0.65, 1.05), 0.44, 0.02, 0.42),
    )
    cross = kit.part(
        kit.GOLD,
        kit.box((0, -0.65, 1.58), (0.035, 0.035, 0.17), 0.0),
        kit.box((0, -0.65, 1.62), (0.11, 0.035, 0.03), 0.0),
    )
    door = (
        kit.part(kit.WOOD, kit.box((0, -0.95, -0.8), (0.15, 0.03, 0.25), 0.02)),
        kit.part(
            kit.GLASS,
            kit.cylinder((0, -0.95, -0.1), 0.14, 0.03, 0.0, kit.FLAT),
            kit.both(*(kit.box((0.55, y, -0.55), (0.03, 0.1, 0.22), 0.02) for y in (0.0, 0.4, 0.8))),
        ),
    )
    return kit.shape(nave, roof, cross, door)


def lighthouse(v: kit.Variation) -> kit.Shape:
    h = v.height(0.42, 0.5)
    bands = [
        kit.part(
            kit.MAIN if i % 2 == 0 else kit.WHITE,
            kit.cone((0, 0, -1.2 + h * (i + 0.5)), 0.6 - 0.07 * i, 0.53 - 0.07 * i, h / 2, 0.0),
        )
        for i in range(5)
    ]
    z = -1.2 + 5 * h
    lamp_ = (
        kit.part(kit.YELLOW, kit.cylinder((0, 0, z + 0.2), 0.2, 0.2)),
        kit.part(
            kit.DARK,
            kit.cylinder((0, 0, z + 0.02), 0.4, 0.05),
            kit.around(kit.rod((0.36, 0, z), (0.36, 0, z + 0.18), 0.025), 8),
            kit.ring((0, 0, z + 0.18), 0.36, 0.025),
        ),
    )
    roof = kit.part(kit.MAIN, kit.cone((0, 0, z + 0.56), 0.33, 0.02, 0.17), kit.ball((0, 0, z + 0.75), 0.06))
    return kit.shape(
        bands,
        lamp_,
        roof,
        kit.part(kit.WOOD, kit.box((0, -0.56, -1.0), (0.13, 0.06, 0.22), 0.03)),
        kit.part(kit.STONE, kit.cone((0, 0, -1.3), 0.85, 0.68, 0.12)),
    )


def windmill(v: kit.Variation) -> kit.Shape:
    turn = v.uniform(0.0, math.pi / 2)
    body = (
        kit.part(v.choice(kit.CREAM, kit.STONE, kit.BRICK), kit.cone((0, 0, -0.45), 0.68, 0.42, 0.95)),
        kit.part(kit.BROWN, kit.ellipsoid((0, 0, 0.5), (0.46, 0.46, 0.4))),
    )
    blade = kit.box((0.08, -0.62, 0.62), (0.15, 0.025, 0.4), 0.0)
    blades = [blade.turned(kit.turn_y(turn + math.pi / 2 * i)).moved((0, 0, 0.6)) for i in range(4)]
    arms = [
        kit.box((0, -0.63, 0.5), (0.035, 0.035, 0.53), 0.0)
        .turned(kit.turn_y(turn + math.pi / 2 * i))
        .moved((0, 0, 0.6))
        for i in range(4)
    ]
    marks = (
        kit.part(kit.WOOD, kit.box((0, -0.63, -1.12), (0.16, 0.06, 0.28), 0.03)),
        kit.part(kit.GLASS, kit.box((0, -0.54, -0.3), (0.12, 0.06, 0.14), 0.02)),
    )
    return kit.shape(
        body, kit.part(kit.MAIN, blades), kit.part(kit.WOOD, arms, kit.rod((0, 0, 0.6), (0, -0.7, 0.6), 0.07)), marks
    )
