"""What stands about in a house."""

from __future__ import annotations

import math

from .. import kit


def umbrella(v: kit.Variation) -> kit.Shape:
    flat = v.uniform(0.55, 0.7)
    canopy = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0, 0.2), (1.15, 1.15, flat)),
        cuts=[kit.box((0, 0, -0.8), (3, 3, 1), 0), kit.ellipsoid((0, 0, 0.15), (1.1, 1.1, flat))],
        hull=[kit.cone((0, 0, 0.2 + flat / 2), 1.15, 0.3, flat / 2)],
    )
    ribs = kit.part(kit.STEEL, kit.around(kit.rod((1.1, 0, 0.22), (0.1, 0, 0.35), 0.02), 8))
    stick = kit.part(
        kit.WOOD,
        kit.rod((0, 0, 0.3 + flat), (0, 0, -1.0), 0.05),
        kit.arc((0.17, 0, -1.0), 0.17, 0.06, math.pi / 2, kit.chain(kit.FLAT, kit.turn_z(math.pi))),
    )
    return kit.shape(canopy, ribs, stick)


def trophy(v: kit.Variation) -> kit.Shape:
    bowl_ = kit.part(
        kit.MAIN,
        kit.taper((0, 0, 0.7), (0, 0, 0.05), 0.58, 0.2),
        kit.cylinder((0, 0, -0.35), 0.09, 0.3),
        kit.cone((0, 0, -0.62), 0.4, 0.1, 0.12),
        blend=0.06,
        cuts=[kit.box((0, 0, 1.75), (2, 2, 1), 0), kit.taper((0, 0, 0.85), (0, 0, 0.3), 0.5, 0.2)],
        hull=[kit.cone((0, 0, 0.3), 0.2, 0.6, 0.5), kit.cone((0, 0, -0.5), 0.4, 0.2, 0.3)],
    )
    return kit.shape(
        bowl_,
        kit.part(
            kit.MAIN,
            kit.both(kit.arc((0.5, 0, 0.45), 0.3, 0.06, 2.0, kit.chain(kit.FLAT, kit.turn_z(-math.pi / 2)))),
            kit.ring((0, 0, 0.74), 0.58, 0.05),
        ),
        kit.part(kit.DARK, kit.box((0, 0, -0.9), (0.45, 0.45, 0.18), 0.03)),
        kit.part(kit.GOLD, kit.box((0, -0.46, -0.9), (0.22, 0.02, 0.08), 0.0)),
    )


def gift(v: kit.Variation) -> kit.Shape:
    h = v.height(0.65, 0.8)
    paper = kit.part(
        kit.MAIN, kit.box((0, 0, -0.05), (0.85, 0.85, h), 0.03), kit.box((0, 0, h - 0.2), (0.92, 0.92, 0.16), 0.03)
    )
    band = kit.part(
        kit.SECOND,
        kit.box((0, 0, -0.04), (0.17, 0.87, h), 0.0),
        kit.box((0, 0, -0.04), (0.87, 0.17, h), 0.0),
        kit.box((0, 0, h - 0.2), (0.17, 0.94, 0.18), 0.0),
        kit.box((0, 0, h - 0.2), (0.94, 0.17, 0.18), 0.0),
    )
    bow = kit.part(
        kit.SECOND,
        kit.both(
            kit.arc((0.32, 0, h + 0.17), 0.22, 0.09, math.pi * 0.99, kit.chain(kit.turn_y(-0.3), kit.FLAT)),
            kit.taper((0.05, -0.1, h + 0.08), (0.45, -0.45, h + 0.03), 0.06, 0.1),
        ),
        kit.ball((0, 0, h + 0.1), 0.13),
    )
    return kit.shape(paper, band, bow)


def book(v: kit.Variation) -> kit.Shape:
    w, h, t = v.uniform(0.6, 0.7), 0.9, v.uniform(0.14, 0.24)
    cover = kit.part(
        kit.MAIN,
        kit.box((0, -t, 0), (w, 0.04, h), 0.01),
        kit.box((0, t, 0), (w, 0.04, h), 0.01),
        kit.box((-w, 0, 0), (0.05, t + 0.04, h), 0.03),
    )
    title = kit.part(
        kit.GOLD,
        kit.box((0.02, -t - 0.04, 0.42), (w * 0.6, 0.015, 0.09), 0.0),
        kit.box((0.02, -t - 0.04, -0.3), (w * 0.35, 0.015, 0.22), 0.0),
    )
    return kit.shape(cover, kit.part(kit.CREAM, kit.box((-0.02, 0, 0), (w - 0.05, t, h - 0.06), 0.0)), title).placed(
        turn=kit.turn_z(0.25)
    )


def hourglass(v: kit.Variation) -> kit.Shape:
    halves = kit.part(
        kit.GLASS,
        [kit.cone((0, 0, s * 0.42), 0.52 if s < 0 else 0.08, 0.08 if s < 0 else 0.52, 0.4, 0.0) for s in (-1, 1)],
    )
    sand = kit.part(
        kit.SAND, kit.cone((0, 0, -0.62), 0.535, 0.3, 0.2, 0.0), kit.cone((0, 0, 0.35), 0.1, 0.37, 0.22, 0.0)
    )
    frame = kit.part(
        kit.MAIN,
        kit.cylinder((0, 0, 0.88), 0.7, 0.08, 0.03),
        kit.cylinder((0, 0, -0.88), 0.7, 0.08, 0.03),
        kit.around(kit.rod((0.6, 0, -0.8), (0.6, 0, 0.8), 0.05), 3, math.pi / 6),
    )
    return kit.shape(halves, sand, frame)


def gear(v: kit.Variation) -> kit.Shape:
    n = int(v.choice(8, 10, 12))
    disk = kit.part(
        kit.MAIN,
        kit.cylinder((0, 0, 0), 0.75, 0.18, 0.02, kit.FLAT),
        [
            kit.prism((0, 0, 0.84), 0.17, 0.1, 0.16, 0.18, 0.01).turned(kit.turn_y(2 * math.pi * i / n))
            for i in range(n)
        ],
        cuts=[kit.cylinder((0, 0, 0), 0.28, 0.5, 0.0, kit.FLAT)],
    )
    return kit.shape(disk, kit.part(kit.MAIN, kit.ring((0, -0.1, 0), 0.33, 0.1, kit.FLAT)))
