"""Birds."""

from __future__ import annotations

from .. import kit


def duck(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0.1, -0.3), (0.56, 0.85, 0.45)),
        kit.ball((0, -0.5, 0.45), 0.4),
        kit.taper((0, -0.45, 0.2), (0, -0.3, -0.1), 0.28, 0.34),
        kit.taper((0, 0.7, -0.15), (0, 1.08, 0.2), 0.25, 0.08),
        blend=0.1,
    )
    wings = kit.part(kit.MAIN, kit.both(kit.ellipsoid((0.5, 0.2, -0.2), (0.14, 0.5, 0.27), kit.turn_x(0.15))))
    bill = kit.part(
        kit.ORANGE,
        kit.ellipsoid((0, -0.95, 0.42), (0.2, 0.24, 0.06)),
        kit.ellipsoid((0, -0.9, 0.33), (0.17, 0.2, 0.05)),
    )
    return kit.shape(body, wings, bill, kit.eyes(0.19, -0.8, 0.58, 0.065), head=kit.top(0, -0.5, 0.72, 0.36))


def penguin(v: kit.Variation) -> kit.Shape:
    body = kit.part(kit.BLACK, kit.ellipsoid((0, 0, -0.15), (0.6, 0.54, 0.88)), kit.ball((0, 0, 0.85), 0.4), blend=0.1)
    belly = kit.part(
        kit.WHITE,
        kit.ellipsoid((0, -0.16, -0.22), (0.48, 0.43, 0.72)),
        kit.both(kit.ellipsoid((0.14, -0.22, 0.88), (0.17, 0.2, 0.2))),
    )
    flippers = kit.part(
        kit.BLACK, kit.both(kit.ellipsoid((0.64, 0, -0.05), (0.1, 0.22, 0.52), kit.turn_y(-v.uniform(0.2, 0.6))))
    )
    orange = kit.part(
        kit.ORANGE,
        kit.both(kit.ellipsoid((0.26, -0.28, -1.02), (0.22, 0.34, 0.09))),
        kit.cone((0, -0.5, 0.8), 0.11, 0.01, 0.18, 0.0, kit.FLAT),
    )
    return kit.shape(body, belly, flippers, orange, kit.eyes(0.14, -0.4, 0.95, 0.055), head=kit.top(0, 0, 1.12, 0.36))


def bird(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0, 0), (0.46, 0.64, 0.45), kit.turn_x(-0.3)),
        kit.ball((0, -0.48, 0.46), 0.34),
        blend=0.12,
    )
    tail = kit.part(kit.MAIN, kit.ellipsoid((0, 0.85, 0.05), (0.18, 0.48, 0.06), kit.turn_x(0.05)))
    wings = kit.part(kit.DARK, kit.both(kit.ellipsoid((0.43, 0.2, 0.05), (0.09, 0.5, 0.26), kit.turn_x(-0.25))))
    belly = kit.part(kit.CREAM, kit.ellipsoid((0, -0.2, -0.08), (0.36, 0.45, 0.4)))
    beak = kit.part(kit.ORANGE, kit.cone((0, -0.92, 0.46), 0.11, 0.01, 0.16, 0.0, kit.FLAT))
    feet = kit.part(
        kit.ORANGE,
        kit.both(
            kit.rod((0.16, 0.05, -0.4), (0.16, 0, -0.78), 0.04),
            kit.rod((0.16, 0, -0.78), (0.16, -0.22, -0.8), 0.04),
            kit.rod((0.16, 0, -0.78), (0.27, -0.16, -0.8), 0.035),
        ),
    )
    return kit.shape(
        body, tail, wings, belly, beak, feet, kit.eyes(0.17, -0.73, 0.58, 0.06), head=kit.top(0, -0.48, 0.7, 0.3)
    )


def chicken(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0.1, -0.1), (0.5, 0.68, 0.5)),
        kit.taper((0, -0.4, 0.1), (0, -0.55, 0.68), 0.3, 0.23),
        kit.taper((0, 0.5, 0.1), (0, 0.92, 0.6), 0.3, 0.12),
        blend=0.1,
    )
    wings = kit.part(kit.MAIN, kit.both(kit.ellipsoid((0.47, 0.15, -0.05), (0.11, 0.42, 0.28))))
    comb = kit.part(
        kit.RED,
        [kit.ball((0, -0.68 + 0.14 * i, 0.93 + 0.05 * (i == 1)), 0.1) for i in range(3)],
        kit.ellipsoid((0, -0.76, 0.48), (0.06, 0.06, 0.13)),
    )
    yellow = kit.part(
        kit.ORANGE,
        kit.cone((0, -0.88, 0.66), 0.09, 0.01, 0.14, 0.0, kit.FLAT),
        kit.both(
            kit.rod((0.18, 0.1, -0.5), (0.18, 0.1, -0.95), 0.05),
            kit.rod((0.18, 0.1, -0.97), (0.18, -0.2, -0.98), 0.05),
            kit.rod((0.18, 0.1, -0.97), (0.32, -0.1, -0.98), 0.04),
        ),
    )
    return kit.shape(body, wings, comb, yellow, kit.eyes(0.15, -0.72, 0.75, 0.05))


def owl(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0, -0.2), (0.6, 0.52, 0.75)),
        kit.ellipsoid((0, 0, 0.52), (0.56, 0.48, 0.45)),
        blend=0.12,
    )
    ears = kit.part(kit.MAIN, kit.both(kit.cone((0.36, 0, 0.98), 0.16, 0.01, 0.2, 0.0, kit.turn_y(0.35))))
    rings = kit.part(
        kit.CREAM,
        kit.both(kit.cylinder((0.23, -0.42, 0.58), 0.25, 0.09, 0.03, kit.FLAT)),
        kit.ellipsoid((0, -0.3, -0.3), (0.38, 0.28, 0.5)),
    )
    beak = kit.part(
        kit.ORANGE,
        kit.cone((0, -0.52, 0.42), 0.09, 0.01, 0.13, 0.0, kit.turn_x(2.4)),
        kit.both(kit.ellipsoid((0.22, -0.3, -0.92), (0.18, 0.22, 0.09))),
    )
    wings = kit.part(kit.DARK, kit.both(kit.ellipsoid((0.56, 0.08, -0.2), (0.12, 0.36, 0.6))))
    pupils = kit.part(kit.YELLOW, kit.both(kit.ball((0.23, -0.48, 0.58), 0.15)))
    return kit.shape(body, ears, rings, beak, wings, pupils, kit.eyes(0.22, -0.58, 0.58, 0.085))
