"""Copied pages lose their furniture; plain articles lose nothing. All pages and articles here are invented."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.errors import ModelFolderError
from nlp.reading.cleaning import MAX_PAGE_LINES, clean_page
from nlp.reading.headline import find_date, looks_like_headline, same_headline
from nlp.reading.line_model import FOLLOW, START, load_line_model, smooth_parts
from nlp.reading.page_lines import FEATURES, measure_lines
from nlp.reading.page_text import join_lines, split_lines, tidy_lines
from nlp.resources import shipped_root

SAMPLES = shipped_root("artifacts") / "samples"
STORY = (
    "ORLAVA — The port workers of Orlava went back to the quays on Tuesday after a strike of nineteen days that had "
    "left forty ships waiting in the bay.",
    "The union said its members would get six percent more pay this year and two more days of leave, which is less "
    "than the ten percent they had asked for.",
    '"Nobody won this," said Marta Kovel, who has driven a crane there since 2009. "But my children will eat."',
    "The port authority declined to comment.",
    "Merchants in the old town had complained that rice and cooking oil were running out, and the ministry of trade "
    "sent two convoys of lorries over the mountains last week.",
    "Talks about the night shift, over which the strike began, will go on in March, the mediator Ilya Brandt told "
    "reporters after the vote.",
)
TITLE = "Orlava dockers end strike after nineteen days"
CAPTION = "Dockers vote by show of hands at the quay in Orlava, Feb 4, 2020. (TOMAS REYL / ORLAVA PRESS)"
ABOVE = (
    "Skip to main content", "Log in", "Subscribe", "Home", "News", "Politics", "Business", "Sport", "Culture",
    "Opinion", "Weather", "The Bay Courier", "Home > News > Economy",
)  # fmt: skip
DATELINE = ("Tuesday, February 4, 2020, 18:42", "By Jana Ortel", "Tuesday, February 4, 2020, 18:42 By Jana Ortel")
BELOW = (
    "Share this story", "Facebook", "Twitter", "WhatsApp", "Related stories", "Ferry prices rise again before Easter",
    "Minister opens second bridge at Halm", "Most read", "Fisherman finds lost ring in a cod", "Comments",
    "Leave a reply", "Your email address will not be published.", "Sign up to our newsletter",
    "We use cookies to improve your experience. Accept all", "Terms of use", "Privacy policy", "Contact us",
    "© 2020 The Bay Courier. All rights reserved.",
)  # fmt: skip


def page_of(*, above=ABOVE, title=(TITLE,), dateline=DATELINE, inside=(), below=BELOW) -> str:
    """A copied page: furniture line by line, paragraphs with blank lines between; `inside` maps places to lines."""
    story = []
    for number, paragraph in enumerate(STORY):
        story += [line for place, line in inside if place == number]
        story.append(paragraph)
    return "\n".join([*above, "", *title, *dateline, "", "\n\n".join(story), "", *below])


def words_kept(article: str, cleaned: str) -> float:
    words = Counter(article.split())
    return (words & Counter(cleaned.split())).total() / max(1, words.total())


class TestPages:
    def test_the_story_stays_and_its_page_goes(self):
        cleaned = clean_page(page_of())
        assert cleaned.text.split("\n\n") == list(STORY)
        assert cleaned.title == TITLE
        assert cleaned.date == "2020-02-04"
        assert cleaned.removed_lines == len(ABOVE) + 1 + len(DATELINE) + len(BELOW)

    @pytest.mark.parametrize(
        "line",
        [
            "READ MORE: Mediator hopeful as dockers return to talks",
            "ALSO READ: Rice runs short in Orlava as strike drags on",
            "Advertisement",
            "Story continues below",
            CAPTION,
            "Photo: Tomas Reyl/Orlava Press",
        ],
    )
    def test_furniture_inside_the_story_goes(self, line):
        cleaned = clean_page(page_of(inside=((3, line),)))
        assert line not in cleaned.text
        assert all(paragraph in cleaned.text for paragraph in STORY)

    def test_a_caption_goes_wherever_it_is_repeated(self):
        cleaned = clean_page(page_of(inside=((0, CAPTION), (4, CAPTION))))
        assert "TOMAS REYL" not in cleaned.text
        assert cleaned.text.split("\n\n") == list(STORY)

    def test_comments_below_the_story_go(self):
        comments = (
            "3 comments", "harbour_rat", "2 hours ago",
            "I have worked there for thirty years and it was never about the money.", "Reply", "Lena K",
            "1 hour ago", "So who pays for the ships that waited? We do, at the till.", "Reply",
        )  # fmt: skip
        cleaned = clean_page(page_of(below=(*BELOW[:4], *comments, *BELOW[4:])))
        assert "thirty years" not in cleaned.text
        assert "at the till" not in cleaned.text
        assert cleaned.text.split("\n\n") == list(STORY)

    def test_list_marks_of_text_browsers_make_no_difference(self):
        marked = page_of(above=tuple(f"* {line}" for line in ABOVE), below=tuple(f"* {line}" for line in BELOW))
        assert clean_page(marked).text.split("\n\n") == list(STORY)

    def test_the_title_is_not_repeated_in_the_text(self):
        cleaned = clean_page(page_of())
        assert TITLE not in cleaned.text

    def test_cleaning_what_is_clean_changes_nothing(self):
        once = clean_page(page_of()).text
        assert clean_page(once).text == once

    def test_sample_pages(self):
        rows = map(json.loads, (SAMPLES / "articles.jsonl").read_text(encoding="utf-8").splitlines())
        truth = {row["id"]: row for row in rows}
        found, f1 = [], []
        for path in sorted((SAMPLES / "pages").glob("*.txt")):
            cleaned, row = clean_page(path.read_text(encoding="utf-8")), truth[path.stem]
            ours, theirs = Counter(cleaned.text.split()), Counter(row["text"].split())
            f1.append(2 * (ours & theirs).total() / (ours.total() + theirs.total()))
            found.append(cleaned.title is not None and same_headline(cleaned.title, row["title"]))
        assert min(f1) > 0.88
        assert sum(f1) / len(f1) > 0.93
        assert sum(found) >= len(found) - 1


PLAIN = {
    "short paragraphs": "\n\n".join(STORY),
    "one line": " ".join(STORY),
    "hard-wrapped": (
        "The ministry of fisheries of Orlava said\nit would close the northern banks to trawlers\nuntil October.\n"
        "The ban covers cod and haddock.\nOfficials said catches had fallen by a\nthird in two years.\n"
        "Boat owners in Halm called the ban a\ndeath blow and asked for 4 mln crowns in\naid.\nORLAVA PRESS\n"
    ),
    "capitals": (
        "IN A BROADCAST MONITORED THIS MORNING, THE ARMED FORCES OF MARROWA\n"
        "SAID THEY HAD RETAKEN THE BRIDGE AT TENDE.\n\n"
        "   THE STATEMENT GAVE NO FIGURES.  RESIDENTS REACHED BY TELEPHONE SAID THEY HAD\n"
        "HEARD SHELLING UNTIL DAWN.\n\n"
        "   THE GOVERNMENT HAS CALLED ON ALL CITIZENS TO STAY INDOORS.\n"
    ),
    "quotes": "\n\n".join(
        ['"No."', 'That was all the judge said when Ana Brill asked for a recess.', '"Then I will walk out," she said.',
         "She did.", '"In thirty years I have not seen the like," the clerk said later, over soup.', '"Never."']
    ),
    "list": (
        "The jury named five finalists for the Halm prize on Monday, and one of them has never published a book.\n\n"
        "* Tilda Aro, for The Salt Road\n* Ben Okri Dahl, for Nine Winters\n* Suna Vey, for letters to her sister\n"
        "* Piet Lamm, for A Short Guide to Fog\n* Ines Roth, for a manuscript without a name\n\n"
        "The winner gets 20,000 crowns and a live goose, as the founder's will demands."
    ),
    "headings": "\n\n".join(
        ["The vote on Sunday is about more than a mayor, for the city has been run by one party since the war.",
         "Who is running?",
         "Three lawyers, a baker and the man who lost last time.", "What do they want?",
         "All five promise to mend the trams. Only the baker says how: with a tax on parking.", "What happens next?",
         "If nobody has half of the votes, the first two meet again on 9 May."]
    ),
    "poem": "Rain on the tin roofs of Halm,\nrain on the nets and the bread,\n"
    "rain on the clerk and the king\n\nand none of it asks who is dead.",
    "question and answer": "\n\n".join(
        ["Q: Why did you leave the party?", "A: It left me.", "Q: Would you go back?",
         "A: If they asked, and if they had read the report they paid me to write, I would think about it for a day."]
    ),
}  # fmt: skip


class TestPlainArticles:
    @pytest.mark.parametrize("style", PLAIN)
    def test_nothing_is_lost(self, style):
        cleaned = clean_page(PLAIN[style])
        assert cleaned.text.split() == PLAIN[style].split()
        assert cleaned.title is None
        assert cleaned.removed_lines == 0

    @pytest.mark.parametrize("style", PLAIN)
    def test_only_the_title_is_taken_off(self, style):
        cleaned = clean_page(f"{TITLE}\n\n{PLAIN[style]}")
        assert cleaned.title in (None, TITLE)
        assert (cleaned.text if cleaned.title is None else f"{TITLE} {cleaned.text}").split() == [
            *TITLE.split(),
            *PLAIN[style].split(),
        ]

    def test_the_sample_corpus_keeps_its_words(self):
        rows = (SAMPLES / "articles.jsonl").read_text(encoding="utf-8").splitlines()
        texts = [json.loads(row)["text"] for row in rows]
        kept = [words_kept(text, clean_page(text).text) for text in texts]
        assert float(np.quantile(kept, 0.01, method="lower")) >= 0.995


class TestCharacters:
    def test_line_ends_controls_and_runs_of_blank_lines(self):
        assert (
            clean_page("One.\r\n\r\n \r\n\r\nT\x00wo.\x1b[31m\u2028Three.\rFour.").text
            == "One.\n\nTwo.[31m\nThree.\nFour."
        )

    def test_what_stays_keeps_its_characters(self):
        odd = "The \u00adsoft\u200b caf\u00e9\u2019s  two  spaces \u2014 and a tab\tstay as they were, said the cook."
        assert clean_page(f"{odd}\n\n{odd} Twice.").text == f"{odd}\n\n{odd} Twice."

    @given(st.text(max_size=400))
    @settings(max_examples=60, deadline=None)
    def test_any_string_is_cleaned(self, text):
        cleaned = clean_page(text)
        assert bool(cleaned.text.strip()) == bool(tidy_lines(text).strip())
        assert "\r" not in cleaned.text

    @given(st.lists(st.sampled_from([*ABOVE, *BELOW, *STORY, "", " ", "*", "\u200b", TITLE, CAPTION]), max_size=40))
    @settings(max_examples=60, deadline=None)
    def test_every_line_that_stays_was_there_and_in_that_order(self, lines):
        cleaned = clean_page("\n".join(lines))
        remaining = iter(lines)
        assert all(any(line == other for other in remaining) for line in cleaned.text.split("\n") if line.strip())
        assert len([x for x in lines if x.strip()]) == cleaned.removed_lines + len(
            [x for x in cleaned.text.split("\n") if x.strip()]
        )

    @pytest.mark.parametrize(
        "text",
        ["x " * 2_000_000, "word\n" * 400_000, "(" * 200_000 + "\n" + "a.b" * 100_000, "*\n" * (MAX_PAGE_LINES - 1)],
    )
    def test_large_texts_are_quick(self, text):
        start = time.perf_counter()
        clean_page(text)
        assert time.perf_counter() - start < 10

    def test_lines_join_as_they_were_split(self):
        text = "One\ntwo\n\nthree\nfour"
        page = split_lines(text)
        assert join_lines(page, [True] * 4) == text
        assert join_lines(page, [True, False, False, True]) == "One\n\nfour"


class TestDatesAndHeadlines:
    @pytest.mark.parametrize(
        ("line", "date"),
        [
            ("Saturday, November 23, 2019, 21:35", "2019-11-23"),
            ("Updated 23 Nov 2019 at 9:35 pm", "2019-11-23"),
            ("2019-11-18T20:51:19Z Science", "2019-11-18"),
            ("Published: 23/11/2019", "2019-11-23"),
            ("Nov. 3rd, 2019", "2019-11-03"),
            ("25. September 2018", "2018-09-25"),
            ("4 de outubro de 2018", "2018-10-04"),
            ("04/05/2019", None),
            ("31 February 2019", None),
            ("Room 12, floor 2019", None),
        ],
    )
    def test_dates(self, line, date):
        assert find_date([line]) == date

    def test_headlines(self):
        assert looks_like_headline(TITLE)
        assert not looks_like_headline("By Jana Ortel and Ilya Brandt")
        assert not looks_like_headline("The port authority declined to comment.")
        assert same_headline(TITLE, f"{TITLE} | The Bay Courier")


class TestModel:
    def test_numpy_gives_scikit_learns_probabilities(self):
        from sklearn.ensemble import HistGradientBoostingClassifier

        from nlp.reading.line_model import Thresholds
        from training.line_trees import export_trees

        draw = np.random.default_rng(0)
        page = split_lines(tidy_lines(page_of()))
        features = measure_lines(page.lines, page.blanks_before)
        inputs = np.vstack([features + draw.normal(0, 0.3, features.shape).astype(np.float32) for _ in range(8)])
        classes = np.concatenate([np.arange(5), draw.integers(0, 5, len(inputs) - 5)])
        fitted = [
            HistGradientBoostingClassifier(max_iter=6, max_depth=4, min_samples_leaf=5, random_state=seed)
            .fit(inputs, classes)
            for seed in range(2)
        ]  # fmt: skip
        thresholds = Thresholds(keep=0.2, page=1.0, title=0.5, page_title=0.5)
        model = export_trees(fitted, class_shares=np.full(5, 0.2), thresholds=thresholds)
        scores = np.mean([one.decision_function(inputs) for one in fitted], axis=0)
        expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        np.testing.assert_allclose(model.class_probabilities(inputs), expected, atol=1e-6)

    def test_a_lines_probabilities_do_not_depend_on_how_many_are_asked_for(self):
        model = load_line_model()
        page = split_lines(page_of())
        features = np.tile(measure_lines(page.lines, page.blanks_before), (30, 1))
        together = model.class_probabilities(features)
        np.testing.assert_allclose(
            together[-len(page.lines) :], model.class_probabilities(features[-len(page.lines) :])
        )
        np.testing.assert_allclose(together.sum(axis=1), 1.0)

    def test_the_chain_agrees_with_summing_over_all_paths(self):
        probabilities = np.random.default_rng(1).dirichlet(np.ones(5), size=5)
        likely = np.column_stack([probabilities[:, 0] + probabilities[:, 4], probabilities[:, 1:4]]) / [
            0.4,
            0.2,
            0.2,
            0.2,
        ]
        sums = np.zeros((5, 4))
        for path in np.ndindex(4, 4, 4, 4, 4):
            mass = START[path[0]] * likely[0, path[0]]
            for i in range(1, 5):
                mass *= FOLLOW[path[i - 1], path[i]] * likely[i, path[i]]
            sums[np.arange(5), path] += mass
        expected = sums / sums.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(smooth_parts(probabilities, np.full(5, 0.2)), expected, rtol=1e-6)

    def test_features_are_finite_and_named(self):
        page = split_lines(page_of(inside=((2, CAPTION), (3, "*"), (3, "\u200b"))))
        features = measure_lines(page.lines, page.blanks_before, blanks_at_end=page.blanks_at_end)
        assert features.shape == (len(page.lines), len(FEATURES))
        assert np.isfinite(features).all()
        assert measure_lines((), ()).shape == (0, len(FEATURES))

    def test_a_changed_folder_is_refused(self, tmp_path: Path):
        source = shipped_root("artifacts") / "cleaner"
        for file in source.iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes())
        weights = tmp_path / "model.safetensors"
        data = bytearray(weights.read_bytes())
        data[-1] ^= 1
        weights.write_bytes(bytes(data))
        with pytest.raises(ModelFolderError, match=r"model\.safetensors"):
            load_line_model(tmp_path)

    def test_the_shipped_model_is_small(self):
        source = shipped_root("artifacts") / "cleaner"
        assert sum(file.stat().st_size for file in source.iterdir()) < 300_000
