"""What one wears."""

from __future__ import annotations

import math

from .. import kit


def hat(v: kit.Variation) -> kit.Shape:
    h, w = v.height(0.35, 0.5), v.uniform(1.05, 1.2)
    body = kit.part(kit.MAIN, kit.cylinder((0, 0, 0), w, 0.06, 0.05), kit.cone((0, 0, h), 0.68, 0.6, h, 0.12))
    return kit.shape(body, kit.part(kit.DARK, kit.cone((0, 0, 0.15), 0.7, 0.675, 0.1, 0.0)), rim=kit.top(0, 0, 0, 0.66))


def crown(v: kit.Variation) -> kit.Shape:
    n, h = 6, v.height(0.3, 0.4)
    band = kit.part(
        kit.MAIN, kit.cone((0, 0, 0), 0.78, 0.86, 0.28, 0.02), cuts=[kit.cone((0, 0, 0.05), 0.68, 0.78, 0.4, 0.0)]
    )
    spikes = kit.part(kit.MAIN, kit.around(kit.prism((0, -0.8, 0.22 + h), 0.38, 0.02, h, 0.06, 0.01), n))
    gems = (
        kit.part(kit.RED, kit.around(kit.ball((0, -0.83, 0.3 + 2 * h), 0.11), n)),
        kit.part(kit.BLUE, kit.around(kit.ball((0, -0.82, 0.0), 0.12), n, math.pi / n)),
    )
    return kit.shape(
        band, spikes, gems, kit.part(kit.MAIN, kit.ring((0, 0, -0.26), 0.77, 0.07)), rim=kit.top(0, 0, -0.28, 0.78)
    )


def cap(v: kit.Variation) -> kit.Shape:
    dome = kit.part(
        kit.MAIN,
        kit.ellipsoid((0, 0.1, 0), (0.75, 0.8, 0.72)),
        cuts=[kit.box((0, 0, -1), (3, 3, 1), 0)],
        hull=[kit.cone((0, 0.1, 0.36), 0.8, 0.4, 0.36)],
    )
    peak = kit.part(kit.MAIN, kit.ellipsoid((0, -0.72, 0.04), (0.58, 0.55, 0.06)))
    return kit.shape(
        dome,
        peak,
        kit.part(kit.WHITE, kit.ball((0, 0.1, 0.73), 0.09), kit.ellipsoid((0, -0.62, 0.36), (0.2, 0.12, 0.18))),
        rim=kit.top(0, 0, 0, 0.72),
    )


def boot(v: kit.Variation) -> kit.Shape:
    upper = kit.part(
        kit.MAIN,
        kit.cone((0, 0.3, 0.35), 0.32, 0.38, 0.7, 0.04),
        kit.taper((0, 0.25, -0.35), (0, -0.5, -0.42), 0.34, 0.27),
        blend=0.08,
        cuts=[kit.cylinder((0, 0.3, 0.95), 0.3, 0.4)],
    )
    return kit.shape(
        upper,
        kit.part(
            kit.DARK,
            kit.box((0, -0.13, -0.7), (0.34, 0.68, 0.08), 0.07),
            kit.box((0, 0.38, -0.8), (0.3, 0.22, 0.1), 0.03),
        ),
        kit.part(kit.CREAM, kit.ring((0, 0.3, 1.04), 0.35, 0.07)),
    )


def sock(v: kit.Variation) -> kit.Shape:
    foot = kit.part(
        kit.MAIN,
        kit.taper((0, 0.25, 0.8), (0, 0.25, -0.3), 0.3, 0.32),
        kit.taper((0, 0.25, -0.35), (0, -0.55, -0.4), 0.33, 0.27),
        blend=0.08,
    )
    return kit.shape(
        foot,
        kit.part(
            kit.WHITE,
            kit.cylinder((0, 0.25, 0.95), 0.36, 0.18, 0.08),
            kit.ball((0, -0.62, -0.4), 0.26),
            kit.ball((0, 0.38, -0.42), 0.3),
        ),
    )


def glasses(v: kit.Variation) -> kit.Shape:
    frame = kit.part(
        kit.MAIN,
        kit.both(
            kit.ring((0.5, 0, 0), 0.38, 0.065, kit.FLAT),
            kit.rod((0.88, 0, 0.08), (0.92, 0.95, 0.08), 0.05),
            kit.rod((0.92, 0.95, 0.08), (0.92, 1.15, -0.15), 0.05),
        ),
        kit.rod((-0.13, 0, 0.08), (0.13, 0, 0.08), 0.055),
    )
    return kit.shape(frame, kit.part(kit.GLASS, kit.both(kit.cylinder((0.5, 0, 0), 0.36, 0.025, 0.0, kit.FLAT))))
