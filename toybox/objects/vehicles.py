"""Vehicles. They are built with their front at +x and turned to face -y."""

from __future__ import annotations

import math
from typing import Final

from .kit import (
    BLACK,
    BLUE,
    BROWN,
    CREAM,
    DARK,
    FLAT,
    GLASS,
    GOLD,
    MAIN,
    ORANGE,
    PALE_WOOD,
    PI,
    RED,
    SIDEWAYS,
    STEEL,
    TALL,
    WHITE,
    WOOD,
    YELLOW,
    Part,
    Shape,
    Thing,
    Variation,
    arc,
    around,
    ball,
    both,
    box,
    cone,
    cylinder,
    driving,
    ellipsoid,
    part,
    prism,
    ring,
    rod,
    shape,
    striped,
    taper,
    tube,
    turn_x,
    turn_y,
    turn_z,
    two_tone,
)


def _wheels(xs: tuple[float, ...], y: float, z: float, radius: float = 0.3, thick: float = 0.12) -> list[Part]:
    """Pairs of tyres with hubs, at ±y."""
    at = [(x, side * y, z) for x in xs for side in (-1, 1)]
    return [
        part(BLACK, [cylinder(each, radius, thick, 0.04, FLAT) for each in at]),
        part(STEEL, [cylinder(each, radius * 0.5, thick + 0.02, 0.01, FLAT) for each in at]),
    ]


def _lights(x: float, y: float, z: float, radius: float, tail: float) -> list[Part]:
    """Yellow ones in front, red ones behind."""
    return [
        part(YELLOW, ball((x, y, z), radius), ball((x, -y, z), radius)),
        part(RED, ball((tail, y, z), radius), ball((tail, -y, z), radius)),
    ]


def car(v: Variation) -> Shape:
    roof, back = v.uniform(0.3, 0.36), v.uniform(-0.35, -0.15)
    body = part(MAIN, box((0, 0, -0.08), (1.4, 0.62, 0.26), 0.14), prism((back, 0, 0.36), 0.85, 0.52, roof, 0.55, 0.08))
    windows = part(
        GLASS,
        prism((back, 0, 0.38), 0.72, 0.46, roof - 0.09, 0.565, 0.04),
        prism((back, 0, 0.37), 0.82, 0.55, roof - 0.09, 0.45, 0.02),
    )
    pillars = part(MAIN, box((back, 0, 0.4), (0.05, 0.58, roof - 0.04), 0.01))
    bumper = part(
        STEEL, box((1.37, 0, -0.22), (0.07, 0.55, 0.06), 0.03), box((-1.37, 0, -0.22), (0.07, 0.55, 0.06), 0.03)
    )
    return driving(
        shape(body, windows, pillars, bumper, _lights(1.36, 0.42, 0.0, 0.1, -1.36), _wheels((-0.85, 0.85), 0.58, -0.32))
    )


def taxi(v: Variation) -> Shape:
    yellow = (0.96, 0.76, 0.1)
    body = part(
        yellow, box((0, 0, -0.08), (1.45, 0.62, 0.26), 0.12), prism((-0.15, 0, 0.36), 0.85, 0.6, 0.32, 0.55, 0.08)
    )
    glass = part(
        GLASS,
        prism((-0.15, 0, 0.38), 0.74, 0.54, 0.23, 0.565, 0.04),
        prism((-0.15, 0, 0.37), 0.84, 0.63, 0.23, 0.45, 0.02),
    )
    checks = part(
        BLACK, [box((-1.1 + 0.28 * i, 0, -0.04 + 0.05 * (-1) ** i), (0.14, 0.63, 0.05), 0.0) for i in range(9)]
    )
    sign = part(WHITE, box((-0.15, 0, 0.76), (0.14, 0.28, 0.09), 0.03))
    return driving(
        shape(
            body,
            glass,
            checks,
            sign,
            part(yellow, box((-0.15, 0, 0.4), (0.05, 0.58, 0.28), 0.01)),
            _lights(1.4, 0.42, 0.02, 0.1, -1.4),
            _wheels((-0.85, 0.85), 0.58, -0.32),
        )
    )


