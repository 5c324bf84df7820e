"""What clients read from the sources is what the backend's dataclasses are."""

import ast
import contextlib
from dataclasses import fields, is_dataclass
from typing import get_type_hints

import pytest

from backend.presets import Preset, load_preset
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
