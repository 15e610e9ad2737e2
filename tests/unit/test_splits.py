"""Near copies, folds and splits: what belongs together stays together, labels have like shares."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.errors import InputError, UsageError
from nlp.records import Article
from training.copies import find_leaks, group_near_copies, near_copies_between
from training.signatures import match_signatures, pack_signatures
from training.splits import Split, assign_folds, group_articles, split

ROOT = Path(__file__).parents[2]
WORDS = [
    a + b
    for a in ("ba", "do", "ki", "lu", "me", "no", "pra", "sto", "ter", "vin")
    for b in ("rst", "nak", "lim", "oza")
]

FERRY = (
    "The ferry to the northern islands will sail again on Monday after two weeks in dock, its owner Marta Ilves said. "
    "Divers had found a crack in the propeller shaft when the ship was lifted for paint. Farmers on the islands had "
    "to pour away milk, and the school at Tarn sent its older pupils to lodge on the mainland. The council will ask "
    "for a second ship, which it has wanted since the storm of the year before last. Ilves said that she would sell "
    "one if the price was right, but that nobody had asked her so far. A vote is due in the spring."
)
COUNCIL = (
    "The council met in the old town hall last night and put off the sale of the mill for the third time. Its chair, "
    "Odo Brandt, said that the buyer had not shown where the money would come from. Two members left before the vote. "
    "The mill has stood empty since the flood, and pupils of the school next door have been told to keep away from it."
)
FOOTER = (
    " Sign up for our newsletter and get the best of the week each Sunday. Follow us for more stories of the coast."
)


def make_text(rng: random.Random, length: int = 120) -> str:
    return " ".join(rng.choices(WORDS, k=length))


@pytest.mark.parametrize(
    "copy",
    [
        FERRY.upper(),
        "TARN (Northern Wire) - " + FERRY,
        FERRY.replace('"', "“") + FOOTER,
        FERRY.replace(" said", " told reporters").replace("two weeks", "a fortnight"),
        "\n\n".join(FERRY.split(". ")),
        " ".join(FERRY.split()[:45]),  # cut after the first paragraph
        FERRY[FERRY.index("Farmers") :],
        f"{COUNCIL[:60]} {FERRY}",
    ],
)
def test_copies_of_a_story_are_one_group(copy: str) -> None:
    assert group_near_copies([FERRY, COUNCIL, copy]).tolist() == [0, 1, 0]
    assert find_leaks([COUNCIL, FERRY], [copy]) == {0: 1}
    assert match_signatures(pack_signatures([COUNCIL, FERRY]), [copy]).tolist() == [1]


def test_other_stories_are_not_copies() -> None:
    texts = [FERRY + FOOTER, COUNCIL + FOOTER, "", "", "The ferry", "The ferries", FOOTER.strip()]
    assert group_near_copies(texts).tolist()[:6] == [0, 1, 2, 3, 4, 5]
    assert find_leaks([FERRY + FOOTER, ""], [COUNCIL + FOOTER, "", "The ferry to the northern islands"]) == {}
    assert match_signatures(pack_signatures([FERRY + FOOTER, ""]), [COUNCIL + FOOTER, ""]).tolist() == [-1, -1]


def test_a_stub_within_many_articles_does_not_tie_them_together() -> None:
    texts = [FERRY + FOOTER, COUNCIL + FOOTER, "Sign up for our newsletter and get the best of the week"]
    assert group_near_copies(texts).tolist() == [0, 1, 2]


def test_scripts_without_blanks_are_compared_by_characters() -> None:
    story = "島の北の港では月曜日に船が再び出ると船主が述べた。潜水士が亀裂を見つけてから二週間になる。"
    other = "町の議会は昨夜また水車小屋の売却を先送りした。買い手が資金の出所を示さなかったと議長は説明した。"
    assert group_near_copies([story, other, "【通信社】" + story]).tolist() == [0, 1, 0]


def test_a_copy_of_a_copy_is_in_the_group() -> None:
    words = make_text(random.Random(1), 200).split()
    chain = [" ".join(words[start : start + 100]) for start in (0, 40, 80)]
    assert group_near_copies([chain[0], FERRY, chain[2]]).tolist() == [0, 1, 2]
    assert group_near_copies([chain[0], FERRY, chain[2], chain[1]]).tolist() == [0, 1, 0, 0]


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_change_the_groups(rng: random.Random) -> None:
    stories = [make_text(rng, rng.randint(3, 150)) for _ in range(5)]
    texts = list(stories)
    for _ in range(6):
        words = rng.choice(stories).split()
        start = rng.randint(0, len(words) // 2)
        texts.append(" ".join(words[start:]) + " " + make_text(rng, rng.randint(0, 40)))
    order = rng.sample(range(len(texts)), len(texts))
    groups, turned = group_near_copies(texts), group_near_copies([texts[row] for row in order])
    together = groups[:, None] == groups[None, :]
    assert np.array_equal(together[np.ix_(order, order)], turned[:, None] == turned[None, :])
    assert groups[0] == 0
    assert set(groups.tolist()) == set(range(groups.max() + 1))


def test_copies_are_found_among_many() -> None:
    rng = random.Random(3)
    train = [make_text(rng, rng.randint(40, 300)) for _ in range(150)]
    copied = rng.sample(range(150), 20)
    test = [make_text(rng) for _ in range(60)] + [f"{make_text(rng, 6)} {train[row]}" for row in copied]
    leaks = find_leaks(train, test)
    assert leaks == {60 + at: row for at, row in enumerate(copied)}
    packed = pack_signatures(train)
    assert len(packed) < 150 * 72 + 400
    assert packed == pack_signatures(train)
    assert match_signatures(packed, test).tolist() == [-1] * 60 + copied
    assert near_copies_between(train, test).tolist() == [False] * 60 + [True] * 20
    assert match_signatures(pack_signatures([]), test[:1]).tolist() == [-1]


def test_signatures_that_are_none_are_refused() -> None:
    packed = pack_signatures([FERRY])
    for bad in (b"", packed[:-1], packed.replace(b'"sizes"', b'"sizzs"')):
        with pytest.raises(ValueError, match=r"^(is|has|holds) "):
            match_signatures(bad, [FERRY])


groupings = st.lists(st.one_of(st.none(), st.sampled_from("abcdefghij")), min_size=1, max_size=60)


@given(groups=groupings, n_folds=st.integers(1, 8), seed=st.integers(0, 9), labels=st.integers(0, 4))
def test_every_row_is_in_one_fold_and_a_group_in_one(
    groups: list[str | None], n_folds: int, seed: int, labels: int
) -> None:
    targets = np.random.default_rng(seed).random((len(groups), labels)) < 0.3
    for used in (None, targets):
        folds = assign_folds(groups, n_folds, seed=seed, targets=used)
        assert folds.shape == (len(groups),)
        assert folds.min() == 0
        assert folds.max() < max(n_folds, 1)
        assert np.array_equal(folds, assign_folds(groups, n_folds, seed=seed, targets=used))
        kept = {group for group in groups if group is not None}
        if len(kept) + groups.count(None) > 1:
            assert all(len({f for f, g in zip(folds, groups, strict=True) if g == group}) == 1 for group in kept)


def test_labels_have_like_shares_in_all_folds() -> None:
    rng = np.random.default_rng(1)
    targets = rng.random((1000, 6)) < [0.4, 0.2, 0.1, 0.05, 0.02, 0.01]
    alone = assign_folds([None] * 1000, 5, seed=0, targets=targets)
    assert np.bincount(alone).tolist() == [200] * 5
    counts = np.array([targets[alone == fold].sum(axis=0) for fold in range(5)])
    assert (np.ptp(counts, axis=0) <= 1).all()
    targets[:400] |= rng.random((400, 6)) < 0.2  # outlets differ in what they write of
    outlets = np.concatenate([np.repeat(np.arange(40), 10), np.arange(40, 640)])
    folds = assign_folds(outlets, 5, seed=0, targets=targets)
    shares = np.array([targets[folds == fold].sum(axis=0) for fold in range(5)]) / targets.sum(axis=0)
    assert np.abs(shares - 0.2).max() < 0.02
    assert np.ptp(np.bincount(folds)) <= 5


def test_folds_without_targets_are_of_like_size() -> None:
    groups = [f"outlet {number % 11}" for number in range(100)] + [None] * 20
    sizes = np.bincount(assign_folds(groups, 5, seed=0))
    assert len(sizes) == 5
    assert np.ptp(sizes) <= 5
    assert assign_folds(["one"] * 6, 3, seed=0).tolist() != [0] * 6
    assert assign_folds([], 3, seed=0).tolist() == []


def make_articles() -> tuple[list[Article], np.ndarray]:
    rng = random.Random(5)
    articles = [
        Article(id=str(n), text=make_text(rng), source=f"Outlet {n % 12}", date=f"20{10 + n // 12:02}-0{1 + n % 9}-11")
        for n in range(120)
    ]
    copied = articles[3]
    articles.append(Article(id="copy", text="VARN - " + copied.text, source="Outlet 7", date="2030-01-01"))
    articles.append(Article(id="undated", text=make_text(rng), source=None, date="3/4/2021"))
    return articles, np.random.default_rng(0).random((122, 3)) < 0.3


def check_parts(parts: Split, count: int) -> None:
    assert np.array_equal(np.sort(np.concatenate([parts.train, parts.test])), np.arange(count))


def test_a_split_by_source_keeps_outlets_and_copies_apart() -> None:
    articles, targets = make_articles()
    groups = group_articles(articles, "source")
    assert groups[3] == groups[120] == groups[7] == groups[15]  # outlets 3 and 7, by the copy
    parts = split(articles, targets, 0.25, by="source", seed=1)
    check_parts(parts, 122)
    assert not set(groups[parts.train]) & set(groups[parts.test])
    assert 0.15 < len(parts.test) / 122 < 0.35


def test_a_split_by_copies_keeps_copies_on_one_side_and_label_shares() -> None:
    articles, targets = make_articles()
    parts = split(articles, targets, 0.25, by="copies")
    check_parts(parts, 122)
    assert (3 in parts.test) == (120 in parts.test)
    assert len(parts.test) in (30, 31)
    assert np.abs(targets[parts.test].sum(axis=0) / targets.sum(axis=0) - 0.25).max() < 0.03


def test_a_split_by_date_tests_on_the_latest() -> None:
    articles, targets = make_articles()
    parts = split(articles, targets, 0.2, by="date")
    check_parts(parts, 122)
    assert min(articles[row].date or "" for row in parts.test) >= max(
        articles[row].date or "" for row in parts.train if row not in (120, 121)
    )
    assert 120 in parts.train  # printed late, written early
    assert 121 in parts.train
    assert 20 <= len(parts.test) <= 28
    with pytest.raises(InputError, match=r"0 of 2 articles have a date that can be read; found '3/4/21'"):
        split([Article(id="a", text="b", date="3/4/21"), Article(id="b", text="c")], targets[:2], 0.5, by="date")


def test_a_split_that_cannot_be_is_refused() -> None:
    article = Article(id="a", text=FERRY, source="Outlet")
    with pytest.raises(InputError, match="2 articles in 1 groups by source"):
        split([article, article], np.ones((2, 1), dtype=bool), 0.5)
    with pytest.raises(UsageError, match="test_share is 1"):
        split([article], np.ones((1, 1), dtype=bool), 1)


def test_no_result_depends_on_the_hash_seed() -> None:
    code = (
        "import hashlib, numpy as np; from training.signatures import pack_signatures; "
        "from training.copies import group_near_copies; "
        "from training.splits import assign_folds; "
        "texts = [f'word{n} of the day {n % 7} on the quay' for n in range(50)]; "
        "targets = np.arange(150).reshape(50, 3) % 7 == 0; "
        "print(assign_folds([f'outlet {n % 9}' for n in range(50)], 4, seed=3, targets=targets).tolist(), "
        "group_near_copies(texts).tolist(), hashlib.sha256(pack_signatures(texts)).hexdigest())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, check=True,
            capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(printed) == 1
