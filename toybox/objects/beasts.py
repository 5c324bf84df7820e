"""Animals on four legs, heads towards -y."""

from __future__ import annotations

from typing import Final

from .kit import (
    BLACK,
    BROWN,
    CREAM,
    DARK,
    FLAT,
    MAIN,
    PINK,
    RED,
    SIDEWAYS,
    WHITE,
    Paint,
    Part,
    Shape,
    Thing,
    Variation,
    ball,
    both,
    box,
    chain,
    cone,
    cylinder,
    dotted,
    ellipsoid,
    eyes,
    legs,
    part,
    ring,
    rod,
    shape,
    taper,
    top,
    tube,
    turn_x,
    turn_y,
    turn_z,
    two_tone,
)

CREAM_FUR: Final = (0.93, 0.86, 0.74)


def _sitting(body: Paint, head: float, chest: float) -> Part:
    """A body that sits upright: haunches behind, front legs straight; the head's centre is at (0, -0.3, head)."""
    return part(
        body,
        ellipsoid((0, 0.2, -0.35), (0.46, 0.52, 0.5)),
        taper((0, 0.15, -0.3), (0, -0.22, head - 0.3), 0.42, chest),
        both(
            taper((0.2, -0.38, 0.1), (0.2, -0.45, -0.78), 0.15, 0.12),
            ellipsoid((0.36, 0.15, -0.58), (0.2, 0.42, 0.3)),
            ellipsoid((0.38, -0.25, -0.8), (0.13, 0.24, 0.1)),
        ),
        blend=0.08,
    )


def cat(v: Variation) -> Shape:
    sits = v.pose == "sitting"
    y, z = (-0.3, 0.72) if sits else (-0.88, 0.55)
    if sits:
        body = _sitting(MAIN, z, 0.24)
        tail = part(
            MAIN,
            tube([(0, 0.6, -0.7), (0.5, 1.0, -0.8), (0.8, 0.4, -0.75), (0.75, -0.2, -0.75)], [0.11, 0.1, 0.09, 0.08]),
        )
    else:
        body = part(
            MAIN,
            taper((0, -0.45, 0.02), (0, 0.55, 0), 0.36, 0.4),
            taper((0, -0.6, 0.15), (0, y, z - 0.1), 0.26, 0.24),
            legs(0.22, 0.52, -0.15, 0.68, 0.15, 0.11),
            blend=0.08,
        )
        tail = part(
            MAIN, tube([(0, 0.85, 0.05), (0, 1.35, 0.1), (0, 1.15, 0.7), (0.1, 1.4, 1.0)], [0.11, 0.1, 0.09, 0.08])
        )
    return shape(body, tail, _cat_head(y, z), head=top(0, y, z + 0.24, 0.36))


def _cat_head(y: float, z: float) -> list[Part]:
    return [
        part(
            MAIN,
            ellipsoid((0, y, z), (0.4, 0.36, 0.36)),
            both(cone((0.24, y, z + 0.38), 0.17, 0.02, 0.17, 0.0, turn_y(0.25))),
        ),
        part(
            PINK,
            both(cone((0.235, y - 0.08, z + 0.35), 0.1, 0.01, 0.12, 0.0, turn_y(0.25))),
            ball((0, y - 0.44, z - 0.06), 0.05),
        ),
        part(CREAM_FUR, both(ellipsoid((0.09, y - 0.34, z - 0.13), (0.13, 0.1, 0.1)))),
        part((0.45, 0.8, 0.25), both(ball((0.16, y - 0.3, z + 0.08), 0.085))),
        eyes(0.16, y - 0.37, z + 0.08, 0.045),
    ]


