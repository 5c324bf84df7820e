"""The part of the world that the embedded prior knows: its objects, its colours, its words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from torch import Tensor

from backend.cameras import Cameras
from backend.priors.toybox_variant import FOLDER
from toybox.captions import caption
from toybox.colours import COLOURS
from toybox.compose import compose
from toybox.description import Description, Item, Relation
from toybox.objects import THINGS
from toybox.placing import RELATIONS_OF
from toybox.training.toy_world import ToyWorld, kept_out
from toybox.training.views import Toy
from toybox.vocabulary import OPENINGS

__all__ = ["KnownWorld"]

PAIRS: Final = 0.4  # of the scenes have two objects: whose colour is whose takes more learning than a shape
OPENED: Final = 0.3  # of the captions begin like "a photo of"
REWORDED: Final = 0.3  # of the scenes of two are said in other words
OTHER_WORDS: Final = {" on top of ": " on ", " next to ": " and "}
JOINED: Final[tuple[Relation, ...]] = ("on", "next to")  # how: as in the captions that the first toybox learnt from


class KnownWorld:
    """See World, and the module."""

    def __init__(self, prior: Path = FOLDER, held_out: int = 12) -> None:
        """prior: folder of a toybox, for its words.  held_out: see ToyWorld."""
        vocabulary = json.loads((prior / "tokenizer" / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
        self.words = tuple(sorted(word for word in vocabulary if not word.startswith("<")))
        self.colours = tuple(colour for colour in COLOURS if colour in vocabulary)
        self.things = tuple(name for name, thing in THINGS.items() if self._knows(thing.phrase))
        self._held_out = held_out
        self._whole = ToyWorld(held_out)

    def toys(self, count: int, rng: np.random.Generator, held_out: bool | None) -> list[Toy]:
        """See World."""
        found: list[Toy] = []
        while len(found) < count:
            said = self._description(rng)
            if held_out is None or kept_out(said, self._held_out) == held_out:
                found.append(_toy(said, rng))
        return found

    def one_of_each(self, rng: np.random.Generator) -> list[Toy]:
        """See World."""
        return [_toy(Description(self._item(rng, (name,))), rng) for name in self.things]

    def maps(
        self, toys: list[Toy], cameras: Cameras, resolution: int, anti_alias: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """See World."""
        return self._whole.maps(toys, cameras, resolution, anti_alias)

    def _knows(self, phrase: str) -> bool:
        return all(word in self.words for word in phrase.split() if "{" not in word)

    def _description(self, rng: np.random.Generator) -> Description:
        if rng.random() >= PAIRS:
            return Description(self._item(rng, self.things))
        relation = JOINED[int(rng.integers(len(JOINED)))]
        firsts, others = RELATIONS_OF[relation]
        return Description(self._item(rng, firsts), relation, self._item(rng, others))

    def _item(self, rng: np.random.Generator, names: tuple[str, ...]) -> Item:
        known = [name for name in names if name in self.things]
        name = known[int(rng.integers(len(known)))]
        colours = tuple(self.colours[int(rng.integers(len(self.colours)))] for _ in range(THINGS[name].slots))
        return Item(name, colours)


def _toy(said: Description, rng: np.random.Generator) -> Toy:
    """A scene of what is said, in the poses that the first toybox knows, which no caption of its names."""
    posed = Description(_posed(said.first), said.relation, None if said.other is None else _posed(said.other))
    return Toy(compose(posed, rng), _said(said, rng), " + ".join(item.name for item in said.items()))


def _said(description: Description, rng: np.random.Generator) -> str:
    """The plain caption, or as people may say it. All words of the prior's must be heard, else they are noise."""
    said = caption(description)
    if rng.random() < REWORDED:
        for words, others in OTHER_WORDS.items():
            said = said.replace(words, others)
    if rng.random() < OPENED:
        said = f"{OPENINGS[int(rng.integers(len(OPENINGS)))]} {said}"
    return said


def _posed(item: Item) -> Item:
    return replace(item, pose=next(iter(THINGS[item.name].poses), ""))
