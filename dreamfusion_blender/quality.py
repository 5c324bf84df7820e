"""What there is to say about a finished asset, in words with a symbol, and what helps. Standard library alone.

The backend measures and writes `quality.json` beside the asset; what the numbers mean is said here, once, for the
panel and the command line alike.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from . import variables
from .errors import JobDamaged, JobMissing, Remedy, own_command
from .protocol import Message
from .ranges import NUMBERS, WHOLE_NUMBERS
from .store import JobFolder

QUALITY_VERSION: Final = 1
SCORER_VARIABLE: Final = variables.SCORER  # names the folder of a CLIP model that is asked what the views show

State = Literal["good", "look", "bad"]
SYMBOLS: Final[dict[State, str]] = {"good": "✓", "look": "?", "bad": "✗"}

CONTRACT: Final = "contract"
"""The name of findings, and the code of warnings, that say what breaks an asset's contract."""

REEXTRACT: Final = "dreamfusion.reextract"
AGAIN: Final = "dreamfusion.generate_again"

# Where a number becomes something to look at. From the look of some hundred toybox assets: docs/method.md.
ALIKE: Final = 0.5  # correlation of the details of front and back
SAME_ALL_ROUND: Final = 0.5  # of that, the share from which the sides are no different
SAME_OUTLINE: Final = 0.8  # intersection over union; the toybox's animals have 0.76 at most, with two heads 0.84
MANY_ISLANDS: Final = 5
LITTLE_TEXTURE: Final = 0.4  # xatlas fills six tenths of the square with what we make
HALF_THE_VIEWS: Final = 0.5

# Animals whose outline from the side is far from its own mirror image. Each was measured as the toybox has it
# (tests/toybox): none stands here by guess. No bear: a teddy bear sits, and is alike in front and behind.
ONE_HEADED: Final = (
    *("bird", "cat", "chicken", "cow", "dog", "duck", "elephant", "fox", "giraffe", "horse", "pig", "rabbit"),
    *("sheep", "turtle"),
)
_ANIMAL: Final = re.compile(
    # Neither a hot dog nor a dog house: the animal's word is the last one, or another part of the sentence follows.
    rf"(?<!hot )\b({'|'.join(ONE_HEADED)})\b(?=\W*$|\W+(?:on|in|at|by|with|and|next|under|inside|wearing|that)\b)",
    re.IGNORECASE,
)

THICKER: Final = 0.02  # metres of the field: about one of its voxels
FINER: Final = 1.5  # times the points a side


@dataclass(frozen=True)
class Help:
    """What may mend a finding: an operator of Blender with its settings, and the command that does the same."""

    label: str
    operator: str
    values: dict[str, Any] = field(default_factory=dict)
    command: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    state: State
    words: str
    help: Help | None = None