def dog(v: Variation) -> Shape:
    ear = (0.24, 0.15, 0.09)
    if v.pose == "sitting":
        y, z, body = -0.35, 0.75, _sitting(MAIN, 0.75, 0.26)
        tail = part(MAIN, tube([(0, 0.62, -0.6), (0, 1.0, -0.6), (0.1, 1.1, -0.2)], [0.1, 0.09, 0.06]))
    else:
        y, z = -0.9, 0.62
        body = part(
            MAIN,
            taper((0, -0.5, 0.05), (0, 0.6, 0), 0.42, 0.36),
            taper((0, -0.6, 0.15), (0, y, z), 0.3, 0.26),
            legs(0.25, 0.58, -0.15, 0.75, 0.16, 0.12),
            blend=0.08,
        )
        tail = part(MAIN, tube([(0, 0.9, 0.1), (0, 1.2, 0.2), (0, 1.3, 0.7)], [0.1, 0.09, 0.05]))
    head = part(
        MAIN,
        ellipsoid((0, y, z), (0.36, 0.38, 0.36)),
        taper((0, y - 0.25, z - 0.1), (0, y - 0.52, z - 0.12), 0.22, 0.17),
        blend=0.06,
    )
    ears = part(ear, both(ellipsoid((0.38, y + 0.04, z - 0.02), (0.1, 0.19, 0.34), turn_y(-0.2))))
    return shape(
        body,
        tail,
        head,
        ears,
        part(BLACK, ball((0, y - 0.68, z - 0.05), 0.09)),
        eyes(0.15, y - 0.34, z + 0.1, 0.06),
        part(RED, ring((0, y * 0.85, z - 0.32), 0.27, 0.06, turn_x(-0.5))),
        head=top(0, y, z + 0.24, 0.33),
    )


def pig(v: Variation) -> Shape:
    skin, snout = (0.95, 0.64, 0.67), (0.88, 0.46, 0.54)
    body = part(
        skin,
        ellipsoid((0, 0.15, 0), (0.6, 0.9, 0.56)),
        ellipsoid((0, -0.78, 0.2), (0.44, 0.42, 0.42)),
        legs(0.34, 0.52, -0.35, 0.45, 0.17, 0.15),
        blend=0.08,
    )
    nose = part(snout, cylinder((0, -1.2, 0.13), 0.2, 0.12, 0.04, FLAT))
    holes = part(BROWN, both(ball((0.075, -1.31, 0.14), 0.045)))
    ears = part(snout, both(cone((0.27, -0.72, 0.62), 0.2, 0.02, 0.18, 0.02, chain(turn_y(0.3), turn_x(0.5)))))
    tail = part(snout, ring((0, 1.1, 0.2), 0.11, 0.045, SIDEWAYS))
    feet = part(BROWN, legs(0.34, 0.52, -0.82, 0.02, 0.155))
    return shape(body, nose, holes, ears, tail, feet, eyes(0.19, -1.12, 0.36, 0.055), head=top(0, -0.72, 0.5, 0.38))


def cow(v: Variation) -> Shape:
    spots = dotted(MAIN, (0.2, 0.13, 0.1) if v.chance(0.5) else BLACK, 0.95)
    body = part(
        spots,
        box((0, 0.1, 0), (0.45, 0.85, 0.42), 0.3),
        legs(0.3, 0.62, -0.25, 0.72, 0.16, 0.13),
        taper((0, -0.65, 0.2), (0, -1.0, 0.5), 0.3, 0.26),
        blend=0.1,
    )
    head = part(MAIN, taper((0, -1.05, 0.58), (0, -1.4, 0.35), 0.27, 0.22))
    muzzle = part(PINK, ellipsoid((0, -1.5, 0.28), (0.24, 0.17, 0.18)))
    horns = part(
        CREAM, both(*tube([(0.18, -1.0, 0.78), (0.45, -1.0, 0.85), (0.42, -1.02, 1.1)], [0.07, 0.06, 0.02], 4))
    )
    ears = part(MAIN, both(ellipsoid((0.4, -0.98, 0.66), (0.18, 0.06, 0.1), turn_y(0.3))))
    udder = part(PINK, ellipsoid((0, 0.5, -0.42), (0.22, 0.25, 0.15)))
    tail = (
        part(MAIN, rod((0, 0.95, 0.25), (0, 1.08, -0.4), 0.045)),
        part(DARK, ellipsoid((0, 1.09, -0.5), (0.07, 0.07, 0.15))),
    )
    nostrils = part(BROWN, both(ball((0.1, -1.64, 0.3), 0.04)))
    hooves = part(DARK, legs(0.3, 0.62, -0.98, 0.06, 0.135))
    return shape(body, head, muzzle, horns, ears, udder, tail, nostrils, hooves, eyes(0.19, -1.22, 0.66, 0.055))


