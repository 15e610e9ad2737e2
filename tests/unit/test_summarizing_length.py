"""The length of a summary: targets, limits, numbers of sentences."""

from __future__ import annotations

import pytest

from nlp.errors import UsageError
from nlp.summarizing import METHODS, Length, Summarizer

TWELVE = " ".join(
    f"The {who} of the {where} agreed to repair its {what} soon."
    for who, where, what in (
        ("council", "island", "wooden bridge"),
        ("owner", "valley", "broken mill"),
        ("keeper", "coast", "tall lighthouse"),
        ("mayor", "village", "narrow lane"),
        ("bishop", "town", "leaking roof"),
        ("farmer", "plain", "rusty gate"),
    )
)


@pytest.mark.parametrize("method", METHODS)
def test_nearest_total_wins_over_equal_sentences(method: str) -> None:
    assert len(Summarizer(method).summarize(TWELVE, words=40).text.split()) == 36


@pytest.mark.parametrize("method", METHODS)
def test_one_sentence_if_each_is_longer_than_the_target(method: str) -> None:
    text = " ".join(f"The {name} " + "very " * 26 + "tired rested." for name in ("miner", "baker", "driver", "tailor"))
    assert len(Summarizer(method).summarize(text, words=10).sentences) == 1


@pytest.mark.parametrize("options", [{"words": 0}, {"max_words": -1}, {"sentences": 0}, {"words": True}])
def test_lengths_below_one_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="number from 1"):
        Summarizer().summarize("A ferry sank.", **options)  # type: ignore[arg-type]


def test_two_lengths_are_refused() -> None:
    with pytest.raises(UsageError, match="one length"):
        Length(words=40, sentences=2)
