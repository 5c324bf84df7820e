"""Figures that somebody made."""

from __future__ import annotations

from .. import kit


def snowman(v: kit.Variation) -> kit.Shape:
    wave = v.uniform(0.1, 0.7)
    snow = kit.part(kit.WHITE, kit.ball((0, 0, -0.9), 0.76), kit.ball((0, 0, 0.08), 0.56), kit.ball((0, 0, 0.83), 0.4))
    hat = (
        kit.part(kit.MAIN, kit.cylinder((0, 0, 1.13), 0.5, 0.045, 0.02), kit.cylinder((0, 0, 1.42), 0.32, 0.28, 0.03)),
        kit.part(kit.BLACK, kit.cylinder((0, 0, 1.22), 0.33, 0.06, 0.0)),
    )
    nose = kit.part(kit.ORANGE, kit.cone((0, -0.52, 0.82), 0.08, 0.01, 0.2, 0.0, kit.FLAT))
    coal = kit.part(
        kit.BLACK,
        kit.both(kit.ball((0.14, -0.35, 0.96), 0.06)),
        kit.ball((0, -0.54, 0.3), 0.06),
        kit.ball((0, -0.57, 0.06), 0.06),
        [kit.ball((0.07 * i, -0.385 + 0.02 * abs(i), 0.66 + 0.015 * i * i), 0.03) for i in (-2, -1, 0, 1, 2)],
    )
    arms = kit.part(
        kit.WOOD,
        kit.rod((0.45, 0, 0.2), (1.05, -0.05, wave), 0.05),
        kit.rod((0.85, 0, 0.2 + (wave - 0.2) * 0.67), (1.0, 0, wave + 0.2), 0.04),
        kit.rod((-0.45, 0, 0.2), (-1.05, -0.05, 0.45), 0.05),
        kit.rod((-0.85, 0, 0.37), (-1.05, 0, 0.65), 0.04),
    )
    return kit.shape(snow, hat, nose, coal, arms)


def teddy(v: kit.Variation) -> kit.Shape:
    pale = (0.90, 0.78, 0.60)
    fur = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0, -0.35), (0.6, 0.52, 0.64)),
        kit.ball((0, -0.05, 0.6), 0.5),
        kit.both(
            kit.ball((0.4, 0, 1.0), 0.19),
            kit.taper((0.45, -0.1, 0.1), (0.8, -0.35, -0.25), 0.19, 0.2),
            kit.taper((0.32, -0.2, -0.78), (0.48, -0.75, -0.84), 0.24, 0.25),
        ),
        blend=0.05,
    )
    light = kit.part(
        pale,
        kit.ellipsoid((0, -0.46, 0.48), (0.23, 0.17, 0.18)),
        kit.ellipsoid((0, -0.36, -0.38), (0.4, 0.2, 0.42)),
        kit.both(kit.ball((0.4, -0.13, 1.0), 0.12), kit.ellipsoid((0.5, -0.94, -0.83), (0.15, 0.08, 0.15))),
    )
    bow = kit.part(
        kit.RED,
        kit.both(kit.cone((0.16, -0.5, 0.17), 0.03, 0.14, 0.13, 0.02, kit.SIDEWAYS)),
        kit.ball((0, -0.5, 0.17), 0.07),
    )
    return kit.shape(
        fur,
        light,
        bow,
        kit.part(kit.BLACK, kit.ellipsoid((0, -0.62, 0.55), (0.09, 0.06, 0.06))),
        kit.eyes(0.18, -0.48, 0.74, 0.06),
        head=kit.top(0, -0.05, 0.98, 0.42),
    )


