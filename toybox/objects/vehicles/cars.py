"""Cars, trucks and a bus."""

from __future__ import annotations

from .. import kit
from . import parts


def car(v: kit.Variation) -> kit.Shape:
    roof, back = v.uniform(0.3, 0.36), v.uniform(-0.35, -0.15)
    body = kit.part(
        kit.MAIN,
        kit.box((0, 0, -0.08), (1.4, 0.62, 0.26), 0.14),
        kit.prism((back, 0, 0.36), 0.85, 0.52, roof, 0.55, 0.08),
    )
    windows = kit.part(
        kit.GLASS,
        kit.prism((back, 0, 0.38), 0.72, 0.46, roof - 0.09, 0.565, 0.04),
        kit.prism((back, 0, 0.37), 0.82, 0.55, roof - 0.09, 0.45, 0.02),
    )
    pillars = kit.part(kit.MAIN, kit.box((back, 0, 0.4), (0.05, 0.58, roof - 0.04), 0.01))
    bumper = kit.part(
        kit.STEEL,
        kit.box((1.37, 0, -0.22), (0.07, 0.55, 0.06), 0.03),
        kit.box((-1.37, 0, -0.22), (0.07, 0.55, 0.06), 0.03),
    )
    return kit.driving(
        kit.shape(
            body,
            windows,
            pillars,
            bumper,
            parts.lights(1.36, 0.42, 0.0, 0.1, -1.36),
            parts.wheels((-0.85, 0.85), 0.58, -0.32),
        )
    )


def taxi(v: kit.Variation) -> kit.Shape:
    yellow = (0.96, 0.76, 0.1)
    body = kit.part(
        yellow,
        kit.box((0, 0, -0.08), (1.45, 0.62, 0.26), 0.12),
        kit.prism((-0.15, 0, 0.36), 0.85, 0.6, 0.32, 0.55, 0.08),
    )
    glass = kit.part(
        kit.GLASS,
        kit.prism((-0.15, 0, 0.38), 0.74, 0.54, 0.23, 0.565, 0.04),
        kit.prism((-0.15, 0, 0.37), 0.84, 0.63, 0.23, 0.45, 0.02),
    )
    checks = kit.part(
        kit.BLACK, [kit.box((-1.1 + 0.28 * i, 0, -0.04 + 0.05 * (-1) ** i), (0.14, 0.63, 0.05), 0.0) for i in range(9)]
    )
    sign = kit.part(kit.WHITE, kit.box((-0.15, 0, 0.76), (0.14, 0.28, 0.09), 0.03))
    return kit.driving(
        kit.shape(
            body,
            glass,
            checks,
            sign,
            kit.part(yellow, kit.box((-0.15, 0, 0.4), (0.05, 0.58, 0.28), 0.01)),
            parts.lights(1.4, 0.42, 0.02, 0.1, -1.4),
            parts.wheels((-0.85, 0.85), 0.58, -0.32),
        )
    )


def truck(v: kit.Variation) -> kit.Shape:
    n = v.uniform(0.9, 1.05)
    cargo = kit.part(kit.WHITE, kit.box((1.5 - 1.1 - n, 0, 0.38), (n, 0.62, 0.66), 0.04))
    cab = kit.part(
        kit.MAIN,
        kit.box((1.02, 0, 0.12), (0.42, 0.6, 0.5), 0.08),
        kit.prism((0.98, 0, 0.68), 0.4, 0.3, 0.14, 0.56, 0.05),
    )
    glass = kit.part(
        kit.GLASS, kit.box((1.4, 0, 0.38), (0.06, 0.5, 0.18), 0.02), kit.box((1.08, 0, 0.36), (0.22, 0.61, 0.16), 0.02)
    )
    frame = kit.part(
        kit.DARK, kit.box((0, 0, -0.38), (1.4, 0.5, 0.08)), kit.box((1.45, 0, -0.3), (0.05, 0.58, 0.1), 0.02)
    )
    return kit.driving(
        kit.shape(
            cargo,
            cab,
            glass,
            frame,
            parts.lights(1.44, 0.42, -0.12, 0.09, 1.5 - 1.1 - 2 * n),
            parts.wheels((-1.05, -0.45, 0.95), 0.56, -0.48),
        )
    )


def firetruck(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.RED, kit.box((-0.35, 0, 0.15), (1.05, 0.58, 0.45), 0.05), kit.box((1.05, 0, 0.15), (0.42, 0.58, 0.52), 0.08)
    )
    glass = kit.part(
        kit.GLASS,
        kit.box((1.43, 0, 0.38), (0.06, 0.48, 0.18), 0.02),
        kit.box((1.12, 0, 0.36), (0.22, 0.59, 0.16), 0.02),
    )
    rails = [kit.box((-0.25, s * 0.22, 0.8), (1.3, 0.05, 0.05), 0.01, kit.turn_y(-0.1)) for s in (-1, 1)]
    rungs = [kit.box((-1.35 + 0.24 * i, 0, 0.69 + 0.024 * i), (0.04, 0.22, 0.03), 0.0) for i in range(10)]
    extras = (
        kit.part(kit.WHITE, kit.box((-0.35, 0, -0.02), (1.06, 0.59, 0.06), 0.0)),
        kit.part(kit.BLUE, kit.box((1.05, 0, 0.73), (0.1, 0.35, 0.08), 0.04)),
    )
    return kit.driving(
        kit.shape(
            body,
            glass,
            kit.part(kit.STEEL, rails, rungs),
            extras,
            parts.lights(1.46, 0.42, -0.1, 0.09, -1.4),
            parts.wheels((-0.9, 0.95), 0.54, -0.35, 0.32),
        )
    )


def bus(v: kit.Variation) -> kit.Shape:
    n = v.width(1.45, 1.65)
    body = kit.part(kit.MAIN, kit.box((0, 0, 0.12), (n, 0.52, 0.62), 0.1))
    panes = [
        kit.box((-n + 0.3 + (2 * n - 0.6) * (i + 0.5) / 5, 0, 0.36), ((n - 0.3) / 5 - 0.04, 0.53, 0.19), 0.02)
        for i in range(5)
    ]
    glass = kit.part(
        kit.GLASS,
        panes,
        kit.box((n - 0.02, 0, 0.3), (0.03, 0.42, 0.27), 0.02),
        kit.box((-n + 0.02, 0, 0.4), (0.03, 0.4, 0.15), 0.02),
    )
    stripe = kit.part(
        kit.WHITE,
        kit.box((0, 0, 0.02), (n - 0.05, 0.53, 0.05), 0.0),
        kit.box((n - 0.02, 0, 0.63), (0.04, 0.3, 0.06), 0.02),
    )
    return kit.driving(
        kit.shape(
            body, glass, stripe, parts.lights(n, 0.38, -0.3, 0.09, -n), parts.wheels((-n * 0.62, n * 0.62), 0.48, -0.46)
        )
    )
