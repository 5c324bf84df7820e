"""Tools and weapons."""

from __future__ import annotations

from typing import Final

from .kit import (
    BLACK,
    CREAM,
    DARK,
    FLAT,
    GOLD,
    MAIN,
    PALE_WOOD,
    PI,
    PINK,
    RED,
    SIDEWAYS,
    STEEL,
    WHITE,
    WOOD,
    Shape,
    Thing,
    Variation,
    arc,
    around,
    ball,
    both,
    box,
    chain,
    cone,
    cylinder,
    ellipsoid,
    part,
    prism,
    ring,
    rod,
    shape,
    taper,
    tube,
    turn_x,
    turn_y,
    turn_z,
)


def hammer(v: Variation) -> Shape:
    h = v.height(0.95, 1.1)
    head = part(
        STEEL,
        cylinder((0.3, 0, h), 0.2, 0.22, 0.03, SIDEWAYS),
        cylinder((0.5, 0, h), 0.25, 0.07, 0.03, SIDEWAYS),
        box((0, 0, h), (0.2, 0.16, 0.16), 0.03),
    )
    claw = part(
        STEEL,
        *(
            tube([(-0.15, y, h + 0.05), (-0.5, y, h + 0.1), (-0.7, y * 1.4, h - 0.25)], [0.11, 0.09, 0.03], 5)
            for y in (-0.08, 0.08)
        ),
    )
    return shape(part(MAIN, taper((0, 0, -0.9), (0, 0, h - 0.1), 0.13, 0.09)), head, claw)


def axe(v: Variation) -> Shape:
    blade = part(
        STEEL,
        prism((0.33, 0, 0.8), 0.5, 0.2, 0.34, 0.07, 0.02, turn_y(-PI / 2)),
        box((0, 0, 0.8), (0.14, 0.12, 0.2), 0.03),
    )
    return shape(
        part(MAIN, taper((0, 0, -1.15), (0, 0, 1.0), 0.12, 0.09)),
        blade,
        part(WHITE, prism((0.66, 0, 0.8), 0.53, 0.47, 0.04, 0.05, 0.01, turn_y(-PI / 2))),
    )


def screwdriver(v: Variation) -> Shape:
    return shape(
        part(
            MAIN, taper((0, 0, 0.25), (0, 0, 0.95), 0.22, 0.26), around(rod((0.22, 0, 0.25), (0.26, 0, 0.9), 0.07), 6)
        ),
        part(STEEL, rod((0, 0, 0.2), (0, 0, -0.9), 0.07), prism((0, 0, -1.02), 0.11, 0.06, 0.14, 0.035, 0.0)),
        part(DARK, cylinder((0, 0, 0.08), 0.15, 0.07, 0.02)),
    )


def wrench(v: Variation) -> Shape:
    jaw = part(
        MAIN,
        cylinder((0, 0, 0.85), 0.36, 0.11, 0.02, FLAT),
        cuts=[box((0.1, 0, 1.15), (0.14, 0.3, 0.36), 0.0, turn_y(0.25))],
    )
    eye = part(
        MAIN, cylinder((0, 0, -0.95), 0.28, 0.11, 0.02, FLAT), cuts=[cylinder((0, 0, -0.95), 0.15, 0.3, 0.0, FLAT)]
    )
    return shape(part(MAIN, box((0, 0, -0.05), (0.13, 0.08, 0.72), 0.03)), jaw, eye)


def saw(v: Variation) -> Shape:
    blade = part(STEEL, prism((0.25, 0, 0), 0.32, 0.16, 1.0, 0.03, 0.0, turn_y(PI / 2)))
    teeth = part(
        STEEL,
        [prism((-0.68 + 0.15 * i, 0, -0.32 + 0.012 * i), 0.07, 0.01, 0.07, 0.028, 0.0, turn_x(PI)) for i in range(13)],
    )
    handle = part(
        MAIN, box((-0.95, 0, 0.05), (0.3, 0.1, 0.36), 0.1), cuts=[box((-0.97, 0, 0.05), (0.13, 0.3, 0.19), 0.06)]
    )
    return shape(blade, teeth, handle)


