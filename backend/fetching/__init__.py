"""Fetching a model's files from the Hugging Face hub: what is wanted, gone on with where it broke off, and checked.

Each file is written under its hash's name, gone on with where it broke off (huggingface_hub's own downloads begin a
broken file anew), compared with its hash, and only then put in its place.
"""

from __future__ import annotations

from backend.fetching.repository import fetch

__all__ = ["fetch"]