def horse(v: Variation) -> Shape:
    mane = v.choice(BLACK, CREAM, BROWN)
    body = part(
        MAIN,
        taper((0, -0.5, 0.05), (0, 0.6, 0.08), 0.4, 0.38),
        taper((0, -0.62, 0.2), (0, -1.05, 0.95), 0.32, 0.2),
        legs(0.22, 0.62, -0.1, 0.98, 0.16, 0.09),
        taper((0, -1.05, 1.02), (0, -1.48, 0.68), 0.21, 0.15),
        blend=0.08,
    )
    ears = part(MAIN, both(taper((0.1, -0.98, 1.2), (0.13, -0.98, 1.4), 0.07, 0.02)))
    hair = part(
        mane,
        tube([(0, -1.08, 1.28), (0, -0.75, 1.15), (0, -0.45, 0.45)], [0.08, 0.12, 0.08]),
        tube([(0, 0.98, 0.25), (0, 1.4, 0.2), (0, 1.3, -0.65)], [0.07, 0.13, 0.07]),
    )
    hooves = part(DARK, legs(0.22, 0.62, -1.08, 0.06, 0.11, 0.13))
    return shape(
        body, ears, hair, hooves, eyes(0.16, -1.2, 1.06, 0.05), part(BROWN, both(ball((0.1, -1.58, 0.68), 0.04)))
    )


def sheep(v: Variation) -> Shape:
    wool = both(
        *(ball((0.3, 0.1 + 0.5 * y, z), 0.33) for y, z in ((-1, 0.1), (0, 0.28), (1, 0.1), (-0.5, -0.15), (0.5, -0.15)))
    )
    wool += [ball((0, 0.1 + 0.32 * i, 0.36 - 0.04 * i * i), 0.3) for i in (-2, -1, 0, 1, 2)]
    body = part(MAIN, ellipsoid((0, 0.1, 0), (0.52, 0.78, 0.48)), wool, blend=0.06)
    face = (0.16, 0.14, 0.14)
    head = part(
        face,
        taper((0, -0.85, 0.38), (0, -1.12, 0.2), 0.25, 0.18),
        both(ellipsoid((0.32, -0.8, 0.4), (0.17, 0.07, 0.09), turn_y(0.4))),
        legs(0.28, 0.45, -0.35, 0.55, 0.11, 0.1),
    )
    return shape(
        body,
        head,
        part(MAIN, ball((0, -0.74, 0.6), 0.23)),
        part(WHITE, both(ball((0.13, -1.05, 0.44), 0.065))),
        eyes(0.14, -1.1, 0.45, 0.035),
    )


