"""Korean has everything that the interface says, and says it: labels, tooltips, poll messages, reports, errors."""

from __future__ import annotations

import re
from collections.abc import Iterator

import bpy
import extension
import pytest
import texts
from test_panels import drawn, session  # noqa: F401  # a fixture

NAMES = {"DreamFusion", "MVDream", "SDS", "Python"}
"""Proper names, which are the same in every language."""

ENGLISH = {
    "a red mug",  # an example of a prompt, which the embedded prior reads in English alone
    "{}. Preset {}, prior {}, seed {}",  # written into the .blend file as an asset's description
    "triangles, more than",  # looked for in a report
    "overrides[{}]",  # a setting's name
}
"""What is for no interface."""


@pytest.fixture
def language(installed):
    """Korean."""
    return extension.part("translations").LANGUAGES["ko_KR"]


@pytest.fixture
def korean(language, scene, monkeypatch):
    """An interface in Korean. The bpy module has no languages of its own: ours stands for the one that it has."""
    locale = bpy.app.translations.locale
    monkeypatch.setitem(extension.part("translations").LANGUAGES, locale, language)
    monkeypatch.setattr(bpy.context.preferences.view, "use_translate_interface", True)
    return language


def registered_texts() -> Iterator[tuple[str, str]]:
    """What Blender knows of the extension's classes and shows: names, tooltips, the items of menus. With where."""
    for name in dir(bpy.ops.dreamfusion):
        rna = getattr(bpy.ops.dreamfusion, name).get_rna_type()
        yield rna.name, name
        yield from of_type(rna)
        yield rna.description, name
    for each in subclasses(bpy.types.bpy_struct):
        if re.match("DREAMFUSION_(PT|MT)_", each.__name__):
            yield each.bl_label, each.__name__
        elif re.match("DREAMFUSION_(PG|AP)_", each.__name__):
            yield from of_type(each.bl_rna)


def subclasses(cls: type) -> Iterator[type]:
    for each in cls.__subclasses__():
        yield each
        yield from subclasses(each)


def of_type(rna: bpy.types.Struct) -> Iterator[tuple[str, str]]:
    inherited = set(rna.base.properties.keys()) if rna.base is not None else set()
    for each in rna.properties:
        if each.identifier not in inherited:
            yield from described(each, f"{rna.identifier}.{each.identifier}")


def described(property_: bpy.types.Property, where: str) -> Iterator[tuple[str, str]]:
    if property_.name != property_.identifier:  # else it was given none, and is never drawn
        yield property_.name, where
    yield property_.description, where
    for item in getattr(property_, "enum_items", ()):
        yield item.name, where
        yield item.description, where


def lacking(found: dict[str, str], known: dict[str, str]) -> list[str]:
    """What is not translated, with where it is said."""
    return [f"{where}: {text!r}" for text, where in found.items() if text not in known and text not in ENGLISH]


def test_korean_has_every_text_of_panels_and_operators(language):
    found = texts.of_interface()
    assert len(found) > 200  # it looks where the texts are
    assert not lacking(found, language.texts)


def test_korean_has_every_message_of_core_and_backend(language):
    found = texts.of_messages()
    assert len(found) > 300
    assert not lacking(found, language.texts)


def test_korean_has_every_registered_name_and_tooltip(scene, language):
    models = extension.part("dreamfusion_blender.models").CATALOGUE
    names = NAMES | {model.label for model in models}
    found = {text: where for text, where in registered_texts() if text and text not in names}
    assert len(found) > 200
    assert not lacking(found, language.texts)


def test_korean_has_the_words_that_stand_in_for_values(language):
    panel = extension.part("panels.history_panel")
    assert panel.MADE.keys() == set(extension.part("dreamfusion_blender.origin").RELATIONS)
    words = [*panel.MADE, *panel.STATUS_ICONS]
    models = extension.part("dreamfusion_blender.models").CATALOGUE
    words += [model.licence for model in models if " " in model.licence and "CreativeML" not in model.licence]
    assert not [word for word in words if word not in language.texts]


def test_every_translation_uses_the_values_of_its_text(language):
    for english, said in language.texts.items():
        if "{}" in english:
            numbers = {int(each) for each in re.findall(r"(?<!\{)\{(\d+)\}", said)}
            assert numbers == set(range(english.count("{}"))), english


def test_a_text_with_values_is_said_in_the_other_order(language):
    assert language.say("7 triangles of at most 9") == "삼각형 7개 (최대 9개)"
    assert language.say("3 of 8 views answer the prompt, says clip") == (
        "clip에 따르면 시점 8개 중 3개가 프롬프트에 맞습니다"
    )


def test_a_reason_inside_a_message_is_translated_and_what_nobody_knows_stays(language):
    broken = "The asset breaks its contract: 3 triangles have no area"
    assert language.say(broken) == "에셋이 약속과 다릅니다: 삼각형 3개에 넓이가 없습니다"
    assert language.say("The asset breaks its contract: whatever") == "에셋이 약속과 다릅니다: whatever"
    assert language.say("Nobody ever said this") == "Nobody ever said this"


def test_the_template_that_says_most_wins(language):
    said = language.say("The backend in /home/a b/c is not installed")
    assert said == "백엔드가 /home/a b/c에 설치되어 있지 않습니다"


def test_the_panels_speak_korean(korean, session):  # noqa: F811
    errors = extension.part("dreamfusion_blender.errors")
    session.error = errors.PythonMissing(
        "The backend needs Python 3.10, 3.11 or 3.12. Found on this machine: 3.9",
        errors.Remedy("Install Python 3.12", command="apt install python3.12"),
    )
    session.warnings.append("The prior does not know 'gilded': it reads the prompt without")
    shown = " ".join(drawn("generate"))
    assert "백엔드에는 Python 3.10, 3.11 또는 3.12가 필요합니다. 이 컴퓨터에서 찾은 것: 3.9" in shown
    assert "Python 3.12 설치: apt install python3.12" in shown
    assert "사전 모델이 모르는 단어: 'gilded'." in shown


def test_poll_messages_and_reports_are_korean(korean, fake_backend):
    with pytest.raises(RuntimeError, match="도중에 멈춘 작업이 없어"):
        bpy.ops.dreamfusion.resume()
    with pytest.raises(RuntimeError, match="작업 nothing"):
        bpy.ops.dreamfusion.import_job(directory="nothing")


def test_who_wants_english_gets_english(korean, fake_backend, monkeypatch):
    monkeypatch.setattr(bpy.context.preferences.view, "use_translate_interface", False)
    with pytest.raises(RuntimeError, match="No job stopped half-way"):
        bpy.ops.dreamfusion.resume()


def test_every_operator_that_says_why_it_cannot_be_used_says_it_in_the_interfaces_language(scene):
    speaking = extension.part("operators.speaking").Operator
    silent = {"DREAMFUSION_OT_add_front"}
    classes = [getattr(bpy.types, name) for name in dir(bpy.types) if name.startswith("DREAMFUSION_OT_")]
    with_poll = [each for each in classes if "poll" in dir(each) and each.__name__ not in silent]
    assert len(with_poll) > 15
    assert [each.__name__ for each in with_poll if not issubclass(each, speaking)] == []


def test_texts_go_with_the_extension(scene, installed):
    bpy.ops.preferences.addon_disable(module=installed)
    package = f"{installed}.translations"
    # Blender says so by refusing to forget what it does not know; registered again it takes it.
    bpy.app.translations.register(package, {})
    bpy.app.translations.unregister(package)
    bpy.ops.preferences.addon_enable(module=installed)
