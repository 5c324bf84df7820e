"""What swims and dives."""

from __future__ import annotations

from .. import kit


def boat(v: kit.Variation) -> kit.Shape:
    hull = kit.part(
        kit.WOOD,
        kit.ellipsoid((0, 0, -0.45), (1.3, 0.5, 0.48)),
        cuts=[kit.box((0, 0, 0.55), (3, 3, 1), 0)],
        hull=[kit.box((0, 0, -0.7), (1.3, 0.5, 0.25))],
    )
    deck = kit.part(kit.PALE_WOOD, kit.ellipsoid((0, 0, -0.46), (1.2, 0.44, 0.06)))
    h = v.height(0.85, 0.95)
    mast = kit.part(
        kit.WOOD, kit.rod((0.1, 0, -0.4), (0.1, 0, h + 0.35), 0.05), kit.rod((0.1, 0, -0.2), (-1.0, 0, -0.2), 0.04)
    )
    sail = kit.part(
        kit.MAIN,
        kit.prism((-0.06, 0, h / 2 + 0.02), 1.0, 0.02, h / 2 + 0.18, 0.04, 0.01),
        cuts=[kit.box((1.06, 0, 0.5), (1, 1, 3), 0)],
        hull=[kit.prism((-0.5, 0, h / 2), 0.55, 0.55, h / 2 + 0.2, 0.04)],
    )
    jib = kit.part(
        kit.WHITE,
        kit.prism((0.24, 0, h / 2 - 0.05), 0.75, 0.02, h / 2 + 0.05, 0.03, 0.01),
        cuts=[kit.box((-0.83, 0, 0.5), (1, 1, 3), 0)],
        hull=[kit.prism((0.6, 0, h / 2), 0.4, 0.4, h / 2, 0.04)],
    )
    return kit.driving(
        kit.shape(hull, deck, mast, sail, jib, kit.part(kit.RED, kit.prism((0.0, 0, h + 0.32), 0.1, 0.1, 0.06, 0.02)))
    )


def ship(v: kit.Variation) -> kit.Shape:
    hull = kit.part(
        kit.two_tone((0.6, 0.13, 0.1), kit.MAIN, -0.62),
        kit.prism((0, 0, -0.45), 1.05, 1.4, 0.32, 0.42, 0.1),
        kit.taper((0.9, 0, -0.45), (1.15, 0, -0.3), 0.3, 0.2),
        blend=0.05,
    )
    house_ = kit.part(
        kit.WHITE,
        kit.box((-0.15, 0, 0.08), (0.8, 0.34, 0.24), 0.03),
        kit.box((-0.05, 0, 0.42), (0.5, 0.28, 0.18), 0.03),
    )
    funnels = (
        kit.part(kit.MAIN, [kit.cylinder((x, 0, 0.8), 0.13, 0.3) for x in (-0.35, 0.05)]),
        kit.part(kit.BLACK, [kit.cylinder((x, 0, 1.08), 0.14, 0.06) for x in (-0.35, 0.05)]),
    )
    ports = kit.part(
        kit.GLASS,
        [kit.ball((x, s * 0.33, 0.1), 0.08) for x in (-0.75, -0.45, -0.15, 0.15, 0.45) for s in (-1, 1)],
        kit.box((0.42, 0, 0.46), (0.04, 0.22, 0.08), 0.0),
    )
    return kit.driving(
        kit.shape(hull, house_, funnels, ports, kit.part(kit.DARK, kit.rod((0.35, 0, 0.5), (0.35, 0, 1.2), 0.035)))
    )


def submarine(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN,
        kit.taper((-1.1, 0, 0), (0.9, 0, 0), 0.26, 0.48),
        kit.ball((0.9, 0, 0), 0.48),
        kit.box((0.1, 0, 0.58), (0.32, 0.2, 0.28), 0.14),
        blend=0.05,
    )
    scope = kit.part(
        kit.DARK,
        kit.tube([(0.15, 0, 0.7), (0.15, 0, 1.15), (0.15, 0, 1.2), (0.42, 0, 1.18)], [0.06] * 4),
        [kit.box((-1.3, 0, 0), (0.14, w, t), 0.02) for w, t in ((0.55, 0.04), (0.04, 0.55))],
        kit.ball((-1.5, 0, 0), 0.12),
    )
    at = [(0.85, 0.1), (0.3, 0.08), (-0.25, 0.06)]
    ports = (
        kit.part(kit.GLASS, [kit.ball((x, s * 0.4, z), 0.13) for x, z in at for s in (-1, 1)]),
        kit.part(kit.GOLD, [kit.ring((x, s * 0.45, z), 0.15, 0.035, kit.FLAT) for x, z in at for s in (-1, 1)]),
    )
    return kit.driving(
        kit.shape(
            body,
            scope,
            ports,
            kit.part(
                kit.GOLD,
                kit.box((-1.58, 0, 0), (0.03, 0.09, 0.38), 0.02, kit.turn_x(0.6)),
                kit.box((-1.58, 0, 0), (0.03, 0.09, 0.38), 0.02, kit.turn_x(2.1)),
            ),
        )
    )
