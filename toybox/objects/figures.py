"""Figures that stand on two legs, and snowmen."""

from __future__ import annotations

from typing import Final

from .kit import (
    BLACK,
    BLUE,
    BROWN,
    CREAM,
    DARK,
    FLAT,
    GLASS,
    GOLD,
    GREEN,
    IRON,
    MAIN,
    ORANGE,
    PI,
    RED,
    SIDEWAYS,
    SKIN,
    STEEL,
    WHITE,
    WOOD,
    YELLOW,
    Paint,
    Part,
    Shape,
    Thing,
    Variation,
    Vec3,
    arc,
    around,
    ball,
    both,
    box,
    chain,
    cone,
    cylinder,
    ellipsoid,
    eyes,
    part,
    ring,
    rod,
    shape,
    taper,
    top,
    tube,
    turn_y,
    turn_z,
)


def snowman(v: Variation) -> Shape:
    wave = v.uniform(0.1, 0.7)
    snow = part(WHITE, ball((0, 0, -0.9), 0.76), ball((0, 0, 0.08), 0.56), ball((0, 0, 0.83), 0.4))
    hat = (
        part(MAIN, cylinder((0, 0, 1.13), 0.5, 0.045, 0.02), cylinder((0, 0, 1.42), 0.32, 0.28, 0.03)),
        part(BLACK, cylinder((0, 0, 1.22), 0.33, 0.06, 0.0)),
    )
    nose = part(ORANGE, cone((0, -0.52, 0.82), 0.08, 0.01, 0.2, 0.0, FLAT))
    coal = part(
        BLACK,
        both(ball((0.14, -0.35, 0.96), 0.06)),
        ball((0, -0.54, 0.3), 0.06),
        ball((0, -0.57, 0.06), 0.06),
        [ball((0.07 * i, -0.385 + 0.02 * abs(i), 0.66 + 0.015 * i * i), 0.03) for i in (-2, -1, 0, 1, 2)],
    )
    arms = part(
        WOOD,
        rod((0.45, 0, 0.2), (1.05, -0.05, wave), 0.05),
        rod((0.85, 0, 0.2 + (wave - 0.2) * 0.67), (1.0, 0, wave + 0.2), 0.04),
        rod((-0.45, 0, 0.2), (-1.05, -0.05, 0.45), 0.05),
        rod((-0.85, 0, 0.37), (-1.05, 0, 0.65), 0.04),
    )
    return shape(snow, hat, nose, coal, arms)


def teddy(v: Variation) -> Shape:
    pale = (0.90, 0.78, 0.60)
    fur = part(
        MAIN,
        ellipsoid((0, 0, -0.35), (0.6, 0.52, 0.64)),
        ball((0, -0.05, 0.6), 0.5),
        both(
            ball((0.4, 0, 1.0), 0.19),
            taper((0.45, -0.1, 0.1), (0.8, -0.35, -0.25), 0.19, 0.2),
            taper((0.32, -0.2, -0.78), (0.48, -0.75, -0.84), 0.24, 0.25),
        ),
        blend=0.05,
    )
    light = part(
        pale,
        ellipsoid((0, -0.46, 0.48), (0.23, 0.17, 0.18)),
        ellipsoid((0, -0.36, -0.38), (0.4, 0.2, 0.42)),
        both(ball((0.4, -0.13, 1.0), 0.12), ellipsoid((0.5, -0.94, -0.83), (0.15, 0.08, 0.15))),
    )
    bow = part(RED, both(cone((0.16, -0.5, 0.17), 0.03, 0.14, 0.13, 0.02, SIDEWAYS)), ball((0, -0.5, 0.17), 0.07))
    return shape(
        fur,
        light,
        bow,
        part(BLACK, ellipsoid((0, -0.62, 0.55), (0.09, 0.06, 0.06))),
        eyes(0.18, -0.48, 0.74, 0.06),
        head=top(0, -0.05, 0.98, 0.42),
    )


