"""The product's version: the one in blender_manifest.toml (a test compares them)."""

from typing import Final

VERSION: Final = "0.1.0"
