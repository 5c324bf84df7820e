"""Animals of the farm."""

from __future__ import annotations

from .. import kit


def pig(v: kit.Variation) -> kit.Shape:
    skin, snout = (0.95, 0.64, 0.67), (0.88, 0.46, 0.54)
    body = kit.part(
        skin,
        kit.ellipsoid((0, 0.15, 0), (0.6, 0.9, 0.56)),
        kit.ellipsoid((0, -0.78, 0.2), (0.44, 0.42, 0.42)),
        kit.legs(0.34, 0.52, -0.35, 0.45, 0.17, 0.15),
        blend=0.08,
    )
    nose = kit.part(snout, kit.cylinder((0, -1.2, 0.13), 0.2, 0.12, 0.04, kit.FLAT))
    holes = kit.part(kit.BROWN, kit.both(kit.ball((0.075, -1.31, 0.14), 0.045)))
    ears = kit.part(
        snout,
        kit.both(kit.cone((0.27, -0.72, 0.62), 0.2, 0.02, 0.18, 0.02, kit.chain(kit.turn_y(0.3), kit.turn_x(0.5)))),
    )
    tail = kit.part(snout, kit.ring((0, 1.1, 0.2), 0.11, 0.045, kit.SIDEWAYS))
    feet = kit.part(kit.BROWN, kit.legs(0.34, 0.52, -0.82, 0.02, 0.155))
    return kit.shape(
        body, nose, holes, ears, tail, feet, kit.eyes(0.19, -1.12, 0.36, 0.055), head=kit.top(0, -0.72, 0.5, 0.38)
    )


def cow(v: kit.Variation) -> kit.Shape:
    spots = kit.dotted(kit.MAIN, (0.2, 0.13, 0.1) if v.chance(0.5) else kit.BLACK, 0.95)
    body = kit.part(
        spots,
        kit.box((0, 0.1, 0), (0.45, 0.85, 0.42), 0.3),
        kit.legs(0.3, 0.62, -0.25, 0.72, 0.16, 0.13),
        kit.taper((0, -0.65, 0.2), (0, -1.0, 0.5), 0.3, 0.26),
        blend=0.1,
    )
    head = kit.part(kit.MAIN, kit.taper((0, -1.05, 0.58), (0, -1.4, 0.35), 0.27, 0.22))
    muzzle = kit.part(kit.PINK, kit.ellipsoid((0, -1.5, 0.28), (0.24, 0.17, 0.18)))
    horns = kit.part(
        kit.CREAM,
        kit.both(*kit.tube([(0.18, -1.0, 0.78), (0.45, -1.0, 0.85), (0.42, -1.02, 1.1)], [0.07, 0.06, 0.02], 4)),
    )
    ears = kit.part(kit.MAIN, kit.both(kit.ellipsoid((0.4, -0.98, 0.66), (0.18, 0.06, 0.1), kit.turn_y(0.3))))
    udder = kit.part(kit.PINK, kit.ellipsoid((0, 0.5, -0.42), (0.22, 0.25, 0.15)))
    tail = (
        kit.part(kit.MAIN, kit.rod((0, 0.95, 0.25), (0, 1.08, -0.4), 0.045)),
        kit.part(kit.DARK, kit.ellipsoid((0, 1.09, -0.5), (0.07, 0.07, 0.15))),
    )
    nostrils = kit.part(kit.BROWN, kit.both(kit.ball((0.1, -1.64, 0.3), 0.04)))
    hooves = kit.part(kit.DARK, kit.legs(0.3, 0.62, -0.98, 0.06, 0.135))
    return kit.shape(body, head, muzzle, horns, ears, udder, tail, nostrils, hooves, kit.eyes(0.19, -1.22, 0.66, 0.055))


def horse(v: kit.Variation) -> kit.Shape:
    mane = v.choice(kit.BLACK, kit.CREAM, kit.BROWN)
    body = kit.part(
        kit.MAIN,
        kit.taper((0, -0.5, 0.05), (0, 0.6, 0.08), 0.4, 0.38),
        kit.taper((0, -0.62, 0.2), (0, -1.05, 0.95), 0.32, 0.2),
        kit.legs(0.22, 0.62, -0.1, 0.98, 0.16, 0.09),
        kit.taper((0, -1.05, 1.02), (0, -1.48, 0.68), 0.21, 0.15),
        blend=0.08,
    )
    ears = kit.part(kit.MAIN, kit.both(kit.taper((0.1, -0.98, 1.2), (0.13, -0.98, 1.4), 0.07, 0.02)))
    hair = kit.part(
        mane,
        kit.tube([(0, -1.08, 1.28), (0, -0.75, 1.15), (0, -0.45, 0.45)], [0.08, 0.12, 0.08]),
        kit.tube([(0, 0.98, 0.25), (0, 1.4, 0.2), (0, 1.3, -0.65)], [0.07, 0.13, 0.07]),
    )
    hooves = kit.part(kit.DARK, kit.legs(0.22, 0.62, -1.08, 0.06, 0.11, 0.13))
    return kit.shape(
        body,
        ears,
        hair,
        hooves,
        kit.eyes(0.16, -1.2, 1.06, 0.05),
        kit.part(kit.BROWN, kit.both(kit.ball((0.1, -1.58, 0.68), 0.04))),
    )


def sheep(v: kit.Variation) -> kit.Shape:
    wool = kit.both(
        *(
            kit.ball((0.3, 0.1 + 0.5 * y, z), 0.33)
            for y, z in ((-1, 0.1), (0, 0.28), (1, 0.1), (-0.5, -0.15), (0.5, -0.15))
        )
    )
    wool += [kit.ball((0, 0.1 + 0.32 * i, 0.36 - 0.04 * i * i), 0.3) for i in (-2, -1, 0, 1, 2)]
    body = kit.part(kit.MAIN, kit.ellipsoid((0, 0.1, 0), (0.52, 0.78, 0.48)), wool, blend=0.06)
    face = (0.16, 0.14, 0.14)
    head = kit.part(
        face,
        kit.taper((0, -0.85, 0.38), (0, -1.12, 0.2), 0.25, 0.18),
        kit.both(kit.ellipsoid((0.32, -0.8, 0.4), (0.17, 0.07, 0.09), kit.turn_y(0.4))),
        kit.legs(0.28, 0.45, -0.35, 0.55, 0.11, 0.1),
    )
    return kit.shape(
        body,
        head,
        kit.part(kit.MAIN, kit.ball((0, -0.74, 0.6), 0.23)),
        kit.part(kit.WHITE, kit.both(kit.ball((0.13, -1.05, 0.44), 0.065))),
        kit.eyes(0.14, -1.1, 0.45, 0.035),
    )
