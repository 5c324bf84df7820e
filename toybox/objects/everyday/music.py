"""Musical instruments."""

from __future__ import annotations

import math

from .. import kit


def guitar(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN,
        kit.cylinder((0, 0, -0.75), 0.58, 0.14, 0.03, kit.FLAT),
        kit.cylinder((0, 0, -0.1), 0.43, 0.14, 0.03, kit.FLAT),
        blend=0.12,
    )
    neck = (
        kit.part(kit.WOOD, kit.box((0, -0.12, 0.75), (0.085, 0.06, 0.78), 0.02)),
        kit.part(
            kit.DARK,
            kit.box((0, -0.08, 1.65), (0.15, 0.06, 0.2), 0.03),
            kit.cylinder((0, -0.14, -0.3), 0.17, 0.02, 0.0, kit.FLAT),
            kit.box((0, -0.16, -0.9), (0.24, 0.04, 0.05), 0.01),
        ),
    )
    pegs = kit.part(
        kit.STEEL,
        kit.both(*(kit.rod((0.15, -0.08, z), (0.25, -0.08, z), 0.04) for z in (1.53, 1.66, 1.79))),
        [kit.box((x, -0.19, 0.3), (0.012, 0.012, 1.2), 0.0) for x in (-0.05, 0.0, 0.05)],
    )
    return kit.shape(body, neck, pegs)


def drum(v: kit.Variation) -> kit.Shape:
    h = v.height(0.45, 0.6)
    body = (
        kit.part(kit.MAIN, kit.cylinder((0, 0, 0), 0.9, h, 0.0)),
        kit.part(kit.WHITE, kit.cylinder((0, 0, h), 0.86, 0.05)),
    )
    lacing = kit.part(
        kit.GOLD,
        kit.ring((0, 0, h), 0.9, 0.07),
        kit.ring((0, 0, -h), 0.9, 0.07),
        [
            kit.rod(
                (0.91 * math.cos(math.pi * i / 5), 0.91 * math.sin(math.pi * i / 5), h * (-1) ** i),
                (0.91 * math.cos(math.pi * (i + 1) / 5), 0.91 * math.sin(math.pi * (i + 1) / 5), -h * (-1) ** i),
                0.025,
            )
            for i in range(10)
        ],
    )
    return kit.shape(body, lacing, top=kit.top(0, 0, h + 0.05, 0.8))


def trumpet(v: kit.Variation) -> kit.Shape:
    tubes = kit.part(
        kit.MAIN,
        kit.rod((-1.0, 0, 0.2), (0.6, 0, 0.2), 0.06),
        kit.rod((-0.6, 0, -0.15), (0.3, 0, -0.15), 0.06),
        kit.arc((0.3, 0, 0.025), 0.175, 0.06, math.pi / 2, kit.chain(kit.FLAT, kit.turn_z(-math.pi / 2))),
        kit.arc((-0.6, 0, 0.025), 0.175, 0.06, math.pi / 2, kit.chain(kit.FLAT, kit.turn_z(math.pi / 2))),
    )
    bell = (
        kit.part(
            kit.MAIN,
            kit.cone((0.8, 0, 0.2), 0.07, 0.16, 0.25, 0.0, kit.SIDEWAYS),
            kit.cone((1.12, 0, 0.2), 0.14, 0.42, 0.12, 0.0, kit.SIDEWAYS),
        ),
        kit.part(kit.DARK, kit.cylinder((1.24, 0, 0.2), 0.34, 0.02, 0.0, kit.SIDEWAYS)),
    )
    valves = (
        kit.part(kit.MAIN, [kit.rod((x, 0, -0.25), (x, 0, 0.42), 0.08) for x in (-0.3, -0.08, 0.14)]),
        kit.part(
            kit.WHITE,
            [kit.cylinder((x, 0, 0.55), 0.07, 0.03) for x in (-0.3, -0.08, 0.14)],
            kit.cone((-1.08, 0, 0.2), 0.12, 0.06, 0.1, 0.0, kit.SIDEWAYS),
        ),
    )
    return kit.driving(kit.shape(tubes, bell, valves)).placed(turn=kit.turn_z(-0.9))


def piano(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN,
        kit.box((0, 0.25, 0.1), (1.0, 0.3, 0.85), 0.03),
        kit.box((0, -0.25, -0.05), (1.0, 0.35, 0.08), 0.02),
        kit.both(
            kit.box((0.93, -0.45, -0.45), (0.07, 0.1, 0.38), 0.02), kit.box((0.95, -0.2, 0.1), (0.06, 0.35, 0.1), 0.02)
        ),
    )
    keys = (
        kit.part(kit.WHITE, kit.box((0, -0.4, 0.06), (0.88, 0.19, 0.05), 0.0)),
        kit.part(
            kit.BLACK,
            [
                kit.box((-0.8 + 0.16 * i, -0.32, 0.12), (0.035, 0.11, 0.03), 0.0)
                for i in range(11)
                if i % 7 not in (2, 6)
            ],
        ),
    )
    return kit.shape(
        body,
        keys,
        kit.part(kit.WHITE, kit.box((0, -0.1, 0.5), (0.3, 0.03, 0.2), 0.0, kit.turn_x(-0.2))),
        kit.part(kit.GOLD, kit.both(kit.box((0.08, -0.12, -0.7), (0.04, 0.1, 0.02), 0.0))),
    )


def bell(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0, 0.3), (0.55, 0.55, 0.65)),
        kit.cone((0, 0, -0.2), 0.85, 0.52, 0.45, 0.02),
        blend=0.1,
        cuts=[kit.cone((0, 0, -0.35), 0.78, 0.4, 0.45)],
    )
    return kit.shape(
        body,
        kit.part(kit.MAIN, kit.ring((0, 0, -0.63), 0.82, 0.06), kit.ring((0, 0, 1.05), 0.15, 0.055, kit.FLAT)),
        kit.part(kit.DARK, kit.ball((0, 0, -0.7), 0.17), kit.rod((0, 0, -0.6), (0, 0, 0), 0.05)),
    )