def shovel(v: Variation) -> Shape:
    blade = part(STEEL, box((0, 0.02, -0.75), (0.36, 0.06, 0.3), 0.04), ellipsoid((0, 0.02, -1.02), (0.36, 0.06, 0.35)))
    return shape(
        blade,
        part(MAIN, rod((0, 0, -0.5), (0, 0, 1.05), 0.075)),
        part(
            DARK,
            both(rod((0, 0, 1.05), (0.22, 0, 1.25), 0.06)),
            rod((-0.22, 0, 1.38), (0.22, 0, 1.38), 0.07),
            both(rod((0.22, 0, 1.25), (0.22, 0, 1.38), 0.06)),
        ),
    )


def scissors(v: Variation) -> Shape:
    spread = v.uniform(0.18, 0.3)
    blades = part(
        STEEL,
        both(prism((0, 0, 0.55), 0.12, 0.01, 0.6, 0.04, 0.0).turned(turn_y(spread))),
        cylinder((0, -0.06, 0), 0.07, 0.04, 0.0, FLAT),
    )
    grips = part(
        MAIN,
        both(
            ring((0.28 + spread * 0.3, 0, -0.72), 0.25, 0.09, FLAT),
            rod((0.0, 0, 0.0), (0.18 + spread * 0.15, 0, -0.5), 0.09),
        ),
    )
    return shape(blades, grips)


def paintbrush(v: Variation) -> Shape:
    return shape(
        part(WOOD, taper((0, 0, 0.1), (0, 0, 1.2), 0.13, 0.07)),
        part(STEEL, cylinder((0, 0, 0.0), 0.2, 0.16)),
        part(MAIN, ellipsoid((0, 0, -0.4), (0.22, 0.22, 0.5)), taper((0, 0, -0.5), (0, 0, -0.95), 0.2, 0.03)),
        part(CREAM, cylinder((0, 0, -0.18), 0.18, 0.06)),
    )


def pencil(v: Variation) -> Shape:
    tilt = turn_y(v.uniform(-0.5, 0.5))
    body = part(
        MAIN, around(box((0.08, 0, 0.15), (0.1, 0.1, 0.95), 0.0), 3, 0.3), cylinder((0, 0, 0.15), 0.19, 0.95, 0.0)
    )
    tip = (
        part(PALE_WOOD, cone((0, 0, -1.0), 0.06, 0.19, 0.2, 0.0)),
        part(BLACK, cone((0, 0, -1.25), 0.01, 0.065, 0.08, 0.0)),
    )
    return shape(
        body, tip, part(STEEL, cylinder((0, 0, 1.15), 0.2, 0.1)), part(PINK, cylinder((0, 0, 1.33), 0.18, 0.12, 0.06))
    ).placed(turn=tilt)


def magnet(v: Variation) -> Shape:
    bow = part(
        MAIN,
        ring((0, 0, 0.25), 0.58, 0.22, FLAT),
        cuts=[box((0, 0, -0.75), (2, 2, 1.0), 0)],
        hull=[box((0, 0, 0.6), (0.8, 0.22, 0.4))],
    )
    return shape(
        bow,
        part(MAIN, both(cylinder((0.58, 0, -0.05), 0.22, 0.32))),
        part(STEEL, both(cylinder((0.58, 0, -0.52), 0.225, 0.17))),
    )


def sword(v: Variation) -> Shape:
    h = v.height(0.95, 1.15)
    blade = (
        part(
            STEEL,
            box((0, 0, h - 0.45), (0.15, 0.04, h), 0.03),
            prism((0, 0, 2 * h - 0.3), 0.15, 0.01, 0.16, 0.035, 0.0),
        ),
        part((0.5, 0.52, 0.56), box((0, 0, h - 0.5), (0.04, 0.055, h - 0.1), 0.01)),
    )
    return shape(
        blade,
        part(
            GOLD,
            box((0, 0, -0.5), (0.45, 0.09, 0.075), 0.05),
            both(ball((0.45, 0, -0.5), 0.11)),
            ball((0, 0, -1.1), 0.15),
        ),
        part(MAIN, cylinder((0, 0, -0.8), 0.09, 0.27)),
    )


