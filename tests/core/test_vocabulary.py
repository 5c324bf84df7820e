"""What the toybox knows: content words count, glue does not, and unknown words are named with their neighbours."""

from __future__ import annotations

import re

import pytest

from dreamfusion_blender import vocabulary
from dreamfusion_blender.errors import NothingKnown, WeightsDamaged, WeightsMissing


def test_known_and_unknown_words():
    words = vocabulary.read_prompt("A red muge, with a Dragon!", "toybox")
    assert words.known == ("red",)
    assert list(words.unknown) == ["muge", "dragon"]
    assert words.unknown["muge"][0] == "mug"
    warning = words.warning()
    assert warning is not None and "'muge' (did you mean mug" in warning and "'dragon'" in warning


def test_a_wholly_known_prompt_warns_of_nothing():
    assert vocabulary.read_prompt("a snowman with green hat", "toybox").warning() is None


@pytest.mark.parametrize("prompt", ["qwerty asdf", "a photo of an", "front view, on top of", "!?", "3d"])
def test_a_prompt_of_which_nothing_is_known_is_refused_with_the_list(prompt):
    with pytest.raises(NothingKnown, match=r"It knows: airplane, apple, .* yellow"):
        vocabulary.read_prompt(prompt, "toybox")


def test_the_guide_lists_all_words():
    guide = (vocabulary.ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    listed = guide.partition("\n## Prompts\n")[2].partition("\n## ")[0]
    assert set(vocabulary.known_words("toybox")) <= set(re.findall(r"\w+", listed))


def test_colours_are_all_known_and_glue_is_not_listed():
    known = vocabulary.known_words("toybox")
    assert set(vocabulary.COLOURS) <= set(known)
    assert not {"a", ",", "<unk>", "view", "of"} & set(known)


def test_a_missing_or_damaged_tokenizer_is_said(tmp_path, monkeypatch):
    path = tmp_path / "tokenizer.json"
    monkeypatch.setattr(vocabulary, "_TOKENIZERS", {"toybox": path})
    with pytest.raises(WeightsMissing, match="tokenizer"):
        vocabulary.known_words("toybox")
    path.write_text('{"model": ')
    with pytest.raises(WeightsDamaged, match="tokenizer"):
        vocabulary.known_words("toybox")