def robot(v: Variation) -> Shape:
    w, n, swing = v.width(0.5, 0.58), v.uniform(0.3, 0.36), v.uniform(-0.3, 0.3)
    body = part(MAIN, box((0, 0, 0), (w, 0.38, 0.56), 0.06), box((0, 0, 0.62 + n), (0.42, 0.36, n), 0.06))
    face = (
        part(YELLOW, both(cylinder((0.17, -0.36, 0.72 + n), 0.11, 0.05, 0.02, FLAT))),
        part(DARK, box((0, -0.36, 0.42 + n), (0.2, 0.03, 0.05), 0.01)),
    )
    panel = (
        part(GLASS, box((0, -0.37, 0.12), (w * 0.62, 0.04, 0.22), 0.02)),
        part(RED, ball((-0.15, -0.42, 0.15), 0.06)),
        part(GREEN, ball((0.12, -0.42, 0.15), 0.06)),
    )
    arms = part(
        STEEL,
        rod((w + 0.08, 0, 0.35), (w + 0.25, -0.15 - swing, -0.3), 0.12),
        rod((-w - 0.08, 0, 0.35), (-w - 0.25, -0.15 + swing, -0.3), 0.12),
        rod((0, 0, 0.5), (0, 0, 0.7), 0.14),
        both(cylinder((0.27, 0, -0.8), 0.14, 0.3)),
        rod((0, 0, 0.6 + 2 * n), (0, 0, 0.85 + 2 * n), 0.035),
    )
    ends = (
        part(MAIN, both(box((0.27, -0.08, -1.15), (0.2, 0.3, 0.1), 0.04))),
        part(DARK, ball((w + 0.25, -0.15 - swing, -0.4), 0.15), ball((-w - 0.25, -0.15 + swing, -0.4), 0.15)),
    )
    return shape(
        body, face, panel, arms, ends, part(RED, ball((0, 0, 0.9 + 2 * n), 0.09)), head=top(0, 0, 0.6 + 2 * n, 0.4)
    )


def _person(v: Variation, skin: Vec3, shirt: Paint, trousers: Paint, shoes: Paint) -> list[Part]:
    """Standing, arms down, the head's centre at (0, 0, 1)."""
    swing = v.uniform(-0.2, 0.2)
    return [
        part(
            skin,
            ball((0, 0, 1.0), 0.36),
            rod((0, 0, 0.5), (0, 0, 0.8), 0.12),
            ball((0.62, -0.12 - swing, -0.28), 0.12),
            ball((-0.62, -0.12 + swing, -0.28), 0.12),
            ball((0, -0.36, 0.95), 0.06),
        ),
        part(
            shirt,
            taper((0, 0, 0.3), (0, 0, -0.2), 0.33, 0.29),
            taper((0.3, 0, 0.4), (0.6, -0.1 - swing, -0.15), 0.14, 0.11),
            taper((-0.3, 0, 0.4), (-0.6, -0.1 + swing, -0.15), 0.14, 0.11),
            blend=0.05,
        ),
        part(
            trousers,
            taper((0.15, 0, -0.3), (0.19, swing * 0.5, -1.0), 0.18, 0.13),
            taper((-0.15, 0, -0.3), (-0.19, -swing * 0.5, -1.0), 0.18, 0.13),
        ),
        part(
            shoes,
            ellipsoid((0.2, swing * 0.5 - 0.08, -1.15), (0.14, 0.25, 0.1)),
            ellipsoid((-0.2, -swing * 0.5 - 0.08, -1.15), (0.14, 0.25, 0.1)),
        ),
        eyes(0.13, -0.32, 1.06, 0.045),
    ]


_SKINS: Final = (SKIN, (0.78, 0.56, 0.4), (0.5, 0.33, 0.22))


def boy(v: Variation) -> Shape:
    body = _person(v, v.choice(*_SKINS), MAIN, BLUE, DARK)
    hair = part(v.choice(BROWN, BLACK, (0.75, 0.5, 0.2)), ellipsoid((0, 0.07, 1.12), (0.38, 0.37, 0.3)))
    return shape(
        body,
        hair,
        part(RED, arc((0, -0.24, 0.92), 0.14, 0.025, 0.9, chain(FLAT, turn_z(PI)))),
        head=top(0, 0, 1.22, 0.36),
    )


