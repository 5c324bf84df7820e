"""All words that captions are made of."""

from __future__ import annotations

from typing import Final

from .captions import JOINERS
from .colours import COLOURS, SYNONYMS
from .description import SIZES
from .objects import THINGS

VIEWS: Final = ("front", "side", "back", "overhead")  # in ", front view"
# How people begin their prompts; put before a caption now and then, so that they mean nothing.
OPENINGS: Final = ("a 3d model of", "a photo of", "a rendering of", "a dslr photo of", "a high quality rendering of")


def words() -> tuple[str, ...]:
    """Sorted, each once. The comma counts as a word."""
    texts = [",", "a", "an", "and", "of", "on", "to", "view", "striped", "dotted", "quality", "with", "in"]
    texts += [*JOINERS.values(), *VIEWS, *OPENINGS, *COLOURS, *SYNONYMS, *SIZES]
    for thing in THINGS.values():
        texts += [thing.phrase, *thing.poses]
    return tuple(sorted({word for text in texts for word in text.split() if "{" not in word}))
