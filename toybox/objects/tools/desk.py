"""Small things for the desk and the door."""

from __future__ import annotations

from .. import kit


def scissors(v: kit.Variation) -> kit.Shape:
    spread = v.uniform(0.18, 0.3)
    blades = kit.part(
        kit.STEEL,
        kit.both(kit.prism((0, 0, 0.55), 0.12, 0.01, 0.6, 0.04, 0.0).turned(kit.turn_y(spread))),
        kit.cylinder((0, -0.06, 0), 0.07, 0.04, 0.0, kit.FLAT),
    )
    grips = kit.part(
        kit.MAIN,
        kit.both(
            kit.ring((0.28 + spread * 0.3, 0, -0.72), 0.25, 0.09, kit.FLAT),
            kit.rod((0.0, 0, 0.0), (0.18 + spread * 0.15, 0, -0.5), 0.09),
        ),
    )
    return kit.shape(blades, grips)


def paintbrush(v: kit.Variation) -> kit.Shape:
    return kit.shape(
        kit.part(kit.WOOD, kit.taper((0, 0, 0.1), (0, 0, 1.2), 0.13, 0.07)),
        kit.part(kit.STEEL, kit.cylinder((0, 0, 0.0), 0.2, 0.16)),
        kit.part(
            kit.MAIN, kit.ellipsoid((0, 0, -0.4), (0.22, 0.22, 0.5)), kit.taper((0, 0, -0.5), (0, 0, -0.95), 0.2, 0.03)
        ),
        kit.part(kit.CREAM, kit.cylinder((0, 0, -0.18), 0.18, 0.06)),
    )


def pencil(v: kit.Variation) -> kit.Shape:
    tilt = kit.turn_y(v.uniform(-0.5, 0.5))
    body = kit.part(
        kit.MAIN,
        kit.around(kit.box((0.08, 0, 0.15), (0.1, 0.1, 0.95), 0.0), 3, 0.3),
        kit.cylinder((0, 0, 0.15), 0.19, 0.95, 0.0),
    )
    tip = (
        kit.part(kit.PALE_WOOD, kit.cone((0, 0, -1.0), 0.06, 0.19, 0.2, 0.0)),
        kit.part(kit.BLACK, kit.cone((0, 0, -1.25), 0.01, 0.065, 0.08, 0.0)),
    )
    return kit.shape(
        body,
        tip,
        kit.part(kit.STEEL, kit.cylinder((0, 0, 1.15), 0.2, 0.1)),
        kit.part(kit.PINK, kit.cylinder((0, 0, 1.33), 0.18, 0.12, 0.06)),
    ).placed(turn=tilt)


def magnet(v: kit.Variation) -> kit.Shape:
    bow = kit.part(
        kit.MAIN,
        kit.ring((0, 0, 0.25), 0.58, 0.22, kit.FLAT),
        cuts=[kit.box((0, 0, -0.75), (2, 2, 1.0), 0)],
        hull=[kit.box((0, 0, 0.6), (0.8, 0.22, 0.4))],
    )
    return kit.shape(
        bow,
        kit.part(kit.MAIN, kit.both(kit.cylinder((0.58, 0, -0.05), 0.22, 0.32))),
        kit.part(kit.STEEL, kit.both(kit.cylinder((0.58, 0, -0.52), 0.225, 0.17))),
    )


def key(v: kit.Variation) -> kit.Shape:
    teeth = [
        kit.box((0.2, 0, z), (0.22, 0.075, 0.08), 0.02)
        for z in ((-1.0, -0.72) if v.chance(0.5) else (-1.0, -0.78, -0.56))
    ]
    return kit.shape(
        kit.part(
            kit.MAIN,
            kit.ring((0, 0, 0.75), 0.38, 0.12, kit.FLAT),
            kit.rod((0, 0, 0.3), (0, 0, -1.1), 0.1),
            kit.ring((0, 0, 0.25), 0.1, 0.06),
            teeth,
        )
    )
