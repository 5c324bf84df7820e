"""One language's sentences, read from its file, and how a finished English sentence is said in it. No bpy in here.

A file is a TOML table of English texts and their translations. Where a text is made with values, `{}` stands in the
English for each of them, and `{0}`, `{1}`, … in the translation, in whatever order that language wants them. The table
`[Operator]` has what is said differently on buttons.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

import tomllib

ANYWHERE = "*"
OPERATOR = "Operator"
"""The contexts that Blender looks texts up in: everywhere, and on the buttons of operators."""

VALUE = "{}"


class Language:
    """What a language's file says. name: Blender's, such as ko_KR."""

    def __init__(self, name: str, texts: dict[str, str], buttons: dict[str, str]) -> None:
        self.name = name
        self.texts = texts
        self.buttons = buttons
        # The one that says most itself comes first: it knows a sentence best that several could be.
        templates = sorted((each for each in texts if VALUE in each), key=lambda each: -len(each.replace(VALUE, "")))
        self._templates = [(_pattern(each), texts[each]) for each in templates]
        self.say = functools.lru_cache(maxsize=1024)(self._say)  # panels are drawn over and over

    @classmethod
    def read(cls, path: Path) -> Language:
        """The language of a file that is called after it."""
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        buttons = table.pop(OPERATOR, {})
        return cls(path.stem, table, buttons)

    def catalogue(self) -> dict[tuple[str, str], str]:
        """As Blender wants it: by context and English text."""
        anywhere = {(ANYWHERE, english): said for english, said in self.texts.items()}
        buttons = {(OPERATOR, english): said for english, said in {**self.texts, **self.buttons}.items()}
        return {**anywhere, **buttons}

    def _say(self, text: str) -> str:
        """A text in this language; what is not known stays as it is.

        Values may be texts themselves (the reason why something failed): they are translated where they are known.
        """
        if text in self.texts:
            return self.texts[text]
        for pattern, said in self._templates:
            if found := pattern.fullmatch(text):
                return said.format(*(self.say(value) for value in found.groups()))
        return text


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(re.escape(each) for each in template.split(VALUE)), re.DOTALL)