def elephant(v: Variation) -> Shape:
    body = part(
        MAIN,
        ellipsoid((0, 0.25, 0.1), (0.62, 0.82, 0.62)),
        legs(0.36, 0.52, -0.2, 0.72, 0.22, 0.22),
        ellipsoid((0, -0.7, 0.42), (0.44, 0.42, 0.44)),
        blend=0.1,
    )
    trunk = part(
        MAIN, tube([(0, -0.95, 0.4), (0, -1.4, 0.35), (0, -1.2, -0.5), (0, -1.5, -0.7)], [0.25, 0.2, 0.13, 0.1])
    )
    ears = part(MAIN, both(ellipsoid((0.58, -0.5, 0.42), (0.42, 0.08, 0.45), turn_z(0.45))))
    inner = part(PINK, both(ellipsoid((0.58, -0.54, 0.42), (0.3, 0.07, 0.33), turn_z(0.45))))
    tusks = part(CREAM, both(*tube([(0.22, -1.0, 0.2), (0.26, -1.3, 0.0), (0.24, -1.45, 0.2)], [0.08, 0.06, 0.02], 4)))
    tail = part(MAIN, tube([(0, 1.03, 0.2), (0, 1.2, 0.1), (0, 1.15, -0.4)], [0.06, 0.05, 0.05], 4))
    nails = part(CREAM, legs(0.36, 0.52, -0.98, 0.02, 0.225))
    return shape(body, trunk, ears, inner, tusks, tail, nails, eyes(0.26, -1.04, 0.58, 0.055))


def giraffe(v: Variation) -> Shape:
    coat = dotted(MAIN, (0.5, 0.28, 0.12), 0.34)
    body = part(
        coat,
        taper((0, -0.35, 0.0), (0, 0.45, -0.1), 0.36, 0.32),
        legs(0.2, 0.42, -0.1, 1.05, 0.13, 0.08),
        taper((0, -0.5, 0.15), (0, -0.85, 1.4), 0.24, 0.14),
        blend=0.07,
    )
    head = part(
        MAIN,
        taper((0, -0.85, 1.5), (0, -1.2, 1.32), 0.18, 0.12),
        both(ellipsoid((0.24, -0.8, 1.58), (0.14, 0.05, 0.08), turn_y(-0.2))),
    )
    horns = part(
        BROWN,
        both(rod((0.07, -0.82, 1.6), (0.09, -0.8, 1.85), 0.035), ball((0.09, -0.8, 1.87), 0.06)),
        rod((0, 0.75, 0.0), (0, 0.85, -0.5), 0.04),
        legs(0.2, 0.42, -1.15, 0.06, 0.1),
    )
    return shape(body, head, horns, eyes(0.14, -0.98, 1.54, 0.045))


def rabbit(v: Variation) -> Shape:
    body = part(
        MAIN,
        ellipsoid((0, 0.2, -0.3), (0.46, 0.6, 0.48)),
        ellipsoid((0, -0.38, 0.3), (0.34, 0.36, 0.33)),
        both(
            ellipsoid((0.36, 0.3, -0.5), (0.18, 0.38, 0.28)),
            ellipsoid((0.38, -0.05, -0.72), (0.12, 0.34, 0.09)),
            taper((0.16, -0.3, -0.2), (0.16, -0.42, -0.72), 0.13, 0.09),
        ),
        blend=0.06,
    )
    spread = v.uniform(0.12, 0.3)
    ears = part(MAIN, both(ellipsoid((0.17 + spread * 0.4, -0.28, 0.95), (0.13, 0.09, 0.48), turn_y(spread))))
    inner = part(
        PINK,
        both(ellipsoid((0.17 + spread * 0.4, -0.34, 0.95), (0.075, 0.05, 0.38), turn_y(spread))),
        ball((0, -0.74, 0.28), 0.055),
    )
    return shape(
        body,
        ears,
        inner,
        part(WHITE, ball((0, 0.82, -0.3), 0.2), box((0, -0.7, 0.12), (0.05, 0.03, 0.07), 0.01)),
        eyes(0.18, -0.66, 0.4, 0.06),
    )


