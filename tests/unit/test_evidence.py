from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.deciding import Calibration
from nlp.evidence import find_evidence, sentence_weights
from nlp.records import Article, Sentence
from nlp.scoring import ExplainingModel
from nlp.scoring.linear import LinearModel
from nlp.scoring.linear_parameters import LinearParameters
from nlp.sentences import split_sentences

VOCABULARY = ("tariffs", "steel", "ceasefire", "shelling", "harvest", "on", "the")
LABELS = ("trade", "war")


def make_model(*, title_weight: int = 2, window_words: int = 750, later_window_cost: float = 0.5) -> LinearModel:
    pairs = [(0, 5), (1, 4), (2, 3), (6, 2)]
    coef = np.zeros((9, 2), dtype=np.float32)
    coef[:, 0] = [1.5, 1.0, -0.5, -0.25, 0.1, 0.75, 0.3, 0.0, -0.2]
    coef[:, 1] = [-0.5, 0.0, 1.5, 1.25, -0.1, 0.0, 0.0, 1.0, 0.3]
    parameters = LinearParameters(
        vocabulary=VOCABULARY,
        n_terms=5,
        pairs=np.array(sorted(first * len(VOCABULARY) + second for first, second in pairs)),
        idf=np.linspace(1, 3, 9, dtype=np.float32),
        coef=coef,
        intercept=np.array([-0.75, -0.5], dtype=np.float32),
        forms="none",
        title_weight=title_weight,
        window_words=window_words,
        later_window_cost=later_window_cost,
    )
    return LinearModel(LABELS, parameters, Calibration(slope=np.array([4.0, 4.0]), intercept=np.zeros(2)))


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    """A text and spans of it that are cut at white space, with gaps between some of them."""
    word = st.sampled_from(
        [*VOCABULARY, "Tar\u00adiffs", "cafe\u0301,", "STEEL.", "\u201cthe", "ceasefire\u2019s", "ΑΣ", "x"]
    )
    text, spans = "", []
    for number in draw(st.lists(st.integers(0, 8), max_size=8)):
        piece = " ".join(draw(word) for _ in range(number))
        if draw(st.booleans()):
            spans.append((len(text), len(text) + len(piece)))
        text += piece + draw(st.sampled_from([" ", "\n\n", "\u00a0", "\u2003"]))
    return text, spans


@given(cut_texts(), st.sampled_from([None, "", "Tariffs on steel", "x"]), st.integers(0, 3), st.integers(1, 12))
def test_the_parts_sum_to_the_margin(
    cut: tuple[str, list[tuple[int, int]]], title: str | None, weight: int, size: int
) -> None:
    text, spans = cut
    model = make_model(title_weight=weight, window_words=size)
    article = Article(id="1", text=text, title=title)
    explained = model.explain(article, spans, LABELS[::-1])
    total = explained.bias + explained.title + explained.rest + explained.segments.sum(axis=0)
    np.testing.assert_allclose(total, model.margins([article])[0][::-1], rtol=1e-6, atol=1e-12)
    assert explained.segments.shape == (len(spans), 2)


def test_a_share_is_the_terms_part_of_the_margin() -> None:
    model = make_model()
    text = "Tariffs rose. The harvest failed. Tariffs on steel fell."
    sentences = split_sentences(text)
    weights = sentence_weights(model, Article(id="1", text=text), sentences, ["trade"])
    idf = np.linspace(1, 3, 9)
    values = {"tariffs": (1 + np.log(2)) * idf[0], "steel": idf[1], "harvest": idf[4], "tariffs on": idf[5]}
    length = np.sqrt(sum(value**2 for value in values.values()))
    tariffs = 1.5 * values["tariffs"] / length / 2  # two places, half each
    third = tariffs + (1.0 * values["steel"] + 0.75 * values["tariffs on"]) / length
    np.testing.assert_allclose(weights[:, 0], [tariffs, 0.1 * values["harvest"] / length, third], rtol=1e-6)


def test_the_strongest_sentences_come_first_with_their_terms() -> None:
    text = "The harvest failed again. Shelling broke the ceasefire near the river. They put tariffs on steel this week."
    found = find_evidence(make_model(), Article(id="1", text=text, title="Steel"), ["war", "trade"], max_sentences=2)
    assert list(found) == ["war", "trade"]
    assert found["war"][0].text == "Shelling broke the ceasefire near the river."
    assert found["trade"][0].text == "They put tariffs on steel this week."
    for proof in (proof for proofs in found.values() for proof in proofs):
        assert text[proof.start : proof.end] == proof.text
        assert proof.weight > 0
    assert [term for term, _ in found["war"][0].terms] == ["ceasefire", "shelling"]
    assert [term for term, _ in found["trade"][0].terms] == ["tariffs", "steel"]  # and not "tariffs on"
    assert len(found["war"]) <= 2


