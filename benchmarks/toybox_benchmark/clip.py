"""CLIP R-Precision of any folder of GLBs under any CLIP on disk, as Dream Fields and DreamFusion report it.

Every asset is rendered from around it at 30 degrees of elevation (DreamFusion's protocol), in its colours and as a
textureless, shaded mesh; a view is right when CLIP prefers its prompt to all other prompts of the list. Theirs has
153 captions of COCO; one prompt a line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import AutoTokenizer, CLIPModel

from backend.priors.loading.components import load_component
from benchmarks.toybox_benchmark.looks import LOOKS, LookName, read_glb, views_from
from benchmarks.toybox_benchmark.statistics import Mean, mean_over_prompts
from dreamfusion_blender.errors import BadSpec, ModelUnusable, WeightsDamaged, WeightsMissing
from dreamfusion_blender.files import atomic_write
from dreamfusion_blender.store import slug

__all__ = ["Clip", "assets_of", "precision", "print_precision", "read_prompts"]

ELEVATION: Final = np.deg2rad(30.0)
KINDS: Final[dict[str, LookName]] = {"colour": "shaded", "geometry": "textureless"}
# OpenAI's own, for a folder without a preprocessor_config.json.
MEAN: Final = (0.48145466, 0.4578275, 0.40821073)
STD: Final = (0.26862954, 0.26130258, 0.27577711)
TEXTS_AT_ONCE: Final = 64


class Clip:
    """A CLIPModel from a folder: safetensors alone, and nothing from the network."""

    def __init__(self, folder: Path, prompts: list[str], device: str = "cpu") -> None:
        """prompts: what pictures are compared with. Raises ModelUnusable."""
        self._device = torch.device(device)
        try:
            model = load_component(CLIPModel, folder, torch.float32, self._device)
            self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        except (WeightsMissing, WeightsDamaged, OSError, ValueError, KeyError) as error:
            raise ModelUnusable(f"{folder} holds no CLIPModel with safetensors and a tokenizer: {error}") from error
        self._model = model
        # From the model's own parts, since a configuration may leave out what is as usual.
        side = model.vision_model.embeddings.image_size
        if not isinstance(side, int):
            raise ModelUnusable(f"{folder} is for pictures that are not square ({side}); give one for square ones")
        self.side = side
        self._longest = model.text_model.embeddings.position_embedding.num_embeddings
        looks = folder / "preprocessor_config.json"
        said = json.loads(looks.read_text(encoding="utf-8")) if looks.is_file() else {}
        self._mean = torch.tensor(said.get("image_mean", MEAN)).view(3, 1, 1).to(self._device)
        self._std = torch.tensor(said.get("image_std", STD)).view(3, 1, 1).to(self._device)
        chunks = [prompts[start : start + TEXTS_AT_ONCE] for start in range(0, len(prompts), TEXTS_AT_ONCE)]
        self._texts = torch.cat([self._read(chunk) for chunk in chunks])

    @torch.no_grad()
    def best(self, pictures: NDArray[np.float32]) -> list[int]:
        """Which prompt is nearest to each of the pictures [V, side, side, 3] in [0, 1]."""
        pixels = torch.from_numpy(pictures).to(self._device).permute(0, 3, 1, 2)
        seen = self._model.vision_model(pixel_values=(pixels - self._mean) / self._std).pooler_output
        seen = torch.nn.functional.normalize(self._model.visual_projection(seen), dim=-1)
        return (seen @ self._texts.T).argmax(dim=-1).tolist()

    @torch.no_grad()
    def _read(self, prompts: list[str]) -> Tensor:
        words = self._tokenizer(
            prompts, padding="max_length", max_length=self._longest, truncation=True, return_tensors="pt"
        ).to(self._device)
        read = self._model.text_model(input_ids=words.input_ids, attention_mask=words.attention_mask).pooler_output
        return torch.nn.functional.normalize(self._model.text_projection(read), dim=-1)


def read_prompts(file: Path) -> list[str]:
    """One a line; empty lines are left out. Raises BadSpec for fewer than two, or for one that is there twice."""
    prompts = [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    if len(prompts) < 2 or len(set(prompts)) < len(prompts):
        raise BadSpec(f"{file} has to name at least two prompts, one a line and each once; it has {len(prompts)} lines")
    return prompts


def assets_of(folder: Path, prompts: list[str]) -> dict[str, list[Path]]:
    """Each prompt's GLBs: named by the prompt's words (a-red-mug.glb) or by its line (001.glb), with -s1 … for seeds.

    Raises BadSpec when a file belongs to no prompt, or none is there.
    """
    found: dict[str, list[Path]] = {prompt: [] for prompt in prompts}
    names = {slug(prompt): prompt for prompt in prompts}
    for path in sorted(folder.glob("*.glb")):
        stem, _, seed = path.stem.rpartition("-s")
        name = stem if stem and seed.isdigit() else path.stem
        if name.isdigit() and 1 <= int(name) <= len(prompts):
            found[prompts[int(name) - 1]].append(path)
        elif name in names:
            found[names[name]].append(path)
        else:
            raise BadSpec(f"{path.name} is named after none of the prompts: call it {next(iter(names))}.glb or 001.glb")
    if not any(found.values()):
        raise BadSpec(f"{folder} has no GLB files")
    return found


def precision(assets: dict[str, list[Path]], clip: Clip) -> dict[str, Mean | None]:
    """Shares of right views, in the mean over prompts. A prompt without an asset counts as wrong."""
    scores: dict[str, list[tuple[str, float | None]]] = {kind: [] for kind in KINDS}
    for right, (prompt, paths) in enumerate(assets.items()):
        for path in paths:
            model = read_glb(path)
            for kind, look in KINDS.items():
                best = clip.best(views_from(model, clip.side, LOOKS[look], ELEVATION))
                scores[kind].append((prompt, sum(each == right for each in best) / len(best)))
        if not paths:
            for kind in KINDS:
                scores[kind].append((prompt, 0.0))
    return {kind: mean_over_prompts(values) for kind, values in scores.items()}


def print_precision(folder: Path, file: Path, model: Path, out: Path, device: str) -> None:
    """Score, print and keep in OUT/clip-FOLDER-MODEL.json."""
    prompts = read_prompts(file)
    assets = assets_of(folder, prompts)
    missing = [prompt for prompt, paths in assets.items() if not paths]
    found = precision(assets, Clip(model, prompts, device))
    print(f"CLIP R-Precision of {folder.resolve().name} among {len(prompts)} prompts, by {model.resolve().name}")
    for kind, mean in found.items():
        assert mean is not None  # every prompt has a score
        print(f"{kind:10s} {mean.mean:7.1%}   95 % interval {mean.low:.1%} - {mean.high:.1%}")
    if missing:
        print(f"{len(missing)} prompts have no asset, and count as wrong: {missing[0]!r} …")
    plain: dict[str, Any] = {kind: mean.to_json() for kind, mean in found.items() if mean is not None}
    kept = {"folder": str(folder), "clip": str(model), "prompts": len(prompts), "missing": missing, **plain}
    out.mkdir(parents=True, exist_ok=True)
    atomic_write(out / f"clip-{folder.resolve().name}-{model.resolve().name}.json", json.dumps(kept, indent=1))