def truck(v: Variation) -> Shape:
    n = v.uniform(0.9, 1.05)
    cargo = part(WHITE, box((1.5 - 1.1 - n, 0, 0.38), (n, 0.62, 0.66), 0.04))
    cab = part(MAIN, box((1.02, 0, 0.12), (0.42, 0.6, 0.5), 0.08), prism((0.98, 0, 0.68), 0.4, 0.3, 0.14, 0.56, 0.05))
    glass = part(GLASS, box((1.4, 0, 0.38), (0.06, 0.5, 0.18), 0.02), box((1.08, 0, 0.36), (0.22, 0.61, 0.16), 0.02))
    frame = part(DARK, box((0, 0, -0.38), (1.4, 0.5, 0.08)), box((1.45, 0, -0.3), (0.05, 0.58, 0.1), 0.02))
    return driving(
        shape(
            cargo,
            cab,
            glass,
            frame,
            _lights(1.44, 0.42, -0.12, 0.09, 1.5 - 1.1 - 2 * n),
            _wheels((-1.05, -0.45, 0.95), 0.56, -0.48),
        )
    )


def firetruck(v: Variation) -> Shape:
    body = part(RED, box((-0.35, 0, 0.15), (1.05, 0.58, 0.45), 0.05), box((1.05, 0, 0.15), (0.42, 0.58, 0.52), 0.08))
    glass = part(GLASS, box((1.43, 0, 0.38), (0.06, 0.48, 0.18), 0.02), box((1.12, 0, 0.36), (0.22, 0.59, 0.16), 0.02))
    rails = [box((-0.25, s * 0.22, 0.8), (1.3, 0.05, 0.05), 0.01, turn_y(-0.1)) for s in (-1, 1)]
    rungs = [box((-1.35 + 0.24 * i, 0, 0.69 + 0.024 * i), (0.04, 0.22, 0.03), 0.0) for i in range(10)]
    extras = (
        part(WHITE, box((-0.35, 0, -0.02), (1.06, 0.59, 0.06), 0.0)),
        part(BLUE, box((1.05, 0, 0.73), (0.1, 0.35, 0.08), 0.04)),
    )
    return driving(
        shape(
            body,
            glass,
            part(STEEL, rails, rungs),
            extras,
            _lights(1.46, 0.42, -0.1, 0.09, -1.4),
            _wheels((-0.9, 0.95), 0.54, -0.35, 0.32),
        )
    )


def bus(v: Variation) -> Shape:
    n = v.width(1.45, 1.65)
    body = part(MAIN, box((0, 0, 0.12), (n, 0.52, 0.62), 0.1))
    panes = [
        box((-n + 0.3 + (2 * n - 0.6) * (i + 0.5) / 5, 0, 0.36), ((n - 0.3) / 5 - 0.04, 0.53, 0.19), 0.02)
        for i in range(5)
    ]
    glass = part(
        GLASS,
        panes,
        box((n - 0.02, 0, 0.3), (0.03, 0.42, 0.27), 0.02),
        box((-n + 0.02, 0, 0.4), (0.03, 0.4, 0.15), 0.02),
    )
    stripe = part(
        WHITE, box((0, 0, 0.02), (n - 0.05, 0.53, 0.05), 0.0), box((n - 0.02, 0, 0.63), (0.04, 0.3, 0.06), 0.02)
    )
    return driving(
        shape(body, glass, stripe, _lights(n, 0.38, -0.3, 0.09, -n), _wheels((-n * 0.62, n * 0.62), 0.48, -0.46))
    )


