"""T5's pieces, read without the packages that transformers would want for them."""

import base64
import json
import struct

import pytest
from tiny_tokenizers import field, write_spiece
from transformers import T5Tokenizer

from backend.priors.text.t5_tokenizer import load_t5_tokenizer
from dreamfusion_blender.errors import WeightsDamaged, WeightsMissing

NO_REPLACEMENTS = struct.pack("<II", 4, 0) + b"\0"  # a trie of one empty node, and no texts


@pytest.fixture
def folder(tmp_path):
    write_spiece(tmp_path / "tokenizer")
    return tmp_path / "tokenizer"


def test_words_become_the_numbers_of_their_pieces(folder, tmp_path):
    pieces = [text for text, _ in write_spiece(tmp_path / "again")]
    expected = [pieces.index(piece) for piece in ("▁a", "▁red", "▁mug", ",", "▁side", "▁view", "</s>")]
    tokens = load_t5_tokenizer(folder)("a  red mug, side view ", padding="max_length", max_length=12)
    assert tokens.input_ids == [*expected, *[0] * 5]
    assert tokens.attention_mask == [*[1] * 7, *[0] * 5]


def test_of_two_ways_to_cut_a_word_the_likelier_is_taken(folder):
    tokenizer = load_t5_tokenizer(folder)
    assert tokenizer.tokenize("reda") == ["▁red", "a"]
    assert tokenizer.tokenize("ared") == ["▁a", "r", "e", "d"]


def test_both_kinds_of_files_give_one_tokenizer(folder):
    """tokenizer.json, which Stable Diffusion 3 ships and transformers writes, says the same as spiece.model."""
    first = load_t5_tokenizer(folder)
    first.save_pretrained(folder)
    assert (folder / "tokenizer.json").is_file()
    second = load_t5_tokenizer(folder)
    for text in ("a red mug", "", "Zebra ♞ </s> side"):
        assert first(text).input_ids == second(text).input_ids


def test_scores_and_replacements_arrive_as_they_were_written(folder):
    """What the tokenizer works with is exactly what the file says, sentinels after it."""
    pieces = write_spiece(folder / "other")
    path = folder / "other" / "spiece.model"
    path.write_bytes(path.read_bytes() + field(3, field(2, NO_REPLACEMENTS)))
    works_with = json.loads(load_t5_tokenizer(folder / "other").backend_tokenizer.to_str())
    vocabulary = [tuple(piece) for piece in works_with["model"]["vocab"]]
    assert vocabulary[: len(pieces)] == pieces
    assert vocabulary[len(pieces) :] == [(f"<extra_id_{number}>", 0.0) for number in range(99, -1, -1)]
    assert base64.b64decode(works_with["normalizer"]["precompiled_charsmap"]) == NO_REPLACEMENTS


def test_a_text_too_long_is_cut_and_still_ended(folder):
    tokens = load_t5_tokenizer(folder)("red " * 100, padding="max_length", max_length=77, truncation=True)
    assert len(tokens.input_ids) == 77
    assert tokens.input_ids[-1] == T5Tokenizer().eos_token_id == 1


@pytest.mark.parametrize("size", [0, 1, 7, 200])
def test_a_file_cut_short_is_damaged(folder, size):
    path = folder / "spiece.model"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(WeightsDamaged, match=r"spiece\.model") as caught:
        load_t5_tokenizer(folder)
    assert caught.value.remedy is not None


@pytest.mark.parametrize(
    "content", [b"\xff" * 50, b"version https://git-lfs.github.com/spec/v1\n", b"\x0a\x02\x15\x00"]
)
def test_something_else_is_damaged(folder, content):
    (folder / "spiece.model").write_bytes(content)
    with pytest.raises(WeightsDamaged, match="not a SentencePiece file"):
        load_t5_tokenizer(folder)


def test_no_file_is_missing(tmp_path):
    with pytest.raises(WeightsMissing, match=r"spiece\.model"):
        load_t5_tokenizer(tmp_path)


def test_a_damaged_tokenizer_json_is_named(folder):
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(WeightsDamaged, match=r"tokenizer\.json"):
        load_t5_tokenizer(folder)
