"""Birds, fish, insects and other small or swimming animals, heads towards -y."""

from __future__ import annotations

from typing import Final

from .kit import (
    BLACK,
    BROWN,
    CREAM,
    DARK,
    FLAT,
    GLASS,
    GREEN,
    MAIN,
    ORANGE,
    PI,
    PINK,
    RED,
    SIDEWAYS,
    WHITE,
    YELLOW,
    Shape,
    Thing,
    Variation,
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
    striped,
    taper,
    top,
    tube,
    turn_x,
    turn_y,
    turn_z,
    two_tone,
)


def duck(v: Variation) -> Shape:
    body = part(
        MAIN,
        ellipsoid((0, 0.1, -0.3), (0.56, 0.85, 0.45)),
        ball((0, -0.5, 0.45), 0.4),
        taper((0, -0.45, 0.2), (0, -0.3, -0.1), 0.28, 0.34),
        taper((0, 0.7, -0.15), (0, 1.08, 0.2), 0.25, 0.08),
        blend=0.1,
    )
    wings = part(MAIN, both(ellipsoid((0.5, 0.2, -0.2), (0.14, 0.5, 0.27), turn_x(0.15))))
    bill = part(ORANGE, ellipsoid((0, -0.95, 0.42), (0.2, 0.24, 0.06)), ellipsoid((0, -0.9, 0.33), (0.17, 0.2, 0.05)))
    return shape(body, wings, bill, eyes(0.19, -0.8, 0.58, 0.065), head=top(0, -0.5, 0.72, 0.36))


def penguin(v: Variation) -> Shape:
    body = part(BLACK, ellipsoid((0, 0, -0.15), (0.6, 0.54, 0.88)), ball((0, 0, 0.85), 0.4), blend=0.1)
    belly = part(
        WHITE, ellipsoid((0, -0.16, -0.22), (0.48, 0.43, 0.72)), both(ellipsoid((0.14, -0.22, 0.88), (0.17, 0.2, 0.2)))
    )
    flippers = part(BLACK, both(ellipsoid((0.64, 0, -0.05), (0.1, 0.22, 0.52), turn_y(-v.uniform(0.2, 0.6)))))
    orange = part(
        ORANGE,
        both(ellipsoid((0.26, -0.28, -1.02), (0.22, 0.34, 0.09))),
        cone((0, -0.5, 0.8), 0.11, 0.01, 0.18, 0.0, FLAT),
    )
    return shape(body, belly, flippers, orange, eyes(0.14, -0.4, 0.95, 0.055), head=top(0, 0, 1.12, 0.36))


def bird(v: Variation) -> Shape:
    body = part(MAIN, ellipsoid((0, 0, 0), (0.46, 0.64, 0.45), turn_x(-0.3)), ball((0, -0.48, 0.46), 0.34), blend=0.12)
    tail = part(MAIN, ellipsoid((0, 0.85, 0.05), (0.18, 0.48, 0.06), turn_x(0.05)))
    wings = part(DARK, both(ellipsoid((0.43, 0.2, 0.05), (0.09, 0.5, 0.26), turn_x(-0.25))))
    belly = part(CREAM, ellipsoid((0, -0.2, -0.08), (0.36, 0.45, 0.4)))
    beak = part(ORANGE, cone((0, -0.92, 0.46), 0.11, 0.01, 0.16, 0.0, FLAT))
    feet = part(
        ORANGE,
        both(
            rod((0.16, 0.05, -0.4), (0.16, 0, -0.78), 0.04),
            rod((0.16, 0, -0.78), (0.16, -0.22, -0.8), 0.04),
            rod((0.16, 0, -0.78), (0.27, -0.16, -0.8), 0.035),
        ),
    )
    return shape(body, tail, wings, belly, beak, feet, eyes(0.17, -0.73, 0.58, 0.06), head=top(0, -0.48, 0.7, 0.3))


def chicken(v: Variation) -> Shape:
    body = part(
        MAIN,
        ellipsoid((0, 0.1, -0.1), (0.5, 0.68, 0.5)),
        taper((0, -0.4, 0.1), (0, -0.55, 0.68), 0.3, 0.23),
        taper((0, 0.5, 0.1), (0, 0.92, 0.6), 0.3, 0.12),
        blend=0.1,
    )
    wings = part(MAIN, both(ellipsoid((0.47, 0.15, -0.05), (0.11, 0.42, 0.28))))
    comb = part(
        RED,
        [ball((0, -0.68 + 0.14 * i, 0.93 + 0.05 * (i == 1)), 0.1) for i in range(3)],
        ellipsoid((0, -0.76, 0.48), (0.06, 0.06, 0.13)),
    )
    yellow = part(
        ORANGE,
        cone((0, -0.88, 0.66), 0.09, 0.01, 0.14, 0.0, FLAT),
        both(
            rod((0.18, 0.1, -0.5), (0.18, 0.1, -0.95), 0.05),
            rod((0.18, 0.1, -0.97), (0.18, -0.2, -0.98), 0.05),
            rod((0.18, 0.1, -0.97), (0.32, -0.1, -0.98), 0.04),
        ),
    )
    return shape(body, wings, comb, yellow, eyes(0.15, -0.72, 0.75, 0.05))


