"""What stands on a table."""

from __future__ import annotations

import math

from .. import kit


def mug(v: kit.Variation) -> kit.Shape:
    r, h = v.width(0.72, 0.85), v.height(0.85, 1.05)
    body = kit.part(kit.MAIN, kit.cylinder((0, 0, 0), r, h, 0.05), cuts=[kit.cylinder((0, 0, 0.15), r * 0.86, h, 0.05)])
    handle = kit.part(
        kit.MAIN, kit.arc((r - 0.02, 0, 0), h * 0.5, 0.11, math.pi / 2, kit.chain(kit.FLAT, kit.turn_z(-math.pi / 2)))
    )
    coffee = kit.part((0.25, 0.14, 0.08), kit.cylinder((0, 0, h * 0.45), r * 0.88, 0.03))
    return kit.shape(body, handle, coffee, inside=kit.top(0, 0, h * 0.45, r * 0.8))


def teapot(v: kit.Variation) -> kit.Shape:
    squat = v.uniform(0.74, 0.9)
    body = kit.part(
        kit.MAIN, kit.ellipsoid((0, 0, 0), (1, 1, squat)), kit.cylinder((0, 0, -squat + 0.04), 0.5, 0.1), blend=0.06
    )
    spout = kit.part(
        kit.MAIN, kit.tube([(0.75, 0, -0.3), (1.35, 0, -0.3), (1.2, 0, 0.5), (1.65, 0, 0.6)], [0.3, 0.2, 0.13, 0.12])
    )
    handle = kit.part(kit.MAIN, kit.arc((-0.85, 0, 0.1), 0.46, 0.1, 2.0, kit.chain(kit.FLAT, kit.turn_z(math.pi / 2))))
    lid = kit.part(
        kit.MAIN, kit.ellipsoid((0, 0, squat - 0.06), (0.5, 0.5, 0.13)), kit.ball((0, 0, squat + 0.15), 0.13)
    )
    rim = kit.part(kit.DARK, kit.ring((0, 0, squat * 0.87), 0.5, 0.035))
    return kit.shape(body, spout, handle, lid, rim)


def bottle(v: kit.Variation) -> kit.Shape:
    r, h = v.width(0.48, 0.58), v.height(0.8, 1.0)
    neck = kit.part(
        kit.MAIN,
        kit.cylinder((0, 0, 0), r, h, 0.1),
        kit.cone((0, 0, h + 0.2), r * 0.92, 0.2, 0.3),
        kit.cylinder((0, 0, h + 0.6), 0.18, 0.3),
        blend=0.1,
    )
    label = kit.part(kit.WHITE, kit.cylinder((0, 0, -0.1), r + 0.015, h * 0.45, 0.0))
    return kit.shape(neck, label, kit.part(kit.DARK, kit.cylinder((0, 0, h + 0.92), 0.22, 0.12, 0.03)))


def vase(v: kit.Variation) -> kit.Shape:
    r, h = v.width(0.7, 0.85), v.height(0.8, 0.95)
    body = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0, 0), (r, r, h)),
        kit.cone((0, 0, h + 0.1), 0.3, 0.5, 0.32, 0.02),
        kit.cylinder((0, 0, -h + 0.02), 0.42, 0.1),
        blend=0.14,
        cuts=[kit.cone((0, 0, h + 0.22), 0.18, 0.44, 0.36, 0.0)],
    )
    band = kit.part(kit.GOLD, kit.ring((0, 0, h + 0.4), 0.48, 0.05))
    return kit.shape(body, band)


def bowl(v: kit.Variation) -> kit.Shape:
    flat = v.uniform(0.7, 0.85)
    body = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0, 0), (1, 1, flat)),
        kit.cylinder((0, 0, -flat + 0.05), 0.42, 0.08),
        cuts=[kit.ellipsoid((0, 0, 0.02), (0.9, 0.9, flat - 0.1)), kit.box((0, 0, 1), (2, 2, 1), 0)],
        hull=[kit.cylinder((0, 0, -flat / 2), 0.95, flat / 2)],
    )
    return kit.shape(
        body, kit.part(kit.MAIN, kit.ring((0, 0, 0), 0.95, 0.05)), inside=kit.top(0, 0, -flat + 0.28, 0.72)
    )


def cup(v: kit.Variation) -> kit.Shape:
    saucer = kit.part(kit.MAIN, kit.cone((0, 0, -0.62), 0.5, 1.1, 0.07, 0.02))
    body = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0, 0.1), (0.75, 0.75, 0.7)),
        cuts=[kit.box((0, 0, 1.1), (2, 2, 1), 0), kit.ellipsoid((0, 0, 0.14), (0.66, 0.66, 0.6))],
        hull=[kit.cylinder((0, 0, -0.25), 0.75, 0.35)],
    )
    tea = kit.part((0.62, 0.3, 0.1), kit.cylinder((0, 0, -0.05), 0.6, 0.04))
    handle = kit.part(
        kit.MAIN, kit.arc((0.66, 0, -0.15), 0.22, 0.06, 2.0, kit.chain(kit.FLAT, kit.turn_z(-math.pi / 2)))
    )
    return kit.shape(saucer, body, tea, handle)


def glass(v: kit.Variation) -> kit.Shape:
    wine = kit.part(kit.MAIN, kit.ellipsoid((0, 0, 0.5), (0.5, 0.5, 0.62)), cuts=[kit.box((0, 0, 1.8), (2, 2, 1), 0)])
    stem = kit.part(kit.GLASS, kit.cylinder((0, 0, -0.5), 0.06, 0.5), kit.cone((0, 0, -1.0), 0.48, 0.05, 0.07, 0.0))
    bowl_ = kit.part(
        kit.GLASS,
        kit.ellipsoid((0, 0, 0.5), (0.55, 0.55, 0.67)),
        cuts=[kit.box((0, 0, 2.05), (2, 2, 1), 0), kit.ellipsoid((0, 0, 0.56), (0.5, 0.5, 0.66))],
    )
    lower = kit.part(
        kit.MAIN, kit.ellipsoid((0, 0, 0.5), (0.565, 0.565, 0.68)), cuts=[kit.box((0, 0, 1.6), (2, 2, 1), 0)]
    )
    return kit.shape(wine, stem, bowl_, lower)
