"""Animals of the house."""

from __future__ import annotations

from typing import Final

from .. import kit

CREAM_FUR: Final = (0.93, 0.86, 0.74)


def _sitting(body: kit.Paint, head: float, chest: float) -> kit.Part:
    """A body that sits upright: haunches behind, front legs straight; the head's centre is at (0, -0.3, head)."""
    return kit.part(
        body,
        kit.ellipsoid((0, 0.2, -0.35), (0.46, 0.52, 0.5)),
        kit.taper((0, 0.15, -0.3), (0, -0.22, head - 0.3), 0.42, chest),
        kit.both(
            kit.taper((0.2, -0.38, 0.1), (0.2, -0.45, -0.78), 0.15, 0.12),
            kit.ellipsoid((0.36, 0.15, -0.58), (0.2, 0.42, 0.3)),
            kit.ellipsoid((0.38, -0.25, -0.8), (0.13, 0.24, 0.1)),
        ),
        blend=0.08,
    )


def cat(v: kit.Variation) -> kit.Shape:
    sits = v.pose == "sitting"
    y, z = (-0.3, 0.72) if sits else (-0.88, 0.55)
    if sits:
        body = _sitting(kit.MAIN, z, 0.24)
        tail = kit.part(
            kit.MAIN,
            kit.tube(
                [(0, 0.6, -0.7), (0.5, 1.0, -0.8), (0.8, 0.4, -0.75), (0.75, -0.2, -0.75)], [0.11, 0.1, 0.09, 0.08]
            ),
        )
    else:
        body = kit.part(
            kit.MAIN,
            kit.taper((0, -0.45, 0.02), (0, 0.55, 0), 0.36, 0.4),
            kit.taper((0, -0.6, 0.15), (0, y, z - 0.1), 0.26, 0.24),
            kit.legs(0.22, 0.52, -0.15, 0.68, 0.15, 0.11),
            blend=0.08,
        )
        tail = kit.part(
            kit.MAIN,
            kit.tube([(0, 0.85, 0.05), (0, 1.35, 0.1), (0, 1.15, 0.7), (0.1, 1.4, 1.0)], [0.11, 0.1, 0.09, 0.08]),
        )
    return kit.shape(body, tail, _cat_head(y, z), head=kit.top(0, y, z + 0.24, 0.36))


def _cat_head(y: float, z: float) -> list[kit.Part]:
    return [
        kit.part(
            kit.MAIN,
            kit.ellipsoid((0, y, z), (0.4, 0.36, 0.36)),
            kit.both(kit.cone((0.24, y, z + 0.38), 0.17, 0.02, 0.17, 0.0, kit.turn_y(0.25))),
        ),
        kit.part(
            kit.PINK,
            kit.both(kit.cone((0.235, y - 0.08, z + 0.35), 0.1, 0.01, 0.12, 0.0, kit.turn_y(0.25))),
            kit.ball((0, y - 0.44, z - 0.06), 0.05),
        ),
        kit.part(CREAM_FUR, kit.both(kit.ellipsoid((0.09, y - 0.34, z - 0.13), (0.13, 0.1, 0.1)))),
        kit.part((0.45, 0.8, 0.25), kit.both(kit.ball((0.16, y - 0.3, z + 0.08), 0.085))),
        kit.eyes(0.16, y - 0.37, z + 0.08, 0.045),
    ]


