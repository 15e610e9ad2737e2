"""Sentence borders of the hand-made set: the floor is what was measured, less two faults."""

from __future__ import annotations

import pytest

from nlp.sentences import split_sentences
from tests.quality.compare_sentences import Item, borders, read_set, score

ITEMS = read_set()


def _split(text: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(text)]


def test_f1_of_borders() -> None:
    assert sum(len(item.sentences) - 1 for item in ITEMS) >= 150
    got = score(_split, ITEMS)
    assert got.f1 >= 0.995, [item.id for item in got.misses]
    assert got.exact >= 0.99, [item.id for item in got.misses]


def test_both_halves_hold_every_second_item_or_so() -> None:
    held_back = sum(item.held_back for item in ITEMS)
    assert 0.4 < held_back / len(ITEMS) < 0.6


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_set_is_sound(item: Item) -> None:
    at = 0
    for sentence in item.sentences:
        at = item.joined.index(sentence, at) + len(sentence)
    assert "".join(item.joined.split()) == "".join("".join(item.sentences).split())


def test_score_counts_faults() -> None:
    item = Item(id="x", kind="x", sentences=("A b.", "C d.", "E f."), joined="A b. C d. E f.")
    got = score(lambda _text: ["A b.", "C", "d. E f."], [item])
    assert borders(item.sentences) == {3, 6}
    assert (got.precision, got.recall, got.f1, got.exact) == (0.5, 0.5, 0.5, 0.0)
