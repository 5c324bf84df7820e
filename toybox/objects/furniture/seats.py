"""To sit and to lie on."""

from __future__ import annotations

from .. import kit


def chair(v: kit.Variation) -> kit.Shape:
    w, d, h, b = v.uniform(0.6, 0.7), 0.62, v.uniform(0.75, 0.9), v.height(0.95, 1.15)
    seat = kit.part(kit.MAIN, kit.box((0, 0, 0), (w, d, 0.08), 0.04))
    back = kit.both(kit.box((w - 0.08, d - 0.07, b / 2), (0.07, 0.07, b / 2), 0.03))
    slats = [kit.box((0, d - 0.07, b * z), (w - 0.08, 0.05, 0.1), 0.03) for z in (0.4, 0.88)]
    return kit.shape(
        seat,
        kit.part(kit.MAIN, back, slats, kit.legs(w - 0.08, d - 0.07, -0.02, h, 0.07)),
        top=kit.top(0, -0.05, 0.08, 0.52, 1.6),
        under=kit.top(0, 0, -h - 0.06, 0.42, h * 0.95),
    )


def armchair(v: kit.Variation) -> kit.Shape:
    seat = kit.box((0, -0.05, 0), (0.75, 0.7, 0.24), 0.1)
    back = kit.box((0, 0.62, 0.5), (0.95, 0.22, v.uniform(0.78, 0.9)), 0.18)
    arms = kit.both(kit.box((0.88, -0.05, 0.2), (0.2, 0.75, 0.42), 0.15))
    cushion = kit.part(kit.CREAM, kit.box((0, -0.1, 0.28), (0.66, 0.58, 0.12), 0.1))
    return kit.shape(
        kit.part(kit.MAIN, seat, back, arms), cushion, kit.part(kit.WOOD, kit.legs(0.8, 0.55, -0.2, 0.3, 0.07, 0.05))
    )


def sofa(v: kit.Variation) -> kit.Shape:
    w = v.width(1.45, 1.7)
    base = kit.box((0, 0, 0), (w, 0.72, 0.24), 0.08)
    back = kit.box((0, 0.62, 0.5), (w, 0.2, 0.62), 0.15)
    arms = kit.both(kit.box((w, -0.02, 0.22), (0.2, 0.74, 0.42), 0.15))
    seats = kit.both(kit.box((w / 2 - 0.1, -0.12, 0.3), (w / 2 - 0.12, 0.58, 0.13), 0.1))
    pillows = kit.part(kit.CREAM, kit.both(kit.box((w - 0.42, 0.28, 0.68), (0.26, 0.1, 0.26), 0.09, kit.turn_x(-0.3))))
    return kit.shape(
        kit.part(kit.MAIN, base, back, arms),
        kit.part(kit.MAIN, seats),
        pillows,
        kit.part(kit.WOOD, kit.legs(w, 0.58, -0.2, 0.24, 0.07)),
    )


def stool(v: kit.Variation) -> kit.Shape:
    h = v.height(1.0, 1.25)
    seat = kit.part(kit.MAIN, kit.cylinder((0, 0, 0), 0.7, 0.12, 0.06))
    feet = kit.part(kit.WOOD, kit.around(kit.rod((0.4, 0.4, -0.1), (0.58, 0.58, -h), 0.08), 4))
    bar = kit.part(kit.WOOD, kit.ring((0, 0, -h * 0.65), 0.69, 0.04))
    return kit.shape(seat, feet, bar, top=kit.top(0, 0, 0.12, 0.66), under=kit.top(0, 0, -h - 0.08, 0.4, h * 0.9))


def bench(v: kit.Variation) -> kit.Shape:
    w = v.width(1.4, 1.6)
    seat = [kit.box((0, y, 0), (w, 0.13, 0.05), 0.02) for y in (-0.32, 0.0, 0.32)]
    back = [kit.box((0, 0.45 + 0.06 * i, 0.35 + 0.3 * i), (w, 0.05, 0.11), 0.02, kit.turn_x(-0.2)) for i in (0, 1)]
    iron = kit.both(
        kit.box((w - 0.2, -0.28, -0.38), (0.06, 0.07, 0.36)),
        kit.box((w - 0.2, 0.36, -0.38), (0.06, 0.07, 0.36)),
        kit.rod((w - 0.2, 0.4, 0), (w - 0.2, 0.56, 0.75), 0.06),
        kit.box((w - 0.2, 0, -0.08), (0.06, 0.42, 0.05)),
        kit.box((w - 0.2, -0.02, 0.3), (0.06, 0.42, 0.05)),
        kit.rod((w - 0.2, -0.38, 0), (w - 0.2, -0.38, 0.28), 0.05),
    )
    return kit.shape(
        kit.part(kit.MAIN, seat, back),
        kit.part(kit.IRON, iron),
        top=kit.top(0, 0, 0.05, 0.45),
        under=kit.top(0, 0, -0.74, 0.5, 0.65),
    )


def bed(v: kit.Variation) -> kit.Shape:
    w, n = v.width(0.85, 1.0), 1.4
    frame = kit.part(
        kit.WOOD,
        kit.box((0, 0, -0.12), (w, n, 0.16)),
        kit.box((0, n, 0.3), (w, 0.08, 0.62), 0.05),
        kit.box((0, -n, 0.05), (w, 0.08, 0.36), 0.05),
        kit.legs(w - 0.1, n - 0.1, -0.2, 0.3, 0.09),
    )
    sheet = kit.part(kit.WHITE, kit.box((0, 0, 0.1), (w - 0.06, n - 0.06, 0.14), 0.08))
    blanket = kit.part(kit.MAIN, kit.box((0, -0.32, 0.14), (w + 0.02, n - 0.4, 0.16), 0.1))
    pillows = kit.part(kit.WHITE, kit.both(kit.box((w / 2, n - 0.38, 0.32), (w / 2 - 0.08, 0.24, 0.12), 0.11)))
    return kit.shape(frame, sheet, blanket, pillows)
