"""Parts of state dicts, by the beginnings of their names."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

__all__ = ["copied", "part_of", "prefixed"]


def part_of(state: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """What has names that begin so, without that beginning."""
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}


def prefixed(state: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The same under names that begin so: what `part_of` takes back."""
    return {f"{prefix}{name}": value for name, value in state.items()}


def copied(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same values, apart from whatever goes on with the given ones."""
    return {name: value.detach().clone().contiguous() for name, value in state.items()}