def girl(v: Variation) -> Shape:
    skin, dark = v.choice(*_SKINS), v.choice(BROWN, BLACK, (0.85, 0.65, 0.25))
    body = _person(v, skin, MAIN, skin, RED)
    hair = part(
        dark, ellipsoid((0, 0.08, 1.1), (0.4, 0.38, 0.33)), both(taper((0.42, 0.1, 1.0), (0.56, 0.12, 0.5), 0.13, 0.06))
    )
    return shape(body, hair, part(MAIN, cone((0, 0, -0.35), 0.58, 0.27, 0.38, 0.03)), head=top(0, 0, 1.22, 0.36))


def astronaut(v: Variation) -> Shape:
    suit = part(
        WHITE,
        ellipsoid((0, 0, 0.1), (0.45, 0.36, 0.5)),
        both(
            taper((0.4, 0, 0.35), (0.72, -0.15, -0.2), 0.18, 0.15), taper((0.2, 0, -0.25), (0.24, 0, -0.9), 0.23, 0.18)
        ),
        blend=0.05,
    )
    helmet = part(WHITE, ball((0, 0, 0.95), 0.44)), part(GOLD, ellipsoid((0, -0.16, 0.96), (0.34, 0.32, 0.28)))
    trim = part(
        MAIN,
        both(
            cylinder((0.24, 0, -0.72), 0.22, 0.06),
            ball((0.75, -0.17, -0.28), 0.17),
            ellipsoid((0.25, -0.08, -1.05), (0.2, 0.3, 0.13)),
        ),
        ring((0, 0, 0.57), 0.3, 0.07),
    )
    pack = (
        part(STEEL, box((0, 0.42, 0.25), (0.38, 0.17, 0.48), 0.08)),
        part(MAIN, box((0, -0.35, 0.15), (0.18, 0.06, 0.12), 0.02)),
    )
    return shape(suit, helmet, trim, pack)


def knight(v: Variation) -> Shape:
    body = _person(v, STEEL, STEEL, IRON, IRON)[:4]
    helm = (
        part(STEEL, ball((0, 0, 1.03), 0.4), cylinder((0, 0, 0.85), 0.39, 0.17)),
        part(BLACK, box((0, -0.37, 1.02), (0.26, 0.06, 0.035), 0.01)),
    )
    plume = part(
        MAIN,
        tube([(0, -0.1, 1.4), (0, 0.1, 1.8), (0, 0.5, 1.55), (0, 0.55, 1.1)], [0.08, 0.13, 0.12, 0.04]),
        box((0, -0.34, 0.15), (0.19, 0.04, 0.26), 0.02),
    )
    blade = (
        part(STEEL, box((0.66, -0.5, 0.35), (0.05, 0.02, 0.62), 0.01)),
        part(GOLD, box((0.66, -0.5, -0.26), (0.18, 0.05, 0.04), 0.01)),
        part(
            BROWN,
            rod((0.64, -0.5, -0.5), (0.66, -0.5, -0.28), 0.05),
            rod((0.62, -0.25, -0.3), (0.65, -0.5, -0.38), 0.1),
        ),
    )
    return shape(body, helm, plume, blade)


def ghost(v: Variation) -> Shape:
    sheet = part(
        MAIN,
        taper((0, 0, 0.45), (0, 0, -0.6), 0.55, 0.66),
        around(ball((0.5, 0, -1.05), 0.24), 7),
        both(taper((0.45, -0.2, 0.1), (0.8, -0.45, 0.15), 0.18, 0.12)),
        blend=0.06,
    )
    return shape(
        sheet,
        part(
            BLACK, both(ellipsoid((0.2, -0.5, 0.52), (0.1, 0.08, 0.16))), ellipsoid((0, -0.55, 0.2), (0.12, 0.09, 0.15))
        ),
    )


