"""Vessels: things that hold something."""

from __future__ import annotations

import itertools
from typing import Final

from .kit import (
    DARK,
    FLAT,
    GLASS,
    GOLD,
    IRON,
    MAIN,
    PALE_WOOD,
    PI,
    STEEL,
    TALL,
    TALL_WIDE,
    WHITE,
    WOOD,
    Shape,
    Thing,
    Variation,
    arc,
    ball,
    both,
    box,
    chain,
    cone,
    cylinder,
    ellipsoid,
    part,
    ring,
    shape,
    striped,
    taper,
    top,
    tube,
    turn_x,
    turn_z,
    two_tone,
)


def mug(v: Variation) -> Shape:
    r, h = v.width(0.72, 0.85), v.height(0.85, 1.05)
    body = part(MAIN, cylinder((0, 0, 0), r, h, 0.05), cuts=[cylinder((0, 0, 0.15), r * 0.86, h, 0.05)])
    handle = part(MAIN, arc((r - 0.02, 0, 0), h * 0.5, 0.11, PI / 2, chain(FLAT, turn_z(-PI / 2))))
    coffee = part((0.25, 0.14, 0.08), cylinder((0, 0, h * 0.45), r * 0.88, 0.03))
    return shape(body, handle, coffee, inside=top(0, 0, h * 0.45, r * 0.8))


def teapot(v: Variation) -> Shape:
    squat = v.uniform(0.74, 0.9)
    body = part(MAIN, ellipsoid((0, 0, 0), (1, 1, squat)), cylinder((0, 0, -squat + 0.04), 0.5, 0.1), blend=0.06)
    spout = part(MAIN, tube([(0.75, 0, -0.3), (1.35, 0, -0.3), (1.2, 0, 0.5), (1.65, 0, 0.6)], [0.3, 0.2, 0.13, 0.12]))
    handle = part(MAIN, arc((-0.85, 0, 0.1), 0.46, 0.1, 2.0, chain(FLAT, turn_z(PI / 2))))
    lid = part(MAIN, ellipsoid((0, 0, squat - 0.06), (0.5, 0.5, 0.13)), ball((0, 0, squat + 0.15), 0.13))
    rim = part(DARK, ring((0, 0, squat * 0.87), 0.5, 0.035))
    return shape(body, spout, handle, lid, rim)


def bottle(v: Variation) -> Shape:
    r, h = v.width(0.48, 0.58), v.height(0.8, 1.0)
    neck = part(
        MAIN,
        cylinder((0, 0, 0), r, h, 0.1),
        cone((0, 0, h + 0.2), r * 0.92, 0.2, 0.3),
        cylinder((0, 0, h + 0.6), 0.18, 0.3),
        blend=0.1,
    )
    label = part(WHITE, cylinder((0, 0, -0.1), r + 0.015, h * 0.45, 0.0))
    return shape(neck, label, part(DARK, cylinder((0, 0, h + 0.92), 0.22, 0.12, 0.03)))


def vase(v: Variation) -> Shape:
    r, h = v.width(0.7, 0.85), v.height(0.8, 0.95)
    body = part(
        MAIN,
        ellipsoid((0, 0, 0), (r, r, h)),
        cone((0, 0, h + 0.1), 0.3, 0.5, 0.32, 0.02),
        cylinder((0, 0, -h + 0.02), 0.42, 0.1),
        blend=0.14,
        cuts=[cone((0, 0, h + 0.22), 0.18, 0.44, 0.36, 0.0)],
    )
    band = part(GOLD, ring((0, 0, h + 0.4), 0.48, 0.05))
    return shape(body, band)


def bucket(v: Variation) -> Shape:
    low, high, h = v.uniform(0.58, 0.68), v.width(0.85, 0.95), v.height(0.75, 0.9)
    body = part(MAIN, cone((0, 0, 0), low, high, h), cuts=[cone((0, 0, 0.1), low - 0.06, high - 0.06, h, 0.0)])
    handle = part(IRON, arc((0, 0, h - 0.02), high, 0.045, PI / 2, turn_x(v.uniform(0.9, 1.3))))
    return shape(body, part(STEEL, ring((0, 0, h), high, 0.05)), handle, inside=top(0, 0, 0.1, low * 0.95))


