"""Animals of the sea."""

from __future__ import annotations

import math

from .. import kit


def fish(v: kit.Variation) -> kit.Shape:
    body = kit.part(kit.MAIN, kit.ellipsoid((0, 0, 0), (0.3, 0.95, v.uniform(0.5, 0.62))))
    fins = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 1.12, 0.24), (0.06, 0.38, 0.19), kit.turn_x(0.75)),
        kit.ellipsoid((0, 1.12, -0.24), (0.06, 0.38, 0.19), kit.turn_x(-0.75)),
        kit.ellipsoid((0, 0.1, 0.55), (0.05, 0.42, 0.24), kit.turn_x(-0.2)),
        kit.both(kit.ellipsoid((0.38, -0.05, -0.15), (0.2, 0.16, 0.05), kit.turn_y(0.7))),
    )
    bands = kit.part(
        kit.WHITE, kit.ellipsoid((0, -0.3, 0), (0.31, 0.06, 0.54)), kit.ellipsoid((0, 0.3, 0), (0.305, 0.06, 0.54))
    )
    white = kit.part(kit.WHITE, kit.both(kit.ball((0.19, -0.66, 0.14), 0.11)))
    mouth = kit.part(kit.PINK, kit.ring((0, -0.93, -0.06), 0.08, 0.04, kit.FLAT))
    return kit.shape(body, fins, bands, white, mouth, kit.eyes(0.25, -0.7, 0.14, 0.06))


def shark(v: kit.Variation) -> kit.Shape:
    grey = kit.two_tone(kit.WHITE, kit.MAIN, -0.1)
    body = kit.part(
        grey,
        kit.taper((0, -0.5, 0), (0, 1.1, 0.08), 0.42, 0.1),
        kit.taper((0, -0.5, 0), (0, -1.15, 0.06), 0.42, 0.16),
        blend=0.1,
    )
    fin = kit.part(
        kit.MAIN,
        kit.taper((0, -0.1, 0.35), (0, 0.32, 0.82), 0.16, 0.03),
        kit.taper((0, -0.3, 0.35), (0, 0.3, 0.78), 0.1, 0.03),
        kit.taper((0, 1.1, 0.1), (0, 1.5, 0.62), 0.12, 0.03),
        kit.taper((0, 1.1, 0.05), (0, 1.4, -0.3), 0.1, 0.03),
        kit.both(kit.taper((0.3, -0.25, -0.15), (0.9, 0.15, -0.4), 0.14, 0.03)),
    )
    mouth = kit.part(
        kit.DARK,
        kit.arc((0, -0.92, -0.16), 0.18, 0.03, 1.3, kit.turn_z(math.pi)),
        kit.both(*(kit.rod((0.34, -0.35 + 0.1 * i, 0.12), (0.37, -0.33 + 0.1 * i, -0.12), 0.02) for i in range(3))),
    )
    return kit.shape(body, fin, mouth, kit.eyes(0.27, -0.85, 0.14, 0.05))


def whale(v: kit.Variation) -> kit.Shape:
    blue = kit.two_tone(kit.WHITE, kit.MAIN, -0.22)
    body = kit.part(
        blue,
        kit.ellipsoid((0, -0.3, 0), (0.68, 0.9, 0.6)),
        kit.taper((0, 0.3, 0), (0, 1.15, 0.3), 0.42, 0.12),
        blend=0.15,
    )
    fins = kit.part(
        kit.MAIN,
        kit.both(
            kit.ellipsoid((0.28, 1.32, 0.38), (0.36, 0.18, 0.06), kit.turn_z(0.5)),
            kit.ellipsoid((0.75, -0.3, -0.3), (0.34, 0.18, 0.06), kit.turn_y(0.5)),
        ),
    )
    spout = kit.part(
        kit.GLASS,
        kit.both(
            *kit.tube(
                [(0, -0.45, 0.55), (0.02, -0.45, 1.1), (0.4, -0.45, 1.15), (0.36, -0.45, 0.85)],
                [0.06, 0.07, 0.07, 0.09],
            )
        ),
    )
    mouth = kit.part(kit.DARK, kit.arc((0, -0.5, -0.12), 0.66, 0.025, 1.1, kit.turn_z(math.pi)))
    return kit.shape(
        body,
        fins,
        spout,
        mouth,
        kit.part(kit.WHITE, kit.both(kit.ball((0.5, -0.82, 0.12), 0.08))),
        kit.eyes(0.53, -0.87, 0.12, 0.045),
    )


def octopus(v: kit.Variation) -> kit.Shape:
    head = kit.part(kit.MAIN, kit.ellipsoid((0, 0, 0.35), (0.55, 0.55, 0.65)))
    arm = kit.tube(
        [(0, -0.35, -0.1), (0, -0.7, -0.3), (0, -0.8, -0.85), (0, -1.25, -0.55)], [0.22, 0.17, 0.13, 0.06], 5
    )
    return kit.shape(
        head,
        kit.part(kit.MAIN, [turned for each in arm for turned in kit.around(each, 8, math.pi / 8)]),
        kit.part(kit.WHITE, kit.both(kit.ball((0.2, -0.47, 0.3), 0.14))),
        kit.eyes(0.2, -0.58, 0.3, 0.075),
    )


def crab(v: kit.Variation) -> kit.Shape:
    body = kit.part(kit.MAIN, kit.ellipsoid((0, 0, 0), (0.75, 0.52, 0.34)))
    limbs = kit.both(
        *(
            each
            for y in (-0.2, 0.1, 0.4)
            for each in kit.tube([(0.6, y, -0.05), (1.1, y * 1.6, 0.25), (1.2, y * 2, -0.5)], [0.1, 0.09, 0.03], 4)
        )
    )
    arms = kit.both(*kit.tube([(0.6, -0.3, 0), (1.1, -0.4, 0.1), (0.95, -0.8, 0.3)], [0.11, 0.1, 0.1], 4))
    claws = kit.both(
        kit.taper((0.92, -0.9, 0.32), (1.08, -1.25, 0.45), 0.2, 0.06),
        kit.taper((0.9, -0.9, 0.32), (0.72, -1.2, 0.4), 0.17, 0.05),
    )
    stalks = kit.part(kit.MAIN, kit.both(kit.rod((0.2, -0.4, 0.2), (0.22, -0.48, 0.5), 0.05)))
    return kit.shape(
        body,
        kit.part(kit.MAIN, limbs, arms, claws),
        stalks,
        kit.part(kit.WHITE, kit.both(kit.ball((0.22, -0.48, 0.55), 0.11))),
        kit.eyes(0.22, -0.57, 0.56, 0.06),
    )