def train(v: Variation) -> Shape:
    cab = (
        part(MAIN, box((-0.75, 0, 0.3), (0.5, 0.5, 0.62), 0.03)),
        part(DARK, box((-0.75, 0, 0.96), (0.6, 0.6, 0.06), 0.03)),
    )
    boiler = part(MAIN, cylinder((0.4, 0, 0.08), 0.4, 0.8, 0.05, SIDEWAYS))
    black = part(
        DARK,
        cylinder((1.18, 0, 0.08), 0.42, 0.07, 0.02, SIDEWAYS),
        cylinder((0.9, 0, 0.6), 0.12, 0.25),
        cone((0.9, 0, 0.92), 0.14, 0.24, 0.12),
        box((0, 0, -0.38), (1.3, 0.42, 0.08)),
        prism((1.42, 0, -0.5), 0.25, 0.02, 0.2, 0.45, 0.01),
    )
    gold = part(
        GOLD,
        [cylinder((x, 0, 0.08), 0.42, 0.04, 0.0, SIDEWAYS) for x in (0.1, 0.7)],
        ball((0.35, 0, 0.52), 0.15),
        ball((1.28, 0, 0.2), 0.13),
    )
    glass = part(GLASS, box((-0.75, 0, 0.55), (0.3, 0.52, 0.2), 0.02), box((-0.26, 0, 0.62), (0.03, 0.35, 0.16), 0.0))
    return driving(
        shape(
            cab,
            boiler,
            black,
            gold,
            glass,
            _wheels((-0.85, 0.85), 0.42, -0.48, 0.26, 0.08),
            _wheels((0.0,), 0.42, -0.42, 0.34, 0.08),
        )
    )


def tractor(v: Variation) -> Shape:
    body = part(MAIN, box((0.55, 0, 0.0), (0.75, 0.3, 0.3), 0.08), box((-0.45, 0, -0.05), (0.4, 0.4, 0.3), 0.05))
    cab = (
        part(MAIN, box((-0.5, 0, 1.0), (0.5, 0.5, 0.06), 0.03)),
        part(DARK, [rod((x, y, 0.2), (x, y, 1.0), 0.05) for x in (-0.9, -0.1) for y in (-0.38, 0.38)]),
    )
    fenders = part(MAIN, [arc((-0.6, s * 0.62, -0.2), 0.68, 0.1, 1.0, FLAT) for s in (-1, 1)])
    black = part(
        DARK,
        rod((0.8, 0, 0.25), (0.8, 0, 0.85), 0.06),
        box((-0.5, 0, 0.35), (0.2, 0.25, 0.12), 0.05),
        ring((-0.05, 0, 0.55), 0.17, 0.035, turn_y(0.8)),
        box((1.3, 0, 0.0), (0.03, 0.22, 0.2), 0.0),
    )
    return driving(
        shape(
            body,
            cab,
            fenders,
            black,
            _wheels((-0.6,), 0.62, -0.22, 0.58, 0.17),
            _wheels((0.9,), 0.45, -0.48, 0.32, 0.12),
            _lights(1.3, 0.22, 0.18, 0.07, -0.9),
        )
    )


def tank(v: Variation) -> Shape:
    tracks = [part(DARK, box((0, s * 0.55, -0.3), (1.2, 0.22, 0.27), 0.25)) for s in (-1, 1)]
    hull = (
        part(MAIN, prism((0, 0, -0.05), 1.15, 0.9, 0.2, 0.5, 0.04)),
        part(MAIN, cylinder((-0.1, 0, 0.32), 0.55, 0.2, 0.08), cylinder((-0.2, 0, 0.55), 0.22, 0.06)),
    )
    gun = part(
        MAIN,
        rod((0.3, 0, 0.36), (1.5, 0, 0.42), 0.09),
        cylinder((1.5, 0, 0.42), 0.13, 0.12, 0.02, turn_y(PI / 2 - 0.05)),
    )
    hubs = part(
        STEEL,
        [
            cylinder((x, s * 0.76, -0.33), 0.17, 0.04, 0.01, FLAT)
            for x in (-0.9, -0.45, 0.0, 0.45, 0.9)
            for s in (-1, 1)
        ],
    )
    return driving(shape(tracks, hull, gun, hubs))


