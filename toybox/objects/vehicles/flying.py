"""What flies."""

from __future__ import annotations

import math

from .. import kit


def airplane(v: kit.Variation) -> kit.Shape:
    span, sweep = v.uniform(1.3, 1.6), v.uniform(0.2, 0.45)
    body = kit.part(
        kit.MAIN, kit.taper((-1.3, 0, 0.1), (0.2, 0, 0), 0.12, 0.27), kit.taper((0.2, 0, 0), (1.15, 0, 0), 0.27, 0.2)
    )
    wing = (
        [kit.taper((0.2, s * 0.2, -0.08), (0.2 - sweep, s * span, 0.02), 0.09, 0.06) for s in (-1, 1)]
        + [kit.taper((-0.05, s * 0.2, -0.08), (-0.05 - sweep, s * span, 0.02), 0.09, 0.06) for s in (-1, 1)]
        + [kit.taper((-0.3, s * 0.2, -0.08), (-0.2 - sweep, s * span, 0.02), 0.07, 0.05) for s in (-1, 1)]
    )
    tail = [kit.taper((-1.25, s * 0.08, 0.12), (-1.45, s * 0.55, 0.15), 0.08, 0.05) for s in (-1, 1)] + [
        kit.taper((-1.2, 0, 0.15), (-1.5, 0, 0.68), 0.09, 0.05),
        kit.taper((-1.0, 0, 0.15), (-1.4, 0, 0.62), 0.08, 0.05),
        kit.taper((-1.05, 0.05, 0.12), (-1.35, 0.5, 0.15), 0.06, 0.04),
        kit.taper((-1.05, -0.05, 0.12), (-1.35, -0.5, 0.15), 0.06, 0.04),
    ]
    engines = kit.part(
        kit.STEEL,
        [
            kit.taper((0.3 - sweep / 2, s * span * 0.45, -0.18), (-0.1 - sweep / 2, s * span * 0.45, -0.18), 0.13, 0.1)
            for s in (-1, 1)
        ],
    )
    glass = kit.part(
        kit.GLASS,
        kit.ellipsoid((1.08, 0, 0.13), (0.2, 0.16, 0.1)),
        [kit.ball((x, s * 0.22, 0.08), 0.065) for x in (-0.5, -0.2, 0.1, 0.4, 0.7) for s in (-1, 1)],
    )
    return kit.driving(kit.shape(body, kit.part(kit.WHITE, wing), kit.part(kit.MAIN, tail), engines, glass))


def helicopter(v: kit.Variation) -> kit.Shape:
    spin = v.uniform(0, math.pi / 2)
    body = kit.part(
        kit.MAIN,
        kit.ellipsoid((0.2, 0, 0), (0.75, 0.48, 0.52)),
        kit.taper((-0.3, 0, 0.15), (-1.5, 0, 0.3), 0.22, 0.08),
        kit.taper((-1.45, 0, 0.3), (-1.65, 0, 0.7), 0.09, 0.05),
        blend=0.1,
    )
    glass = kit.part(kit.GLASS, kit.ellipsoid((0.52, 0, 0.06), (0.48, 0.43, 0.4)))
    rotor = kit.part(
        kit.DARK,
        kit.cylinder((0.1, 0, 0.62), 0.08, 0.18),
        kit.ball((0.1, 0, 0.8), 0.12),
        [kit.box((0.1, 0, 0.8), (1.45, 0.09, 0.03), 0.0, kit.turn_z(spin + a)) for a in (0.0, math.pi / 2)],
    )
    tail = kit.part(
        kit.DARK,
        [kit.box((-1.58, -0.1, 0.48), (0.32, 0.02, 0.05), 0.0, kit.turn_y(a)) for a in (0.6, 0.6 + math.pi / 2)],
    )
    skids = kit.part(
        kit.STEEL,
        [kit.rod((-0.55, s * 0.42, -0.72), (0.85, s * 0.42, -0.72), 0.06) for s in (-1, 1)],
        [kit.rod((x, s * 0.25, -0.35), (x, s * 0.42, -0.72), 0.05) for x in (-0.15, 0.5) for s in (-1, 1)],
    )
    return kit.driving(kit.shape(body, glass, rotor, tail, skids))


def rocket(v: kit.Variation) -> kit.Shape:
    h = v.height(0.9, 1.1)
    body = kit.part(kit.WHITE, kit.cylinder((0, 0, 0), 0.46, h, 0.1))
    nose = kit.part(kit.MAIN, kit.taper((0, 0, h - 0.05), (0, 0, h + 0.75), 0.44, 0.05))
    fins = kit.part(
        kit.MAIN,
        kit.around(kit.prism((0.5, 0, -h + 0.1), 0.42, 0.06, 0.42, 0.05, 0.02), 4, math.pi / 4),
        kit.cylinder((0, 0, -h * 0.55), 0.475, 0.06, 0.0),
    )
    window = (
        kit.part(kit.GLASS, kit.ellipsoid((0, -0.44, h * 0.4), (0.22, 0.08, 0.22))),
        kit.part(kit.MAIN, kit.ring((0, -0.44, h * 0.4), 0.22, 0.05, kit.FLAT)),
    )
    flame = (
        kit.part(kit.ORANGE, kit.taper((0, 0, -h - 0.1), (0, 0, -h - 0.6), 0.25, 0.03)),
        kit.part(kit.DARK, kit.cone((0, 0, -h - 0.05), 0.36, 0.25, 0.12)),
    )
    return kit.shape(body, nose, fins, window, flame)


def balloon_ride(v: kit.Variation) -> kit.Shape:
    bag = kit.part(
        kit.striped(kit.MAIN, kit.WHITE, 0.5, (1, 0, 0), 0.125), kit.taper((0, 0, 0.55), (0, 0, -0.35), 0.85, 0.3)
    )
    basket_ = (
        kit.part(kit.WOOD, kit.box((0, 0, -1.25), (0.26, 0.26, 0.2), 0.04)),
        kit.part(kit.BROWN, kit.box((0, 0, -1.06), (0.29, 0.29, 0.04), 0.02)),
    )
    ropes = kit.part(kit.DARK, kit.both(*(kit.rod((0.24, y, -1.1), (0.27, y, -0.45), 0.025) for y in (-0.24, 0.24))))
    return kit.shape(bag, basket_, ropes)


def ufo(v: kit.Variation) -> kit.Shape:
    disk = kit.part(
        kit.MAIN, kit.ellipsoid((0, 0, 0), (1.15, 1.15, 0.32)), kit.ellipsoid((0, 0, -0.1), (0.6, 0.6, 0.35))
    )
    lamps = kit.part(kit.YELLOW, kit.around(kit.ball((0.98, 0, 0.1), 0.11), 10))
    feet = kit.part(
        kit.STEEL,
        kit.around(kit.rod((0.5, 0, -0.25), (0.75, 0, -0.65), 0.05), 3),
        kit.around(kit.ball((0.75, 0, -0.65), 0.1), 3),
    )
    return kit.shape(disk, kit.part(kit.GLASS, kit.ellipsoid((0, 0, 0.25), (0.5, 0.5, 0.5))), lamps, feet)
