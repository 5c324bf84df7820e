"""Things to wear, to play, to read and to look at."""

from __future__ import annotations

import math
from typing import Final

from .kit import (
    BLACK,
    BLUE,
    CREAM,
    DARK,
    FLAT,
    GLASS,
    GOLD,
    GREEN,
    IRON,
    MAIN,
    ORANGE,
    PI,
    RED,
    SAND,
    SECOND,
    SIDEWAYS,
    STEEL,
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
    driving,
    ellipsoid,
    legs,
    part,
    prism,
    ring,
    rod,
    shape,
    taper,
    top,
    tube,
    turn_x,
    turn_y,
    turn_z,
)


def candle(v: Variation) -> Shape:
    h = v.height(0.8, 1.0)
    wax = part(MAIN, cylinder((0, 0, -0.2), v.uniform(0.34, 0.42), h, 0.06))
    flame = (
        part(ORANGE, ball((0, 0, h + 0.0), 0.16), taper((0, 0, h + 0.02), (0, 0, h + 0.42), 0.15, 0.02)),
        part(YELLOW, ellipsoid((0, -0.09, h - 0.0), (0.09, 0.1, 0.16))),
    )
    dish = part(STEEL, cone((0, 0, -h - 0.2), 0.5, 0.68, 0.07), ring((0.75, 0, -h - 0.15), 0.16, 0.05))
    return shape(wax, flame, dish, part(BLACK, rod((0, 0, h - 0.25), (0, 0, h - 0.1), 0.035)))


def umbrella(v: Variation) -> Shape:
    flat = v.uniform(0.55, 0.7)
    canopy = part(
        MAIN,
        ellipsoid((0, 0, 0.2), (1.15, 1.15, flat)),
        cuts=[box((0, 0, -0.8), (3, 3, 1), 0), ellipsoid((0, 0, 0.15), (1.1, 1.1, flat))],
        hull=[cone((0, 0, 0.2 + flat / 2), 1.15, 0.3, flat / 2)],
    )
    ribs = part(STEEL, around(rod((1.1, 0, 0.22), (0.1, 0, 0.35), 0.02), 8))
    stick = part(
        WOOD,
        rod((0, 0, 0.3 + flat), (0, 0, -1.0), 0.05),
        arc((0.17, 0, -1.0), 0.17, 0.06, PI / 2, chain(FLAT, turn_z(PI))),
    )
    return shape(canopy, ribs, stick)


def hat(v: Variation) -> Shape:
    h, w = v.height(0.35, 0.5), v.uniform(1.05, 1.2)
    body = part(MAIN, cylinder((0, 0, 0), w, 0.06, 0.05), cone((0, 0, h), 0.68, 0.6, h, 0.12))
    return shape(body, part(DARK, cone((0, 0, 0.15), 0.7, 0.675, 0.1, 0.0)), rim=top(0, 0, 0, 0.66))


def crown(v: Variation) -> Shape:
    n, h = 6, v.height(0.3, 0.4)
    band = part(MAIN, cone((0, 0, 0), 0.78, 0.86, 0.28, 0.02), cuts=[cone((0, 0, 0.05), 0.68, 0.78, 0.4, 0.0)])
    spikes = part(MAIN, around(prism((0, -0.8, 0.22 + h), 0.38, 0.02, h, 0.06, 0.01), n))
    gems = (
        part(RED, around(ball((0, -0.83, 0.3 + 2 * h), 0.11), n)),
        part(BLUE, around(ball((0, -0.82, 0.0), 0.12), n, PI / n)),
    )
    return shape(band, spikes, gems, part(MAIN, ring((0, 0, -0.26), 0.77, 0.07)), rim=top(0, 0, -0.28, 0.78))


def cap(v: Variation) -> Shape:
    dome = part(
        MAIN,
        ellipsoid((0, 0.1, 0), (0.75, 0.8, 0.72)),
        cuts=[box((0, 0, -1), (3, 3, 1), 0)],
        hull=[cone((0, 0.1, 0.36), 0.8, 0.4, 0.36)],
    )
    peak = part(MAIN, ellipsoid((0, -0.72, 0.04), (0.58, 0.55, 0.06)))
    return shape(
        dome,
        peak,
        part(WHITE, ball((0, 0.1, 0.73), 0.09), ellipsoid((0, -0.62, 0.36), (0.2, 0.12, 0.18))),
        rim=top(0, 0, 0, 0.72),
    )


