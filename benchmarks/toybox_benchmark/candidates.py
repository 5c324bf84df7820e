"""The captions among which the judge chooses: the right one first, then what is nearly it."""

from __future__ import annotations

from itertools import product

from benchmarks.scoring import CLAY_COLOUR, Kind, toybox
from benchmarks.scoring import candidates as single_candidates
from benchmarks.scoring import caption as single_caption
from benchmarks.toybox_benchmark.tasks import RELATIONS, Task
from toybox import Description, Item
from toybox.captions import caption

__all__ = ["candidates"]


def candidates(task: Task, kind: Kind) -> list[str]:
    """For one object, those of scoring.py: this phrase in every colour and every object in this colour; in clay every
    object. For two, what `swapped` gives and each object alone; in clay the same in white, and every object alone."""
    what = task.description
    if what.other is None:
        return single_candidates(what.first.name, what.first.colours[0], kind)
    if kind == "clay":
        what = Description(_white(what.first), what.relation, _white(what.other))
        alone = [single_caption(name, CLAY_COLOUR) for name in toybox()[0]]
    else:
        alone = [caption(Description(item)) for item in what.items()]
    return list(dict.fromkeys([*(caption(each) for each in swapped(what)), *alone]))


def swapped(what: Description) -> list[Description]:
    """Two objects with the objects, their colours and the relation exchanged in all ways: first as it is.

    "A next to B" and "B next to A" are one and the same, so of each two such only the first stays.
    """
    assert what.other is not None
    relations = sorted(RELATIONS, key=lambda each: each != what.relation)  # its own first
    found: list[Description] = []
    for relation, objects, colours in product(relations, (False, True), (False, True)):
        names = _maybe_turned((what.first.name, what.other.name), objects)
        paints = _maybe_turned((what.first.colours, what.other.colours), colours)
        first, other = (Item(name, paint) for name, paint in zip(names, paints, strict=True))
        same = Description(other, relation, first)
        if relation != "next to" or same not in found:
            found.append(Description(first, relation, other))
    return found


def _maybe_turned(pair: tuple, turn: bool) -> tuple:
    return pair[::-1] if turn else pair


def _white(item: Item) -> Item:
    return Item(item.name, (CLAY_COLOUR,))
