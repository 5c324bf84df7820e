"""The 2D models a job can use: which there are, what a word or a path means, where they lie, and fetching them."""

from __future__ import annotations

from .catalogue import CATALOGUE, NAMES, Model, model_named
from .loras import Lora, read_loras
from .options import PriorOptions, whole_paths
from .reference import absolute, read_reference
from .resolving import Source, resolve

__all__ = [
    "CATALOGUE",
    "NAMES",
    "Lora",
    "Model",
    "PriorOptions",
    "Source",
    "absolute",
    "model_named",
    "read_loras",
    "read_reference",
    "resolve",
    "whole_paths",
]
