"""What the benchmark makes: two disjoint fixed lists of prompts, A to tune on and B to report on.

The lists are in lists.json and stay as they are; `choose` is how they were drawn, so that nobody picked them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

import numpy as np

from benchmarks.scoring import caption as single_caption
from benchmarks.scoring import toybox
from dreamfusion_blender.store import slug
from toybox import Description, Item, parse
from toybox.captions import caption
from toybox.description import Relation
from toybox.placing import RELATIONS_OF

__all__ = ["GROUPS", "Group", "ListName", "Task", "choose", "held_out", "tasks"]

Group = Literal["seen", "held out", "two objects"]
ListName = Literal["A", "B"]
GROUPS: Final[tuple[Group, ...]] = get_args(Group)

LISTS: Final = Path(__file__).parent / "lists.json"
SEED: Final = 0
SIZES: Final[dict[ListName, dict[Group, int]]] = {
    "A": {"seen": 5, "held out": 3, "two objects": 4},
    "B": {"seen": 20, "held out": 12, "two objects": 16},
}
RELATIONS: Final[tuple[Relation, ...]] = ("on", "next to")  # those that the embedded prior has words for
# The first is in two colours, of which one is held out with the other as well; the second in any colour and white.
LEFT_OUT: Final = ("gift", "lighthouse")


@dataclass(frozen=True)
class Task:
    """One prompt, why it is in the list, and what it says."""

    prompt: str
    group: Group
    description: Description

    @property
    def key(self) -> str:
        """The prompt as part of a file's name."""
        return slug(self.prompt)

    @classmethod
    def of(cls, prompt: str, group: Group) -> Task:
        """Read a prompt. Raises ValueError for one that is not the toybox's."""
        if (description := parse(prompt)) is None:
            raise ValueError(f"{prompt!r} is no caption of the toybox's world")
        return cls(prompt, group, description)


def tasks(name: ListName) -> list[Task]:
    """A list, group after group."""
    rows = json.loads(LISTS.read_text(encoding="utf-8"))[name]
    return [Task.of(row["prompt"], row["group"]) for row in rows]


def held_out(phrase: str, colour: str) -> bool:
    """Whether the embedded prior's first training never showed this object (its phrase, with {0}) in this colour."""
    return int(hashlib.md5(f"{phrase}|{colour}".encode()).hexdigest(), 16) % 12 == 0


def choose() -> dict[ListName, list[dict[str, str]]]:
    """Draw both lists: every object once among the single ones, A and B sharing none; pairs without repetition."""
    rng = np.random.default_rng(SEED)
    objects, colours = toybox()
    drawn: dict[Group, list[str]] = {group: [] for group in GROUPS}
    wanted = {group: sum(SIZES[name][group] for name in SIZES) for group in GROUPS}
    known = {name: phrase for name, phrase in objects.items() if "{0}" in phrase and name not in LEFT_OUT}
    for name in rng.permutation(sorted(known)):
        kept_out = [colour for colour in colours if held_out(known[name], colour)]
        group: Group = "held out" if kept_out and len(drawn["held out"]) < wanted["held out"] else "seen"
        options = kept_out if group == "held out" else [each for each in colours if each not in kept_out]
        if len(drawn[group]) < wanted[group]:
            drawn[group].append(single_caption(str(name), str(rng.choice(options))))
    while len(drawn["two objects"]) < wanted["two objects"]:
        pair = _pair(rng, known, colours, RELATIONS[len(drawn["two objects"]) % len(RELATIONS)])
        if pair not in drawn["two objects"]:
            drawn["two objects"].append(pair)
    return {
        name: [{"prompt": drawn[group].pop(0), "group": group} for group in GROUPS for _ in range(sizes[group])]
        for name, sizes in SIZES.items()
    }


def _pair(rng: np.random.Generator, known: dict[str, str], colours: tuple[str, ...], relation: Relation) -> str:
    """Two different objects in two different colours, each seen in training by itself."""
    firsts, others = ([name for name in names if name in known] for names in RELATIONS_OF[relation])
    while True:
        first, other = str(rng.choice(firsts)), str(rng.choice(others))
        one, two = (str(each) for each in rng.choice(colours, 2, replace=False))
        if first != other and not held_out(known[first], one) and not held_out(known[other], two):
            return caption(Description(Item(first, (one,)), relation, Item(other, (two,))))
