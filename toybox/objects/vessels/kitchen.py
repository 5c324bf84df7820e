"""For cooking and keeping."""

from __future__ import annotations

import math

from .. import kit


def kettle(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN, kit.cone((0, 0, 0), 0.95, 0.62, 0.6, 0.15), kit.ellipsoid((0, 0, 0.55), (0.6, 0.6, 0.2)), blend=0.08
    )
    spout = kit.part(kit.MAIN, kit.taper((0.7, 0, 0.05), (1.25, 0, 0.5), 0.18, 0.1))
    handle = kit.part(kit.DARK, kit.arc((0, 0, 0.55), 0.72, 0.08, math.pi / 2, kit.FLAT), kit.ball((0, 0, 0.82), 0.12))
    return kit.shape(body, spout, handle, kit.part(kit.STEEL, kit.cylinder((0, 0, -0.6), 0.9, 0.05)))


def pot(v: kit.Variation) -> kit.Shape:
    r, h = 0.9, v.uniform(0.5, 0.65)
    body = kit.part(kit.MAIN, kit.cylinder((0, 0, 0), r, h, 0.08))
    lid = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0, h + 0.02), (r * 0.95, r * 0.95, 0.22)),
        cuts=[kit.box((0, 0, h - 1), (2, 2, 1), 0)],
    )
    handles = kit.part(
        kit.DARK,
        kit.both(kit.arc((r - 0.02, 0, h * 0.4), 0.2, 0.07, math.pi / 2, kit.turn_z(-math.pi / 2))),
        kit.ball((0, 0, h + 0.32), 0.13),
    )
    return kit.shape(body, lid, kit.part(kit.STEEL, kit.ring((0, 0, h), r, 0.045)), handles)


def pan(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN, kit.cone((0, 0, 0), 0.75, 0.92, 0.16, 0.04), cuts=[kit.cone((0, 0, 0.08), 0.7, 0.85, 0.16, 0.0)]
    )
    return kit.shape(body, kit.part(kit.DARK, kit.taper((0.85, 0, 0.05), (2.0, 0, 0.25), 0.08, 0.12))).placed(
        turn=kit.turn_z(-math.pi / 3)
    )


def jar(v: kit.Variation) -> kit.Shape:
    honey = kit.part(kit.two_tone(kit.MAIN, kit.GLASS, 0.35), kit.cylinder((0, 0, 0), 0.75, 0.8, 0.2))
    return kit.shape(
        honey,
        kit.part(kit.WOOD, kit.cylinder((0, 0, 0.9), 0.62, 0.16, 0.04)),
        kit.part(kit.WHITE, kit.box((0, -0.62, -0.1), (0.38, 0.14, 0.28), 0.03)),
    )
