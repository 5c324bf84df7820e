"""Train the judge that the quality benchmark scores with.

    python -m toybox.training.judge --run RUNS/judge --minutes 5 --export benchmarks/judge

In pieces, and killed at any moment, as the prior's training. See README.md.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, Final

import torch

from dreamfusion_blender.files import atomic_write
from toybox.training.ceiling import AZIMUTHS, ceiling
from toybox.training.commands import device_here, run
from toybox.training.judging import JUDGE, JUDGE_SMOKE, JudgeTrainer
from toybox.training.runs import CHECKPOINT, LOG, forget_log_after, settings_of, train
from toybox.training.views import World

__all__ = ["export_judge", "open_judge"]

VARIANTS: Final = 8  # toys of each subject for the card

CARD: Final = """---
license: cc0-1.0
library_name: transformers
tags: [clip, toybox]
---
# The judge: a CLIP for the toybox's pictures

A `CLIPModel` of {million:.1f} million parameters that says which caption a {resolution} × {resolution} picture shows.
The quality benchmark scores finished assets with it; nothing in the product uses it, and no distillation ever sees its
gradients.

- **Input**: {resolution} × {resolution} pictures in [−1, 1]; captions in lower case, one token a word, at most {tokens}
  tokens, padded with `<pad>`. Its tokenizer is its own: the end token's number differs from the prior's, because
  `transformers` pools CLIP text at the highest token id when the end token is number 2.
- **Trained on**: renders of the procedural world in `toybox/`, with another seed than the prior and another
  architecture than the prior's text encoder; {steps} steps of {batch} spoilt pictures, three tenths of them in clay
  with captions in white. No photographs, no collected data. **CC0-1.0**, weights and all.
- **Limits**: it knows these objects, colours and plain backgrounds and nothing else; its opinion of a picture unlike
  its training's (holes, another renderer) means little.

## Its ceiling

One caption for each of {subjects} subjects, {variants} toys of each, from eight sides: how often the right caption wins
among all. Nothing that is made after these captions can be expected to score higher.

| | per view | by the mean of eight views | {azimuths} |
|---|---|---|{rules}
{rows}

Views whose caption was found, by object ({order}):

| object | colour | clay | colour by view |
|---|---|---|---|
{objects}
"""


def open_judge(folder: Path, settings: Any, world: World, device: torch.device, cache: Path | None) -> JudgeTrainer:
    """A new run, or one that goes on."""
    folder.mkdir(parents=True, exist_ok=True)
    trainer = JudgeTrainer(settings, world, device, cache)
    if (folder / CHECKPOINT).is_file():
        trainer.load(folder / CHECKPOINT)
    forget_log_after(folder / LOG, trainer.step_index)
    return trainer


def export_judge(folder: Path, trainer: JudgeTrainer, variants: int = VARIANTS) -> dict[str, Any]:
    """A CLIPModel's folder with tokenizer, ceiling.json and card; the ceiling."""
    found = ceiling(trainer.model, trainer.words, trainer.world, trainer.settings, variants, trainer.device)
    folder.mkdir(parents=True, exist_ok=True)
    trainer.words.save(folder)
    atomic_write(folder / "ceiling.json", json.dumps(found, indent=1) + "\n")
    atomic_write(folder / "README.md", card(trainer, found, variants))
    trainer.model.half().save_pretrained(folder)
    trainer.model.float()
    return found


def card(trainer: JudgeTrainer, found: dict[str, Any], variants: int) -> str:
    """The README."""
    degrees = [f"{360 * turn // AZIMUTHS}°" for turn in range(AZIMUTHS)]
    rows = []
    for kind, of in found.items():
        views = " | ".join(f"{100 * share:.1f} %" for share in of["views"])
        rows.append(f"| {kind} | {100 * of['per_view']:.1f} % | {100 * of['by_mean']:.1f} % | {views} |")
    objects = []
    for name, shares in sorted(found["colour"]["objects"].items()):
        clay = found["clay"]["objects"][name]
        by_view = " ".join(f"{100 * share:.0f}" for share in shares)
        both = (100 * sum(each) / len(each) for each in (shares, clay))
        objects.append(f"| {name} | " + " | ".join(f"{each:.0f} %" for each in both) + f" | {by_view} |")
    settings = trainer.settings
    return CARD.format(
        million=sum(each.numel() for each in trainer.parameters) / 1e6,
        resolution=settings.network.resolution,
        tokens=settings.network.tokens,
        steps=trainer.step_index,
        batch=settings.batch.singles,
        subjects=len(found["colour"]["objects"]),
        variants=variants,
        azimuths=" | ".join(degrees),
        rules="---|" * AZIMUTHS,
        rows="\n".join(rows),
        order=", ".join(degrees),
        objects="\n".join(objects),
    )


def main(arguments: list[str]) -> None:
    """The command line."""
    from toybox.training.toy_world import ToyWorld, workers_for

    parser = argparse.ArgumentParser(prog="python -m toybox.training.judge", description="Train the benchmark's judge")
    parser.add_argument("--run", type=Path, required=True, help="the run's folder: checkpoint and log")
    parser.add_argument("--smoke", action="store_true", help="does everything run? a minute on a CPU")
    parser.add_argument("--set", nargs="*", default=[], metavar="PART.SETTING=VALUE", help="single settings")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so many, with a checkpoint")
    parser.add_argument("--cache", type=Path, help="keep rendered chunks here, and take them from here")
    parser.add_argument("--export", type=Path, help="then write the CLIPModel's folder")
    asked = parser.parse_args(arguments)
    device = device_here()
    settings = (settings_of(asked.run) or (JUDGE_SMOKE if asked.smoke else JUDGE)).changed(asked.set)
    trainer = open_judge(asked.run, settings, ToyWorld(workers=workers_for(device)), device, asked.cache)
    train(trainer, asked.run, asked.minutes)
    if asked.export is not None:
        found = export_judge(asked.export, trainer, 1 if asked.smoke else VARIANTS)
        print({kind: {name: of[name] for name in ("per_view", "by_mean")} for kind, of in found.items()})


if __name__ == "__main__":
    run(main)
