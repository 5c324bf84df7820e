"""Where one lives."""

from __future__ import annotations

import math

from .. import kit


def house(v: kit.Variation) -> kit.Shape:
    h, w, wall = v.height(0.55, 0.7), v.width(0.9, 1.0), v.choice(kit.CREAM, (0.88, 0.80, 0.65), (0.8, 0.8, 0.83))
    slope, half = 0.72, w + 0.12
    walls = kit.part(
        wall,
        kit.box((0, 0, -h), (w, 0.8, h), 0.0),
        kit.prism((0, 0, 0.37 * w / 0.95), w, 0.02, 0.37 * w / 0.95, 0.79, 0.0),
    )
    length = half / math.cos(slope) / 2
    roof = kit.part(
        kit.MAIN,
        kit.both(
            kit.box(
                (half / 2, 0, 0.87 * w - half * math.tan(slope) / 2 + 0.02),
                (length, 0.95, 0.07),
                0.01,
                kit.turn_y(slope),
            )
        ),
    )
    door = (
        kit.part(kit.WOOD, kit.box((0, -0.8, -2 * h + 0.42), (0.2, 0.04, 0.42), 0.02)),
        kit.part(kit.GOLD, kit.ball((0.12, -0.86, -2 * h + 0.42), 0.04)),
    )
    panes = kit.part(
        kit.GLASS,
        kit.both(kit.box((0.56, 0, -0.95 * h), (0.2, 0.82, 0.2), 0.01)),
        kit.box((0, -0.79, 0.24), (0.15, 0.03, 0.15), 0.01),
        kit.box((0, 0.3, -h), (w + 0.02, 0.22, 0.2), 0.01),
    )
    bars = kit.part(
        kit.WHITE,
        kit.both(
            kit.box((0.56, 0, -0.95 * h), (0.025, 0.84, 0.21), 0.0),
            kit.box((0.56, 0, -0.95 * h), (0.21, 0.84, 0.025), 0.0),
        ),
    )
    return kit.shape(
        walls, roof, door, panes, bars, kit.part(kit.BRICK, kit.box((0.48, 0.35, 0.68 * w), (0.13, 0.13, 0.36), 0.01))
    )


def barn(v: kit.Variation) -> kit.Shape:
    walls = kit.part(
        kit.MAIN,
        kit.box((0, 0, -0.5), (0.8, 1.0, 0.55), 0.0),
        kit.prism((0, 0, 0.25), 0.8, 0.5, 0.22, 0.99, 0.0),
        kit.prism((0, 0, 0.6), 0.5, 0.02, 0.15, 0.99, 0.0),
    )
    roof = kit.part(
        kit.IRON,
        kit.both(
            kit.box((0.7, 0, 0.25), (0.05, 1.1, 0.29), 0.01, kit.turn_y(-0.6)),
            kit.box((0.27, 0, 0.63), (0.34, 1.1, 0.05), 0.01, kit.turn_y(0.52)),
        ),
    )
    doors = kit.part(
        kit.WHITE,
        kit.box((0, -1.0, -0.62), (0.42, 0.03, 0.42), 0.0),
        kit.cylinder((0, -1.0, 0.32), 0.19, 0.03, 0.0, kit.FLAT),
    )
    planks = kit.part(
        kit.MAIN,
        kit.both(kit.box((0.21, -1.03, -0.62), (0.16, 0.02, 0.36), 0.0)),
        kit.cylinder((0, -1.02, 0.32), 0.13, 0.03, 0.0, kit.FLAT),
    )
    cross = kit.part(
        kit.WHITE,
        kit.both(*(kit.box((0.21, -1.05, -0.62), (0.03, 0.015, 0.38), 0.0, kit.turn_y(s * 0.4)) for s in (-1, 1))),
    )
    return kit.shape(walls, roof, doors, planks, cross)


def tent(v: kit.Variation) -> kit.Shape:
    h = v.uniform(0.72, 0.82)
    body = kit.part(kit.MAIN, kit.prism((0, 0, 0), 0.95, 0.02, h, 0.9, 0.01))
    door = (
        kit.part(kit.DARK, kit.prism((0, -0.9, -0.12), 0.36, 0.02, h - 0.13, 0.03, 0.0)),
        kit.part(kit.WOOD, kit.rod((0, -0.93, -h), (0, -0.93, h + 0.1), 0.04)),
    )
    ropes = kit.part(kit.CREAM, kit.both(*(kit.rod((0.5, y, 0), (1.25, y * 1.15, -h), 0.02) for y in (-0.85, 0.85))))
    return kit.shape(body, door, ropes, kit.part(kit.WOOD, kit.rod((0, 0.92, -h), (0, 0.92, h + 0.1), 0.04)))


def igloo(v: kit.Variation) -> kit.Shape:
    ice = (0.86, 0.93, 0.97)
    dome = kit.part(
        ice,
        kit.ball((0, 0.2, 0), 0.95),
        kit.cylinder((0, -0.7, 0.0), 0.42, 0.45, 0.03, kit.FLAT),
        cuts=[kit.box((0, 0, -1), (3, 3, 1), 0), kit.cylinder((0, -1.0, -0.02), 0.3, 0.5, 0.0, kit.FLAT)],
        hull=[kit.cone((0, 0.2, 0.45), 0.95, 0.4, 0.5), kit.cylinder((0, -0.7, 0.2), 0.42, 0.45, 0.0, kit.FLAT)],
    )
    seams = kit.part(
        (0.55, 0.7, 0.82),
        [kit.ring((0, 0.2, z), math.sqrt(0.95**2 - z * z), 0.022) for z in (0.3, 0.6)],
        [kit.arc((0, 0.2, 0), 0.95, 0.022, math.pi / 2, kit.chain(kit.turn_z(a), kit.FLAT)) for a in (0.6, 1.6, 2.6)],
    )
    return kit.shape(dome, seams, kit.part(kit.BLACK, kit.cylinder((0, -0.6, 0.0), 0.31, 0.1, 0.0, kit.FLAT)))