def owl(v: Variation) -> Shape:
    body = part(
        MAIN, ellipsoid((0, 0, -0.2), (0.6, 0.52, 0.75)), ellipsoid((0, 0, 0.52), (0.56, 0.48, 0.45)), blend=0.12
    )
    ears = part(MAIN, both(cone((0.36, 0, 0.98), 0.16, 0.01, 0.2, 0.0, turn_y(0.35))))
    rings = part(
        CREAM,
        both(cylinder((0.23, -0.42, 0.58), 0.25, 0.09, 0.03, FLAT)),
        ellipsoid((0, -0.3, -0.3), (0.38, 0.28, 0.5)),
    )
    beak = part(
        ORANGE,
        cone((0, -0.52, 0.42), 0.09, 0.01, 0.13, 0.0, turn_x(2.4)),
        both(ellipsoid((0.22, -0.3, -0.92), (0.18, 0.22, 0.09))),
    )
    wings = part(DARK, both(ellipsoid((0.56, 0.08, -0.2), (0.12, 0.36, 0.6))))
    pupils = part(YELLOW, both(ball((0.23, -0.48, 0.58), 0.15)))
    return shape(body, ears, rings, beak, wings, pupils, eyes(0.22, -0.58, 0.58, 0.085))


def fish(v: Variation) -> Shape:
    body = part(MAIN, ellipsoid((0, 0, 0), (0.3, 0.95, v.uniform(0.5, 0.62))))
    fins = part(
        MAIN,
        ellipsoid((0, 1.12, 0.24), (0.06, 0.38, 0.19), turn_x(0.75)),
        ellipsoid((0, 1.12, -0.24), (0.06, 0.38, 0.19), turn_x(-0.75)),
        ellipsoid((0, 0.1, 0.55), (0.05, 0.42, 0.24), turn_x(-0.2)),
        both(ellipsoid((0.38, -0.05, -0.15), (0.2, 0.16, 0.05), turn_y(0.7))),
    )
    bands = part(WHITE, ellipsoid((0, -0.3, 0), (0.31, 0.06, 0.54)), ellipsoid((0, 0.3, 0), (0.305, 0.06, 0.54)))
    white = part(WHITE, both(ball((0.19, -0.66, 0.14), 0.11)))
    mouth = part(PINK, ring((0, -0.93, -0.06), 0.08, 0.04, FLAT))
    return shape(body, fins, bands, white, mouth, eyes(0.25, -0.7, 0.14, 0.06))


def shark(v: Variation) -> Shape:
    grey = two_tone(WHITE, MAIN, -0.1)
    body = part(
        grey,
        taper((0, -0.5, 0), (0, 1.1, 0.08), 0.42, 0.1),
        taper((0, -0.5, 0), (0, -1.15, 0.06), 0.42, 0.16),
        blend=0.1,
    )
    fin = part(
        MAIN,
        taper((0, -0.1, 0.35), (0, 0.32, 0.82), 0.16, 0.03),
        taper((0, -0.3, 0.35), (0, 0.3, 0.78), 0.1, 0.03),
        taper((0, 1.1, 0.1), (0, 1.5, 0.62), 0.12, 0.03),
        taper((0, 1.1, 0.05), (0, 1.4, -0.3), 0.1, 0.03),
        both(taper((0.3, -0.25, -0.15), (0.9, 0.15, -0.4), 0.14, 0.03)),
    )
    mouth = part(
        DARK,
        arc((0, -0.92, -0.16), 0.18, 0.03, 1.3, turn_z(PI)),
        both(*(rod((0.34, -0.35 + 0.1 * i, 0.12), (0.37, -0.33 + 0.1 * i, -0.12), 0.02) for i in range(3))),
    )
    return shape(body, fin, mouth, eyes(0.27, -0.85, 0.14, 0.05))


