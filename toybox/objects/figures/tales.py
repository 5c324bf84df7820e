"""Figures out of tales."""

from __future__ import annotations

import math

from .. import kit


def ghost(v: kit.Variation) -> kit.Shape:
    sheet = kit.part(
        kit.MAIN,
        kit.taper((0, 0, 0.45), (0, 0, -0.6), 0.55, 0.66),
        kit.around(kit.ball((0.5, 0, -1.05), 0.24), 7),
        kit.both(kit.taper((0.45, -0.2, 0.1), (0.8, -0.45, 0.15), 0.18, 0.12)),
        blend=0.06,
    )
    return kit.shape(
        sheet,
        kit.part(
            kit.BLACK,
            kit.both(kit.ellipsoid((0.2, -0.5, 0.52), (0.1, 0.08, 0.16))),
            kit.ellipsoid((0, -0.55, 0.2), (0.12, 0.09, 0.15)),
        ),
    )


def alien(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0, 0.65), (0.55, 0.48, 0.55)),
        kit.taper((0, 0, 0.1), (0, 0, -0.5), 0.2, 0.32),
        kit.both(
            kit.taper((0.2, 0, -0.05), (0.62, -0.15, -0.4), 0.1, 0.08),
            kit.taper((0.15, 0, -0.6), (0.2, 0, -1.05), 0.15, 0.11),
            kit.ellipsoid((0.21, -0.08, -1.12), (0.14, 0.22, 0.09)),
            kit.rod((0.18, 0, 1.1), (0.34, 0, 1.5), 0.045),
            kit.ball((0.34, 0, 1.52), 0.1),
        ),
        blend=0.05,
    )
    face = (
        kit.part(kit.BLACK, kit.both(kit.ellipsoid((0.22, -0.4, 0.7), (0.15, 0.1, 0.22), kit.turn_y(-0.4)))),
        kit.part(kit.DARK, kit.arc((0, -0.36, 0.42), 0.12, 0.025, 0.9, kit.chain(kit.FLAT, kit.turn_z(math.pi)))),
    )
    return kit.shape(body, face, kit.part(kit.WHITE, kit.both(kit.ball((0.22, -0.49, 0.79), 0.045))))


def gnome(v: kit.Variation) -> kit.Shape:
    body = (
        kit.part(
            kit.BLUE,
            kit.cone((0, 0, -0.6), 0.5, 0.32, 0.42, 0.08),
            kit.both(kit.taper((0.35, 0, -0.3), (0.55, -0.2, -0.65), 0.13, 0.11)),
        ),
        kit.part(
            kit.DARK,
            kit.ring((0, 0, -0.72), 0.48, 0.07),
            kit.both(kit.ellipsoid((0.25, -0.2, -1.05), (0.2, 0.3, 0.13))),
        ),
    )
    face = kit.part(
        kit.SKIN,
        kit.ball((0, 0, 0.05), 0.36),
        kit.ball((0, -0.38, 0.06), 0.11),
        kit.both(kit.ball((0.57, -0.23, -0.72), 0.11)),
    )
    beard = kit.part(
        kit.WHITE,
        kit.taper((0, -0.22, -0.12), (0, -0.38, -0.62), 0.3, 0.07),
        kit.both(kit.ellipsoid((0.13, -0.36, -0.05), (0.15, 0.08, 0.07), kit.turn_y(0.3))),
    )
    return kit.shape(
        body,
        face,
        beard,
        kit.part(kit.MAIN, kit.cone((0, 0.02, 0.7), 0.42, 0.03, 0.5, 0.03), kit.ring((0, 0, 0.22), 0.36, 0.07)),
        kit.eyes(0.14, -0.31, 0.16, 0.045),
    )
