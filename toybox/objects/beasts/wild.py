"""Wild animals."""

from __future__ import annotations

from .. import kit
from .pets import CREAM_FUR


def elephant(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0.25, 0.1), (0.62, 0.82, 0.62)),
        kit.legs(0.36, 0.52, -0.2, 0.72, 0.22, 0.22),
        kit.ellipsoid((0, -0.7, 0.42), (0.44, 0.42, 0.44)),
        blend=0.1,
    )
    trunk = kit.part(
        kit.MAIN, kit.tube([(0, -0.95, 0.4), (0, -1.4, 0.35), (0, -1.2, -0.5), (0, -1.5, -0.7)], [0.25, 0.2, 0.13, 0.1])
    )
    ears = kit.part(kit.MAIN, kit.both(kit.ellipsoid((0.58, -0.5, 0.42), (0.42, 0.08, 0.45), kit.turn_z(0.45))))
    inner = kit.part(kit.PINK, kit.both(kit.ellipsoid((0.58, -0.54, 0.42), (0.3, 0.07, 0.33), kit.turn_z(0.45))))
    tusks = kit.part(
        kit.CREAM,
        kit.both(*kit.tube([(0.22, -1.0, 0.2), (0.26, -1.3, 0.0), (0.24, -1.45, 0.2)], [0.08, 0.06, 0.02], 4)),
    )
    tail = kit.part(kit.MAIN, kit.tube([(0, 1.03, 0.2), (0, 1.2, 0.1), (0, 1.15, -0.4)], [0.06, 0.05, 0.05], 4))
    nails = kit.part(kit.CREAM, kit.legs(0.36, 0.52, -0.98, 0.02, 0.225))
    return kit.shape(body, trunk, ears, inner, tusks, tail, nails, kit.eyes(0.26, -1.04, 0.58, 0.055))


def giraffe(v: kit.Variation) -> kit.Shape:
    coat = kit.dotted(kit.MAIN, (0.5, 0.28, 0.12), 0.34)
    body = kit.part(
        coat,
        kit.taper((0, -0.35, 0.0), (0, 0.45, -0.1), 0.36, 0.32),
        kit.legs(0.2, 0.42, -0.1, 1.05, 0.13, 0.08),
        kit.taper((0, -0.5, 0.15), (0, -0.85, 1.4), 0.24, 0.14),
        blend=0.07,
    )
    head = kit.part(
        kit.MAIN,
        kit.taper((0, -0.85, 1.5), (0, -1.2, 1.32), 0.18, 0.12),
        kit.both(kit.ellipsoid((0.24, -0.8, 1.58), (0.14, 0.05, 0.08), kit.turn_y(-0.2))),
    )
    horns = kit.part(
        kit.BROWN,
        kit.both(kit.rod((0.07, -0.82, 1.6), (0.09, -0.8, 1.85), 0.035), kit.ball((0.09, -0.8, 1.87), 0.06)),
        kit.rod((0, 0.75, 0.0), (0, 0.85, -0.5), 0.04),
        kit.legs(0.2, 0.42, -1.15, 0.06, 0.1),
    )
    return kit.shape(body, head, horns, kit.eyes(0.14, -0.98, 1.54, 0.045))


def bear(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0.2, 0), (0.56, 0.86, 0.55)),
        kit.ball((0, -0.8, 0.32), 0.4),
        kit.legs(0.34, 0.55, -0.2, 0.58, 0.22, 0.2),
        kit.both(kit.ball((0.3, -0.72, 0.7), 0.14)),
        blend=0.08,
    )
    muzzle = kit.part(CREAM_FUR, kit.ellipsoid((0, -1.14, 0.24), (0.2, 0.2, 0.17)))
    nose = kit.part(kit.BLACK, kit.ball((0, -1.32, 0.3), 0.075))
    return kit.shape(
        body, muzzle, nose, kit.eyes(0.16, -1.13, 0.46, 0.055), kit.part(kit.MAIN, kit.ball((0, 1.05, 0.15), 0.13))
    )


def fox(v: kit.Variation) -> kit.Shape:
    coat = (0.88, 0.42, 0.12)
    y, z = -0.8, 0.5
    body = kit.part(
        coat,
        kit.taper((0, -0.4, 0.02), (0, 0.5, 0), 0.33, 0.35),
        kit.taper((0, -0.5, 0.1), (0, y, z), 0.26, 0.24),
        kit.ellipsoid((0, y, z), (0.36, 0.32, 0.32)),
        kit.taper((0, y - 0.2, z - 0.08), (0, y - 0.58, z - 0.14), 0.2, 0.06),
        blend=0.06,
    )
    ears = kit.part(coat, kit.both(kit.cone((0.22, y + 0.05, z + 0.38), 0.16, 0.01, 0.2, 0.0, kit.turn_y(0.2))))
    tail = kit.part(
        kit.two_tone(coat, kit.WHITE, 1.25, (0, 1, 0)),
        kit.tube([(0, 0.8, 0), (0, 1.2, -0.2), (0, 1.6, 0.4)], [0.12, 0.28, 0.06]),
    )
    socks = kit.part(kit.two_tone(kit.BLACK, coat, -0.45), kit.legs(0.2, 0.45, -0.15, 0.65, 0.13, 0.09))
    white = kit.part(
        kit.WHITE,
        kit.both(kit.ellipsoid((0.17, y - 0.2, z - 0.14), (0.16, 0.17, 0.13))),
        kit.ellipsoid((0, -0.62, 0.02), (0.2, 0.18, 0.26)),
    )
    return kit.shape(
        body,
        ears,
        tail,
        socks,
        white,
        kit.part(kit.BLACK, kit.ball((0, y - 0.64, z - 0.13), 0.06)),
        kit.eyes(0.14, y - 0.29, z + 0.08, 0.05),
    )