def bicycle(v: Variation) -> Shape:
    tyres = part(BLACK, ring((-0.8, 0, -0.3), 0.5, 0.06, FLAT), ring((0.8, 0, -0.3), 0.5, 0.06, FLAT))
    spokes = part(
        STEEL,
        [
            rod(
                (x + 0.47 * math.cos(a), 0, -0.3 + 0.47 * math.sin(a)),
                (x - 0.47 * math.cos(a), 0, -0.3 - 0.47 * math.sin(a)),
                0.018,
            )
            for x in (-0.8, 0.8)
            for a in (0.4, 1.45, 2.5)
        ],
    )
    frame = part(
        MAIN,
        rod((-0.8, 0, -0.3), (-0.05, 0, -0.35), 0.06),
        rod((-0.8, 0, -0.3), (-0.3, 0, 0.35), 0.05),
        rod((-0.05, 0, -0.35), (-0.35, 0, 0.45), 0.06),
        rod((-0.05, 0, -0.35), (0.52, 0, 0.42), 0.06),
        rod((-0.3, 0, 0.35), (0.52, 0, 0.42), 0.06),
        rod((0.8, 0, -0.3), (0.48, 0, 0.62), 0.06),
    )
    rest = part(
        DARK,
        ellipsoid((-0.38, 0, 0.56), (0.26, 0.15, 0.08)),
        rod((0.48, -0.35, 0.72), (0.48, 0.35, 0.72), 0.05),
        rod((0.48, 0.35, 0.72), (0.32, 0.38, 0.72), 0.055),
        rod((0.48, -0.35, 0.72), (0.32, -0.38, 0.72), 0.055),
        cylinder((-0.05, 0, -0.35), 0.14, 0.09, 0.0, FLAT),
        box((-0.05, 0.18, -0.52), (0.12, 0.08, 0.03)),
        box((-0.05, -0.18, -0.18), (0.12, 0.08, 0.03)),
    )
    return driving(shape(tyres, spokes, frame, rest))


def motorcycle(v: Variation) -> Shape:
    body = part(
        MAIN,
        ellipsoid((0.1, 0, 0.28), (0.45, 0.2, 0.22)),
        ellipsoid((-0.75, 0, 0.18), (0.35, 0.15, 0.12), turn_y(0.2)),
        ellipsoid((0.92, 0, 0.12), (0.28, 0.13, 0.08)),
    )
    steel = part(
        STEEL,
        box((0.0, 0, -0.22), (0.32, 0.2, 0.22), 0.05),
        rod((-0.9, -0.22, -0.28), (0.1, -0.22, -0.38), 0.08),
        rod((0.9, 0.1, -0.35), (0.55, 0.1, 0.6), 0.05),
        rod((0.9, -0.1, -0.35), (0.55, -0.1, 0.6), 0.05),
        rod((-0.8, 0, -0.35), (-0.1, 0, -0.2), 0.09),
    )
    dark = part(DARK, ellipsoid((-0.5, 0, 0.36), (0.4, 0.18, 0.1)), rod((0.5, -0.42, 0.68), (0.5, 0.42, 0.68), 0.05))
    wheels = _wheels((-0.85, 0.92), 0.0, -0.35, 0.42, 0.1)
    return driving(shape(body, steel, dark, wheels, part(YELLOW, ball((0.72, 0, 0.46), 0.14))))


