"""Furniture, front towards -y."""

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
    PALE_WOOD,
    PI,
    RED,
    SIDEWAYS,
    STEEL,
    TALL,
    TALL_WIDE,
    WHITE,
    WOOD,
    YELLOW,
    Shape,
    Thing,
    Variation,
    around,
    ball,
    both,
    box,
    cone,
    cylinder,
    ellipsoid,
    legs,
    part,
    ring,
    rod,
    shape,
    taper,
    top,
    turn_x,
    turn_y,
)


def chair(v: Variation) -> Shape:
    w, d, h, b = v.uniform(0.6, 0.7), 0.62, v.uniform(0.75, 0.9), v.height(0.95, 1.15)
    seat = part(MAIN, box((0, 0, 0), (w, d, 0.08), 0.04))
    back = both(box((w - 0.08, d - 0.07, b / 2), (0.07, 0.07, b / 2), 0.03))
    slats = [box((0, d - 0.07, b * z), (w - 0.08, 0.05, 0.1), 0.03) for z in (0.4, 0.88)]
    return shape(
        seat,
        part(MAIN, back, slats, legs(w - 0.08, d - 0.07, -0.02, h, 0.07)),
        top=top(0, -0.05, 0.08, 0.52, 1.6),
        under=top(0, 0, -h - 0.06, 0.42, h * 0.95),
    )


def armchair(v: Variation) -> Shape:
    seat = box((0, -0.05, 0), (0.75, 0.7, 0.24), 0.1)
    back = box((0, 0.62, 0.5), (0.95, 0.22, v.uniform(0.78, 0.9)), 0.18)
    arms = both(box((0.88, -0.05, 0.2), (0.2, 0.75, 0.42), 0.15))
    cushion = part(CREAM, box((0, -0.1, 0.28), (0.66, 0.58, 0.12), 0.1))
    return shape(part(MAIN, seat, back, arms), cushion, part(WOOD, legs(0.8, 0.55, -0.2, 0.3, 0.07, 0.05)))


def sofa(v: Variation) -> Shape:
    w = v.width(1.45, 1.7)
    base = box((0, 0, 0), (w, 0.72, 0.24), 0.08)
    back = box((0, 0.62, 0.5), (w, 0.2, 0.62), 0.15)
    arms = both(box((w, -0.02, 0.22), (0.2, 0.74, 0.42), 0.15))
    seats = both(box((w / 2 - 0.1, -0.12, 0.3), (w / 2 - 0.12, 0.58, 0.13), 0.1))
    pillows = part(CREAM, both(box((w - 0.42, 0.28, 0.68), (0.26, 0.1, 0.26), 0.09, turn_x(-0.3))))
    return shape(part(MAIN, base, back, arms), part(MAIN, seats), pillows, part(WOOD, legs(w, 0.58, -0.2, 0.24, 0.07)))


def stool(v: Variation) -> Shape:
    h = v.height(1.0, 1.25)
    seat = part(MAIN, cylinder((0, 0, 0), 0.7, 0.12, 0.06))
    feet = part(WOOD, around(rod((0.4, 0.4, -0.1), (0.58, 0.58, -h), 0.08), 4))
    bar = part(WOOD, ring((0, 0, -h * 0.65), 0.69, 0.04))
    return shape(seat, feet, bar, top=top(0, 0, 0.12, 0.66), under=top(0, 0, -h - 0.08, 0.4, h * 0.9))


def table(v: Variation) -> Shape:
    w, d, h = v.width(1.15, 1.35), v.uniform(0.75, 0.95), v.uniform(0.8, 1.05)
    feet = both(*(box((w - 0.14, s * (d - 0.14), -h / 2), (0.09, 0.09, h / 2), 0.02) for s in (-1, 1)))
    apron = box((0, 0, -0.14), (w - 0.14, d - 0.14, 0.1), 0.0)
    return shape(
        part(MAIN, box((0, 0, 0), (w, d, 0.08), 0.03)),
        part(MAIN, feet, apron),
        top=top(0, 0, 0.08, d * 0.8),
        under=top(0, 0, -h, d - 0.25, h - 0.3),
    )


def roundtable(v: Variation) -> Shape:
    h = v.height(0.9, 1.1)
    plate = cylinder((0, 0, 0), v.uniform(1.05, 1.2), 0.07, 0.04)
    foot = [cylinder((0, 0, -h / 2), 0.12, h / 2), cone((0, 0, -h), 0.6, 0.2, 0.1)]
    return shape(part(MAIN, plate, foot), top=top(0, 0, 0.07, 0.9))