def dog(v: kit.Variation) -> kit.Shape:
    ear = (0.24, 0.15, 0.09)
    if v.pose == "sitting":
        y, z, body = -0.35, 0.75, _sitting(kit.MAIN, 0.75, 0.26)
        tail = kit.part(kit.MAIN, kit.tube([(0, 0.62, -0.6), (0, 1.0, -0.6), (0.1, 1.1, -0.2)], [0.1, 0.09, 0.06]))
    else:
        y, z = -0.9, 0.62
        body = kit.part(
            kit.MAIN,
            kit.taper((0, -0.5, 0.05), (0, 0.6, 0), 0.42, 0.36),
            kit.taper((0, -0.6, 0.15), (0, y, z), 0.3, 0.26),
            kit.legs(0.25, 0.58, -0.15, 0.75, 0.16, 0.12),
            blend=0.08,
        )
        tail = kit.part(kit.MAIN, kit.tube([(0, 0.9, 0.1), (0, 1.2, 0.2), (0, 1.3, 0.7)], [0.1, 0.09, 0.05]))
    head = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, y, z), (0.36, 0.38, 0.36)),
        kit.taper((0, y - 0.25, z - 0.1), (0, y - 0.52, z - 0.12), 0.22, 0.17),
        blend=0.06,
    )
    ears = kit.part(ear, kit.both(kit.ellipsoid((0.38, y + 0.04, z - 0.02), (0.1, 0.19, 0.34), kit.turn_y(-0.2))))
    return kit.shape(
        body,
        tail,
        head,
        ears,
        kit.part(kit.BLACK, kit.ball((0, y - 0.68, z - 0.05), 0.09)),
        kit.eyes(0.15, y - 0.34, z + 0.1, 0.06),
        kit.part(kit.RED, kit.ring((0, y * 0.85, z - 0.32), 0.27, 0.06, kit.turn_x(-0.5))),
        head=kit.top(0, y, z + 0.24, 0.33),
    )


def rabbit(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0.2, -0.3), (0.46, 0.6, 0.48)),
        kit.ellipsoid((0, -0.38, 0.3), (0.34, 0.36, 0.33)),
        kit.both(
            kit.ellipsoid((0.36, 0.3, -0.5), (0.18, 0.38, 0.28)),
            kit.ellipsoid((0.38, -0.05, -0.72), (0.12, 0.34, 0.09)),
            kit.taper((0.16, -0.3, -0.2), (0.16, -0.42, -0.72), 0.13, 0.09),
        ),
        blend=0.06,
    )
    spread = v.uniform(0.12, 0.3)
    ears = kit.part(
        kit.MAIN, kit.both(kit.ellipsoid((0.17 + spread * 0.4, -0.28, 0.95), (0.13, 0.09, 0.48), kit.turn_y(spread)))
    )
    inner = kit.part(
        kit.PINK,
        kit.both(kit.ellipsoid((0.17 + spread * 0.4, -0.34, 0.95), (0.075, 0.05, 0.38), kit.turn_y(spread))),
        kit.ball((0, -0.74, 0.28), 0.055),
    )
    return kit.shape(
        body,
        ears,
        inner,
        kit.part(kit.WHITE, kit.ball((0, 0.82, -0.3), 0.2), kit.box((0, -0.7, 0.12), (0.05, 0.03, 0.07), 0.01)),
        kit.eyes(0.18, -0.66, 0.4, 0.06),
    )


def mouse(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0.15, 0), (0.48, 0.68, 0.45)),
        kit.taper((0, -0.4, 0.02), (0, -0.98, -0.05), 0.34, 0.08),
        blend=0.08,
    )
    ears = kit.part(kit.MAIN, kit.both(kit.ellipsoid((0.35, -0.35, 0.48), (0.3, 0.08, 0.3))))
    inner = kit.part(
        kit.PINK,
        kit.both(kit.ellipsoid((0.35, -0.4, 0.48), (0.2, 0.06, 0.2))),
        kit.ball((0, -1.06, -0.04), 0.08),
        kit.both(
            kit.ellipsoid((0.26, -0.3, -0.42), (0.1, 0.2, 0.07)), kit.ellipsoid((0.3, 0.4, -0.42), (0.12, 0.24, 0.07))
        ),
        kit.tube([(0, 0.8, -0.2), (0.1, 1.3, -0.4), (0.5, 1.2, 0.2), (0.4, 1.7, 0.4)], [0.07, 0.06, 0.05, 0.03]),
    )
    return kit.shape(body, ears, inner, kit.eyes(0.17, -0.76, 0.17, 0.065))
