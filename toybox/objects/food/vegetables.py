"""Vegetables."""

from __future__ import annotations

from .. import kit


def carrot(v: kit.Variation) -> kit.Shape:
    root = kit.part(kit.ORANGE, kit.taper((0, 0, 0.6), (0, 0, -1.2), 0.38, 0.05))
    rings = kit.part(
        (0.75, 0.35, 0.06), [kit.ring((0, 0, z), r, 0.02) for z, r in ((0.25, 0.315), (-0.15, 0.24), (-0.55, 0.165))]
    )
    tops = kit.part(
        kit.GREEN,
        kit.taper((0, 0, 0.9), (0, 0, 1.6), 0.06, 0.13),
        kit.around(kit.taper((0.05, 0, 0.9), (0.42, 0, 1.45), 0.06, 0.13), 5),
    )
    return kit.shape(root, rings, tops)


def pumpkin(v: kit.Variation) -> kit.Shape:
    flat = v.height(0.6, 0.72)
    ribs = kit.part(kit.ORANGE, kit.around(kit.ellipsoid((0.42, 0, 0), (0.5, 0.36, flat)), 9))
    return kit.shape(
        ribs,
        kit.part(
            kit.LEAF, kit.tube([(0, 0, flat - 0.15), (0, 0, flat + 0.2), (0.22, 0, flat + 0.35)], [0.15, 0.1, 0.1], 4)
        ),
        kit.part(kit.LEAF, kit.ellipsoid((-0.3, -0.1, flat + 0.02), (0.3, 0.2, 0.05), kit.turn_y(-0.3))),
    )


def corn(v: kit.Variation) -> kit.Shape:
    ear = kit.part(kit.dotted(kit.YELLOW, (0.85, 0.66, 0.08), 0.2), kit.ellipsoid((0, 0, 0.2), (0.36, 0.36, 1.0)))
    return kit.shape(
        ear,
        kit.part(
            kit.GREEN,
            kit.ellipsoid((0.28, 0.1, -0.45), (0.2, 0.34, 0.75), kit.turn_y(0.25)),
            kit.ellipsoid((-0.28, 0.1, -0.45), (0.2, 0.34, 0.75), kit.turn_y(-0.25)),
            kit.ellipsoid((0, -0.28, -0.65), (0.32, 0.14, 0.55), kit.turn_x(0.2)),
            kit.rod((0, 0, -0.9), (0, 0, -1.35), 0.12),
        ),
    )