def airplane(v: Variation) -> Shape:
    span, sweep = v.uniform(1.3, 1.6), v.uniform(0.2, 0.45)
    body = part(MAIN, taper((-1.3, 0, 0.1), (0.2, 0, 0), 0.12, 0.27), taper((0.2, 0, 0), (1.15, 0, 0), 0.27, 0.2))
    wing = (
        [taper((0.2, s * 0.2, -0.08), (0.2 - sweep, s * span, 0.02), 0.09, 0.06) for s in (-1, 1)]
        + [taper((-0.05, s * 0.2, -0.08), (-0.05 - sweep, s * span, 0.02), 0.09, 0.06) for s in (-1, 1)]
        + [taper((-0.3, s * 0.2, -0.08), (-0.2 - sweep, s * span, 0.02), 0.07, 0.05) for s in (-1, 1)]
    )
    tail = [taper((-1.25, s * 0.08, 0.12), (-1.45, s * 0.55, 0.15), 0.08, 0.05) for s in (-1, 1)] + [
        taper((-1.2, 0, 0.15), (-1.5, 0, 0.68), 0.09, 0.05),
        taper((-1.0, 0, 0.15), (-1.4, 0, 0.62), 0.08, 0.05),
        taper((-1.05, 0.05, 0.12), (-1.35, 0.5, 0.15), 0.06, 0.04),
        taper((-1.05, -0.05, 0.12), (-1.35, -0.5, 0.15), 0.06, 0.04),
    ]
    engines = part(
        STEEL,
        [
            taper((0.3 - sweep / 2, s * span * 0.45, -0.18), (-0.1 - sweep / 2, s * span * 0.45, -0.18), 0.13, 0.1)
            for s in (-1, 1)
        ],
    )
    glass = part(
        GLASS,
        ellipsoid((1.08, 0, 0.13), (0.2, 0.16, 0.1)),
        [ball((x, s * 0.22, 0.08), 0.065) for x in (-0.5, -0.2, 0.1, 0.4, 0.7) for s in (-1, 1)],
    )
    return driving(shape(body, part(WHITE, wing), part(MAIN, tail), engines, glass))


def helicopter(v: Variation) -> Shape:
    spin = v.uniform(0, PI / 2)
    body = part(
        MAIN,
        ellipsoid((0.2, 0, 0), (0.75, 0.48, 0.52)),
        taper((-0.3, 0, 0.15), (-1.5, 0, 0.3), 0.22, 0.08),
        taper((-1.45, 0, 0.3), (-1.65, 0, 0.7), 0.09, 0.05),
        blend=0.1,
    )
    glass = part(GLASS, ellipsoid((0.52, 0, 0.06), (0.48, 0.43, 0.4)))
    rotor = part(
        DARK,
        cylinder((0.1, 0, 0.62), 0.08, 0.18),
        ball((0.1, 0, 0.8), 0.12),
        [box((0.1, 0, 0.8), (1.45, 0.09, 0.03), 0.0, turn_z(spin + a)) for a in (0.0, PI / 2)],
    )
    tail = part(DARK, [box((-1.58, -0.1, 0.48), (0.32, 0.02, 0.05), 0.0, turn_y(a)) for a in (0.6, 0.6 + PI / 2)])
    skids = part(
        STEEL,
        [rod((-0.55, s * 0.42, -0.72), (0.85, s * 0.42, -0.72), 0.06) for s in (-1, 1)],
        [rod((x, s * 0.25, -0.35), (x, s * 0.42, -0.72), 0.05) for x in (-0.15, 0.5) for s in (-1, 1)],
    )
    return driving(shape(body, glass, rotor, tail, skids))


def boat(v: Variation) -> Shape:
    hull = part(
        WOOD,
        ellipsoid((0, 0, -0.45), (1.3, 0.5, 0.48)),
        cuts=[box((0, 0, 0.55), (3, 3, 1), 0)],
        hull=[box((0, 0, -0.7), (1.3, 0.5, 0.25))],
    )
    deck = part(PALE_WOOD, ellipsoid((0, 0, -0.46), (1.2, 0.44, 0.06)))
    h = v.height(0.85, 0.95)
    mast = part(WOOD, rod((0.1, 0, -0.4), (0.1, 0, h + 0.35), 0.05), rod((0.1, 0, -0.2), (-1.0, 0, -0.2), 0.04))
    sail = part(
        MAIN,
        prism((-0.06, 0, h / 2 + 0.02), 1.0, 0.02, h / 2 + 0.18, 0.04, 0.01),
        cuts=[box((1.06, 0, 0.5), (1, 1, 3), 0)],
        hull=[prism((-0.5, 0, h / 2), 0.55, 0.55, h / 2 + 0.2, 0.04)],
    )
    jib = part(
        WHITE,
        prism((0.24, 0, h / 2 - 0.05), 0.75, 0.02, h / 2 + 0.05, 0.03, 0.01),
        cuts=[box((-0.83, 0, 0.5), (1, 1, 3), 0)],
        hull=[prism((0.6, 0, h / 2), 0.4, 0.4, h / 2, 0.04)],
    )
    return driving(shape(hull, deck, mast, sail, jib, part(RED, prism((0.0, 0, h + 0.32), 0.1, 0.1, 0.06, 0.02))))