def shield(v: Variation) -> Shape:
    boss = part(GOLD, ellipsoid((0, -0.15, 0.1), (0.27, 0.16, 0.27)))
    if v.chance(0.5):
        return shape(
            part(MAIN, ellipsoid((0, 0, 0), (0.9, 0.2, 0.9))),
            part(GOLD, ellipsoid((0, -0.16, 0), (0.28, 0.16, 0.28))),
            part(STEEL, ring((0, 0, 0), 0.9, 0.09, FLAT)),
        )
    body = [box((0, 0, 0.42), (0.8, 0.1, 0.5), 0.06), prism((0, 0, -0.4), 0.12, 0.8, 0.52, 0.1, 0.06)]
    edge = [box((0, 0.03, 0.42), (0.88, 0.1, 0.58), 0.06), prism((0, 0.03, -0.5), 0.1, 0.88, 0.54, 0.1, 0.06)]
    return shape(
        part(MAIN, body),
        part(STEEL, edge),
        boss,
        part(GOLD, box((0, -0.1, 0.1), (0.06, 0.04, 0.72), 0.02), box((0, -0.1, 0.1), (0.68, 0.04, 0.06), 0.02)),
    )


def dumbbell(v: Variation) -> Shape:
    r = v.uniform(0.4, 0.5)
    return shape(
        part(STEEL, rod((-0.8, 0, 0), (0.8, 0, 0), 0.12)),
        part(
            MAIN,
            both(
                cylinder((0.8, 0, 0), r, 0.15, 0.05, SIDEWAYS), cylinder((1.08, 0, 0), r * 0.75, 0.12, 0.05, SIDEWAYS)
            ),
        ),
    )


def anchor(v: Variation) -> Shape:
    bottom = arc((0, 0, -0.15), 0.75, 0.11, 1.2, chain(FLAT, turn_z(PI)))
    tips = both(cone((0.68, 0, -0.3), 0.2, 0.01, 0.2, 0.0, turn_y(0.45)))
    return shape(
        part(MAIN, rod((0, 0, 0.75), (0, 0, -0.85), 0.11), bottom, tips),
        part(MAIN, ring((0, 0, 0.98), 0.2, 0.08, FLAT), rod((-0.42, 0, 0.55), (0.42, 0, 0.55), 0.1)),
    )


def broom(v: Variation) -> Shape:
    straw = (0.86, 0.7, 0.34)
    return shape(
        part(MAIN, rod((0, 0, -0.4), (0, 0, 1.4), 0.07)),
        part(straw, prism((0, 0, -0.85), 0.48, 0.2, 0.42, 0.16, 0.05)),
        part(
            RED, prism((0, 0, -0.5), 0.26, 0.22, 0.05, 0.18, 0.03), prism((0, 0, -0.65), 0.36, 0.33, 0.04, 0.175, 0.02)
        ),
    )


def key(v: Variation) -> Shape:
    teeth = [
        box((0.2, 0, z), (0.22, 0.075, 0.08), 0.02) for z in ((-1.0, -0.72) if v.chance(0.5) else (-1.0, -0.78, -0.56))
    ]
    return shape(
        part(
            MAIN,
            ring((0, 0, 0.75), 0.38, 0.12, FLAT),
            rod((0, 0, 0.3), (0, 0, -1.1), 0.1),
            ring((0, 0, 0.25), 0.1, 0.06),
            teeth,
        )
    )


THINGS: Final = (
    Thing("hammer", "hammer with {0} handle", hammer),
    Thing("axe", "axe with {0} handle", axe),
    Thing("screwdriver", "{0} screwdriver", screwdriver),
    Thing("wrench", "{0} wrench", wrench),
    Thing("saw", "saw with {0} handle", saw),
    Thing("shovel", "shovel with {0} handle", shovel),
    Thing("scissors", "pair of {0} scissors", scissors),
    Thing("paintbrush", "paintbrush with {0} paint", paintbrush),
    Thing("pencil", "{0} pencil", pencil),
    Thing("magnet", "{0} magnet", magnet),
    Thing("sword", "sword with {0} handle", sword),
    Thing("shield", "{0} shield", shield),
    Thing("dumbbell", "{0} dumbbell", dumbbell),
    Thing("anchor", "{0} anchor", anchor),
    Thing("broom", "broom with {0} handle", broom),
    Thing("key", "{0} key", key),
)
