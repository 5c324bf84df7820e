"""Houses and other buildings, doors towards -y."""

from __future__ import annotations

import math
from typing import Final

from .kit import (
    BLACK,
    BLUE,
    BRICK,
    BROWN,
    CREAM,
    DARK,
    FLAT,
    GLASS,
    GOLD,
    IRON,
    MAIN,
    PI,
    RED,
    STEEL,
    STONE,
    TALL,
    WHITE,
    WOOD,
    YELLOW,
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
    turn_y,
    turn_z,
)


def house(v: Variation) -> Shape:
    h, w, wall = v.height(0.55, 0.7), v.width(0.9, 1.0), v.choice(CREAM, (0.88, 0.80, 0.65), (0.8, 0.8, 0.83))
    slope, half = 0.72, w + 0.12
    walls = part(
        wall, box((0, 0, -h), (w, 0.8, h), 0.0), prism((0, 0, 0.37 * w / 0.95), w, 0.02, 0.37 * w / 0.95, 0.79, 0.0)
    )
    length = half / math.cos(slope) / 2
    roof = part(
        MAIN,
        both(
            box((half / 2, 0, 0.87 * w - half * math.tan(slope) / 2 + 0.02), (length, 0.95, 0.07), 0.01, turn_y(slope))
        ),
    )
    door = (
        part(WOOD, box((0, -0.8, -2 * h + 0.42), (0.2, 0.04, 0.42), 0.02)),
        part(GOLD, ball((0.12, -0.86, -2 * h + 0.42), 0.04)),
    )
    panes = part(
        GLASS,
        both(box((0.56, 0, -0.95 * h), (0.2, 0.82, 0.2), 0.01)),
        box((0, -0.79, 0.24), (0.15, 0.03, 0.15), 0.01),
        box((0, 0.3, -h), (w + 0.02, 0.22, 0.2), 0.01),
    )
    bars = part(
        WHITE,
        both(box((0.56, 0, -0.95 * h), (0.025, 0.84, 0.21), 0.0), box((0.56, 0, -0.95 * h), (0.21, 0.84, 0.025), 0.0)),
    )
    return shape(walls, roof, door, panes, bars, part(BRICK, box((0.48, 0.35, 0.68 * w), (0.13, 0.13, 0.36), 0.01)))


def barn(v: Variation) -> Shape:
    walls = part(
        MAIN,
        box((0, 0, -0.5), (0.8, 1.0, 0.55), 0.0),
        prism((0, 0, 0.25), 0.8, 0.5, 0.22, 0.99, 0.0),
        prism((0, 0, 0.6), 0.5, 0.02, 0.15, 0.99, 0.0),
    )
    roof = part(
        IRON,
        both(
            box((0.7, 0, 0.25), (0.05, 1.1, 0.29), 0.01, turn_y(-0.6)),
            box((0.27, 0, 0.63), (0.34, 1.1, 0.05), 0.01, turn_y(0.52)),
        ),
    )
    doors = part(
        WHITE, box((0, -1.0, -0.62), (0.42, 0.03, 0.42), 0.0), cylinder((0, -1.0, 0.32), 0.19, 0.03, 0.0, FLAT)
    )
    planks = part(
        MAIN,
        both(box((0.21, -1.03, -0.62), (0.16, 0.02, 0.36), 0.0)),
        cylinder((0, -1.02, 0.32), 0.13, 0.03, 0.0, FLAT),
    )
    cross = part(WHITE, both(*(box((0.21, -1.05, -0.62), (0.03, 0.015, 0.38), 0.0, turn_y(s * 0.4)) for s in (-1, 1))))
    return shape(walls, roof, doors, planks, cross)


def castle(v: Variation) -> Shape:
    grey, h = v.choice(STONE, (0.7, 0.68, 0.62)), v.height(0.7, 0.85)
    keep = part(
        grey,
        box((0, 0, -0.35), (0.75, 0.75, 0.55), 0.0),
        both(box((0.28, 0, 0.26), (0.11, 0.75, 0.09), 0.0)),
        [box((0, y, 0.26), (0.75, 0.11, 0.09), 0.0) for y in (-0.28, 0.28)],
        cuts=[box((0, 0, 0.3), (0.62, 0.62, 0.2), 0.0)],
    )
    towers = part(grey, around(cylinder((0.8, 0.8, h - 0.9), 0.27, h), 4), cylinder((0, 0, 0.25), 0.32, 0.6))
    tops = part(grey, around(cylinder((0.8, 0.8, 2 * h - 0.95), 0.33, 0.08), 4))
    roofs = part(
        MAIN, around(cone((0.8, 0.8, 2 * h - 0.55), 0.38, 0.02, 0.34), 4), cone((0, 0, 1.15), 0.42, 0.02, 0.34)
    )
    gate = part(WOOD, box((0, -0.76, -0.66), (0.2, 0.04, 0.24), 0.0), cylinder((0, -0.76, -0.42), 0.2, 0.04, 0.0, FLAT))
    return shape(
        keep,
        towers,
        tops,
        roofs,
        gate,
        part(
            DARK,
            around(box((0.8, 0.53, 0.05), (0.05, 0.03, 0.14), 0.02), 4),
            both(box((0.45, -0.75, -0.2), (0.05, 0.03, 0.14), 0.02)),
        ),
    )