def boot(v: Variation) -> Shape:
    upper = part(
        MAIN,
        cone((0, 0.3, 0.35), 0.32, 0.38, 0.7, 0.04),
        taper((0, 0.25, -0.35), (0, -0.5, -0.42), 0.34, 0.27),
        blend=0.08,
        cuts=[cylinder((0, 0.3, 0.95), 0.3, 0.4)],
    )
    return shape(
        upper,
        part(DARK, box((0, -0.13, -0.7), (0.34, 0.68, 0.08), 0.07), box((0, 0.38, -0.8), (0.3, 0.22, 0.1), 0.03)),
        part(CREAM, ring((0, 0.3, 1.04), 0.35, 0.07)),
    )


def sock(v: Variation) -> Shape:
    foot = part(
        MAIN,
        taper((0, 0.25, 0.8), (0, 0.25, -0.3), 0.3, 0.32),
        taper((0, 0.25, -0.35), (0, -0.55, -0.4), 0.33, 0.27),
        blend=0.08,
    )
    return shape(
        foot,
        part(
            WHITE,
            cylinder((0, 0.25, 0.95), 0.36, 0.18, 0.08),
            ball((0, -0.62, -0.4), 0.26),
            ball((0, 0.38, -0.42), 0.3),
        ),
    )


def glasses(v: Variation) -> Shape:
    frame = part(
        MAIN,
        both(
            ring((0.5, 0, 0), 0.38, 0.065, FLAT),
            rod((0.88, 0, 0.08), (0.92, 0.95, 0.08), 0.05),
            rod((0.92, 0.95, 0.08), (0.92, 1.15, -0.15), 0.05),
        ),
        rod((-0.13, 0, 0.08), (0.13, 0, 0.08), 0.055),
    )
    return shape(frame, part(GLASS, both(cylinder((0.5, 0, 0), 0.36, 0.025, 0.0, FLAT))))


def trophy(v: Variation) -> Shape:
    bowl_ = part(
        MAIN,
        taper((0, 0, 0.7), (0, 0, 0.05), 0.58, 0.2),
        cylinder((0, 0, -0.35), 0.09, 0.3),
        cone((0, 0, -0.62), 0.4, 0.1, 0.12),
        blend=0.06,
        cuts=[box((0, 0, 1.75), (2, 2, 1), 0), taper((0, 0, 0.85), (0, 0, 0.3), 0.5, 0.2)],
        hull=[cone((0, 0, 0.3), 0.2, 0.6, 0.5), cone((0, 0, -0.5), 0.4, 0.2, 0.3)],
    )
    return shape(
        bowl_,
        part(
            MAIN,
            both(arc((0.5, 0, 0.45), 0.3, 0.06, 2.0, chain(FLAT, turn_z(-PI / 2)))),
            ring((0, 0, 0.74), 0.58, 0.05),
        ),
        part(DARK, box((0, 0, -0.9), (0.45, 0.45, 0.18), 0.03)),
        part(GOLD, box((0, -0.46, -0.9), (0.22, 0.02, 0.08), 0.0)),
    )


def gift(v: Variation) -> Shape:
    h = v.height(0.65, 0.8)
    paper = part(MAIN, box((0, 0, -0.05), (0.85, 0.85, h), 0.03), box((0, 0, h - 0.2), (0.92, 0.92, 0.16), 0.03))
    band = part(
        SECOND,
        box((0, 0, -0.04), (0.17, 0.87, h), 0.0),
        box((0, 0, -0.04), (0.87, 0.17, h), 0.0),
        box((0, 0, h - 0.2), (0.17, 0.94, 0.18), 0.0),
        box((0, 0, h - 0.2), (0.94, 0.17, 0.18), 0.0),
    )
    bow = part(
        SECOND,
        both(
            arc((0.32, 0, h + 0.17), 0.22, 0.09, PI * 0.99, chain(turn_y(-0.3), FLAT)),
            taper((0.05, -0.1, h + 0.08), (0.45, -0.45, h + 0.03), 0.06, 0.1),
        ),
        ball((0, 0, h + 0.1), 0.13),
    )
    return shape(paper, band, bow)