def ship(v: Variation) -> Shape:
    hull = part(
        two_tone((0.6, 0.13, 0.1), MAIN, -0.62),
        prism((0, 0, -0.45), 1.05, 1.4, 0.32, 0.42, 0.1),
        taper((0.9, 0, -0.45), (1.15, 0, -0.3), 0.3, 0.2),
        blend=0.05,
    )
    house_ = part(WHITE, box((-0.15, 0, 0.08), (0.8, 0.34, 0.24), 0.03), box((-0.05, 0, 0.42), (0.5, 0.28, 0.18), 0.03))
    funnels = (
        part(MAIN, [cylinder((x, 0, 0.8), 0.13, 0.3) for x in (-0.35, 0.05)]),
        part(BLACK, [cylinder((x, 0, 1.08), 0.14, 0.06) for x in (-0.35, 0.05)]),
    )
    ports = part(
        GLASS,
        [ball((x, s * 0.33, 0.1), 0.08) for x in (-0.75, -0.45, -0.15, 0.15, 0.45) for s in (-1, 1)],
        box((0.42, 0, 0.46), (0.04, 0.22, 0.08), 0.0),
    )
    return driving(shape(hull, house_, funnels, ports, part(DARK, rod((0.35, 0, 0.5), (0.35, 0, 1.2), 0.035))))


def submarine(v: Variation) -> Shape:
    body = part(
        MAIN,
        taper((-1.1, 0, 0), (0.9, 0, 0), 0.26, 0.48),
        ball((0.9, 0, 0), 0.48),
        box((0.1, 0, 0.58), (0.32, 0.2, 0.28), 0.14),
        blend=0.05,
    )
    scope = part(
        DARK,
        tube([(0.15, 0, 0.7), (0.15, 0, 1.15), (0.15, 0, 1.2), (0.42, 0, 1.18)], [0.06] * 4),
        [box((-1.3, 0, 0), (0.14, w, t), 0.02) for w, t in ((0.55, 0.04), (0.04, 0.55))],
        ball((-1.5, 0, 0), 0.12),
    )
    at = [(0.85, 0.1), (0.3, 0.08), (-0.25, 0.06)]
    ports = (
        part(GLASS, [ball((x, s * 0.4, z), 0.13) for x, z in at for s in (-1, 1)]),
        part(GOLD, [ring((x, s * 0.45, z), 0.15, 0.035, FLAT) for x, z in at for s in (-1, 1)]),
    )
    return driving(
        shape(
            body,
            scope,
            ports,
            part(
                GOLD,
                box((-1.58, 0, 0), (0.03, 0.09, 0.38), 0.02, turn_x(0.6)),
                box((-1.58, 0, 0), (0.03, 0.09, 0.38), 0.02, turn_x(2.1)),
            ),
        )
    )


