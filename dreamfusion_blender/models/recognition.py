"""Telling what family a folder or a file on this machine is of, and whether all that its adapter needs is there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from ..errors import ModelUnusable
from .families import Family, family_named, family_of_pipeline, known_pipelines
from .safetensors_header import Shapes, read_shapes

INDEX: Final = "model_index.json"
CONFIG: Final = "config.json"
_LONGEST_JSON: Final = 10_000_000  # bytes; a sharded model's table of tensors has a few hundred thousand

# Where the original layouts keep their parts, by family: the picture model, the autoencoder, the text encoders. The
# same keys tell diffusers' from_single_file apart what it is given (loaders/single_file_utils.py).
_DENOISER: Final = "model.diffusion_model."
_FIRST_CONVOLUTION: Final = "model.diffusion_model.input_blocks.0.0.weight"  # [channels out, channels in, 3, 3]
_XL_SECOND_ENCODER: Final = "conditioner.embedders.1."
_SD3_BLOCK: Final = "model.diffusion_model.joint_blocks.0.context_block.adaLN_modulation.1.bias"
_NEEDED: Final = {
    "stable_diffusion": (_DENOISER, "first_stage_model.", "cond_stage_model."),
    "stable_diffusion_xl": (_DENOISER, "first_stage_model.", "conditioner.embedders.0.", _XL_SECOND_ENCODER),
    "stable_diffusion_3": (_DENOISER, "first_stage_model.", "text_encoders.clip_l.", "text_encoders.clip_g."),
}
_LATENT_CHANNELS: Final = 4


def recognise(path: Path) -> Family:
    """The family of a diffusers folder or a .safetensors file. Raises ModelUnusable, naming what is wrong with it."""
    if os.path.isdir(path):  # where Path's own may raise
        family = family_of_folder(path)
        if missing := missing_parts(path, family):
            raise ModelUnusable(f"{path} is a model of the family {family.label} that lacks {', '.join(missing)}")
        return family
    if not os.path.exists(path):
        raise ModelUnusable(f"There is no model at {path}, or the folders above it may not be entered")
    if path.suffix.lower() != ".safetensors":
        raise ModelUnusable(f"{path} is neither a folder nor a .safetensors file")
    return family_of_shapes(read_shapes(path), str(path))


def recognise_download(folder: Path) -> None:
    """Raise ModelUnusable unless the folder holds what a job can use, whole: a prior, or a fast encoder."""
    if not (folder / INDEX).is_file() and (folder / CONFIG).is_file():
        check_fast_encoder(folder)
    else:
        recognise(folder)


def check_fast_encoder(folder: Path) -> None:
    """Raise ModelUnusable unless the folder holds a fast encoder, whole."""
    if not folder.is_dir():
        raise ModelUnusable(f"There is no fast encoder at {folder}: name a folder with a TAESD (madebyollin/taesd)")
    check_fast_encoder_config(read_table(folder / CONFIG) if (folder / CONFIG).is_file() else {}, str(folder))
    if not any(_is_there(path) for path in folder.glob("diffusion_pytorch_model*.safetensors")):
        raise ModelUnusable(f"{folder} is a fast encoder that lacks diffusion_pytorch_model.safetensors")


def check_fast_encoder_config(config: dict[str, object], where: str) -> None:
    """Raise ModelUnusable for a config.json of anything else."""
    if (found := config.get("_class_name")) != "AutoencoderTiny":
        raise ModelUnusable(
            f"{where} holds {str(found)[:60]}, which is no fast encoder: a TAESD is wanted (AutoencoderTiny in its "
            f"{CONFIG}), such as madebyollin/taesd on the hub"
        )


def family_of_folder(folder: Path) -> Family:
    """What the folder's model_index.json says it is."""
    if not (folder / INDEX).is_file():
        raise ModelUnusable(f"{folder} is no diffusers model: it has no {INDEX}")
    return family_of_index(read_table(folder / INDEX), str(folder))


def family_of_index(index: dict[str, object], where: str) -> Family:
    """What a model_index.json says. Raises ModelUnusable for a pipeline that there is no adapter for."""
    class_name = index.get("_class_name")
    family = family_of_pipeline(class_name)
    if family is None:
        raise ModelUnusable(
            f"{where} is made for {str(class_name)[:60]!r}, which is no prior here; "
            f"there are adapters for {', '.join(known_pipelines())}"
        )
    return family


