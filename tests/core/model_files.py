"""Small stand-ins for checkpoints: safetensors files of given names and shapes, and whole diffusers folders."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dreamfusion_blender.models.families import family_named


def safetensors(shapes: Mapping[str, Sequence[int]], fill: bytes = b"\0") -> bytes:
    """A file of float16 tensors with these names and shapes, all bytes `fill`."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, shape in shapes.items():
        begin, end = end, end + 2 * math.prod(shape)
        header[name] = {"dtype": "F16", "shape": list(shape), "data_offsets": [begin, end]}
    return with_header(json.dumps(header).encode(), fill * end)


def with_header(header: bytes, data: bytes = b"") -> bytes:
    """A file with this header, whatever it says."""
    return struct.pack("<Q", len(header)) + header + data


def diffusers_files(family: str, pipeline: str) -> dict[str, bytes]:
    """The files of a diffusers folder of this family, by name."""
    files = {"model_index.json": json.dumps({"_class_name": pipeline}).encode()}
    for part in family_named(family).parts:
        if part.startswith("tokenizer"):
            files |= {f"{part}/tokenizer.json": b"{}", f"{part}/tokenizer_config.json": b"{ }"}
        elif part == "scheduler":
            files[f"{part}/scheduler_config.json"] = b'{"prediction_type": "epsilon"}'
        else:
            stem = "model" if part.startswith("text_encoder") else "diffusion_pytorch_model"
            files[f"{part}/config.json"] = json.dumps({"part": part}).encode()
            files[f"{part}/{stem}.safetensors"] = safetensors({f"{part}.weight": (2, 3)})
    return files


TAESD_FILES = {
    "config.json": b'{"_class_name": "AutoencoderTiny"}',
    "diffusion_pytorch_model.safetensors": safetensors({"encoder.layers.0.weight": (64, 3, 3, 3)}),
}


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Put the files into the folder, and return it."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


FIRST = "model.diffusion_model.input_blocks.0.0.weight"
SD_SHAPES = {
    FIRST: (320, 4, 3, 3),
    "first_stage_model.encoder.conv_in.weight": (8, 3, 3, 3),
    "cond_stage_model.transformer.text_model.embeddings.position_embedding.weight": (77, 768),
}
SDXL_SHAPES = {
    FIRST: (320, 4, 3, 3),
    "first_stage_model.encoder.conv_in.weight": (8, 3, 3, 3),
    "conditioner.embedders.0.transformer.text_model.embeddings.position_embedding.weight": (77, 768),
    "conditioner.embedders.1.model.positional_embedding": (77, 1280),
}
SD3_SHAPES = {
    "model.diffusion_model.joint_blocks.0.context_block.adaLN_modulation.1.bias": (9216,),
    "first_stage_model.encoder.conv_in.weight": (8, 3, 3, 3),
    "text_encoders.clip_l.transformer.text_model.embeddings.position_embedding.weight": (77, 768),
    "text_encoders.clip_g.transformer.text_model.embeddings.position_embedding.weight": (77, 1280),
}
