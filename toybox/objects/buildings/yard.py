"""What stands before a house."""

from __future__ import annotations

import math

from .. import kit


def well(v: kit.Variation) -> kit.Shape:
    wall = (
        kit.part(kit.STONE, kit.cylinder((0, 0, -0.7), 0.75, 0.4), cuts=[kit.cylinder((0, 0, -0.5), 0.58, 0.4)]),
        kit.part(kit.BLUE, kit.cylinder((0, 0, -0.7), 0.6, 0.05)),
    )
    posts = kit.part(
        kit.WOOD,
        kit.both(kit.box((0.66, 0, 0.1), (0.07, 0.07, 0.7), 0.01)),
        kit.rod((-0.8, 0, 0.3), (0.9, 0, 0.3), 0.06),
        kit.rod((0.9, 0, 0.3), (0.9, -0.2, 0.1), 0.04),
    )
    roof = kit.part(kit.MAIN, kit.prism((0, 0, 0.95), 0.72, 0.02, 0.3, 0.95, 0.01, kit.turn_z(math.pi / 2)))
    return kit.shape(
        wall,
        posts,
        roof,
        kit.part(kit.STEEL, kit.cone((0, 0, -0.12), 0.15, 0.2, 0.16)),
        kit.part(kit.CREAM, kit.rod((0, 0, 0.3), (0, 0, 0.0), 0.03)),
    )


def mailbox(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN, kit.box((0, 0, 0.3), (0.35, 0.6, 0.25), 0.02), kit.cylinder((0, 0, 0.55), 0.35, 0.6, 0.02, kit.FLAT)
    )
    door = kit.part(
        kit.DARK, kit.box((0, -0.61, 0.38), (0.1, 0.03, 0.03), 0.01), kit.ring((0, -0.6, 0.55), 0.33, 0.03, kit.FLAT)
    )
    flag = kit.part(
        kit.RED if v.chance(0.5) else kit.YELLOW,
        kit.box((0.38, 0.1, 0.8), (0.03, 0.05, 0.25), 0.0),
        kit.box((0.38, -0.02, 0.98), (0.03, 0.17, 0.1), 0.0),
    )
    return kit.shape(body, door, flag, kit.part(kit.WOOD, kit.box((0, 0, -0.65), (0.11, 0.11, 0.72), 0.01)))
