"""Tables, a bookshelf and a wardrobe."""

from __future__ import annotations

from .. import kit


def table(v: kit.Variation) -> kit.Shape:
    w, d, h = v.width(1.15, 1.35), v.uniform(0.75, 0.95), v.uniform(0.8, 1.05)
    feet = kit.both(*(kit.box((w - 0.14, s * (d - 0.14), -h / 2), (0.09, 0.09, h / 2), 0.02) for s in (-1, 1)))
    apron = kit.box((0, 0, -0.14), (w - 0.14, d - 0.14, 0.1), 0.0)
    return kit.shape(
        kit.part(kit.MAIN, kit.box((0, 0, 0), (w, d, 0.08), 0.03)),
        kit.part(kit.MAIN, feet, apron),
        top=kit.top(0, 0, 0.08, d * 0.8),
        under=kit.top(0, 0, -h, d - 0.25, h - 0.3),
    )


def roundtable(v: kit.Variation) -> kit.Shape:
    h = v.height(0.9, 1.1)
    plate = kit.cylinder((0, 0, 0), v.uniform(1.05, 1.2), 0.07, 0.04)
    foot = [kit.cylinder((0, 0, -h / 2), 0.12, h / 2), kit.cone((0, 0, -h), 0.6, 0.2, 0.1)]
    return kit.shape(kit.part(kit.MAIN, plate, foot), top=kit.top(0, 0, 0.07, 0.9))


def desk(v: kit.Variation) -> kit.Shape:
    plate = kit.part(kit.MAIN, kit.box((0, 0, 0), (1.4, 0.7, 0.07), 0.02))
    chest = kit.part(
        kit.MAIN,
        kit.box((0.98, 0.02, -0.5), (0.36, 0.62, 0.46), 0.02),
        kit.box((-1.28, 0.02, -0.5), (0.07, 0.62, 0.46), 0.01),
    )
    fronts = kit.part(kit.PALE_WOOD, [kit.box((0.98, -0.61, z), (0.3, 0.03, 0.12), 0.01) for z in (-0.22, -0.5, -0.78)])
    knobs = kit.part(kit.GOLD, [kit.ball((0.98, -0.67, z), 0.045) for z in (-0.22, -0.5, -0.78)])
    back = kit.part(kit.MAIN, kit.box((0, 0.58, -0.35), (1.3, 0.04, 0.3), 0.0))
    return kit.shape(
        plate, chest, fronts, knobs, back, top=kit.top(0, 0, 0.07, 0.6), under=kit.top(-0.3, 0, -0.96, 0.5, 0.7)
    )


def bookshelf(v: kit.Variation) -> kit.Shape:
    w, h, levels = v.uniform(0.8, 0.95), v.height(1.25, 1.4), 4
    boards = [kit.box((0, 0, h * (2 * i / levels - 1)), (w, 0.34, 0.05), 0.01) for i in range(levels + 1)]
    frame = kit.part(
        kit.MAIN,
        kit.both(kit.box((w, 0, 0), (0.06, 0.36, h + 0.05), 0.01)),
        kit.box((0, 0.32, 0), (w, 0.03, h), 0.0),
        boards,
    )
    books = []
    for level in range(levels):
        x = -w + 0.12
        floor = h * (2 * level / levels - 1) + 0.05
        colours = [kit.RED, kit.BLUE, kit.GREEN, kit.YELLOW, kit.WHITE, kit.BROWN]
        while x < w * v.uniform(0.5, 0.85):
            t, tall = v.uniform(0.09, 0.15), h / levels * v.uniform(0.6, 0.85)
            books.append(kit.part(v.choice(*colours), kit.box((x + t, -0.02, floor + tall), (t, 0.24, tall), 0.02)))
            x += 2 * t + 0.01
    return kit.shape(frame, books)


def wardrobe(v: kit.Variation) -> kit.Shape:
    h = v.height(1.2, 1.35)
    body = kit.part(
        kit.MAIN, kit.box((0, 0, 0), (0.85, 0.5, h), 0.03), kit.box((0, 0, h + 0.03), (0.93, 0.57, 0.07), 0.02)
    )
    doors = kit.part(kit.PALE_WOOD, kit.both(kit.box((0.41, -0.5, 0.05), (0.34, 0.03, h - 0.22), 0.01)))
    knobs = kit.part(kit.GOLD, kit.both(kit.ball((0.14, -0.57, 0), 0.055)))
    return kit.shape(body, doors, knobs, kit.part(kit.DARK, kit.legs(0.72, 0.38, -h + 0.05, 0.16, 0.09)))
