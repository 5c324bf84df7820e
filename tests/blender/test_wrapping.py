"""Long messages are broken into lines that fit, in every language, and nothing of them is lost."""

from __future__ import annotations

import unicodedata

import extension
import pytest
from test_panels import Notes

SIDEBARS = (160, 220, 291, 500)  # pixels wide, narrow ones first
BESIDE_TEXT = (
    97  # pixels of the sidebar, measured on a screenshot: to the left of a text with an icon in a box, and right
)
POPUP_TEXT = 169  # pixels, for the same text in a popup of a section

LONGEST = 'The prior toybox knows no word of "qwertz"'
PATH = "The backend in /home/somebody/.cache/dreamfusion_blender/backend-6acb39919482 is not installed"


@pytest.fixture
def words(installed):
    return extension.part("panels.words")


def cells(text):
    """A terminal's width: wide characters, such as Korean ones, take the room of two."""
    return sum(1 + (unicodedata.east_asian_width(each) in "WF") for each in text)


def test_lines_break_between_words(words):
    assert words.lines_of("a red mug and a blue car", 13, cells) == ["a red mug and", "a blue car"]
    assert words.lines_of("빨간 머그컵과 파란 자동차", 14, cells) == ["빨간 머그컵과", "파란 자동차"]
    assert words.lines_of("a red mug", 4, cells) == ["a", "red", "mug"]
    assert words.lines_of("", 4, cells) == []


def test_a_word_that_is_too_long_is_broken_where_it_is_read_best(words):
    assert words.lines_of("in /home/some-body/mug is", 12, cells) == ["in", "/home/some-", "body/mug is"]
    assert words.lines_of("DREAMFUSION", 4, cells) == ["DREA", "MFUS", "ION"]


def test_text_without_spaces_is_broken_anywhere(words):
    assert words.lines_of("赤いマグカップと青い車", 8, cells) == ["赤いマグ", "カップと", "青い車"]
    assert words.lines_of("車車", 1, cells) == ["車", "車"]  # one character at least, or it would never end


def messages():
    """All that Korean says, each with its English."""
    for english, korean in extension.part("translations").LANGUAGES["ko_KR"].texts.items():
        yield from (english, korean)
    yield from (LONGEST, PATH)


def drawn(words, text, **interface):
    """What is drawn, and how wide that is in Blender's own font."""
    notes = Notes()
    context = extension.interface(**interface)
    words.draw_text(notes, context, text, icon="INFO")
    return notes.shown, max(map(words.pixels_of, notes.shown), default=0)


@pytest.mark.parametrize("width", SIDEBARS)
def test_everything_fits_into_a_sidebar_as_narrow_as_can_be(words, scene, width):
    for text in messages():
        shown, widest = drawn(words, text, width=width)
        assert widest <= width - BESIDE_TEXT, shown
        assert "".join(shown).replace(" ", "") == "".join(text.split()), shown


def test_a_popup_is_narrower_than_the_region_that_it_opens_in(words, scene):
    for text in messages():
        shown, widest = drawn(words, text, width=1057, region="WINDOW")
        assert widest <= POPUP_TEXT, shown


def test_the_preferences_are_as_wide_as_their_region(words, scene):
    shown, _ = drawn(words, PATH, width=1000, area="PREFERENCES", region="WINDOW")
    assert shown == [PATH]


def test_the_room_in_pixels_grows_with_the_interface(words, scene, monkeypatch):
    context = extension.interface(width=582)
    context.preferences.system.ui_scale = 2.0
    notes = Notes()
    words.draw_text(notes, context, PATH)
    assert notes.shown == drawn(words, PATH, width=291)[0]
