"""Small animals that hop, crawl and creep."""

from __future__ import annotations

import math

from .. import kit


def turtle(v: kit.Variation) -> kit.Shape:
    skin = (0.45, 0.68, 0.28)
    shell = kit.part(
        kit.MAIN, kit.ellipsoid((0, 0.1, 0.0), (0.8, 0.95, 0.6)), cuts=[kit.box((0, 0, -1.1), (3, 3, 1), 0)]
    )
    plates = kit.part(
        kit.BROWN,
        kit.ring((0, 0.1, -0.1), 0.84, 0.09),
        [kit.ring((0, 0.1, 0.12), 0.82, 0.04), kit.ring((0, 0.1, 0.44), 0.58, 0.03)],
    )
    limbs = kit.part(
        skin,
        kit.both(*(kit.taper((0.5, y, -0.15), (0.78, y * 1.35, -0.4), 0.2, 0.15) for y in (-0.45, 0.6))),
        kit.taper((0, 0.9, -0.15), (0, 1.25, -0.25), 0.14, 0.02),
        kit.taper((0, -0.7, -0.1), (0, -1.1, 0.15), 0.2, 0.24),
        kit.ball((0, -1.15, 0.2), 0.27),
        blend=0.04,
    )
    return kit.shape(shell, plates, limbs, kit.eyes(0.15, -1.36, 0.3, 0.055))


def frog(v: kit.Variation) -> kit.Shape:
    body = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0.15, -0.05), (0.6, 0.72, 0.46), kit.turn_x(-0.35)),
        kit.ellipsoid((0, -0.4, 0.2), (0.52, 0.42, 0.3)),
        kit.both(
            kit.ball((0.3, -0.42, 0.52), 0.18),
            kit.ellipsoid((0.56, 0.45, -0.25), (0.24, 0.46, 0.26)),
            kit.ellipsoid((0.72, 0.1, -0.46), (0.2, 0.36, 0.07)),
            kit.taper((0.4, -0.3, -0.1), (0.48, -0.55, -0.42), 0.15, 0.1),
            kit.ellipsoid((0.5, -0.66, -0.46), (0.18, 0.2, 0.06)),
        ),
        blend=0.06,
    )
    mouth = kit.part(kit.DARK, kit.arc((0, -0.38, 0.16), 0.46, 0.025, 1.3, kit.turn_z(math.pi)))
    belly = kit.part(kit.CREAM, kit.ellipsoid((0, -0.3, -0.1), (0.42, 0.46, 0.28)))
    return kit.shape(
        body,
        mouth,
        belly,
        kit.part(kit.WHITE, kit.both(kit.ball((0.32, -0.52, 0.57), 0.13))),
        kit.eyes(0.34, -0.62, 0.58, 0.075),
    )


def snail(v: kit.Variation) -> kit.Shape:
    slug = (0.82, 0.68, 0.45)
    body = kit.part(
        slug,
        kit.taper((0, -0.75, -0.4), (0, 0.95, -0.5), 0.24, 0.1),
        kit.taper((0, -0.75, -0.35), (0, -0.95, 0.15), 0.2, 0.19),
        blend=0.08,
    )
    shell = kit.part(kit.MAIN, kit.ellipsoid((0, 0.15, 0.15), (0.36, 0.65, 0.62)))
    coil = kit.part(
        kit.BROWN,
        kit.both(
            kit.ring((0.22, 0.15, 0.15), 0.46, 0.06, kit.SIDEWAYS),
            kit.ring((0.32, 0.15, 0.15), 0.24, 0.05, kit.SIDEWAYS),
            kit.ball((0.33, 0.15, 0.15), 0.08),
        ),
    )
    horns = kit.part(slug, kit.both(kit.rod((0.1, -0.98, 0.25), (0.17, -1.1, 0.65), 0.04)))
    return kit.shape(body, shell, coil, horns, kit.eyes(0.17, -1.1, 0.7, 0.075))


def caterpillar(v: kit.Variation) -> kit.Shape:
    wave = v.uniform(0.06, 0.16)
    at = [(0.0, -0.95 + i * 0.5, wave * (i % 2)) for i in range(5)]
    body = [kit.part(kit.MAIN if i % 2 == 0 else kit.GREEN, kit.ball(each, 0.38)) for i, each in enumerate(at)]
    feet = kit.part(kit.BROWN, kit.both(*(kit.ball((0.2, y, -0.34), 0.1) for _, y, _ in at)))
    feelers = kit.part(
        kit.BLACK, kit.both(kit.rod((0.12, -1.0, 0.32), (0.22, -1.05, 0.68), 0.035), kit.ball((0.22, -1.05, 0.7), 0.07))
    )
    return kit.shape(
        body,
        feet,
        feelers,
        kit.part(kit.WHITE, kit.both(kit.ball((0.15, -1.27, 0.12), 0.1))),
        kit.eyes(0.15, -1.35, 0.13, 0.05),
        kit.part(kit.RED, kit.ball((0, -1.33, -0.05), 0.06)),
    )


def snake(v: kit.Variation) -> kit.Shape:
    skin = kit.striped(kit.MAIN, (0.2, 0.3, 0.12), 0.3, (0.8, 0.6, 0))
    coils = kit.part(
        skin,
        kit.ring((0, 0, -0.35), 0.68, 0.2),
        kit.ring((0.03, 0.02, -0.05), 0.5, 0.18),
        kit.ring((0, 0, 0.2), 0.33, 0.16),
    )
    neck = kit.part(
        kit.MAIN,
        kit.tube([(0, 0.3, 0.2), (0.1, 0.5, 0.8), (0, -0.1, 0.9), (0, -0.35, 1.05)], [0.16, 0.15, 0.14, 0.14]),
        kit.ellipsoid((0, -0.48, 1.08), (0.24, 0.32, 0.17)),
        kit.tube([(0.68, 0, -0.35), (0.9, -0.6, -0.45), (0.5, -1.0, -0.5)], [0.2, 0.12, 0.03]),
    )
    tongue = kit.part(
        kit.RED,
        kit.rod((0, -0.75, 1.03), (0, -0.98, 1.02), 0.03),
        kit.both(kit.rod((0, -0.98, 1.02), (0.08, -1.1, 1.02), 0.025)),
    )
    return kit.shape(coils, neck, tongue, kit.eyes(0.15, -0.63, 1.2, 0.06))