def desk(v: Variation) -> Shape:
    plate = part(MAIN, box((0, 0, 0), (1.4, 0.7, 0.07), 0.02))
    chest = part(
        MAIN, box((0.98, 0.02, -0.5), (0.36, 0.62, 0.46), 0.02), box((-1.28, 0.02, -0.5), (0.07, 0.62, 0.46), 0.01)
    )
    fronts = part(PALE_WOOD, [box((0.98, -0.61, z), (0.3, 0.03, 0.12), 0.01) for z in (-0.22, -0.5, -0.78)])
    knobs = part(GOLD, [ball((0.98, -0.67, z), 0.045) for z in (-0.22, -0.5, -0.78)])
    back = part(MAIN, box((0, 0.58, -0.35), (1.3, 0.04, 0.3), 0.0))
    return shape(plate, chest, fronts, knobs, back, top=top(0, 0, 0.07, 0.6), under=top(-0.3, 0, -0.96, 0.5, 0.7))


def bench(v: Variation) -> Shape:
    w = v.width(1.4, 1.6)
    seat = [box((0, y, 0), (w, 0.13, 0.05), 0.02) for y in (-0.32, 0.0, 0.32)]
    back = [box((0, 0.45 + 0.06 * i, 0.35 + 0.3 * i), (w, 0.05, 0.11), 0.02, turn_x(-0.2)) for i in (0, 1)]
    iron = both(
        box((w - 0.2, -0.28, -0.38), (0.06, 0.07, 0.36)),
        box((w - 0.2, 0.36, -0.38), (0.06, 0.07, 0.36)),
        rod((w - 0.2, 0.4, 0), (w - 0.2, 0.56, 0.75), 0.06),
        box((w - 0.2, 0, -0.08), (0.06, 0.42, 0.05)),
        box((w - 0.2, -0.02, 0.3), (0.06, 0.42, 0.05)),
        rod((w - 0.2, -0.38, 0), (w - 0.2, -0.38, 0.28), 0.05),
    )
    return shape(part(MAIN, seat, back), part(IRON, iron), top=top(0, 0, 0.05, 0.45), under=top(0, 0, -0.74, 0.5, 0.65))


def bed(v: Variation) -> Shape:
    w, n = v.width(0.85, 1.0), 1.4
    frame = part(
        WOOD,
        box((0, 0, -0.12), (w, n, 0.16)),
        box((0, n, 0.3), (w, 0.08, 0.62), 0.05),
        box((0, -n, 0.05), (w, 0.08, 0.36), 0.05),
        legs(w - 0.1, n - 0.1, -0.2, 0.3, 0.09),
    )
    sheet = part(WHITE, box((0, 0, 0.1), (w - 0.06, n - 0.06, 0.14), 0.08))
    blanket = part(MAIN, box((0, -0.32, 0.14), (w + 0.02, n - 0.4, 0.16), 0.1))
    pillows = part(WHITE, both(box((w / 2, n - 0.38, 0.32), (w / 2 - 0.08, 0.24, 0.12), 0.11)))
    return shape(frame, sheet, blanket, pillows)


def bookshelf(v: Variation) -> Shape:
    w, h, levels = v.uniform(0.8, 0.95), v.height(1.25, 1.4), 4
    boards = [box((0, 0, h * (2 * i / levels - 1)), (w, 0.34, 0.05), 0.01) for i in range(levels + 1)]
    frame = part(MAIN, both(box((w, 0, 0), (0.06, 0.36, h + 0.05), 0.01)), box((0, 0.32, 0), (w, 0.03, h), 0.0), boards)
    books = []
    for level in range(levels):
        x = -w + 0.12
        floor = h * (2 * level / levels - 1) + 0.05
        colours = [RED, BLUE, GREEN, YELLOW, WHITE, BROWN]
        while x < w * v.uniform(0.5, 0.85):
            t, tall = v.uniform(0.09, 0.15), h / levels * v.uniform(0.6, 0.85)
            books.append(part(v.choice(*colours), box((x + t, -0.02, floor + tall), (t, 0.24, tall), 0.02)))
            x += 2 * t + 0.01
    return shape(frame, books)


def wardrobe(v: Variation) -> Shape:
    h = v.height(1.2, 1.35)
    body = part(MAIN, box((0, 0, 0), (0.85, 0.5, h), 0.03), box((0, 0, h + 0.03), (0.93, 0.57, 0.07), 0.02))
    doors = part(PALE_WOOD, both(box((0.41, -0.5, 0.05), (0.34, 0.03, h - 0.22), 0.01)))
    knobs = part(GOLD, both(ball((0.14, -0.57, 0), 0.055)))
    return shape(body, doors, knobs, part(DARK, legs(0.72, 0.38, -h + 0.05, 0.16, 0.09)))


