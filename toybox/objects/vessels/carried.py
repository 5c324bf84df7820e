"""For carrying, and the barrel."""

from __future__ import annotations

import itertools
import math

from .. import kit


def bucket(v: kit.Variation) -> kit.Shape:
    low, high, h = v.uniform(0.58, 0.68), v.width(0.85, 0.95), v.height(0.75, 0.9)
    body = kit.part(
        kit.MAIN, kit.cone((0, 0, 0), low, high, h), cuts=[kit.cone((0, 0, 0.1), low - 0.06, high - 0.06, h, 0.0)]
    )
    handle = kit.part(kit.IRON, kit.arc((0, 0, h - 0.02), high, 0.045, math.pi / 2, kit.turn_x(v.uniform(0.9, 1.3))))
    return kit.shape(
        body, kit.part(kit.STEEL, kit.ring((0, 0, h), high, 0.05)), handle, inside=kit.top(0, 0, 0.1, low * 0.95)
    )


def barrel(v: kit.Variation) -> kit.Shape:
    h = v.height(0.95, 1.1)
    widths = [0.74, 0.86, 0.93, 0.95, 0.93, 0.86, 0.74]
    staves = kit.part(
        kit.MAIN,
        [
            kit.cone((0, 0, h * (i - 2.5) / 3), low, high, h / 6, 0.0)
            for i, (low, high) in enumerate(itertools.pairwise(widths))
        ],
    )
    hoops = kit.part(
        kit.IRON,
        [kit.cylinder((0, 0, s * z * h), w, 0.07, 0.0) for s in (-1, 1) for z, w in ((0.5, 0.925), (0.88, 0.83))],
    )
    return kit.shape(
        staves, hoops, kit.part(kit.PALE_WOOD, kit.cylinder((0, 0, h), 0.68, 0.02)), top=kit.top(0, 0, h, 0.75)
    )


def basket(v: kit.Variation) -> kit.Shape:
    low, high, h = 0.68, v.uniform(0.92, 1.0), v.uniform(0.42, 0.5)
    weave = kit.striped(kit.MAIN, kit.WOOD, 0.2)
    body = kit.part(
        weave, kit.cone((0, 0, 0), low, high, h), cuts=[kit.cone((0, 0, 0.12), low - 0.1, high - 0.1, h, 0.0)]
    )
    handle = kit.part(kit.MAIN, kit.arc((0, 0, h), high - 0.04, 0.07, math.pi / 2, kit.FLAT))
    return kit.shape(
        body, kit.part(kit.MAIN, kit.ring((0, 0, h), high - 0.04, 0.08)), handle, inside=kit.top(0, 0, -0.1, 0.72, 1.25)
    )


def backpack(v: kit.Variation) -> kit.Shape:
    body = kit.part(kit.MAIN, kit.box((0, 0.05, 0), (0.72, 0.42, 0.95), 0.3))
    pocket = kit.part(kit.MAIN, kit.box((0, -0.42, -0.42), (0.5, 0.2, 0.36), 0.14))
    trim = kit.part(
        kit.DARK,
        kit.box((0, -0.6, -0.2), (0.42, 0.03, 0.035)),
        kit.box((0, -0.36, 0.35), (0.6, 0.03, 0.035)),
        kit.arc((0, 0.1, 0.93), 0.18, 0.05, math.pi / 2, kit.FLAT),
    )
    straps = kit.part(
        kit.DARK,
        kit.both(
            *kit.tube([(0.36, 0.4, 0.8), (0.36, 0.85, 0.6), (0.36, 0.85, -0.4), (0.36, 0.4, -0.75)], [0.08] * 4, 4)
        ),
    )
    sides = kit.part(kit.DARK, kit.both(kit.box((0.74, 0, -0.45), (0.08, 0.22, 0.3), 0.06)))
    return kit.shape(body, pocket, trim, straps, sides)


def suitcase(v: kit.Variation) -> kit.Shape:
    body = kit.part(kit.MAIN, kit.box((0, 0, 0), (v.width(1.0, 1.15), 0.36, 0.75), 0.14))
    bands = kit.part(kit.DARK, kit.both(kit.box((0.6, 0, 0), (0.08, 0.375, 0.765), 0.02)))
    handle = kit.part(kit.DARK, kit.arc((0, 0, 0.72), 0.25, 0.07, math.pi / 2, kit.FLAT))
    return kit.shape(body, bands, handle, kit.part(kit.GOLD, kit.both(kit.box((0.6, -0.37, 0.35), (0.12, 0.04, 0.1)))))