def rocket(v: Variation) -> Shape:
    h = v.height(0.9, 1.1)
    body = part(WHITE, cylinder((0, 0, 0), 0.46, h, 0.1))
    nose = part(MAIN, taper((0, 0, h - 0.05), (0, 0, h + 0.75), 0.44, 0.05))
    fins = part(
        MAIN,
        around(prism((0.5, 0, -h + 0.1), 0.42, 0.06, 0.42, 0.05, 0.02), 4, PI / 4),
        cylinder((0, 0, -h * 0.55), 0.475, 0.06, 0.0),
    )
    window = (
        part(GLASS, ellipsoid((0, -0.44, h * 0.4), (0.22, 0.08, 0.22))),
        part(MAIN, ring((0, -0.44, h * 0.4), 0.22, 0.05, FLAT)),
    )
    flame = (
        part(ORANGE, taper((0, 0, -h - 0.1), (0, 0, -h - 0.6), 0.25, 0.03)),
        part(DARK, cone((0, 0, -h - 0.05), 0.36, 0.25, 0.12)),
    )
    return shape(body, nose, fins, window, flame)


def balloon_ride(v: Variation) -> Shape:
    bag = part(striped(MAIN, WHITE, 0.5, (1, 0, 0), 0.125), taper((0, 0, 0.55), (0, 0, -0.35), 0.85, 0.3))
    basket_ = (
        part(WOOD, box((0, 0, -1.25), (0.26, 0.26, 0.2), 0.04)),
        part(BROWN, box((0, 0, -1.06), (0.29, 0.29, 0.04), 0.02)),
    )
    ropes = part(DARK, both(*(rod((0.24, y, -1.1), (0.27, y, -0.45), 0.025) for y in (-0.24, 0.24))))
    return shape(bag, basket_, ropes)


def ufo(v: Variation) -> Shape:
    disk = part(MAIN, ellipsoid((0, 0, 0), (1.15, 1.15, 0.32)), ellipsoid((0, 0, -0.1), (0.6, 0.6, 0.35)))
    lamps = part(YELLOW, around(ball((0.98, 0, 0.1), 0.11), 10))
    feet = part(STEEL, around(rod((0.5, 0, -0.25), (0.75, 0, -0.65), 0.05), 3), around(ball((0.75, 0, -0.65), 0.1), 3))
    return shape(disk, part(GLASS, ellipsoid((0, 0, 0.25), (0.5, 0.5, 0.5))), lamps, feet)


def skateboard(v: Variation) -> Shape:
    deck = part(
        MAIN,
        box((0, 0, 0), (0.85, 0.32, 0.05), 0.05),
        box((1.02, 0, 0.1), (0.24, 0.32, 0.05), 0.05, turn_y(-0.5)),
        box((-1.02, 0, 0.1), (0.24, 0.32, 0.05), 0.05, turn_y(0.5)),
        blend=0.02,
    )
    trucks = part(STEEL, [box((x, 0, -0.12), (0.1, 0.22, 0.08)) for x in (-0.65, 0.65)])
    tyres = part(CREAM, [cylinder((x, y, -0.22), 0.15, 0.09, 0.03, FLAT) for x in (-0.65, 0.65) for y in (-0.28, 0.28)])
    return driving(shape(deck, trucks, tyres)).placed(turn=turn_z(0.5))


THINGS: Final = (
    Thing("car", "{0} car", car),
    Thing("taxi", "taxi", taxi),
    Thing("truck", "{0} truck", truck),
    Thing("firetruck", "fire truck", firetruck),
    Thing("bus", "{0} bus", bus),
    Thing("train", "{0} train", train),
    Thing("tractor", "{0} tractor", tractor),
    Thing("tank", "{0} tank", tank),
    Thing("bicycle", "{0} bicycle", bicycle),
    Thing("motorcycle", "{0} motorcycle", motorcycle),
    Thing("airplane", "{0} airplane", airplane),
    Thing("helicopter", "{0} helicopter", helicopter),
    Thing("boat", "boat with {0} sail", boat, TALL, patterns=True),
    Thing("ship", "{0} ship", ship),
    Thing("submarine", "{0} submarine", submarine),
    Thing("rocket", "{0} rocket", rocket, TALL),
    Thing("balloon_ride", "{0} hot air balloon", balloon_ride),
    Thing("ufo", "{0} flying saucer", ufo),
    Thing("skateboard", "{0} skateboard", skateboard),
)
