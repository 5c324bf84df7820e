"""The figures of runs: means over prompts with their intervals, group by group, as data and as a printed table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from benchmarks.toybox_benchmark.runs import Record
from benchmarks.toybox_benchmark.statistics import Mean, mean_over_prompts
from benchmarks.toybox_benchmark.tasks import GROUPS

__all__ = ["MEASURES", "Measure", "print_table", "summarise"]

Where = Literal["scores", "made", "diversity"]
DASH: Final = "—"


@dataclass(frozen=True)
class Measure:
    """A figure: where a record has it, what it is called, how it is written, and in which direction it is better."""

    name: str
    where: Where
    label: str
    form: str
    better: Literal["high", "low", ""] = ""


MEASURES: Final = (
    Measure("albedo", "scores", "R-Precision, albedo alone", ".1%", "high"),
    Measure("colour", "scores", "R-Precision, colour", ".1%", "high"),
    Measure("geometry", "scores", "R-Precision, geometry", ".1%", "high"),
    Measure("chamfer", "scores", "Chamfer distance", ".3f", "low"),
    Measure("iou", "scores", "volume IoU", ".1%", "high"),
    Measure("two_faced", "scores", "front like back", ".2f"),
    Measure("saturation", "scores", "saturation", ".2f"),
    Measure("shape", "diversity", "diversity, shape", ".3f"),
    Measure("look", "diversity", "diversity, look", ".3f"),
    Measure("seconds", "made", "seconds", ".0f", "low"),
    Measure("memory_gb", "made", "memory, GB", ".2f", "low"),
)


def summarise(results: list[Record]) -> dict[str, dict[str, Any]]:
    """Of a run's records, one a task: group -> measure -> mean, interval and number of prompts, or None.

    The group "all" is every task.
    """
    groups = {"all": results, **{group: [each for each in results if each["group"] == group] for group in GROUPS}}
    summary: dict[str, dict[str, Any]] = {}
    for group, members in groups.items():
        found = {measure.name: mean_over_prompts(_values(members, measure)) for measure in MEASURES}
        summary[group] = {name: None if mean is None else mean.to_json() for name, mean in found.items()}
    return summary


def print_table(summaries: dict[str, dict[str, dict[str, Any]]]) -> None:
    """A block for each measure that any run has, a line for each run, a column for each group."""
    width = max(map(len, summaries), default=0) + 2
    columns = ("all", *GROUPS)
    for measure in MEASURES:
        if not any(groups["all"][measure.name] for groups in summaries.values()):
            continue
        hint = f" ({measure.better} is good)" if measure.better else ""
        print(f"\n{measure.label}{hint}")
        print(" " * width + "".join(f"{column:>28s}" for column in columns))
        for name, groups in summaries.items():
            cells = [_cell(groups[column][measure.name], measure) for column in columns]
            print(f"{name:{width}s}" + "".join(f"{cell:>28s}" for cell in cells))


def _values(results: list[Record], measure: Measure) -> list[tuple[str, float | None]]:
    values: list[tuple[str, float | None]] = []
    for result in results:
        if measure.where == "diversity":
            values.append((result["prompt"], (result["diversity"] or {}).get(measure.name)))
        else:
            values += [(result["prompt"], each[measure.where].get(measure.name)) for each in result["seeds"]]
    return values


def _cell(stored: dict[str, Any] | None, measure: Measure) -> str:
    if stored is None:
        return DASH
    mean = Mean(**stored)
    shown = [format(value, measure.form) for value in (mean.mean, mean.low, mean.high)]
    return f"{shown[0]} [{shown[1]}, {shown[2]}]"