def whale(v: Variation) -> Shape:
    blue = two_tone(WHITE, MAIN, -0.22)
    body = part(
        blue, ellipsoid((0, -0.3, 0), (0.68, 0.9, 0.6)), taper((0, 0.3, 0), (0, 1.15, 0.3), 0.42, 0.12), blend=0.15
    )
    fins = part(
        MAIN,
        both(
            ellipsoid((0.28, 1.32, 0.38), (0.36, 0.18, 0.06), turn_z(0.5)),
            ellipsoid((0.75, -0.3, -0.3), (0.34, 0.18, 0.06), turn_y(0.5)),
        ),
    )
    spout = part(
        GLASS,
        both(
            *tube(
                [(0, -0.45, 0.55), (0.02, -0.45, 1.1), (0.4, -0.45, 1.15), (0.36, -0.45, 0.85)],
                [0.06, 0.07, 0.07, 0.09],
            )
        ),
    )
    mouth = part(DARK, arc((0, -0.5, -0.12), 0.66, 0.025, 1.1, turn_z(PI)))
    return shape(
        body, fins, spout, mouth, part(WHITE, both(ball((0.5, -0.82, 0.12), 0.08))), eyes(0.53, -0.87, 0.12, 0.045)
    )


def octopus(v: Variation) -> Shape:
    head = part(MAIN, ellipsoid((0, 0, 0.35), (0.55, 0.55, 0.65)))
    arm = tube([(0, -0.35, -0.1), (0, -0.7, -0.3), (0, -0.8, -0.85), (0, -1.25, -0.55)], [0.22, 0.17, 0.13, 0.06], 5)
    return shape(
        head,
        part(MAIN, [turned for each in arm for turned in around(each, 8, PI / 8)]),
        part(WHITE, both(ball((0.2, -0.47, 0.3), 0.14))),
        eyes(0.2, -0.58, 0.3, 0.075),
    )


def crab(v: Variation) -> Shape:
    body = part(MAIN, ellipsoid((0, 0, 0), (0.75, 0.52, 0.34)))
    limbs = both(
        *(
            each
            for y in (-0.2, 0.1, 0.4)
            for each in tube([(0.6, y, -0.05), (1.1, y * 1.6, 0.25), (1.2, y * 2, -0.5)], [0.1, 0.09, 0.03], 4)
        )
    )
    arms = both(*tube([(0.6, -0.3, 0), (1.1, -0.4, 0.1), (0.95, -0.8, 0.3)], [0.11, 0.1, 0.1], 4))
    claws = both(
        taper((0.92, -0.9, 0.32), (1.08, -1.25, 0.45), 0.2, 0.06),
        taper((0.9, -0.9, 0.32), (0.72, -1.2, 0.4), 0.17, 0.05),
    )
    stalks = part(MAIN, both(rod((0.2, -0.4, 0.2), (0.22, -0.48, 0.5), 0.05)))
    return shape(
        body,
        part(MAIN, limbs, arms, claws),
        stalks,
        part(WHITE, both(ball((0.22, -0.48, 0.55), 0.11))),
        eyes(0.22, -0.57, 0.56, 0.06),
    )


def turtle(v: Variation) -> Shape:
    skin = (0.45, 0.68, 0.28)
    shell = part(MAIN, ellipsoid((0, 0.1, 0.0), (0.8, 0.95, 0.6)), cuts=[box((0, 0, -1.1), (3, 3, 1), 0)])
    plates = part(
        BROWN, ring((0, 0.1, -0.1), 0.84, 0.09), [ring((0, 0.1, 0.12), 0.82, 0.04), ring((0, 0.1, 0.44), 0.58, 0.03)]
    )
    limbs = part(
        skin,
        both(*(taper((0.5, y, -0.15), (0.78, y * 1.35, -0.4), 0.2, 0.15) for y in (-0.45, 0.6))),
        taper((0, 0.9, -0.15), (0, 1.25, -0.25), 0.14, 0.02),
        taper((0, -0.7, -0.1), (0, -1.1, 0.15), 0.2, 0.24),
        ball((0, -1.15, 0.2), 0.27),
        blend=0.04,
    )
    return shape(shell, plates, limbs, eyes(0.15, -1.36, 0.3, 0.055))