def barrel(v: Variation) -> Shape:
    h = v.height(0.95, 1.1)
    widths = [0.74, 0.86, 0.93, 0.95, 0.93, 0.86, 0.74]
    staves = part(
        MAIN,
        [
            cone((0, 0, h * (i - 2.5) / 3), low, high, h / 6, 0.0)
            for i, (low, high) in enumerate(itertools.pairwise(widths))
        ],
    )
    hoops = part(
        IRON, [cylinder((0, 0, s * z * h), w, 0.07, 0.0) for s in (-1, 1) for z, w in ((0.5, 0.925), (0.88, 0.83))]
    )
    return shape(staves, hoops, part(PALE_WOOD, cylinder((0, 0, h), 0.68, 0.02)), top=top(0, 0, h, 0.75))


def bowl(v: Variation) -> Shape:
    flat = v.uniform(0.7, 0.85)
    body = part(
        MAIN,
        ellipsoid((0, 0, 0), (1, 1, flat)),
        cylinder((0, 0, -flat + 0.05), 0.42, 0.08),
        cuts=[ellipsoid((0, 0, 0.02), (0.9, 0.9, flat - 0.1)), box((0, 0, 1), (2, 2, 1), 0)],
        hull=[cylinder((0, 0, -flat / 2), 0.95, flat / 2)],
    )
    return shape(body, part(MAIN, ring((0, 0, 0), 0.95, 0.05)), inside=top(0, 0, -flat + 0.28, 0.72))


def basket(v: Variation) -> Shape:
    low, high, h = 0.68, v.uniform(0.92, 1.0), v.uniform(0.42, 0.5)
    weave = striped(MAIN, WOOD, 0.2)
    body = part(weave, cone((0, 0, 0), low, high, h), cuts=[cone((0, 0, 0.12), low - 0.1, high - 0.1, h, 0.0)])
    handle = part(MAIN, arc((0, 0, h), high - 0.04, 0.07, PI / 2, FLAT))
    return shape(body, part(MAIN, ring((0, 0, h), high - 0.04, 0.08)), handle, inside=top(0, 0, -0.1, 0.72, 1.25))


def kettle(v: Variation) -> Shape:
    body = part(MAIN, cone((0, 0, 0), 0.95, 0.62, 0.6, 0.15), ellipsoid((0, 0, 0.55), (0.6, 0.6, 0.2)), blend=0.08)
    spout = part(MAIN, taper((0.7, 0, 0.05), (1.25, 0, 0.5), 0.18, 0.1))
    handle = part(DARK, arc((0, 0, 0.55), 0.72, 0.08, PI / 2, FLAT), ball((0, 0, 0.82), 0.12))
    return shape(body, spout, handle, part(STEEL, cylinder((0, 0, -0.6), 0.9, 0.05)))


def pot(v: Variation) -> Shape:
    r, h = 0.9, v.uniform(0.5, 0.65)
    body = part(MAIN, cylinder((0, 0, 0), r, h, 0.08))
    lid = part(MAIN, ellipsoid((0, 0, h + 0.02), (r * 0.95, r * 0.95, 0.22)), cuts=[box((0, 0, h - 1), (2, 2, 1), 0)])
    handles = part(
        DARK, both(arc((r - 0.02, 0, h * 0.4), 0.2, 0.07, PI / 2, turn_z(-PI / 2))), ball((0, 0, h + 0.32), 0.13)
    )
    return shape(body, lid, part(STEEL, ring((0, 0, h), r, 0.045)), handles)


def pan(v: Variation) -> Shape:
    body = part(MAIN, cone((0, 0, 0), 0.75, 0.92, 0.16, 0.04), cuts=[cone((0, 0, 0.08), 0.7, 0.85, 0.16, 0.0)])
    return shape(body, part(DARK, taper((0.85, 0, 0.05), (2.0, 0, 0.25), 0.08, 0.12))).placed(turn=turn_z(-PI / 3))


def cup(v: Variation) -> Shape:
    saucer = part(MAIN, cone((0, 0, -0.62), 0.5, 1.1, 0.07, 0.02))
    body = part(
        MAIN,
        ellipsoid((0, 0, 0.1), (0.75, 0.75, 0.7)),
        cuts=[box((0, 0, 1.1), (2, 2, 1), 0), ellipsoid((0, 0, 0.14), (0.66, 0.66, 0.6))],
        hull=[cylinder((0, 0, -0.25), 0.75, 0.35)],
    )
    tea = part((0.62, 0.3, 0.1), cylinder((0, 0, -0.05), 0.6, 0.04))
    handle = part(MAIN, arc((0.66, 0, -0.15), 0.22, 0.06, 2.0, chain(FLAT, turn_z(-PI / 2))))
    return shape(saucer, body, tea, handle)


