"""Whether an asset shows the same face in front and behind, measured on pictures of the finished mesh.

Score distillation with a prior that does not know directions paints its favourite view on every side. What tells is
detail that repeats, not shape: from opposite sides *every* outline is its own mirror image, and what is round looks
alike from everywhere. So only colours are compared, without light, inside the outlines, and without what all sides
share anyway (a green top over a brown pot): each row of the pictures has its mean over all views taken off. (A band
that goes round is not level in a picture from above, and stays; then the sides are as alike, and say so.) The rest of
two opposite views is correlated, as it is and mirrored, and the higher counts. The four pairs of opposite views
are front and back of four ways to look at it; the *least* alike pair is the score, because most things have a left
side like their right. Details weaker than NOISE count as none: an object of one colour has no score.

An animal of one colour with a head at both ends is not found so. What tells then is that its outline *from the side* is
its own mirror image, too: that of a dog, a horse or a bird is not. (The outline from the front always is, near enough.)
Tables, mugs and houses are rightly alike at both ends, so this is measured of everything and means something only
where the prompt says what it should be (`dreamfusion_blender/quality.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from backend.rendering.rasterize import Look, Model
from backend.rendering.turntable import AZIMUTHS, views

Floats = NDArray[np.floating]

PICTURE: Final = 40  # pixels a side: a face's features, not its pores
SUPERSAMPLING: Final = 4  # rays along each side of a pixel
BLUR: Final = 0.75  # pixels: a copy that sits a little aside is still one
NOISE: Final = 0.02  # of the colours' range, root mean square: what baking leaves of an even colour
ASIDE: Final = 8  # pixels, twice as far as an outline's middle may be from the picture's
FEWEST: Final = 20  # pixels that two views must share

UNLIT: Final = Look(ambient=1.0, diffuse=0.0, background=(0.0, 0.0, 0.0), supersampling=SUPERSAMPLING)
OUTLINE: Final = Look(ambient=1.0, diffuse=0.0, background=(0.0, 0.0, 0.0), clay=1.0, supersampling=SUPERSAMPLING)


@dataclass(frozen=True)
class TwoFaced:
    """How alike opposite sides are, 0 to 1 (below 0: each other's negative), and sides at right angles."""

    score: float | None  # of the least alike pair; None: no detail to tell by
    sides: float | None  # mean over neighbours a quarter turn apart
    detail: float  # root mean square of what differs around the object, of the colours' range
    outline: float  # how far the outlines from two sides at right angles are their own mirror images, 0 to 1

    def to_json(self) -> dict[str, Any]:
        """The measures as plain values."""
        return {"score": self.score, "sides": self.sides, "detail": self.detail, "outline": self.outline}


def two_faced(model: Model) -> TwoFaced:
    """Measure an asset as it was made, in its own texture."""
    return compare(views(model, PICTURE, UNLIT), views(model, PICTURE, OUTLINE)[..., 0])


def compare(pictures: Floats, coverage: Floats) -> TwoFaced:
    """Measure views around an object: colours [8, S, S, 3] over black, and how much of each pixel is covered."""
    cover = np.stack([gaussian_filter(each, BLUR) for each in coverage])
    colours = np.stack([gaussian_filter(each, (BLUR, BLUR, 0)) for each in pictures])
    inside = cover > 0.6
    colours = np.where(inside[..., None], colours / np.maximum(cover, 0.6)[..., None], 0.0)
    count = np.maximum(inside.sum(axis=(0, 2)), 1)
    shared = colours.sum(axis=(0, 2)) / count[:, None]
    detail = np.where(inside[..., None], colours - shared[None, :, None], 0.0)
    strength = float(np.sqrt((detail**2).sum() / max(3 * int(inside.sum()), 1)))
    outline = own_mirror_image(coverage)
    if strength < NOISE:
        return TwoFaced(None, None, strength, outline)
    opposite = [_alike(detail, inside, turn, turn + AZIMUTHS // 2) for turn in range(AZIMUTHS // 2)]
    quarter = [_alike(detail, inside, turn, (turn + AZIMUTHS // 4) % AZIMUTHS) for turn in range(AZIMUTHS)]
    return TwoFaced(min(opposite), float(np.mean(quarter)), strength, outline)


def own_mirror_image(coverage: Floats) -> float:
    """How much the outlines [8, S, S] are their own mirror images from both of two sides at right angles, 0 to 1.

    Wherever the front is to the next eighth of a turn: one of the two sees it, the other sees the object from the side.
    """
    alike = [_mirrored(each) for each in coverage[: AZIMUTHS // 2]]  # the opposite sides have the same outlines
    return max(min(alike[turn], alike[turn + AZIMUTHS // 4]) for turn in range(AZIMUTHS // 4))


def _mirrored(cover: Floats) -> float:
    """Intersection over union of an outline [S, S] and its mirror image, about whichever upright line fits best."""
    shown = np.pad(cover, ((0, 0), (ASIDE, ASIDE)))
    images = [np.roll(shown[:, ::-1], shift, axis=1) for shift in range(-ASIDE, ASIDE + 1)]
    return max(float(np.minimum(shown, each).sum() / max(np.maximum(shown, each).sum(), 1e-9)) for each in images)


def _alike(detail: Floats, inside: NDArray[np.bool_], one: int, other: int) -> float:
    """Correlation of two views' details where both show the object, of the other as it is or mirrored."""
    found = []
    for step in (1, -1):
        both = inside[one] & inside[other][:, ::step]
        if both.sum() < FEWEST:
            found.append(0.0)  # an outline so different that nothing repeats
            continue
        first, second = detail[one][both], detail[other][:, ::step][both]
        noise = NOISE**2 * first.size
        found.append(float((first * second).sum() / (np.sqrt((first**2).sum() * (second**2).sum()) + noise)))
    return max(found)