def frog(v: Variation) -> Shape:
    body = part(
        MAIN,
        ellipsoid((0, 0.15, -0.05), (0.6, 0.72, 0.46), turn_x(-0.35)),
        ellipsoid((0, -0.4, 0.2), (0.52, 0.42, 0.3)),
        both(
            ball((0.3, -0.42, 0.52), 0.18),
            ellipsoid((0.56, 0.45, -0.25), (0.24, 0.46, 0.26)),
            ellipsoid((0.72, 0.1, -0.46), (0.2, 0.36, 0.07)),
            taper((0.4, -0.3, -0.1), (0.48, -0.55, -0.42), 0.15, 0.1),
            ellipsoid((0.5, -0.66, -0.46), (0.18, 0.2, 0.06)),
        ),
        blend=0.06,
    )
    mouth = part(DARK, arc((0, -0.38, 0.16), 0.46, 0.025, 1.3, turn_z(PI)))
    belly = part(CREAM, ellipsoid((0, -0.3, -0.1), (0.42, 0.46, 0.28)))
    return shape(body, mouth, belly, part(WHITE, both(ball((0.32, -0.52, 0.57), 0.13))), eyes(0.34, -0.62, 0.58, 0.075))


def snail(v: Variation) -> Shape:
    slug = (0.82, 0.68, 0.45)
    body = part(
        slug,
        taper((0, -0.75, -0.4), (0, 0.95, -0.5), 0.24, 0.1),
        taper((0, -0.75, -0.35), (0, -0.95, 0.15), 0.2, 0.19),
        blend=0.08,
    )
    shell = part(MAIN, ellipsoid((0, 0.15, 0.15), (0.36, 0.65, 0.62)))
    coil = part(
        BROWN,
        both(
            ring((0.22, 0.15, 0.15), 0.46, 0.06, SIDEWAYS),
            ring((0.32, 0.15, 0.15), 0.24, 0.05, SIDEWAYS),
            ball((0.33, 0.15, 0.15), 0.08),
        ),
    )
    horns = part(slug, both(rod((0.1, -0.98, 0.25), (0.17, -1.1, 0.65), 0.04)))
    return shape(body, shell, coil, horns, eyes(0.17, -1.1, 0.7, 0.075))


def caterpillar(v: Variation) -> Shape:
    wave = v.uniform(0.06, 0.16)
    at = [(0.0, -0.95 + i * 0.5, wave * (i % 2)) for i in range(5)]
    body = [part(MAIN if i % 2 == 0 else GREEN, ball(each, 0.38)) for i, each in enumerate(at)]
    feet = part(BROWN, both(*(ball((0.2, y, -0.34), 0.1) for _, y, _ in at)))
    feelers = part(BLACK, both(rod((0.12, -1.0, 0.32), (0.22, -1.05, 0.68), 0.035), ball((0.22, -1.05, 0.7), 0.07)))
    return shape(
        body,
        feet,
        feelers,
        part(WHITE, both(ball((0.15, -1.27, 0.12), 0.1))),
        eyes(0.15, -1.35, 0.13, 0.05),
        part(RED, ball((0, -1.33, -0.05), 0.06)),
    )


def butterfly(v: Variation) -> Shape:
    up = v.uniform(0.35, 0.45)
    body = part(BLACK, taper((0, 0, 0.4), (0, 0, -0.55), 0.1, 0.06), ball((0, 0, 0.52), 0.13))
    wings = part(
        MAIN,
        both(
            ellipsoid((0.58, 0, up), (0.58, 0.05, 0.4), turn_y(-0.45)),
            ellipsoid((0.44, 0, -0.36), (0.42, 0.05, 0.3), turn_y(0.45)),
        ),
    )
    spots = part(
        YELLOW, both(ellipsoid((0.68, 0, up + 0.08), (0.24, 0.08, 0.18), turn_y(-0.45)), ball((0.5, 0, -0.4), 0.12))
    )
    feelers = part(BLACK, both(rod((0.04, 0, 0.6), (0.25, 0, 0.98), 0.03), ball((0.26, 0, 1.0), 0.06)))
    return shape(body, wings, spots, feelers)


def bee(v: Variation) -> Shape:
    body = part(striped(YELLOW, BLACK, 0.44, (0, 1, 0)), ellipsoid((0, 0.15, 0), (0.5, 0.75, 0.5)))
    head = part(
        DARK,
        ball((0, -0.68, 0.05), 0.34),
        both(rod((0.12, -0.8, 0.3), (0.25, -0.95, 0.68), 0.035), ball((0.25, -0.95, 0.7), 0.065)),
        cone((0, 0.95, 0), 0.08, 0.0, 0.14, 0.0, turn_x(-PI / 2)),
        both(*(rod((0.25, y, -0.35), (0.36, y - 0.1, -0.65), 0.035) for y in (-0.2, 0.15, 0.45))),
    )
    wings = part(GLASS, both(ellipsoid((0.5, 0.15, 0.62), (0.5, 0.26, 0.04), chain(turn_z(0.4), turn_y(-0.55)))))
    return shape(body, head, wings, part(WHITE, both(ball((0.17, -0.92, 0.12), 0.12))), eyes(0.17, -1.02, 0.12, 0.06))


