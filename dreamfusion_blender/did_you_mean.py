"""What to say of a name that is not known: which known one looks most like it, and what there is."""

from __future__ import annotations

import difflib
from collections.abc import Sequence


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that looks most like `word`, if one does."""
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return found[0] if found else None


def with_nearest(word: object, known: Sequence[str], words: str) -> str:
    """`words`, which say what there is, after the nearest known word, where there is one."""
    near = nearest(word, known) if isinstance(word, str) else None
    return f"did you mean {near!r}? {words}" if near else words


def unknown(kind: str, value: object, known: Sequence[str]) -> str:
    """That a value, of this kind, is none of the known ones."""
    words = f"Known: {', '.join(known) or 'none'}"
    return f"{kind} {shown(value)} is unknown; {with_nearest(value, known, words)}"


def shown(value: object) -> str:
    """A value as it was given, without the end of a long one."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