def guitar(v: Variation) -> Shape:
    body = part(
        MAIN,
        cylinder((0, 0, -0.75), 0.58, 0.14, 0.03, FLAT),
        cylinder((0, 0, -0.1), 0.43, 0.14, 0.03, FLAT),
        blend=0.12,
    )
    neck = (
        part(WOOD, box((0, -0.12, 0.75), (0.085, 0.06, 0.78), 0.02)),
        part(
            DARK,
            box((0, -0.08, 1.65), (0.15, 0.06, 0.2), 0.03),
            cylinder((0, -0.14, -0.3), 0.17, 0.02, 0.0, FLAT),
            box((0, -0.16, -0.9), (0.24, 0.04, 0.05), 0.01),
        ),
    )
    pegs = part(
        STEEL,
        both(*(rod((0.15, -0.08, z), (0.25, -0.08, z), 0.04) for z in (1.53, 1.66, 1.79))),
        [box((x, -0.19, 0.3), (0.012, 0.012, 1.2), 0.0) for x in (-0.05, 0.0, 0.05)],
    )
    return shape(body, neck, pegs)


def drum(v: Variation) -> Shape:
    h = v.height(0.45, 0.6)
    body = part(MAIN, cylinder((0, 0, 0), 0.9, h, 0.0)), part(WHITE, cylinder((0, 0, h), 0.86, 0.05))
    lacing = part(
        GOLD,
        ring((0, 0, h), 0.9, 0.07),
        ring((0, 0, -h), 0.9, 0.07),
        [
            rod(
                (0.91 * math.cos(PI * i / 5), 0.91 * math.sin(PI * i / 5), h * (-1) ** i),
                (0.91 * math.cos(PI * (i + 1) / 5), 0.91 * math.sin(PI * (i + 1) / 5), -h * (-1) ** i),
                0.025,
            )
            for i in range(10)
        ],
    )
    return shape(body, lacing, top=top(0, 0, h + 0.05, 0.8))


def trumpet(v: Variation) -> Shape:
    tubes = part(
        MAIN,
        rod((-1.0, 0, 0.2), (0.6, 0, 0.2), 0.06),
        rod((-0.6, 0, -0.15), (0.3, 0, -0.15), 0.06),
        arc((0.3, 0, 0.025), 0.175, 0.06, PI / 2, chain(FLAT, turn_z(-PI / 2))),
        arc((-0.6, 0, 0.025), 0.175, 0.06, PI / 2, chain(FLAT, turn_z(PI / 2))),
    )
    bell = (
        part(
            MAIN,
            cone((0.8, 0, 0.2), 0.07, 0.16, 0.25, 0.0, SIDEWAYS),
            cone((1.12, 0, 0.2), 0.14, 0.42, 0.12, 0.0, SIDEWAYS),
        ),
        part(DARK, cylinder((1.24, 0, 0.2), 0.34, 0.02, 0.0, SIDEWAYS)),
    )
    valves = (
        part(MAIN, [rod((x, 0, -0.25), (x, 0, 0.42), 0.08) for x in (-0.3, -0.08, 0.14)]),
        part(
            WHITE,
            [cylinder((x, 0, 0.55), 0.07, 0.03) for x in (-0.3, -0.08, 0.14)],
            cone((-1.08, 0, 0.2), 0.12, 0.06, 0.1, 0.0, SIDEWAYS),
        ),
    )
    return driving(shape(tubes, bell, valves)).placed(turn=turn_z(-0.9))