def family_of_shapes(shapes: Shapes, where: str) -> Family:
    """What a checkpoint in its original layout is, by its tensors' names and shapes. Raises ModelUnusable."""
    name = _family_name(shapes)
    if name is None:
        raise ModelUnusable(f"{where} {_what_else(shapes)}")
    family = family_named(name)
    channels = shapes.get(_FIRST_CONVOLUTION, (0, _LATENT_CHANNELS))  # Stable Diffusion 3 has no such convolution
    if len(channels) < 2 or channels[1] != _LATENT_CHANNELS:
        raise ModelUnusable(f"{where} wants a picture beside the noise (for inpainting, or for edits): it is no prior")
    if lacking := [prefix for prefix in _NEEDED[name] if not any(each.startswith(prefix) for each in shapes)]:
        hint = "; the file that has all says 'incl_clips' in its name" if name == "stable_diffusion_3" else ""
        raise ModelUnusable(
            f"{where} is a part of {family.label} alone: it has nothing under {', '.join(lacking)}{hint}"
        )
    return family


def _family_name(shapes: Shapes) -> str | None:
    if _SD3_BLOCK in shapes:
        return "stable_diffusion_3"
    if _FIRST_CONVOLUTION not in shapes:
        return None
    if any(name.startswith("conditioner.embedders.") for name in shapes):
        # The refiner has the second encoder alone, under the first one's name, and looks at finished pictures.
        return "stable_diffusion_xl" if any(name.startswith(_XL_SECOND_ENCODER) for name in shapes) else None
    return "stable_diffusion"


def _what_else(shapes: Shapes) -> str:
    if any("lora" in name.lower() for name in shapes):
        return "is a LoRA, an addition to a model and not one"
    if any(name.startswith(("down_blocks.", "encoder.", "text_model.", "transformer_blocks.")) for name in shapes):
        return f"is one part of a diffusers model: name the folder that has the {INDEX}"
    return "holds none of the models that there is an adapter for (Stable Diffusion 1, 2, XL and 3)"


def missing_parts(folder: Path, family: Family) -> list[str]:
    """What a diffusers folder of this family lacks, in words; a file of no bytes counts as missing."""
    return [lack for part in family.parts if (lack := _lack_of(folder / part)) is not None]


def _lack_of(part: Path) -> str | None:
    if part.name.startswith("tokenizer"):
        names = ("tokenizer.json", "vocab.json", "spiece.model")
        return None if any(_is_there(part / name) for name in names) else f"{part.name}/tokenizer.json"
    if part.name == "scheduler":
        return None if _is_there(part / "scheduler_config.json") else "scheduler/scheduler_config.json"
    if not _is_there(part / CONFIG):
        return f"{part.name}/{CONFIG}"
    for table in sorted(part.glob("*.safetensors.index*.json")):
        shards = read_table(table).get("weight_map", {})
        names = set(shards.values()) if isinstance(shards, dict) else set()
        if names and all(_is_plain(name) and _is_there(part / str(name)) for name in names):
            return None
    whole = (path for path in part.glob("*.safetensors") if "-of-" not in path.name)
    return None if any(_is_there(path) for path in whole) else f"{part.name}/*.safetensors"


def _is_plain(name: object) -> bool:
    """Whether it names a file of the same folder and of no other."""
    return isinstance(name, str) and "\\" not in name and Path(name).name == name


def _is_there(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def read_table(path: Path) -> dict[str, object]:
    """A JSON object from a file. Raises ModelUnusable."""
    try:
        with open(path, "rb") as file:
            text = file.read(_LONGEST_JSON + 1)
        table = json.loads(text.decode("utf-8")) if len(text) <= _LONGEST_JSON else None
    except OSError as error:
        raise ModelUnusable(f"Cannot read {path}: {error.strerror or error}") from error
    except (ValueError, RecursionError):
        table = None
    if not isinstance(table, dict):
        raise ModelUnusable(f"{path} is damaged: it is no table in JSON")
    return table
