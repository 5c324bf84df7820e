"""The 2D models a job can use: which there are, what a word or a path means, where they lie, and fetching them."""

from __future__ import annotations

from .catalogue import CATALOGUE, NAMES, Model, model_named
from .fast_encoders import FAST_ENCODERS, FastEncoder
from .loras import Lora, read_loras
from .options import PriorOptions, whole_paths
from .reference import absolute, read_download, read_reference
from .resolving import Source, require, resolve

__all__ = [
    "CATALOGUE",
    "FAST_ENCODERS",
    "NAMES",
    "FastEncoder",
    "Lora",
    "Model",
    "PriorOptions",
    "Source",
    "absolute",
    "model_named",
    "read_download",
    "read_loras",
    "read_reference",
    "require",
    "resolve",
    "whole_paths",
]