def piano(v: Variation) -> Shape:
    body = part(
        MAIN,
        box((0, 0.25, 0.1), (1.0, 0.3, 0.85), 0.03),
        box((0, -0.25, -0.05), (1.0, 0.35, 0.08), 0.02),
        both(box((0.93, -0.45, -0.45), (0.07, 0.1, 0.38), 0.02), box((0.95, -0.2, 0.1), (0.06, 0.35, 0.1), 0.02)),
    )
    keys = (
        part(WHITE, box((0, -0.4, 0.06), (0.88, 0.19, 0.05), 0.0)),
        part(
            BLACK,
            [box((-0.8 + 0.16 * i, -0.32, 0.12), (0.035, 0.11, 0.03), 0.0) for i in range(11) if i % 7 not in (2, 6)],
        ),
    )
    return shape(
        body,
        keys,
        part(WHITE, box((0, -0.1, 0.5), (0.3, 0.03, 0.2), 0.0, turn_x(-0.2))),
        part(GOLD, both(box((0.08, -0.12, -0.7), (0.04, 0.1, 0.02), 0.0))),
    )


def telescope(v: Variation) -> Shape:
    tilt = turn_x(PI / 2 - v.uniform(0.3, 0.6))
    body = [
        part(MAIN, cylinder((0, 0, 0.1), 0.26, 0.6, 0.02)),
        part(MAIN, cylinder((0, 0, 0.85), 0.32, 0.28, 0.02)),
        part(DARK, cylinder((0, 0, -0.65), 0.18, 0.25), cylinder((0, 0, -0.95), 0.12, 0.1)),
        part(GLASS, cylinder((0, 0, 1.12), 0.27, 0.03)),
        part(GOLD, ring((0, 0, 0.57), 0.27, 0.05)),
    ]
    tilted = shape(body).placed(turn=tilt, shift=(0, 0, 0.5))
    feet = (
        part(
            WOOD,
            [
                rod((0, 0, 0.35), (0.75 * math.cos(a), 0.75 * math.sin(a), -1.15), 0.07)
                for a in (PI / 2, PI * 7 / 6, -PI / 6)
            ],
        ),
        part(DARK, ball((0, 0, 0.32), 0.16)),
    )
    return shape(tilted.parts, feet)


def traffic(v: Variation) -> Shape:
    box_ = part(
        DARK,
        box((0, 0, 0.6), (0.34, 0.24, 0.92), 0.06),
        [arc((0, -0.34, z), 0.22, 0.04, 1.7, FLAT) for z in (1.18, 0.6, 0.02)],
    )
    lamps = [part(c, ball((0, -0.2, z), 0.2)) for c, z in ((RED, 1.16), (YELLOW, 0.58), (GREEN, 0.0))]
    return shape(box_, lamps, part(STEEL, cylinder((0, 0, -0.85), 0.09, 0.6), cylinder((0, 0, -1.45), 0.32, 0.06)))


def book(v: Variation) -> Shape:
    w, h, t = v.uniform(0.6, 0.7), 0.9, v.uniform(0.14, 0.24)
    cover = part(
        MAIN,
        box((0, -t, 0), (w, 0.04, h), 0.01),
        box((0, t, 0), (w, 0.04, h), 0.01),
        box((-w, 0, 0), (0.05, t + 0.04, h), 0.03),
    )
    title = part(
        GOLD,
        box((0.02, -t - 0.04, 0.42), (w * 0.6, 0.015, 0.09), 0.0),
        box((0.02, -t - 0.04, -0.3), (w * 0.35, 0.015, 0.22), 0.0),
    )
    return shape(cover, part(CREAM, box((-0.02, 0, 0), (w - 0.05, t, h - 0.06), 0.0)), title).placed(turn=turn_z(0.25))


def television(v: Variation) -> Shape:
    body = part(MAIN, box((0, 0, 0), (0.95, 0.4, 0.68), 0.1), box((0, 0.45, 0), (0.65, 0.2, 0.48), 0.08))
    screen = (
        part((0.25, 0.4, 0.5), box((-0.2, -0.4, 0.02), (0.6, 0.04, 0.5), 0.12)),
        part(
            DARK,
            [cylinder((0.68, -0.42, z), 0.1, 0.05, 0.02, FLAT) for z in (0.35, 0.05)],
            [box((0.68, -0.4, -0.25 - 0.1 * i), (0.13, 0.03, 0.025), 0.0) for i in range(3)],
        ),
    )
    return shape(
        body,
        screen,
        part(STEEL, both(rod((0.05, 0, 0.65), (0.5, 0, 1.3), 0.03))),
        part(DARK, legs(0.7, 0.25, -0.62, 0.3, 0.07)),
    )


