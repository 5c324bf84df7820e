"""How well each view of an asset answers the prompt, where a CLIP model is there to ask. The one part of the quality
report that needs torch. `python -m backend.view_scores JOBFOLDER MODELFOLDER` runs by itself.

A view answers when the model finds the prompt a better caption for it than each of COMMON, everyday things among which
nearly every picture finds a caption. Those that the prompt itself names are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoTokenizer, CLIPModel
from transformers.utils import logging

from backend import glb, small_process
from backend.events import Emit
from backend.priors.loading.components import load_component
from backend.priors.loading.files import read_json
from backend.rendering.turntable import views
from dreamfusion_blender.errors import DreamFusionError, JobMissing, ModelUnusable, WeightsDamaged, WeightsMissing
from dreamfusion_blender.files import atomic_write
from dreamfusion_blender.protocol import Message
from dreamfusion_blender.quality import SCORER_VARIABLE, read_quality
from dreamfusion_blender.store import JobFolder

COMMON: Final = (
    *("car", "dog", "cat", "bird", "chair", "table", "tree", "flower", "house", "boat", "bottle", "mug", "lamp"),
    *("bed", "guitar", "hammer", "robot", "pumpkin", "ball", "bus", "airplane", "fish", "shoe", "person"),
)
USUAL_SIDE, USUAL_TOKENS = 224, 77  # transformers' own defaults, which a config.json may leave out
PIXEL_MEAN, PIXEL_STD = (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)  # where the model's folder does not say


class ViewScorer:
    """A CLIP model from a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Raises ModelUnusable when the folder holds no CLIP model, or one that is damaged or lacks weights."""
        logging.disable_progress_bar()
        config = _read(folder / "config.json")
        looks = _read(folder / "preprocessor_config.json")
        if config.get("model_type") != "clip":
            raise ModelUnusable(f"{folder} holds no CLIP model: its config.json does not say that it is one")
        try:
            self._model = load_component(CLIPModel, folder, torch.float32)
            self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        except (WeightsMissing, WeightsDamaged, OSError, ValueError, KeyError) as error:
            raise ModelUnusable(f"The CLIP model in {folder} cannot be read: {error}") from error
        # Read from the file: the library's own types leave open what its parts are.
        self.side = int(config.get("vision_config", {}).get("image_size", USUAL_SIDE))
        self._longest = int(config.get("text_config", {}).get("max_position_embeddings", USUAL_TOKENS))
        self._mean = torch.tensor(looks.get("image_mean", PIXEL_MEAN)).view(3, 1, 1)
        self._std = torch.tensor(looks.get("image_std", PIXEL_STD)).view(3, 1, 1)

    @torch.no_grad()
    def shares(self, pictures: NDArray[np.float32], captions: list[str]) -> NDArray[np.float32]:
        """How much of each picture's belief each caption gets [V, C], for pictures [V, S, S, 3] in [0, 1]."""
        words = self._tokenizer(
            captions, padding="max_length", max_length=self._longest, truncation=True, return_tensors="pt"
        )
        pixels = (torch.from_numpy(pictures).permute(0, 3, 1, 2) - self._mean) / self._std
        answer = self._model(input_ids=words.input_ids, attention_mask=words.attention_mask, pixel_values=pixels)
        return answer.logits_per_image.softmax(dim=-1).numpy()


def captions_for(prompt: str) -> list[str]:
    """The prompt first, then what else a picture might show."""
    said = prompt.lower()
    return [prompt, *(f"{'an' if thing[0] in 'aeiou' else 'a'} {thing}" for thing in COMMON if thing not in said)]


def score_job(job: JobFolder, folder: Path) -> dict[str, Any]:
    """Look at the job's asset, add what was seen to its quality report, and return that part."""
    if not job.glb.is_file():
        raise JobMissing(f"{job.name} has no asset yet (it is {job.status})")
    report = read_quality(job)
    scorer = ViewScorer(folder)
    captions = captions_for(job.spec.prompt)
    shares = scorer.shares(views(glb.decode(job.glb.read_bytes()), scorer.side), captions)
    seen = {
        "scorer": folder.name,
        "answers": [bool(best == 0) for best in shares.argmax(axis=1)],
        "shares": [round(float(share), 4) for share in shares[:, 0]],
        "seen_as": [captions[best] for best in shares.argmax(axis=1)],
    }
    atomic_write(job.quality, json.dumps({**report, "views": seen}, indent=2) + "\n")
    return seen


def score_if_named(job: JobFolder, emit: Emit) -> dict[str, Any] | None:
    """What the scorer says that DREAMFUSION_SCORER names, if it does; a scorer that cannot be used fails no job."""
    folder = os.environ.get(SCORER_VARIABLE)
    if not folder:
        return None
    emit({"type": "stage", "stage": "score", "label": "Asking what the views show"})
    try:
        return score_job(job, Path(folder).expanduser())
    except DreamFusionError as error:
        emit({"type": "warning", "code": error.code, "message": f"The views were not scored: {error.message}"})
        return None


def _read(path: Path) -> dict[str, Any]:
    """A configuration, empty where there is none. Raises ModelUnusable when it cannot be read."""
    if not path.exists():
        return {}
    try:
        return read_json(path)
    except (WeightsMissing, WeightsDamaged, OSError) as error:
        raise ModelUnusable(f"The CLIP model cannot be used: {error}") from error


def main(arguments: list[str] | None = None) -> int:
    """Score a job's views; events on standard output, one JSON object a line, the last one is the ending."""
    parser = argparse.ArgumentParser(prog="python -m backend.view_scores", description=main.__doc__)
    parser.add_argument("job", help="the job's folder")
    parser.add_argument("model", type=Path, help="a CLIP model's folder, as transformers saves it")
    options = parser.parse_args(arguments)

    def score(emit: Emit) -> Message:
        emit({"type": "stage", "stage": "score", "label": "Asking what the views show"})
        return {"report": {"views": score_job(JobFolder.open(options.job), options.model)}, "files": {}}

    return small_process.run(score, {"job": options.job})


if __name__ == "__main__":
    sys.exit(main())
