"""What completes a room."""

from __future__ import annotations

import math

from .. import kit


def lamp(v: kit.Variation) -> kit.Shape:
    h = v.height(0.75, 0.95)
    base = kit.part(kit.DARK, kit.cone((0, 0, -h - 0.1), 0.55, 0.42, 0.08), kit.ball((0, 0, -h + 0.05), 0.14))
    shade_ = kit.part(
        kit.MAIN,
        kit.cone((0, 0, h * 0.5 + 0.2), v.width(0.8, 0.9), 0.45, 0.5, 0.0),
        cuts=[kit.cone((0, 0, h * 0.5 + 0.19), 0.76, 0.41, 0.53, 0.0)],
    )
    bulb = kit.part(kit.YELLOW, kit.ball((0, 0, h * 0.5 + 0.1), 0.2))
    return kit.shape(base, kit.part(kit.STEEL, kit.cylinder((0, 0, -h * 0.25), 0.06, h * 0.8)), shade_, bulb)


def clock(v: kit.Variation) -> kit.Shape:
    hour, minute = v.uniform(0, 2 * math.pi), v.uniform(0, 2 * math.pi)
    case = kit.part(
        kit.MAIN,
        kit.cylinder((0, 0, 0), 0.9, 0.28, 0.08, kit.FLAT),
        kit.both(kit.taper((0.45, 0, -0.7), (0.62, 0, -1.05), 0.1, 0.07)),
    )
    face = kit.part(kit.WHITE, kit.cylinder((0, -0.27, 0), 0.74, 0.03, 0.0, kit.FLAT))
    marks = kit.part(
        kit.BLACK,
        [kit.box((0, -0.3, 0.62), (0.03, 0.02, 0.09), 0).turned(kit.turn_y(math.pi * i / 6)) for i in range(12)],
    )
    hands = kit.part(
        kit.BLACK,
        kit.box((0, -0.32, 0.18), (0.045, 0.02, 0.2), 0).turned(kit.turn_y(hour)),
        kit.box((0, -0.33, 0.26), (0.035, 0.02, 0.29), 0).turned(kit.turn_y(minute)),
        kit.ball((0, -0.31, 0), 0.07),
    )
    bells = kit.part(
        kit.STEEL,
        kit.both(kit.ellipsoid((0.45, 0, 0.88), (0.3, 0.26, 0.2), kit.turn_y(0.45))),
        kit.rod((0, 0, 0.85), (0, 0, 1.12), 0.05),
    )
    return kit.shape(case, face, marks, hands, bells)


def ladder(v: kit.Variation) -> kit.Shape:
    h, w = v.height(1.3, 1.5), 0.45
    rails = kit.both(kit.box((w, 0, 0), (0.06, 0.09, h), 0.02))
    rungs = [kit.cylinder((0, 0, h * z), 0.05, w, 0.0, kit.SIDEWAYS) for z in (-0.8, -0.48, -0.16, 0.16, 0.48, 0.8)]
    front = kit.part(kit.MAIN, rails, rungs).solids
    lean = [each.turned(kit.turn_x(-0.2)).moved((0, -0.26, 0)) for each in front]
    back = [
        each.turned(kit.turn_x(0.2)).moved((0, 0.26, 0)) for each in kit.both(kit.box((w, 0, 0), (0.05, 0.05, h), 0.02))
    ]
    return kit.shape(
        kit.part(kit.MAIN, lean), kit.part(kit.STEEL, back, kit.box((0, 0, h * 0.97), (w + 0.08, 0.18, 0.05)))
    )


def mirror(v: kit.Variation) -> kit.Shape:
    frame = kit.part(kit.MAIN, kit.ellipsoid((0, 0, 0.2), (0.75, 0.12, 1.05)))
    pane = kit.part(kit.GLASS, kit.ellipsoid((0, -0.07, 0.2), (0.6, 0.09, 0.9)))
    return kit.shape(
        frame,
        pane,
        kit.part(
            kit.WOOD,
            kit.both(
                kit.rod((0.8, 0, 0.25), (0.8, 0, -1.1), 0.07), kit.rod((0.8, -0.35, -1.12), (0.8, 0.35, -1.12), 0.07)
            ),
            kit.rod((-0.8, 0, -0.95), (0.8, 0, -0.95), 0.05),
        ),
    )
