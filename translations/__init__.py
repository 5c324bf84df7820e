"""The interface in other languages: a file for each, registered with Blender, and sentences that Blender cannot know.

Blender looks up labels and tooltips by itself. `translated` is for everything else: texts made with values, and those
that Blender shows as they are.
"""

from __future__ import annotations

from pathlib import Path

import bpy

from .language import Language

__all__ = ["register", "translated", "unregister"]

LANGUAGES = {path.stem: Language.read(path) for path in sorted(Path(__file__).parent.glob("*.toml"))}


def translated(text: str) -> str:
    """A text in the interface's language, which is English where nobody has translated it."""
    language = LANGUAGES.get(bpy.app.translations.locale)
    wanted = bpy.context.preferences.view.use_translate_interface
    return text if language is None or not wanted else language.say(text)


def register() -> None:
    """Tell Blender the texts."""
    bpy.app.translations.register(__package__, {name: each.catalogue() for name, each in LANGUAGES.items()})


def unregister() -> None:
    """Have it forget them."""
    bpy.app.translations.unregister(__package__)
