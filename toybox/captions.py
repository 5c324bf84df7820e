"""Captions from descriptions, and back. `parse(caption(d)) == d` for every description."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from .colours import SYNONYMS, named
from .description import PATTERNS, SIZES, Description, Item, PatternName, Relation
from .objects import THINGS
from .thing import Thing

JOINERS: Final[dict[Relation, str]] = {
    "on": "on top of",
    "under": "under",
    "next to": "next to",
    "inside": "inside",
    "wearing": "wearing",
}
PATTERN_WORDS: Final[dict[PatternName, str]] = {"striped": " striped", "dotted": " dotted", "two-tone": "", "plain": ""}
COLOUR: Final = r"([a-z]+(?: and [a-z]+(?: striped| dotted)?)?)"


def caption(description: Description, rng: np.random.Generator | None = None) -> str:
    """The plain wording; with random numbers, now and then a synonym for a colour."""
    first = _item(description.first, rng)
    if description.relation is None or description.other is None:
        return first
    return f"{first} {JOINERS[description.relation]} {_item(description.other, rng)}"


def parse(text: str) -> Description | None:
    """What a caption says, or None where it is not one of ours."""
    text = " ".join(text.lower().replace(",", " ").split())
    if (item := _read(text)) is not None:
        return Description(item)
    joiners: list[tuple[Relation, str]] = [*JOINERS.items(), ("on", "on")]
    for relation, joiner in joiners:
        for match in re.finditer(rf" {joiner} (?=an? )", text):
            first, other = _read(text[: match.start()]), _read(text[match.end() :])
            if first is not None and other is not None:
                return Description(first, relation, other)
    return None


def article(phrase: str) -> str:
    """A phrase with a or an before it."""
    return ("an " if phrase[0] in "aeiou" else "a ") + phrase


def _item(item: Item, rng: np.random.Generator | None) -> str:
    colours = [_reworded(each, rng) for each in item.colours]
    if item.pattern != "plain":
        colours[0] += f" and {_reworded(item.second, rng)}{PATTERN_WORDS[item.pattern]}"
    words = [item.size, item.pose, THINGS[item.name].phrase.format(*colours)]
    return article(" ".join(word for word in words if word))


def _reworded(colour: str, rng: np.random.Generator | None) -> str:
    others = [word for word, meant in SYNONYMS.items() if meant == colour]
    if rng is None or not others or rng.random() > 0.12:
        return colour
    return others[int(rng.integers(len(others)))]


def _read(text: str) -> Item | None:
    match = re.fullmatch(r"an? (.+)", text)
    if match is None:
        return None
    rest, size, pose = match[1], "", ""
    head, _, tail = rest.partition(" ")
    if head in SIZES:
        size, rest = head, tail
    for thing in THINGS.values():
        body = rest
        pose = next((each for each in thing.poses if rest.startswith(each + " ")), "")
        body = rest[len(pose) + 1 :] if pose else rest
        found = re.fullmatch(_pattern_of(thing), body)
        if found and (item := _coloured(thing, list(found.groups()), size, pose)):
            return item
    return None


def _pattern_of(thing: Thing) -> str:
    return re.sub(r"\\\{\d\\\}", lambda _: COLOUR, re.escape(thing.phrase))


def _coloured(thing: Thing, words: list[str], size: str, pose: str) -> Item | None:
    """An item, if the words that stand for its colours are colours."""
    pattern: PatternName = "plain"
    second = ""
    colours = []
    for slot, word in enumerate(words):
        base, joined, other = word.partition(" and ")
        if joined:
            if slot or not thing.patterns:
                return None
            other, _, ending = other.partition(" ")
            pattern = next(each for each in PATTERNS[1:] if PATTERN_WORDS[each].strip() == ending)
            if (meant := named(other)) is None:
                return None
            second = meant
        if (meant := named(base)) is None:
            return None
        colours.append(meant)
    return Item(thing.name, tuple(colours), pattern, second, size, pose)