def read_quality(job: JobFolder) -> dict[str, Any]:
    """What was measured of the job's asset. Raises JobMissing where nothing was yet, JobDamaged."""
    try:
        report = json.loads(job.quality.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        words = f"{job.name} has no quality report: it is written when its mesh is cut"
        raise JobMissing(words, Remedy("Cut it again", REEXTRACT, _export(job.word, {}))) from error
    except (OSError, ValueError) as error:
        raise JobDamaged(f"{job.quality} is damaged: {error}") from error
    if not isinstance(report, dict) or report.get("version") != QUALITY_VERSION:
        raise JobDamaged(f"{job.quality} is no quality report that this version can read")
    return report


def contract_warnings(report: Mapping[str, Any]) -> list[Message]:
    """The events that tell of each breach of the contract, to be sent ahead of the report that has them, too."""
    texts = [f"The asset breaks its contract: {violation}" for violation in report["contract"]["violations"]]
    return [{"type": "warning", "code": CONTRACT, "message": text} for text in texts]


def findings_of(job: JobFolder) -> list[Finding]:
    """What there is to say about a job's asset. Raises as `read_quality` does."""
    report = read_quality(job)
    try:
        return findings(report, job.word)
    except (KeyError, TypeError, AttributeError) as error:
        raise JobDamaged(f"{job.quality} is damaged: it lacks {error}") from error


def findings(report: Mapping[str, Any], job: str = "JOB") -> list[Finding]:
    """What a report's numbers mean, in the order in which they are read."""
    contract, cut = report["contract"], report["cut"]
    said = [
        _watertight(contract, report, job),
        _triangles(contract, report, cut, job),
        _texture(contract, cut, job),
        _islands(contract, report, cut, job),
        _two_faced(report["two_faced"]),
        *_two_headed(report["two_faced"], report.get("prompt", "")),
    ]
    # What else breaks the contract has words of its own; what was said above is not said twice.
    told = ("watertight", "triangles, more than")
    for violation in contract["violations"]:
        if not any(words in violation for words in told):
            said.append(Finding(CONTRACT, "bad", f"Breaks its contract: {violation}"))
    if report.get("views"):
        said.append(_views(report["views"]))
    return said


def _watertight(contract: Mapping[str, Any], report: Mapping[str, Any], job: str) -> Finding:
    if contract["watertight"]:
        return Finding("watertight", "good", "Watertight")
    edges = contract["edges"]
    wrong = edges["boundary"] + edges["crowded"] + edges["flipped"]
    finer = min(round(report["points_a_side"] * FINER), WHOLE_NUMBERS["resolution"][1])
    help_ = _reextract("Cut on a Finer Grid", job, resolution=finer)
    return Finding("watertight", "bad", f"Not watertight: {wrong} edges are open, crowded or flipped", help_)


def _triangles(contract: Mapping[str, Any], report: Mapping[str, Any], cut: Mapping[str, Any], job: str) -> Finding:
    used, budget = contract["triangles"], cut["triangles"]
    words = f"{used:,} triangles of at most {budget:,}"
    if used > budget:
        return Finding("triangles", "bad", f"{words}: too many", _reextract("Cut Again", job, triangles=budget))
    if report["points_a_side"] < report["points_asked"]:
        points = f"{report['points_a_side']} points a side instead of {report['points_asked']}"
        most = WHOLE_NUMBERS["triangles"][1]
        more = _reextract("Allow More Triangles", job, triangles=min(4 * budget, most))
        return Finding("triangles", "look", f"{words}: too few for the detail, which was cut on {points}", more)
    return Finding("triangles", "good", words)


def _texture(contract: Mapping[str, Any], cut: Mapping[str, Any], job: str) -> Finding:
    share, side = contract["uv_coverage"], cut["texture_size"]
    words = f"{share:.0%} of the texture ({side} px) is in use"
    if share >= LITTLE_TEXTURE:
        return Finding("texture", "good", words)
    most = WHOLE_NUMBERS["texture_size"][1]
    larger = _reextract("Use a Larger Texture", job, texture_size=min(2 * side, most))
    return Finding("texture", "look", f"{words}: many small islands", larger)


def _islands(contract: Mapping[str, Any], report: Mapping[str, Any], cut: Mapping[str, Any], job: str) -> Finding:
    removed, parts = report["islands_removed"], contract["parts"]
    whole = "In one part" if parts == 1 else f"In {parts} separate parts"
    pieces = "no loose piece" if not removed else f"{removed} loose piece{'s' if removed > 1 else ''}"
    words = f"{whole}; {pieces} left out"
    if removed < MANY_ISLANDS:
        return Finding("islands", "good", words)
    lower = max(NUMBERS["threshold"][0], round(cut["threshold"] - THICKER, 4))
    return Finding("islands", "look", words, _reextract("Cut Thicker, to Join Them", job, threshold=lower))


def _two_faced(measured: Mapping[str, Any]) -> Finding:
    score, sides = measured["score"], measured["sides"]
    if score is None:
        return Finding("two_faced", "good", "Front and back cannot be told by colour: nearly the same all round")
    if score < ALIKE:
        return Finding("two_faced", "good", f"Front and back differ (alike {max(score, 0):.0%})")
    if sides >= SAME_ALL_ROUND * score:
        words = f"Alike from all sides ({score:.0%}): right for a candle, wrong for a face"
    else:
        words = f"Front and back are alike ({score:.0%}), the sides are not: right for a dumbbell, wrong for a face"
    return Finding("two_faced", "look", words, _again())


def _two_headed(measured: Mapping[str, Any], prompt: str) -> list[Finding]:
    """Nothing where the prompt names no animal that is known to look otherwise behind: many things rightly do not."""
    outline = measured.get("outline")  # reports of earlier versions have none
    animal = one_headed(prompt)
    if outline is None or outline < SAME_OUTLINE or animal is None:
        return []
    said = f"Front and back have the same outline ({outline:.0%}): right for a table, unusual for “{animal}”"
    return [Finding("two_headed", "look", said, _again())]


def one_headed(prompt: str) -> str | None:
    """The animal that a prompt asks for, if its outline tells its front from its back."""
    found = _ANIMAL.search(prompt)
    return found and found[1].lower()


def _again() -> Help:
    return Help("Generate Again with Another Seed", AGAIN, command=own_command("generate", "…", "--seed", "N"))


def _views(measured: Mapping[str, Any]) -> Finding:
    answered, total = sum(measured["answers"]), len(measured["answers"])
    words = f"{answered} of {total} views answer the prompt, says {measured['scorer']}"
    if answered > HALF_THE_VIEWS * total:
        return Finding("views", "good", words)
    return Finding("views", "look" if answered else "bad", words, _again())


def _reextract(label: str, job: str, **values: Any) -> Help:
    return Help(label, REEXTRACT, values, _export(job, values))


def _export(job: str, values: Mapping[str, Any]) -> str:
    options = [f"--{name.replace('_', '-')} {value}" for name, value in values.items()]
    return own_command("export", job, *options)
