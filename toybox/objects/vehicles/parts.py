"""What several vehicles have."""

from __future__ import annotations

from .. import kit


def wheels(xs: tuple[float, ...], y: float, z: float, radius: float = 0.3, thick: float = 0.12) -> list[kit.Part]:
    """Pairs of tyres with hubs, at ±y."""
    at = [(x, side * y, z) for x in xs for side in (-1, 1)]
    return [
        kit.part(kit.BLACK, [kit.cylinder(each, radius, thick, 0.04, kit.FLAT) for each in at]),
        kit.part(kit.STEEL, [kit.cylinder(each, radius * 0.5, thick + 0.02, 0.01, kit.FLAT) for each in at]),
    ]


def lights(x: float, y: float, z: float, radius: float, tail: float) -> list[kit.Part]:
    """Yellow ones in front, red ones behind."""
    return [
        kit.part(kit.YELLOW, kit.ball((x, y, z), radius), kit.ball((x, -y, z), radius)),
        kit.part(kit.RED, kit.ball((tail, y, z), radius), kit.ball((tail, -y, z), radius)),
    ]