def tower(v: Variation) -> Shape:
    h = v.height(1.0, 1.15)
    body = part(STONE, cone((0, 0, -0.2), 0.55, 0.45, h), cylinder((0, 0, h - 0.15), 0.6, 0.14))
    crown = part(STONE, around(box((0.52, 0, h + 0.1), (0.09, 0.13, 0.14), 0.0), 8))
    marks = (
        part(DARK, [box((0, -0.49, z), (0.07, 0.06, 0.17), 0.03) for z in (-0.1, 0.45)]),
        part(WOOD, box((0, -0.52, -h + 0.12), (0.18, 0.05, 0.32), 0.03)),
    )
    flag = (
        part(WOOD, rod((0, 0, h), (0, 0, h + 0.95), 0.03)),
        part(MAIN, box((0.26, 0, h + 0.76), (0.26, 0.03, 0.17), 0.01)),
    )
    return shape(body, crown, marks, flag)


def church(v: Variation) -> Shape:
    wall = v.choice(WHITE, CREAM, STONE)
    nave = part(
        wall,
        box((0, 0.3, -0.6), (0.55, 0.85, 0.45), 0.0),
        prism((0, 0.3, 0.08), 0.55, 0.02, 0.25, 0.84, 0.0),
        box((0, -0.65, -0.2), (0.32, 0.3, 0.85), 0.0),
    )
    roof = part(
        MAIN,
        both(box((0.31, 0.34, 0.12), (0.42, 0.88, 0.05), 0.01, turn_y(0.74))),
        cone((0, -0.65, 1.05), 0.44, 0.02, 0.42),
    )
    cross = part(
        GOLD, box((0, -0.65, 1.58), (0.035, 0.035, 0.17), 0.0), box((0, -0.65, 1.62), (0.11, 0.035, 0.03), 0.0)
    )
    door = (
        part(WOOD, box((0, -0.95, -0.8), (0.15, 0.03, 0.25), 0.02)),
        part(
            GLASS,
            cylinder((0, -0.95, -0.1), 0.14, 0.03, 0.0, FLAT),
            both(*(box((0.55, y, -0.55), (0.03, 0.1, 0.22), 0.02) for y in (0.0, 0.4, 0.8))),
        ),
    )
    return shape(nave, roof, cross, door)


def lighthouse(v: Variation) -> Shape:
    h = v.height(0.42, 0.5)
    bands = [
        part(
            MAIN if i % 2 == 0 else WHITE,
            cone((0, 0, -1.2 + h * (i + 0.5)), 0.6 - 0.07 * i, 0.53 - 0.07 * i, h / 2, 0.0),
        )
        for i in range(5)
    ]
    z = -1.2 + 5 * h
    lamp_ = (
        part(YELLOW, cylinder((0, 0, z + 0.2), 0.2, 0.2)),
        part(
            DARK,
            cylinder((0, 0, z + 0.02), 0.4, 0.05),
            around(rod((0.36, 0, z), (0.36, 0, z + 0.18), 0.025), 8),
            ring((0, 0, z + 0.18), 0.36, 0.025),
        ),
    )
    roof = part(MAIN, cone((0, 0, z + 0.56), 0.33, 0.02, 0.17), ball((0, 0, z + 0.75), 0.06))
    return shape(
        bands,
        lamp_,
        roof,
        part(WOOD, box((0, -0.56, -1.0), (0.13, 0.06, 0.22), 0.03)),
        part(STONE, cone((0, 0, -1.3), 0.85, 0.68, 0.12)),
    )


def windmill(v: Variation) -> Shape:
    turn = v.uniform(0.0, PI / 2)
    body = (
        part(v.choice(CREAM, STONE, BRICK), cone((0, 0, -0.45), 0.68, 0.42, 0.95)),
        part(BROWN, ellipsoid((0, 0, 0.5), (0.46, 0.46, 0.4))),
    )
    blade = box((0.08, -0.62, 0.62), (0.15, 0.025, 0.4), 0.0)
    blades = [blade.turned(turn_y(turn + PI / 2 * i)).moved((0, 0, 0.6)) for i in range(4)]
    arms = [
        box((0, -0.63, 0.5), (0.035, 0.035, 0.53), 0.0).turned(turn_y(turn + PI / 2 * i)).moved((0, 0, 0.6))
        for i in range(4)
    ]
    marks = (
        part(WOOD, box((0, -0.63, -1.12), (0.16, 0.06, 0.28), 0.03)),
        part(GLASS, box((0, -0.54, -0.3), (0.12, 0.06, 0.14), 0.02)),
    )
    return shape(body, part(MAIN, blades), part(WOOD, arms, rod((0, 0, 0.6), (0, -0.7, 0.6), 0.07)), marks)


