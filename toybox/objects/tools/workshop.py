"""Tools with handles."""

from __future__ import annotations

import math

from .. import kit


def hammer(v: kit.Variation) -> kit.Shape:
    h = v.height(0.95, 1.1)
    head = kit.part(
        kit.STEEL,
        kit.cylinder((0.3, 0, h), 0.2, 0.22, 0.03, kit.SIDEWAYS),
        kit.cylinder((0.5, 0, h), 0.25, 0.07, 0.03, kit.SIDEWAYS),
        kit.box((0, 0, h), (0.2, 0.16, 0.16), 0.03),
    )
    claw = kit.part(
        kit.STEEL,
        *(
            kit.tube([(-0.15, y, h + 0.05), (-0.5, y, h + 0.1), (-0.7, y * 1.4, h - 0.25)], [0.11, 0.09, 0.03], 5)
            for y in (-0.08, 0.08)
        ),
    )
    return kit.shape(kit.part(kit.MAIN, kit.taper((0, 0, -0.9), (0, 0, h - 0.1), 0.13, 0.09)), head, claw)


def axe(v: kit.Variation) -> kit.Shape:
    blade = kit.part(
        kit.STEEL,
        kit.prism((0.33, 0, 0.8), 0.5, 0.2, 0.34, 0.07, 0.02, kit.turn_y(-math.pi / 2)),
        kit.box((0, 0, 0.8), (0.14, 0.12, 0.2), 0.03),
    )
    return kit.shape(
        kit.part(kit.MAIN, kit.taper((0, 0, -1.15), (0, 0, 1.0), 0.12, 0.09)),
        blade,
        kit.part(kit.WHITE, kit.prism((0.66, 0, 0.8), 0.53, 0.47, 0.04, 0.05, 0.01, kit.turn_y(-math.pi / 2))),
    )


def screwdriver(v: kit.Variation) -> kit.Shape:
    return kit.shape(
        kit.part(
            kit.MAIN,
            kit.taper((0, 0, 0.25), (0, 0, 0.95), 0.22, 0.26),
            kit.around(kit.rod((0.22, 0, 0.25), (0.26, 0, 0.9), 0.07), 6),
        ),
        kit.part(
            kit.STEEL, kit.rod((0, 0, 0.2), (0, 0, -0.9), 0.07), kit.prism((0, 0, -1.02), 0.11, 0.06, 0.14, 0.035, 0.0)
        ),
        kit.part(kit.DARK, kit.cylinder((0, 0, 0.08), 0.15, 0.07, 0.02)),
    )


def wrench(v: kit.Variation) -> kit.Shape:
    jaw = kit.part(
        kit.MAIN,
        kit.cylinder((0, 0, 0.85), 0.36, 0.11, 0.02, kit.FLAT),
        cuts=[kit.box((0.1, 0, 1.15), (0.14, 0.3, 0.36), 0.0, kit.turn_y(0.25))],
    )
    eye = kit.part(
        kit.MAIN,
        kit.cylinder((0, 0, -0.95), 0.28, 0.11, 0.02, kit.FLAT),
        cuts=[kit.cylinder((0, 0, -0.95), 0.15, 0.3, 0.0, kit.FLAT)],
    )
    return kit.shape(kit.part(kit.MAIN, kit.box((0, 0, -0.05), (0.13, 0.08, 0.72), 0.03)), jaw, eye)


def saw(v: kit.Variation) -> kit.Shape:
    blade = kit.part(kit.STEEL, kit.prism((0.25, 0, 0), 0.32, 0.16, 1.0, 0.03, 0.0, kit.turn_y(math.pi / 2)))
    teeth = kit.part(
        kit.STEEL,
        [
            kit.prism((-0.68 + 0.15 * i, 0, -0.32 + 0.012 * i), 0.07, 0.01, 0.07, 0.028, 0.0, kit.turn_x(math.pi))
            for i in range(13)
        ],
    )
    handle = kit.part(
        kit.MAIN,
        kit.box((-0.95, 0, 0.05), (0.3, 0.1, 0.36), 0.1),
        cuts=[kit.box((-0.97, 0, 0.05), (0.13, 0.3, 0.19), 0.06)],
    )
    return kit.shape(blade, teeth, handle)


def shovel(v: kit.Variation) -> kit.Shape:
    blade = kit.part(
        kit.STEEL,
        kit.box((0, 0.02, -0.75), (0.36, 0.06, 0.3), 0.04),
        kit.ellipsoid((0, 0.02, -1.02), (0.36, 0.06, 0.35)),
    )
    return kit.shape(
        blade,
        kit.part(kit.MAIN, kit.rod((0, 0, -0.5), (0, 0, 1.05), 0.075)),
        kit.part(
            kit.DARK,
            kit.both(kit.rod((0, 0, 1.05), (0.22, 0, 1.25), 0.06)),
            kit.rod((-0.22, 0, 1.38), (0.22, 0, 1.38), 0.07),
            kit.both(kit.rod((0.22, 0, 1.25), (0.22, 0, 1.38), 0.06)),
        ),
    )


def broom(v: kit.Variation) -> kit.Shape:
    straw = (0.86, 0.7, 0.34)
    return kit.shape(
        kit.part(kit.MAIN, kit.rod((0, 0, -0.4), (0, 0, 1.4), 0.07)),
        kit.part(straw, kit.prism((0, 0, -0.85), 0.48, 0.2, 0.42, 0.16, 0.05)),
        kit.part(
            kit.RED,
            kit.prism((0, 0, -0.5), 0.26, 0.22, 0.05, 0.18, 0.03),
            kit.prism((0, 0, -0.65), 0.36, 0.33, 0.04, 0.175, 0.02),
        ),
    )