def laptop(v: Variation) -> Shape:
    lean = v.uniform(0.2, 0.45)
    lid = shape(
        part(MAIN, box((0, 0, 0.6), (0.95, 0.04, 0.62), 0.03)),
        part((0.35, 0.6, 0.9), box((0, -0.04, 0.62), (0.86, 0.02, 0.52), 0.0)),
    ).placed(turn=turn_x(-lean), shift=(0, 0.55, 0.02))
    base = (
        part(MAIN, box((0, -0.05, 0), (0.95, 0.62, 0.05), 0.03)),
        part(
            DARK,
            [
                box((-0.78 + 0.195 * j, 0.3 - 0.19 * i, 0.05), (0.08, 0.075, 0.02), 0.0)
                for i in range(3)
                for j in range(9)
            ],
            box((0, -0.45, 0.045), (0.26, 0.14, 0.015), 0.0),
        ),
    )
    return shape(lid.parts, base)


def camera(v: Variation) -> Shape:
    body = part(MAIN, box((0, 0, 0), (0.85, 0.3, 0.5), 0.1), box((0, 0, 0.55), (0.28, 0.24, 0.14), 0.05))
    lens = (
        part(DARK, cylinder((0, -0.42, -0.02), 0.38, 0.18, 0.02, FLAT)),
        part(STEEL, ring((0, -0.6, -0.02), 0.33, 0.05, FLAT)),
        part(GLASS, ellipsoid((0, -0.56, -0.02), (0.28, 0.1, 0.28))),
    )
    return shape(
        body,
        lens,
        part(RED, cylinder((0.6, 0, 0.53), 0.1, 0.06)),
        part(STEEL, cylinder((-0.58, 0, 0.52), 0.14, 0.06)),
        part(WHITE, box((0.6, -0.29, 0.3), (0.15, 0.03, 0.08), 0.01)),
    )


def telephone(v: Variation) -> Shape:
    body = part(MAIN, prism((0, 0, -0.25), 0.8, 0.42, 0.38, 0.5, 0.1))
    horn = part(MAIN, box((0, 0.1, 0.42), (0.72, 0.12, 0.09), 0.08), both(cylinder((0.72, 0.1, 0.3), 0.22, 0.14, 0.06)))
    dial = shape(
        part(WHITE, cylinder((0, 0, 0), 0.32, 0.04)),
        part(DARK, around(cylinder((0.21, 0, 0.03), 0.055, 0.03), 9), cylinder((0, 0, 0.03), 0.09, 0.03)),
    ).placed(turn=turn_x(1.2), shift=(0, -0.5, -0.22))
    return shape(body, horn, dial.parts, part(DARK, both(box((0.3, 0.1, 0.2), (0.08, 0.12, 0.14), 0.03))))


def lightbulb(v: Variation) -> Shape:
    glow = part(YELLOW, ball((0, 0, 0.4), 0.62), taper((0, 0, 0.2), (0, 0, -0.4), 0.45, 0.28), blend=0.1)
    return shape(
        glow,
        part(STEEL, cylinder((0, 0, -0.65), 0.28, 0.2), [ring((0, 0, z), 0.28, 0.05) for z in (-0.52, -0.66, -0.8)]),
        part(BLACK, cone((0, 0, -0.95), 0.1, 0.24, 0.08)),
    )


def bell(v: Variation) -> Shape:
    body = part(
        MAIN,
        ellipsoid((0, 0, 0.3), (0.55, 0.55, 0.65)),
        cone((0, 0, -0.2), 0.85, 0.52, 0.45, 0.02),
        blend=0.1,
        cuts=[cone((0, 0, -0.35), 0.78, 0.4, 0.45)],
    )
    return shape(
        body,
        part(MAIN, ring((0, 0, -0.63), 0.82, 0.06), ring((0, 0, 1.05), 0.15, 0.055, FLAT)),
        part(DARK, ball((0, 0, -0.7), 0.17), rod((0, 0, -0.6), (0, 0, 0), 0.05)),
    )