def lamp(v: Variation) -> Shape:
    h = v.height(0.75, 0.95)
    base = part(DARK, cone((0, 0, -h - 0.1), 0.55, 0.42, 0.08), ball((0, 0, -h + 0.05), 0.14))
    shade_ = part(
        MAIN,
        cone((0, 0, h * 0.5 + 0.2), v.width(0.8, 0.9), 0.45, 0.5, 0.0),
        cuts=[cone((0, 0, h * 0.5 + 0.19), 0.76, 0.41, 0.53, 0.0)],
    )
    bulb = part(YELLOW, ball((0, 0, h * 0.5 + 0.1), 0.2))
    return shape(base, part(STEEL, cylinder((0, 0, -h * 0.25), 0.06, h * 0.8)), shade_, bulb)


def clock(v: Variation) -> Shape:
    hour, minute = v.uniform(0, 2 * PI), v.uniform(0, 2 * PI)
    case = part(
        MAIN, cylinder((0, 0, 0), 0.9, 0.28, 0.08, FLAT), both(taper((0.45, 0, -0.7), (0.62, 0, -1.05), 0.1, 0.07))
    )
    face = part(WHITE, cylinder((0, -0.27, 0), 0.74, 0.03, 0.0, FLAT))
    marks = part(BLACK, [box((0, -0.3, 0.62), (0.03, 0.02, 0.09), 0).turned(turn_y(PI * i / 6)) for i in range(12)])
    hands = part(
        BLACK,
        box((0, -0.32, 0.18), (0.045, 0.02, 0.2), 0).turned(turn_y(hour)),
        box((0, -0.33, 0.26), (0.035, 0.02, 0.29), 0).turned(turn_y(minute)),
        ball((0, -0.31, 0), 0.07),
    )
    bells = part(
        STEEL, both(ellipsoid((0.45, 0, 0.88), (0.3, 0.26, 0.2), turn_y(0.45))), rod((0, 0, 0.85), (0, 0, 1.12), 0.05)
    )
    return shape(case, face, marks, hands, bells)


def ladder(v: Variation) -> Shape:
    h, w = v.height(1.3, 1.5), 0.45
    rails = both(box((w, 0, 0), (0.06, 0.09, h), 0.02))
    rungs = [cylinder((0, 0, h * z), 0.05, w, 0.0, SIDEWAYS) for z in (-0.8, -0.48, -0.16, 0.16, 0.48, 0.8)]
    front = part(MAIN, rails, rungs).solids
    lean = [each.turned(turn_x(-0.2)).moved((0, -0.26, 0)) for each in front]
    back = [each.turned(turn_x(0.2)).moved((0, 0.26, 0)) for each in both(box((w, 0, 0), (0.05, 0.05, h), 0.02))]
    return shape(part(MAIN, lean), part(STEEL, back, box((0, 0, h * 0.97), (w + 0.08, 0.18, 0.05))))


def mirror(v: Variation) -> Shape:
    frame = part(MAIN, ellipsoid((0, 0, 0.2), (0.75, 0.12, 1.05)))
    pane = part(GLASS, ellipsoid((0, -0.07, 0.2), (0.6, 0.09, 0.9)))
    return shape(
        frame,
        pane,
        part(
            WOOD,
            both(rod((0.8, 0, 0.25), (0.8, 0, -1.1), 0.07), rod((0.8, -0.35, -1.12), (0.8, 0.35, -1.12), 0.07)),
            rod((-0.8, 0, -0.95), (0.8, 0, -0.95), 0.05),
        ),
    )


THINGS: Final = (
    Thing("chair", "{0} chair", chair, TALL),
    Thing("armchair", "{0} armchair", armchair, patterns=True),
    Thing("sofa", "{0} sofa", sofa, ("wide",), patterns=True),
    Thing("stool", "{0} stool", stool, TALL),
    Thing("table", "{0} table", table, ("wide",)),
    Thing("roundtable", "round {0} table", roundtable, TALL),
    Thing("desk", "{0} desk", desk),
    Thing("bench", "{0} bench", bench, ("wide",)),
    Thing("bed", "bed with {0} blanket", bed, ("wide",), patterns=True),
    Thing("bookshelf", "{0} bookshelf", bookshelf, TALL),
    Thing("wardrobe", "{0} wardrobe", wardrobe, TALL),
    Thing("lamp", "lamp with {0} shade", lamp, TALL_WIDE, patterns=True),
    Thing("clock", "{0} alarm clock", clock),
    Thing("ladder", "{0} ladder", ladder, TALL),
    Thing("mirror", "mirror with {0} frame", mirror),
)
