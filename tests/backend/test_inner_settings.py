"""What clients read from the sources is what the backend's dataclasses are."""

import ast
import contextlib
from dataclasses import fields, is_dataclass
from typing import get_type_hints

import pytest

from backend.presets import Preset, load_preset
from dreamfusion_blender import inner_settings as reader
from dreamfusion_blender.errors import BadSpec
from dreamfusion_blender.inner_settings import check_overrides, inner_settings
from dreamfusion_blender.job import preset_names
from dreamfusion_blender.setting_values import permitted


def real_settings():
    """(name, type, default) of every setting of every part, as Python has them."""
    for part in fields(Preset):
        if is_dataclass(part.default_factory):
            kinds = get_type_hints(part.default_factory)
            for each in fields(part.default_factory):
                yield f"{part.name}.{each.name}", kinds[each.name], each.default


def test_they_are_the_dataclasses_own():
    read, real = inner_settings(), list(real_settings())
    assert list(read) == [name for name, _, _ in real]
    for name, kind, default in real:
        assert permitted(read[name].kind) == permitted(kind), name
        with contextlib.suppress(ValueError, SyntaxError):  # an expression, such as 1 / 3, or a word
            assert ast.literal_eval(read[name].default) == default, name


LEANING = {"and", "against", "as", "besides", "but", "for", "from", "of", "on", "or", "then", "where", "which", "with"}


def notes():
    """(part, name, note) of every setting."""
    for name, setting in inner_settings().items():
        yield name.partition(".")[0], name, setting.comment


def test_every_setting_has_a_note_that_makes_sense_alone():
    """Each is shown without its neighbours: a phrase of its own that does not lean on what stands above it."""
    for _, name, note in notes():
        words = note.split()
        assert len(words) >= 3, (name, note)
        assert words[0].lower().strip(",;:") not in LEANING, (name, note)
    said = [(part, note) for part, _, note in notes()]
    assert len(said) == len(set(said))


def test_a_note_is_what_stands_directly_above_a_setting_and_beside_all_its_lines(tmp_path, monkeypatch):
    source = """
from dataclasses import dataclass


@dataclass(frozen=True)
class Some:
    # about a group

    # said above,
    # in two lines
    first: str = "# no note"
    second: float = (
        0.8  # said beside,
    )  # twice
    third: int = 3
"""
    (tmp_path / "some.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr(reader, "ROOT", tmp_path)
    found = {name: reader._comment("some", node) for name, (_, node) in reader._fields("some", "Some").items()}
    assert found == {"first": "said above, in two lines", "second": "said beside, twice", "third": ""}


@pytest.mark.parametrize(
    "overrides",
    [
        {"sds.guidence_weight": 3.0},
        {"sdss.guidance_weight": 3.0},
        {"sds.guidance_weight": "much"},
        {"sds.perp_neg": 1},
        {"scene.field": "hush"},
        {"triplane.resolution": 0},
        {"hash.density_scale": True},
        {"field.resolutions": 12},
    ],
)
def test_clients_refuse_what_the_backend_refuses_in_the_same_words(overrides):
    with pytest.raises(BadSpec) as early:
        check_overrides(overrides)
    with pytest.raises(BadSpec) as late:
        load_preset("standard").with_overrides(overrides)
    assert early.value.message == late.value.message


@pytest.mark.parametrize("preset", preset_names())
def test_what_a_preset_sets_may_be_set_by_hand(preset):
    loaded = load_preset(preset)
    values = {name: getattr(getattr(loaded, name.split(".")[0]), name.split(".")[1]) for name in inner_settings()}
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    check_overrides(plain)
    assert loaded.with_overrides(plain) == loaded