def alien(v: Variation) -> Shape:
    body = part(
        MAIN,
        ellipsoid((0, 0, 0.65), (0.55, 0.48, 0.55)),
        taper((0, 0, 0.1), (0, 0, -0.5), 0.2, 0.32),
        both(
            taper((0.2, 0, -0.05), (0.62, -0.15, -0.4), 0.1, 0.08),
            taper((0.15, 0, -0.6), (0.2, 0, -1.05), 0.15, 0.11),
            ellipsoid((0.21, -0.08, -1.12), (0.14, 0.22, 0.09)),
            rod((0.18, 0, 1.1), (0.34, 0, 1.5), 0.045),
            ball((0.34, 0, 1.52), 0.1),
        ),
        blend=0.05,
    )
    face = (
        part(BLACK, both(ellipsoid((0.22, -0.4, 0.7), (0.15, 0.1, 0.22), turn_y(-0.4)))),
        part(DARK, arc((0, -0.36, 0.42), 0.12, 0.025, 0.9, chain(FLAT, turn_z(PI)))),
    )
    return shape(body, face, part(WHITE, both(ball((0.22, -0.49, 0.79), 0.045))))


def scarecrow(v: Variation) -> Shape:
    straw, pole = (
        (0.87, 0.7, 0.3),
        part(WOOD, rod((0, 0.1, -1.5), (0, 0.1, 0.6), 0.07), rod((-1.0, 0.1, 0.35), (1.0, 0.1, 0.35), 0.06)),
    )
    shirt = part(
        MAIN,
        taper((0, 0, 0.25), (0, 0, -0.3), 0.33, 0.36),
        both(taper((0.25, 0.05, 0.35), (0.8, 0.08, 0.35), 0.2, 0.15)),
    )
    ends = part(
        straw,
        both(cone((0.98, 0.08, 0.35), 0.08, 0.2, 0.14, 0.02, SIDEWAYS), cone((0.17, 0, -0.72), 0.2, 0.1, 0.12)),
        around(taper((0.3, 0, 0.72), (0.38, 0, 0.5), 0.06, 0.03), 8),
    )
    head = part(CREAM, ball((0, 0, 0.85), 0.33)), part(BLUE, both(taper((0.15, 0, -0.4), (0.17, 0, -0.62), 0.19, 0.17)))
    hat = part(BROWN, cylinder((0, 0, 1.08), 0.55, 0.035), cone((0, 0, 1.35), 0.33, 0.05, 0.3))
    return shape(
        pole,
        shirt,
        ends,
        head,
        hat,
        eyes(0.12, -0.3, 0.9, 0.05),
        part(ORANGE, cone((0, -0.36, 0.8), 0.06, 0.01, 0.08, 0.0, FLAT)),
    )


def gnome(v: Variation) -> Shape:
    body = (
        part(
            BLUE,
            cone((0, 0, -0.6), 0.5, 0.32, 0.42, 0.08),
            both(taper((0.35, 0, -0.3), (0.55, -0.2, -0.65), 0.13, 0.11)),
        ),
        part(DARK, ring((0, 0, -0.72), 0.48, 0.07), both(ellipsoid((0.25, -0.2, -1.05), (0.2, 0.3, 0.13)))),
    )
    face = part(SKIN, ball((0, 0, 0.05), 0.36), ball((0, -0.38, 0.06), 0.11), both(ball((0.57, -0.23, -0.72), 0.11)))
    beard = part(
        WHITE,
        taper((0, -0.22, -0.12), (0, -0.38, -0.62), 0.3, 0.07),
        both(ellipsoid((0.13, -0.36, -0.05), (0.15, 0.08, 0.07), turn_y(0.3))),
    )
    return shape(
        body,
        face,
        beard,
        part(MAIN, cone((0, 0.02, 0.7), 0.42, 0.03, 0.5, 0.03), ring((0, 0, 0.22), 0.36, 0.07)),
        eyes(0.14, -0.31, 0.16, 0.045),
    )


THINGS: Final = (
    Thing("snowman", "snowman with {0} hat", snowman),
    Thing("teddy", "{0} teddy bear", teddy),
    Thing("robot", "{0} robot", robot),
    Thing("boy", "boy in {0} shirt", boy, patterns=True),
    Thing("girl", "girl in {0} dress", girl, patterns=True),
    Thing("astronaut", "astronaut with {0} boots", astronaut),
    Thing("knight", "knight with {0} plume", knight),
    Thing("ghost", "{0} ghost", ghost),
    Thing("alien", "{0} alien", alien),
    Thing("scarecrow", "scarecrow in {0} shirt", scarecrow, patterns=True),
    Thing("gnome", "gnome with {0} hat", gnome),
)
