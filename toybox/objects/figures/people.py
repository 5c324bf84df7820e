"""People."""

from __future__ import annotations

import math
from typing import Final

from .. import kit


def _person(
    v: kit.Variation, skin: kit.Vec3, shirt: kit.Paint, trousers: kit.Paint, shoes: kit.Paint
) -> list[kit.Part]:
    """Standing, arms down, the head's centre at (0, 0, 1)."""
    swing = v.uniform(-0.2, 0.2)
    return [
        kit.part(
            skin,
            kit.ball((0, 0, 1.0), 0.36),
            kit.rod((0, 0, 0.5), (0, 0, 0.8), 0.12),
            kit.ball((0.62, -0.12 - swing, -0.28), 0.12),
            kit.ball((-0.62, -0.12 + swing, -0.28), 0.12),
            kit.ball((0, -0.36, 0.95), 0.06),
        ),
        kit.part(
            shirt,
            kit.taper((0, 0, 0.3), (0, 0, -0.2), 0.33, 0.29),
            kit.taper((0.3, 0, 0.4), (0.6, -0.1 - swing, -0.15), 0.14, 0.11),
            kit.taper((-0.3, 0, 0.4), (-0.6, -0.1 + swing, -0.15), 0.14, 0.11),
            blend=0.05,
        ),
        kit.part(
            trousers,
            kit.taper((0.15, 0, -0.3), (0.19, swing * 0.5, -1.0), 0.18, 0.13),
            kit.taper((-0.15, 0, -0.3), (-0.19, -swing * 0.5, -1.0), 0.18, 0.13),
        ),
        kit.part(
            shoes,
            kit.ellipsoid((0.2, swing * 0.5 - 0.08, -1.15), (0.14, 0.25, 0.1)),
            kit.ellipsoid((-0.2, -swing * 0.5 - 0.08, -1.15), (0.14, 0.25, 0.1)),
        ),
        kit.eyes(0.13, -0.32, 1.06, 0.045),
    ]


_SKINS: Final = (kit.SKIN, (0.78, 0.56, 0.4), (0.5, 0.33, 0.22))


def boy(v: kit.Variation) -> kit.Shape:
    body = _person(v, v.choice(*_SKINS), kit.MAIN, kit.BLUE, kit.DARK)
    hair = kit.part(v.choice(kit.BROWN, kit.BLACK, (0.75, 0.5, 0.2)), kit.ellipsoid((0, 0.07, 1.12), (0.38, 0.37, 0.3)))
    return kit.shape(
        body,
        hair,
        kit.part(kit.RED, kit.arc((0, -0.24, 0.92), 0.14, 0.025, 0.9, kit.chain(kit.FLAT, kit.turn_z(math.pi)))),
        head=kit.top(0, 0, 1.22, 0.36),
    )


def girl(v: kit.Variation) -> kit.Shape:
    skin, dark = v.choice(*_SKINS), v.choice(kit.BROWN, kit.BLACK, (0.85, 0.65, 0.25))
    body = _person(v, skin, kit.MAIN, skin, kit.RED)
    hair = kit.part(
        dark,
        kit.ellipsoid((0, 0.08, 1.1), (0.4, 0.38, 0.33)),
        kit.both(kit.taper((0.42, 0.1, 1.0), (0.56, 0.12, 0.5), 0.13, 0.06)),
    )
    return kit.shape(
        body, hair, kit.part(kit.MAIN, kit.cone((0, 0, -0.35), 0.58, 0.27, 0.38, 0.03)), head=kit.top(0, 0, 1.22, 0.36)
    )


def astronaut(v: kit.Variation) -> kit.Shape:
    suit = kit.part(
        kit.WHITE,
        kit.ellipsoid((0, 0, 0.1), (0.45, 0.36, 0.5)),
        kit.both(
            kit.taper((0.4, 0, 0.35), (0.72, -0.15, -0.2), 0.18, 0.15),
            kit.taper((0.2, 0, -0.25), (0.24, 0, -0.9), 0.23, 0.18),
        ),
        blend=0.05,
    )
    helmet = (
        kit.part(kit.WHITE, kit.ball((0, 0, 0.95), 0.44)),
        kit.part(kit.GOLD, kit.ellipsoid((0, -0.16, 0.96), (0.34, 0.32, 0.28))),
    )
    trim = kit.part(
        kit.MAIN,
        kit.both(
            kit.cylinder((0.24, 0, -0.72), 0.22, 0.06),
            kit.ball((0.75, -0.17, -0.28), 0.17),
            kit.ellipsoid((0.25, -0.08, -1.05), (0.2, 0.3, 0.13)),
        ),
        kit.ring((0, 0, 0.57), 0.3, 0.07),
    )
    pack = (
        kit.part(kit.STEEL, kit.box((0, 0.42, 0.25), (0.38, 0.17, 0.48), 0.08)),
        kit.part(kit.MAIN, kit.box((0, -0.35, 0.15), (0.18, 0.06, 0.12), 0.02)),
    )
    return kit.shape(suit, helmet, trim, pack)


def knight(v: kit.Variation) -> kit.Shape:
    body = _person(v, kit.STEEL, kit.STEEL, kit.IRON, kit.IRON)[:4]
    helm = (
        kit.part(kit.STEEL, kit.ball((0, 0, 1.03), 0.4), kit.cylinder((0, 0, 0.85), 0.39, 0.17)),
        kit.part(kit.BLACK, kit.box((0, -0.37, 1.02), (0.26, 0.06, 0.035), 0.01)),
    )
    plume = kit.part(
        kit.MAIN,
        kit.tube([(0, -0.1, 1.4), (0, 0.1, 1.8), (0, 0.5, 1.55), (0, 0.55, 1.1)], [0.08, 0.13, 0.12, 0.04]),
        kit.box((0, -0.34, 0.15), (0.19, 0.04, 0.26), 0.02),
    )
    blade = (
        kit.part(kit.STEEL, kit.box((0.66, -0.5, 0.35), (0.05, 0.02, 0.62), 0.01)),
        kit.part(kit.GOLD, kit.box((0.66, -0.5, -0.26), (0.18, 0.05, 0.04), 0.01)),
        kit.part(
            kit.BROWN,
            kit.rod((0.64, -0.5, -0.5), (0.66, -0.5, -0.28), 0.05),
            kit.rod((0.62, -0.25, -0.3), (0.65, -0.5, -0.38), 0.1),
        ),
    )
    return kit.shape(body, helm, plume, blade)