def hourglass(v: Variation) -> Shape:
    halves = part(
        GLASS, [cone((0, 0, s * 0.42), 0.52 if s < 0 else 0.08, 0.08 if s < 0 else 0.52, 0.4, 0.0) for s in (-1, 1)]
    )
    sand = part(SAND, cone((0, 0, -0.62), 0.535, 0.3, 0.2, 0.0), cone((0, 0, 0.35), 0.1, 0.37, 0.22, 0.0))
    frame = part(
        MAIN,
        cylinder((0, 0, 0.88), 0.7, 0.08, 0.03),
        cylinder((0, 0, -0.88), 0.7, 0.08, 0.03),
        around(rod((0.6, 0, -0.8), (0.6, 0, 0.8), 0.05), 3, PI / 6),
    )
    return shape(halves, sand, frame)


def lantern(v: Variation) -> Shape:
    frame = part(
        MAIN,
        cylinder((0, 0, -0.75), 0.55, 0.1, 0.03),
        cone((0, 0, 0.65), 0.58, 0.2, 0.18),
        around(rod((0.42, 0.0, -0.7), (0.42, 0, 0.5), 0.045), 6),
    )
    return shape(
        frame,
        part((0.98, 0.9, 0.6), cylinder((0, 0, -0.1), 0.37, 0.6)),
        part(ORANGE, ellipsoid((0, -0.3, -0.2), (0.12, 0.12, 0.25))),
        part(IRON, arc((0, 0, 0.75), 0.35, 0.045, PI / 2, FLAT)),
    )


def dice(v: Variation) -> Shape:
    at = ((0, -1), (0, 0), (0, 1))
    spots = (
        [(0, -1.0, 0)]
        + [(x, y, 1.0) for x in (-0.45, 0.45) for y in (-0.5, 0, 0.5)]
        + [(1.0, 0.45 * b, 0.45 * b) for _, b in at]
        + [(-1.0, y, z) for y in (-0.45, 0.45) for z in (-0.45, 0.45)]
        + [(x, 1.0, x) for x in (-0.45, 0.45)]
    )
    sunk = [(x * 0.97, y * 0.97, z * 0.97) for x, y, z in spots]
    body = part(MAIN, box((0, 0, 0), (0.95, 0.95, 0.95), 0.2))
    marks = part(WHITE, [ellipsoid((x, y, z), (_thin(x), _thin(y), _thin(z))) for x, y, z in sunk])
    return shape(body, marks)


def _thin(coordinate: float) -> float:
    """A pip's semi-axis: little along the normal of its face."""
    return 0.05 if abs(coordinate) > 0.9 else 0.2


def balloon(v: Variation) -> Shape:
    bag = part(MAIN, taper((0, 0, 0.6), (0, 0, 0.0), 0.62, 0.3), cone((0, 0, -0.36), 0.1, 0.04, 0.06), blend=0.03)
    return shape(
        bag, part(CREAM, tube([(0, 0, -0.4), (0.2, 0, -0.8), (-0.2, 0, -1.1), (0.05, 0, -1.5)], [0.025] * 4, 8))
    )


def kite(v: Variation) -> Shape:
    sail = (
        part(MAIN, prism((0, 0, 0.65), 0.72, 0.02, 0.4, 0.03, 0.0), prism((0, 0, -0.25), 0.02, 0.72, 0.5, 0.03, 0.0)),
        part(
            WOOD, rod((0, -0.04, 1.0), (0, -0.04, -0.7), 0.035), rod((-0.68, -0.04, 0.25), (0.68, -0.04, 0.25), 0.035)
        ),
    )
    tail = (
        part(CREAM, tube([(0, 0, -0.7), (0.35, 0, -1.0), (-0.25, 0, -1.3), (0.1, 0, -1.6)], [0.02] * 4, 8)),
        part(
            YELLOW,
            [
                half.moved((x, 0, z))
                for x, z in ((0.1, -0.93), (0.03, -1.2), (0.0, -1.45))
                for half in both(cone((0.08, 0, 0), 0.02, 0.1, 0.08, 0.0, SIDEWAYS))
            ],
        ),
    )
    return shape(sail, tail)


