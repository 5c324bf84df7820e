"""The 2D models a job can use: which there are, what a word or a path means, where they lie, and fetching them."""

from __future__ import annotations

from .catalogue import CATALOGUE, NAMES, Model, model_named
from .reference import absolute, read_reference
from .resolving import Source, resolve

__all__ = ["CATALOGUE", "NAMES", "Model", "Source", "absolute", "model_named", "read_reference", "resolve"]
