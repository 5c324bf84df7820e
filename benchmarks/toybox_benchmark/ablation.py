"""DreamFusion's ablation (2209.14988, section 4.2) with what this product has, and the paper's pattern beside it.

The paper adds wide views, view-dependent prompts, lighting and textureless renders to a base one after another, and
scores renders of albedo, shaded and textureless ones by CLIP R-Precision. What we rely on is its pattern alone: each
addition raises the textureless score, and the albedo score misleads, being high without any. Its bars' heights are
not quoted here: we have no copy of them that we would vouch for.

What differs, and why: the prior and its prompts are the toybox's, and the judge is its CLIP; the preset is `sds`,
which ends in minutes on a CPU, unless another is given (`dreamfusion` takes hours on a GPU); narrow views are
narrow in elevation and field of view alone, since azimuths cannot be limited; cameras frame the object, as the
prior's training did, and stay below 75 degrees, from where every view would be called overhead.
"""

from __future__ import annotations

import math
from typing import Any, Final

from benchmarks.toybox_benchmark.methods import Method
from dreamfusion_blender.job import Override

__all__ = ["ABLATION", "ablation", "print_beside_paper"]

# Elevations and fields of view in rad. Each row adds to the ones above it.
NARROW: Final[dict[str, Override]] = {
    "score.low_elevation": math.radians(10),
    "score.high_elevation": math.radians(20),
    "score.single_view_high_elevation": math.radians(20),
    "score.low_fov": 0.72,
    "score.high_fov": 0.78,
}
WIDE: Final[dict[str, Override]] = {
    "score.low_elevation": math.radians(-10),
    "score.high_elevation": math.radians(75),
    "score.single_view_high_elevation": math.radians(75),
    "score.low_fov": 0.55,
    "score.high_fov": 0.95,
}
# Lights as in the paper: near, one for each view, and none before a fifteenth of the steps.
COMMON: Final[dict[str, Override]] = {
    "score.cameras": "framed",
    "score.light": "point",
    "score.ambient": 0.1,
    "score.shaded_from": 0.0667,
}
ABLATION: Final[tuple[tuple[str, dict[str, Override]], ...]] = (
    ("base", {**NARROW, "score.view_prompts": False, "score.shaded_share": 0.0, "score.textureless_share": 0.0}),
    ("+ wide views", WIDE),
    ("+ view prompts", {"score.view_prompts": True}),
    ("+ lighting", {"score.shaded_share": 0.75}),
    ("+ textureless", {"score.textureless_share": 0.5}),
)


def ablation(preset: str, steps: int | None, extra: dict[str, Override]) -> list[Method]:
    """The rows of the ablation, each with all before it. One view at a time: only then are directions words."""
    methods, overrides = [], {**COMMON, **extra}
    for name, added in ABLATION:
        overrides = {**overrides, **added}
        methods.append(Method(name, preset, steps, views="single", overrides=overrides))
    return methods


def print_beside_paper(summaries: dict[str, dict[str, dict[str, Any]]]) -> None:
    """The three scores of every row, and whether the textureless one rose as it does in the paper."""
    print("\nDreamFusion's ablation        albedo    shaded    textureless    textureless, in the paper")
    before: float | None = None
    for name, _ in ABLATION:
        scores = [summaries[name]["all"][measure] for measure in ("albedo", "colour", "geometry")]
        if None in scores:
            print(f"{name:26s} not run yet")
            continue
        albedo, shaded, textureless = (each["mean"] for each in scores)
        pattern = ""
        if before is not None:
            pattern = "rises; here " + ("too" if textureless > before else "it does not")
        print(f"{name:26s} {albedo:9.1%} {shaded:9.1%} {textureless:14.1%}    {pattern}")
        before = textureless
    print("How this differs from the paper, and why: benchmarks/toybox_benchmark/ablation.py")