def mouse(v: Variation) -> Shape:
    body = part(
        MAIN,
        ellipsoid((0, 0.15, 0), (0.48, 0.68, 0.45)),
        taper((0, -0.4, 0.02), (0, -0.98, -0.05), 0.34, 0.08),
        blend=0.08,
    )
    ears = part(MAIN, both(ellipsoid((0.35, -0.35, 0.48), (0.3, 0.08, 0.3))))
    inner = part(
        PINK,
        both(ellipsoid((0.35, -0.4, 0.48), (0.2, 0.06, 0.2))),
        ball((0, -1.06, -0.04), 0.08),
        both(ellipsoid((0.26, -0.3, -0.42), (0.1, 0.2, 0.07)), ellipsoid((0.3, 0.4, -0.42), (0.12, 0.24, 0.07))),
        tube([(0, 0.8, -0.2), (0.1, 1.3, -0.4), (0.5, 1.2, 0.2), (0.4, 1.7, 0.4)], [0.07, 0.06, 0.05, 0.03]),
    )
    return shape(body, ears, inner, eyes(0.17, -0.76, 0.17, 0.065))


def bear(v: Variation) -> Shape:
    body = part(
        MAIN,
        ellipsoid((0, 0.2, 0), (0.56, 0.86, 0.55)),
        ball((0, -0.8, 0.32), 0.4),
        legs(0.34, 0.55, -0.2, 0.58, 0.22, 0.2),
        both(ball((0.3, -0.72, 0.7), 0.14)),
        blend=0.08,
    )
    muzzle = part(CREAM_FUR, ellipsoid((0, -1.14, 0.24), (0.2, 0.2, 0.17)))
    nose = part(BLACK, ball((0, -1.32, 0.3), 0.075))
    return shape(body, muzzle, nose, eyes(0.16, -1.13, 0.46, 0.055), part(MAIN, ball((0, 1.05, 0.15), 0.13)))


def fox(v: Variation) -> Shape:
    coat = (0.88, 0.42, 0.12)
    y, z = -0.8, 0.5
    body = part(
        coat,
        taper((0, -0.4, 0.02), (0, 0.5, 0), 0.33, 0.35),
        taper((0, -0.5, 0.1), (0, y, z), 0.26, 0.24),
        ellipsoid((0, y, z), (0.36, 0.32, 0.32)),
        taper((0, y - 0.2, z - 0.08), (0, y - 0.58, z - 0.14), 0.2, 0.06),
        blend=0.06,
    )
    ears = part(coat, both(cone((0.22, y + 0.05, z + 0.38), 0.16, 0.01, 0.2, 0.0, turn_y(0.2))))
    tail = part(
        two_tone(coat, WHITE, 1.25, (0, 1, 0)), tube([(0, 0.8, 0), (0, 1.2, -0.2), (0, 1.6, 0.4)], [0.12, 0.28, 0.06])
    )
    socks = part(two_tone(BLACK, coat, -0.45), legs(0.2, 0.45, -0.15, 0.65, 0.13, 0.09))
    white = part(
        WHITE,
        both(ellipsoid((0.17, y - 0.2, z - 0.14), (0.16, 0.17, 0.13))),
        ellipsoid((0, -0.62, 0.02), (0.2, 0.18, 0.26)),
    )
    return shape(
        body,
        ears,
        tail,
        socks,
        white,
        part(BLACK, ball((0, y - 0.64, z - 0.13), 0.06)),
        eyes(0.14, y - 0.29, z + 0.08, 0.05),
    )


POSES: Final = ("standing", "sitting")
THINGS: Final = (
    Thing("cat", "{0} cat", cat, patterns=True, poses=POSES),
    Thing("dog", "{0} dog", dog, poses=POSES),
    Thing("pig", "pig", pig),
    Thing("cow", "{0} cow", cow),
    Thing("horse", "{0} horse", horse),
    Thing("sheep", "{0} sheep", sheep),
    Thing("elephant", "{0} elephant", elephant),
    Thing("giraffe", "{0} giraffe", giraffe),
    Thing("rabbit", "{0} rabbit", rabbit),
    Thing("mouse", "{0} mouse", mouse),
    Thing("bear", "{0} bear", bear),
    Thing("fox", "fox", fox),
)