def pawn(v: Variation) -> Shape:
    return shape(
        part(
            MAIN,
            ball((0, 0, 0.75), 0.36),
            cone((0, 0, 0.0), 0.42, 0.17, 0.5),
            ellipsoid((0, 0, 0.42), (0.36, 0.36, 0.08)),
            cylinder((0, 0, -0.55), 0.55, 0.12, 0.05),
            cylinder((0, 0, -0.75), 0.65, 0.12, 0.05),
            blend=0.03,
        )
    )


def gear(v: Variation) -> Shape:
    n = int(v.choice(8, 10, 12))
    disk = part(
        MAIN,
        cylinder((0, 0, 0), 0.75, 0.18, 0.02, FLAT),
        [prism((0, 0, 0.84), 0.17, 0.1, 0.16, 0.18, 0.01).turned(turn_y(2 * PI * i / n)) for i in range(n)],
        cuts=[cylinder((0, 0, 0), 0.28, 0.5, 0.0, FLAT)],
    )
    return shape(disk, part(MAIN, ring((0, -0.1, 0), 0.33, 0.1, FLAT)))


def racket(v: Variation) -> Shape:
    head = part(MAIN, ring((0, 0, 0.55), 0.55, 0.08, FLAT), both(rod((0.32, 0, 0.1), (0.05, 0, -0.35), 0.06)))
    strings = part(
        WHITE,
        [
            rod((x, 0, 0.55 - math.sqrt(0.28 - x * x)), (x, 0, 0.55 + math.sqrt(0.28 - x * x)), 0.018)
            for x in (-0.4, -0.2, 0.0, 0.2, 0.4)
        ],
        [
            rod((-math.sqrt(0.28 - z * z), 0, 0.55 + z), (math.sqrt(0.28 - z * z), 0, 0.55 + z), 0.018)
            for z in (-0.4, -0.2, 0.0, 0.2, 0.4)
        ],
    )
    return shape(head, strings, part(DARK, rod((0, 0, -0.4), (0, 0, -1.15), 0.1)))


THINGS: Final = (
    Thing("candle", "{0} candle", candle, TALL),
    Thing("umbrella", "{0} umbrella", umbrella, patterns=True),
    Thing("hat", "{0} hat", hat, TALL),
    Thing("crown", "{0} crown", crown),
    Thing("cap", "{0} baseball cap", cap),
    Thing("boot", "{0} boot", boot),
    Thing("sock", "{0} sock", sock, patterns=True),
    Thing("glasses", "pair of {0} glasses", glasses),
    Thing("trophy", "{0} trophy", trophy),
    Thing("gift", "{0} gift box with {1} ribbon", gift, TALL),
    Thing("guitar", "{0} guitar", guitar),
    Thing("drum", "{0} drum", drum, TALL),
    Thing("trumpet", "{0} trumpet", trumpet),
    Thing("piano", "{0} piano", piano),
    Thing("telescope", "{0} telescope", telescope),
    Thing("traffic", "traffic light", traffic),
    Thing("book", "{0} book", book),
    Thing("television", "{0} television", television),
    Thing("laptop", "{0} laptop", laptop),
    Thing("camera", "{0} camera", camera),
    Thing("telephone", "{0} telephone", telephone),
    Thing("lightbulb", "light bulb", lightbulb),
    Thing("bell", "{0} bell", bell),
    Thing("hourglass", "{0} hourglass", hourglass),
    Thing("lantern", "{0} lantern", lantern),
    Thing("dice", "{0} dice", dice),
    Thing("balloon", "{0} balloon", balloon, patterns=True),
    Thing("kite", "{0} kite", kite),
    Thing("pawn", "{0} chess pawn", pawn),
    Thing("gear", "{0} gear", gear),
    Thing("racket", "{0} tennis racket", racket),
)