def robot(v: kit.Variation) -> kit.Shape:
    w, n, swing = v.width(0.5, 0.58), v.uniform(0.3, 0.36), v.uniform(-0.3, 0.3)
    body = kit.part(
        kit.MAIN, kit.box((0, 0, 0), (w, 0.38, 0.56), 0.06), kit.box((0, 0, 0.62 + n), (0.42, 0.36, n), 0.06)
    )
    face = (
        kit.part(kit.YELLOW, kit.both(kit.cylinder((0.17, -0.36, 0.72 + n), 0.11, 0.05, 0.02, kit.FLAT))),
        kit.part(kit.DARK, kit.box((0, -0.36, 0.42 + n), (0.2, 0.03, 0.05), 0.01)),
    )
    panel = (
        kit.part(kit.GLASS, kit.box((0, -0.37, 0.12), (w * 0.62, 0.04, 0.22), 0.02)),
        kit.part(kit.RED, kit.ball((-0.15, -0.42, 0.15), 0.06)),
        kit.part(kit.GREEN, kit.ball((0.12, -0.42, 0.15), 0.06)),
    )
    arms = kit.part(
        kit.STEEL,
        kit.rod((w + 0.08, 0, 0.35), (w + 0.25, -0.15 - swing, -0.3), 0.12),
        kit.rod((-w - 0.08, 0, 0.35), (-w - 0.25, -0.15 + swing, -0.3), 0.12),
        kit.rod((0, 0, 0.5), (0, 0, 0.7), 0.14),
        kit.both(kit.cylinder((0.27, 0, -0.8), 0.14, 0.3)),
        kit.rod((0, 0, 0.6 + 2 * n), (0, 0, 0.85 + 2 * n), 0.035),
    )
    ends = (
        kit.part(kit.MAIN, kit.both(kit.box((0.27, -0.08, -1.15), (0.2, 0.3, 0.1), 0.04))),
        kit.part(
            kit.DARK, kit.ball((w + 0.25, -0.15 - swing, -0.4), 0.15), kit.ball((-w - 0.25, -0.15 + swing, -0.4), 0.15)
        ),
    )
    return kit.shape(
        body,
        face,
        panel,
        arms,
        ends,
        kit.part(kit.RED, kit.ball((0, 0, 0.9 + 2 * n), 0.09)),
        head=kit.top(0, 0, 0.6 + 2 * n, 0.4),
    )


def scarecrow(v: kit.Variation) -> kit.Shape:
    straw, pole = (
        (0.87, 0.7, 0.3),
        kit.part(
            kit.WOOD, kit.rod((0, 0.1, -1.5), (0, 0.1, 0.6), 0.07), kit.rod((-1.0, 0.1, 0.35), (1.0, 0.1, 0.35), 0.06)
        ),
    )
    shirt = kit.part(
        kit.MAIN,
        kit.taper((0, 0, 0.25), (0, 0, -0.3), 0.33, 0.36),
        kit.both(kit.taper((0.25, 0.05, 0.35), (0.8, 0.08, 0.35), 0.2, 0.15)),
    )
    ends = kit.part(
        straw,
        kit.both(
            kit.cone((0.98, 0.08, 0.35), 0.08, 0.2, 0.14, 0.02, kit.SIDEWAYS),
            kit.cone((0.17, 0, -0.72), 0.2, 0.1, 0.12),
        ),
        kit.around(kit.taper((0.3, 0, 0.72), (0.38, 0, 0.5), 0.06, 0.03), 8),
    )
    head = (
        kit.part(kit.CREAM, kit.ball((0, 0, 0.85), 0.33)),
        kit.part(kit.BLUE, kit.both(kit.taper((0.15, 0, -0.4), (0.17, 0, -0.62), 0.19, 0.17))),
    )
    hat = kit.part(kit.BROWN, kit.cylinder((0, 0, 1.08), 0.55, 0.035), kit.cone((0, 0, 1.35), 0.33, 0.05, 0.3))
    return kit.shape(
        pole,
        shirt,
        ends,
        head,
        hat,
        kit.eyes(0.12, -0.3, 0.9, 0.05),
        kit.part(kit.ORANGE, kit.cone((0, -0.36, 0.8), 0.06, 0.01, 0.08, 0.0, kit.FLAT)),
    )