def ladybug(v: Variation) -> Shape:
    body = part(MAIN, ellipsoid((0, 0.1, 0), (0.8, 0.9, 0.65)), cuts=[box((0, 0, -1.1), (3, 3, 1), 0)])
    spots = [(0.38, -0.25, 0.5), (0.5, 0.35, 0.46), (0.25, 0.15, 0.6), (0.68, 0.05, 0.32), (0.3, 0.7, 0.4)]
    black = part(
        BLACK,
        both(*(ball(each, 0.15) for each in spots)),
        box((0, 0.1, 0.33), (0.025, 0.88, 0.32), 0.0),
        ball((0, -0.78, 0.05), 0.36),
        ellipsoid((0, 0.1, -0.1), (0.74, 0.84, 0.1)),
        both(
            *(rod((0.6, y, -0.1), (0.95, y * 1.4, -0.32), 0.06) for y in (-0.4, 0.1, 0.6)),
            rod((0.12, -0.95, 0.3), (0.25, -1.15, 0.6), 0.035),
        ),
    )
    return shape(body, black, part(WHITE, both(ball((0.2, -1.02, 0.16), 0.11))), eyes(0.2, -1.11, 0.16, 0.05))


def spider(v: Variation) -> Shape:
    body = part(MAIN, ellipsoid((0, 0.4, 0.1), (0.5, 0.58, 0.46)), ball((0, -0.3, 0), 0.34))
    limbs = part(
        BLACK,
        both(
            *(
                each
                for i, y in enumerate((-0.5, -0.32, -0.12, 0.05))
                for each in tube(
                    [(0.2, y * 0.6 - 0.15, 0), (0.8, y * 2 + 0.35 * (i - 1), 0.9), (1.25, y * 2.6 + 0.3 * i, -0.55)],
                    [0.07, 0.06, 0.03],
                    5,
                )
            )
        ),
    )
    return shape(body, limbs, part(WHITE, both(ball((0.13, -0.58, 0.1), 0.12))), eyes(0.13, -0.68, 0.1, 0.06))


def snake(v: Variation) -> Shape:
    skin = striped(MAIN, (0.2, 0.3, 0.12), 0.3, (0.8, 0.6, 0))
    coils = part(
        skin, ring((0, 0, -0.35), 0.68, 0.2), ring((0.03, 0.02, -0.05), 0.5, 0.18), ring((0, 0, 0.2), 0.33, 0.16)
    )
    neck = part(
        MAIN,
        tube([(0, 0.3, 0.2), (0.1, 0.5, 0.8), (0, -0.1, 0.9), (0, -0.35, 1.05)], [0.16, 0.15, 0.14, 0.14]),
        ellipsoid((0, -0.48, 1.08), (0.24, 0.32, 0.17)),
        tube([(0.68, 0, -0.35), (0.9, -0.6, -0.45), (0.5, -1.0, -0.5)], [0.2, 0.12, 0.03]),
    )
    tongue = part(
        RED, rod((0, -0.75, 1.03), (0, -0.98, 1.02), 0.03), both(rod((0, -0.98, 1.02), (0.08, -1.1, 1.02), 0.025))
    )
    return shape(coils, neck, tongue, eyes(0.15, -0.63, 1.2, 0.06))


THINGS: Final = (
    Thing("duck", "{0} duck", duck),
    Thing("penguin", "penguin", penguin),
    Thing("bird", "{0} bird", bird),
    Thing("chicken", "{0} chicken", chicken),
    Thing("owl", "{0} owl", owl),
    Thing("fish", "{0} fish", fish),
    Thing("shark", "{0} shark", shark),
    Thing("whale", "{0} whale", whale),
    Thing("octopus", "{0} octopus", octopus, patterns=True),
    Thing("crab", "{0} crab", crab),
    Thing("turtle", "turtle with {0} shell", turtle, patterns=True),
    Thing("frog", "{0} frog", frog, patterns=True),
    Thing("snail", "snail with {0} shell", snail),
    Thing("caterpillar", "{0} caterpillar", caterpillar),
    Thing("butterfly", "{0} butterfly", butterfly),
    Thing("bee", "bee", bee),
    Thing("ladybug", "{0} ladybug", ladybug),
    Thing("spider", "{0} spider", spider),
    Thing("snake", "{0} snake", snake),
)