def glass(v: Variation) -> Shape:
    wine = part(MAIN, ellipsoid((0, 0, 0.5), (0.5, 0.5, 0.62)), cuts=[box((0, 0, 1.8), (2, 2, 1), 0)])
    stem = part(GLASS, cylinder((0, 0, -0.5), 0.06, 0.5), cone((0, 0, -1.0), 0.48, 0.05, 0.07, 0.0))
    bowl_ = part(
        GLASS,
        ellipsoid((0, 0, 0.5), (0.55, 0.55, 0.67)),
        cuts=[box((0, 0, 2.05), (2, 2, 1), 0), ellipsoid((0, 0, 0.56), (0.5, 0.5, 0.66))],
    )
    lower = part(MAIN, ellipsoid((0, 0, 0.5), (0.565, 0.565, 0.68)), cuts=[box((0, 0, 1.6), (2, 2, 1), 0)])
    return shape(wine, stem, bowl_, lower)


def jar(v: Variation) -> Shape:
    honey = part(two_tone(MAIN, GLASS, 0.35), cylinder((0, 0, 0), 0.75, 0.8, 0.2))
    return shape(
        honey,
        part(WOOD, cylinder((0, 0, 0.9), 0.62, 0.16, 0.04)),
        part(WHITE, box((0, -0.62, -0.1), (0.38, 0.14, 0.28), 0.03)),
    )


def backpack(v: Variation) -> Shape:
    body = part(MAIN, box((0, 0.05, 0), (0.72, 0.42, 0.95), 0.3))
    pocket = part(MAIN, box((0, -0.42, -0.42), (0.5, 0.2, 0.36), 0.14))
    trim = part(
        DARK,
        box((0, -0.6, -0.2), (0.42, 0.03, 0.035)),
        box((0, -0.36, 0.35), (0.6, 0.03, 0.035)),
        arc((0, 0.1, 0.93), 0.18, 0.05, PI / 2, FLAT),
    )
    straps = part(
        DARK, both(*tube([(0.36, 0.4, 0.8), (0.36, 0.85, 0.6), (0.36, 0.85, -0.4), (0.36, 0.4, -0.75)], [0.08] * 4, 4))
    )
    sides = part(DARK, both(box((0.74, 0, -0.45), (0.08, 0.22, 0.3), 0.06)))
    return shape(body, pocket, trim, straps, sides)


def suitcase(v: Variation) -> Shape:
    body = part(MAIN, box((0, 0, 0), (v.width(1.0, 1.15), 0.36, 0.75), 0.14))
    bands = part(DARK, both(box((0.6, 0, 0), (0.08, 0.375, 0.765), 0.02)))
    handle = part(DARK, arc((0, 0, 0.72), 0.25, 0.07, PI / 2, FLAT))
    return shape(body, bands, handle, part(GOLD, both(box((0.6, -0.37, 0.35), (0.12, 0.04, 0.1)))))


THINGS: Final = (
    Thing("mug", "{0} mug", mug, TALL_WIDE, patterns=True),
    Thing("teapot", "{0} teapot", teapot, patterns=True),
    Thing("bottle", "{0} bottle", bottle, TALL_WIDE),
    Thing("vase", "{0} vase", vase, TALL_WIDE, patterns=True),
    Thing("bucket", "{0} bucket", bucket, TALL, patterns=True),
    Thing("barrel", "{0} barrel", barrel, TALL),
    Thing("bowl", "{0} bowl", bowl, patterns=True),
    Thing("basket", "{0} basket", basket),
    Thing("kettle", "{0} kettle", kettle),
    Thing("pot", "{0} cooking pot", pot),
    Thing("pan", "{0} frying pan", pan),
    Thing("cup", "{0} teacup", cup, patterns=True),
    Thing("glass", "glass of {0} juice", glass),
    Thing("jar", "jar of {0} jam", jar),
    Thing("backpack", "{0} backpack", backpack),
    Thing("suitcase", "{0} suitcase", suitcase),
)