def test_the_headline_only_where_no_sentence_carries_the_label() -> None:
    model = make_model()
    titled = Article(id="1", text="Nothing of the kind was said.", title="Ceasefire holds")
    (proof,) = find_evidence(model, titled, ["war"])["war"]
    assert (proof.text, proof.start, proof.end) == ("Ceasefire holds", None, None)
    assert proof.terms[0][0] == "ceasefire"
    said = Article(id="1", text="A ceasefire was signed on the bridge.", title="Ceasefire holds")
    assert [proof.start for proof in find_evidence(model, said, ["war"])["war"]] == [0]
    assert find_evidence(model, Article(id="1", text="Nothing was said."), ["war"]) == {"war": ()}


@pytest.mark.parametrize(
    "furniture",
    [
        "Ceasefire and shelling",
        "READ MORE: Ceasefire shelling, ceasefire shelling",
        "By Ona Shelling and Ira Ceasefire",
        "Ceasefire monitors after the shelling. (Photo: Ona Berg/Tulmar Press)",
    ],
)
def test_a_sentence_goes_before_page_furniture(furniture: str) -> None:
    sentence = "Both armies said that the ceasefire would end before the shelling of the town could begin."
    for text in (f"{furniture}\n\n{sentence}", f"{sentence}\n\n{furniture}"):
        (first, *rest) = find_evidence(make_model(), Article(id="1", text=text), ["war"])["war"]
        assert first.text == sentence
        assert furniture not in [proof.text for proof in rest]


def test_a_line_is_evidence_where_there_is_nothing_better() -> None:
    (proof,) = find_evidence(make_model(), Article(id="1", text="Ceasefire\n\nThe weather was fine."), ["war"])["war"]
    assert proof.text == "Ceasefire"


def test_a_sentence_that_is_there_twice_is_shown_once() -> None:
    text = "The ceasefire held all night. They sat. The CEASEFIRE held all night. The shelling began again at dawn."
    proofs = find_evidence(make_model(), Article(id="1", text=text), ["war"])["war"]
    assert len(proofs) == len({proof.text.lower() for proof in proofs}) == 2


def test_unknown_words_damp_what_few_known_ones_say() -> None:
    model = make_model()
    half = model.margins([Article(id="1", text="ceasefire xyz")])[0] - model.parameters.intercept
    tenth = model.margins([Article(id="1", text="ceasefire" + " xyz" * 9)])[0] - model.parameters.intercept
    np.testing.assert_allclose(half, model.margins([Article(id="1", text="ceasefire")])[0] - model.parameters.intercept)
    np.testing.assert_allclose(tenth, half / 5)


def test_terms_are_named_as_they_stand() -> None:
    text = "Steel harvest was what they spoke of. CEASE\u00adFIRE shelling went on."
    proofs = find_evidence(make_model(), Article(id="1", text=text), ["trade", "war"])
    assert [term for term, _ in proofs["trade"][0].terms] == ["steel", "steel harvest", "harvest"]
    assert [term for term, _ in proofs["war"][0].terms] == ["ceasefire shelling", "ceasefire", "shelling"]


def test_windows_give_their_own_sentences() -> None:
    text = "They put tariffs on steel. " + "Nobody was there. " * 7 + "The ceasefire and shelling went on."
    model = make_model(window_words=10, later_window_cost=0.25)
    article = Article(id="1", text=text)
    explained = model.explain(article, [(s.start, s.end) for s in split_sentences(text)], LABELS)
    assert explained.segments[0, 0] > 0
    assert explained.segments[-1, 0] == 0
    assert explained.segments[0, 1] == 0
    assert explained.segments[-1, 1] > 0
    np.testing.assert_allclose(explained.bias, [-0.75, -0.75])


class Silent:
    labels = LABELS

    def scores(self, articles: object) -> object:  # noqa: ARG002
        raise AssertionError


def test_a_model_that_cannot_explain_gives_no_evidence() -> None:
    assert isinstance(make_model(), ExplainingModel)
    assert find_evidence(Silent(), Article(id="1", text="a"), ["war"]) == {}  # type: ignore[arg-type]
    assert find_evidence(make_model(), Article(id="1", text="a"), []) == {}
    explained = make_model().explain(Article(id="1", text="a"), [], [])
    assert explained.segments.shape == (0, 0)
    assert sentence_weights(
        make_model(), Article(id="1", text=""), [Sentence(text="", start=0, end=0)], LABELS
    ).shape == (1, 2)