def tent(v: Variation) -> Shape:
    h = v.uniform(0.72, 0.82)
    body = part(MAIN, prism((0, 0, 0), 0.95, 0.02, h, 0.9, 0.01))
    door = (
        part(DARK, prism((0, -0.9, -0.12), 0.36, 0.02, h - 0.13, 0.03, 0.0)),
        part(WOOD, rod((0, -0.93, -h), (0, -0.93, h + 0.1), 0.04)),
    )
    ropes = part(CREAM, both(*(rod((0.5, y, 0), (1.25, y * 1.15, -h), 0.02) for y in (-0.85, 0.85))))
    return shape(body, door, ropes, part(WOOD, rod((0, 0.92, -h), (0, 0.92, h + 0.1), 0.04)))


def igloo(v: Variation) -> Shape:
    ice = (0.86, 0.93, 0.97)
    dome = part(
        ice,
        ball((0, 0.2, 0), 0.95),
        cylinder((0, -0.7, 0.0), 0.42, 0.45, 0.03, FLAT),
        cuts=[box((0, 0, -1), (3, 3, 1), 0), cylinder((0, -1.0, -0.02), 0.3, 0.5, 0.0, FLAT)],
        hull=[cone((0, 0.2, 0.45), 0.95, 0.4, 0.5), cylinder((0, -0.7, 0.2), 0.42, 0.45, 0.0, FLAT)],
    )
    seams = part(
        (0.55, 0.7, 0.82),
        [ring((0, 0.2, z), math.sqrt(0.95**2 - z * z), 0.022) for z in (0.3, 0.6)],
        [arc((0, 0.2, 0), 0.95, 0.022, PI / 2, chain(turn_z(a), FLAT)) for a in (0.6, 1.6, 2.6)],
    )
    return shape(dome, seams, part(BLACK, cylinder((0, -0.6, 0.0), 0.31, 0.1, 0.0, FLAT)))


def well(v: Variation) -> Shape:
    wall = (
        part(STONE, cylinder((0, 0, -0.7), 0.75, 0.4), cuts=[cylinder((0, 0, -0.5), 0.58, 0.4)]),
        part(BLUE, cylinder((0, 0, -0.7), 0.6, 0.05)),
    )
    posts = part(
        WOOD,
        both(box((0.66, 0, 0.1), (0.07, 0.07, 0.7), 0.01)),
        rod((-0.8, 0, 0.3), (0.9, 0, 0.3), 0.06),
        rod((0.9, 0, 0.3), (0.9, -0.2, 0.1), 0.04),
    )
    roof = part(MAIN, prism((0, 0, 0.95), 0.72, 0.02, 0.3, 0.95, 0.01, turn_z(PI / 2)))
    return shape(
        wall,
        posts,
        roof,
        part(STEEL, cone((0, 0, -0.12), 0.15, 0.2, 0.16)),
        part(CREAM, rod((0, 0, 0.3), (0, 0, 0.0), 0.03)),
    )


def mailbox(v: Variation) -> Shape:
    body = part(MAIN, box((0, 0, 0.3), (0.35, 0.6, 0.25), 0.02), cylinder((0, 0, 0.55), 0.35, 0.6, 0.02, FLAT))
    door = part(DARK, box((0, -0.61, 0.38), (0.1, 0.03, 0.03), 0.01), ring((0, -0.6, 0.55), 0.33, 0.03, FLAT))
    flag = part(
        RED if v.chance(0.5) else YELLOW,
        box((0.38, 0.1, 0.8), (0.03, 0.05, 0.25), 0.0),
        box((0.38, -0.02, 0.98), (0.03, 0.17, 0.1), 0.0),
    )
    return shape(body, door, flag, part(WOOD, box((0, 0, -0.65), (0.11, 0.11, 0.72), 0.01)))


THINGS: Final = (
    Thing("house", "house with {0} roof", house, ("tall", "wide")),
    Thing("barn", "{0} barn", barn),
    Thing("castle", "castle with {0} roofs", castle, TALL),
    Thing("tower", "tower with {0} flag", tower, TALL),
    Thing("church", "church with {0} roof", church),
    Thing("lighthouse", "{0} and white lighthouse", lighthouse, TALL),
    Thing("windmill", "windmill with {0} blades", windmill),
    Thing("tent", "{0} tent", tent, patterns=True),
    Thing("igloo", "igloo", igloo),
    Thing("well", "well with {0} roof", well),
    Thing("mailbox", "{0} mailbox", mailbox),
)
