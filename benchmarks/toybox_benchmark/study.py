"""What raters said on the blind page: how often each of two runs was preferred, with its interval."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from benchmarks.toybox_benchmark.statistics import Mean, mean_over_prompts
from dreamfusion_blender.errors import BadSpec

__all__ = ["STUDY_VERSION", "preferences", "print_studies", "read_study"]

STUDY_VERSION: Final = 1
CHOICES: Final = {"left": (1.0, 0.0), "right": (0.0, 1.0), "neither": (0.5, 0.5)}  # what each side gets


def read_study(file: Path) -> dict[str, Any]:
    """A file of the rating page. Raises BadSpec."""
    try:
        study = json.loads(file.read_text(encoding="utf-8"))
        if study["version"] != STUDY_VERSION:
            raise BadSpec(f"{file} is of version {study['version']}; this command reads version {STUDY_VERSION}")
        for answer in study["answers"]:
            if answer["choice"] not in CHOICES or sorted((answer["left"], answer["right"])) != sorted(study["runs"]):
                raise BadSpec(f"{file} has an answer that is not one: {answer}")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadSpec(f"{file} is no file of the rating page: {error!r}") from error
    return study


def preferences(studies: Iterable[dict[str, Any]]) -> dict[tuple[str, str], Mean]:
    """For each pair of runs, in the alphabet's order, the share that the first was preferred in; a tie is a half.

    Prompts are what is drawn anew for the interval; all raters' answers to one are averaged first.
    """
    votes: dict[tuple[str, str], list[tuple[str, float | None]]] = {}
    for study in studies:
        first, second = sorted(study["runs"])
        for answer in study["answers"]:
            left, right = CHOICES[answer["choice"]]
            share = left if answer["left"] == first else right
            votes.setdefault((first, second), []).append((answer["prompt"], share))
    means = {pair: mean_over_prompts(values) for pair, values in votes.items()}
    return {pair: mean for pair, mean in means.items() if mean is not None}


def print_studies(files: list[Path]) -> None:
    """Read, count and print."""
    studies = [read_study(file) for file in files]
    for (first, second), mean in preferences(studies).items():
        interval = f"95 % interval {mean.low:.0%} - {mean.high:.0%}, {mean.count} prompts"
        print(f"{first} preferred to {second}: {mean.mean:.0%} ({interval})")
