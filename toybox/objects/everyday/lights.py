"""What gives light."""

from __future__ import annotations

import math

from .. import kit


def candle(v: kit.Variation) -> kit.Shape:
    h = v.height(0.8, 1.0)
    wax = kit.part(kit.MAIN, kit.cylinder((0, 0, -0.2), v.uniform(0.34, 0.42), h, 0.06))
    flame = (
        kit.part(
            kit.ORANGE, kit.ball((0, 0, h + 0.0), 0.16), kit.taper((0, 0, h + 0.02), (0, 0, h + 0.42), 0.15, 0.02)
        ),
        kit.part(kit.YELLOW, kit.ellipsoid((0, -0.09, h - 0.0), (0.09, 0.1, 0.16))),
    )
    dish = kit.part(kit.STEEL, kit.cone((0, 0, -h - 0.2), 0.5, 0.68, 0.07), kit.ring((0.75, 0, -h - 0.15), 0.16, 0.05))
    return kit.shape(wax, flame, dish, kit.part(kit.BLACK, kit.rod((0, 0, h - 0.25), (0, 0, h - 0.1), 0.035)))


def traffic(v: kit.Variation) -> kit.Shape:
    box_ = kit.part(
        kit.DARK,
        kit.box((0, 0, 0.6), (0.34, 0.24, 0.92), 0.06),
        [kit.arc((0, -0.34, z), 0.22, 0.04, 1.7, kit.FLAT) for z in (1.18, 0.6, 0.02)],
    )
    lamps = [
        kit.part(c, kit.ball((0, -0.2, z), 0.2)) for c, z in ((kit.RED, 1.16), (kit.YELLOW, 0.58), (kit.GREEN, 0.0))
    ]
    return kit.shape(
        box_,
        lamps,
        kit.part(kit.STEEL, kit.cylinder((0, 0, -0.85), 0.09, 0.6), kit.cylinder((0, 0, -1.45), 0.32, 0.06)),
    )


def lightbulb(v: kit.Variation) -> kit.Shape:
    glow = kit.part(
        kit.YELLOW, kit.ball((0, 0, 0.4), 0.62), kit.taper((0, 0, 0.2), (0, 0, -0.4), 0.45, 0.28), blend=0.1
    )
    return kit.shape(
        glow,
        kit.part(
            kit.STEEL,
            kit.cylinder((0, 0, -0.65), 0.28, 0.2),
            [kit.ring((0, 0, z), 0.28, 0.05) for z in (-0.52, -0.66, -0.8)],
        ),
        kit.part(kit.BLACK, kit.cone((0, 0, -0.95), 0.1, 0.24, 0.08)),
    )


def lantern(v: kit.Variation) -> kit.Shape:
    frame = kit.part(
        kit.MAIN,
        kit.cylinder((0, 0, -0.75), 0.55, 0.1, 0.03),
        kit.cone((0, 0, 0.65), 0.58, 0.2, 0.18),
        kit.around(kit.rod((0.42, 0.0, -0.7), (0.42, 0, 0.5), 0.045), 6),
    )
    return kit.shape(
        frame,
        kit.part((0.98, 0.9, 0.6), kit.cylinder((0, 0, -0.1), 0.37, 0.6)),
        kit.part(kit.ORANGE, kit.ellipsoid((0, -0.3, -0.2), (0.12, 0.12, 0.25))),
        kit.part(kit.IRON, kit.arc((0, 0, 0.75), 0.35, 0.045, math.pi / 2, kit.FLAT)),
    )
