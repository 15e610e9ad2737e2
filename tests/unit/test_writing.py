"""What records look like in each format."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from nlp.records import Article, Evidence, Prediction, Summary, SummarySentence
from nlp.writing import FORMATS, make_writer
from nlp.writing.record import prediction_record, summary_record
from nlp.writing.schema import record_schema

LABELS = ("salt, duties", "None", "a|b")


def prediction(**changes: Any) -> Prediction:
    fields: dict[str, Any] = {
        "id": "one",
        "title": "Salt \x1b[31mwar\u202e",
        "date": None,
        "source": "The Quay",
        "labels": ("a|b", "None"),
        "scores": {"salt, duties": 0.123456, "None": 0.5, "a|b": 0.99999},
        "evidence": {
            "a|b": (
                Evidence(text="Duties\nrose \x1b]0;x\x07.", start=0, end=20, weight=1.23456, terms=(("duties", 1.0),)),
            )
        },
        "summary": Summary(
            text="Duties rose.", sentences=(SummarySentence(text="Duties rose.", spans=((0, 12),)),), method="lead"
        ),
        "model": "m@1",
        "warnings": ("beware",),
    }
    return Prediction(**{**fields, **changes})


def written(format: str, *records: Any, columns: tuple[str, ...] = ("id", "labels", "scores")) -> str:
    writer = make_writer(format, columns=columns)
    return writer.head() + writer.join().join(writer.piece(record) for record in records) + writer.foot()


def test_scores_are_those_of_labels_that_are_on_by_score_with_four_decimals() -> None:
    record = prediction_record(prediction())
    assert list(record["scores"].items()) == [("a|b", 1.0), ("None", 0.5)]
    assert "evidence" not in record
    assert "text" not in record


def test_all_scores_come_in_label_order() -> None:
    record = prediction_record(prediction(), all_scores=True, evidence=True, text="Duties rose.")
    assert list(record["scores"]) == list(LABELS)
    assert record["scores"]["salt, duties"] == 0.1235
    assert record["evidence"]["a|b"][0] == {
        "text": "Duties\nrose \x1b]0;x\x07.",
        "start": 0,
        "end": 20,
        "weight": 1.2346,
        "terms": [("duties", 1.0)],
    }
    assert record["text"] == "Duties rose."


def test_json_lines_and_array_hold_the_same_records() -> None:
    records = [prediction_record(prediction(id=name)) for name in ("one", "two\u2028")]
    lines = written("jsonl", *records).split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == json.loads(written("json", *records))


def test_csv_cells_can_be_taken_apart_again() -> None:
    columns = ("id", "title", "date", "labels", "scores", "evidence", "summary", "warnings")
    rows = list(
        csv.DictReader(
            io.StringIO(written("csv", prediction_record(prediction(), evidence=True), columns=columns), newline="")
        )
    )
    assert len(rows) == 1
    assert rows[0]["labels"] == "a\\|b|None"
    assert rows[0]["scores"] == "a\\|b=1.0|None=0.5"
    assert rows[0]["date"] == ""
    assert json.loads(rows[0]["evidence"])["a|b"][0]["start"] == 0
    assert rows[0]["summary"] == "Duties rose."


@pytest.mark.parametrize("text", ["a\rb", "a\r\nb", "a\n", '"', ",", "\r\n", " a "])
def test_csv_keeps_every_character(text: str) -> None:
    out = written("csv", prediction_record(prediction(), text=text), columns=("text", "id"))
    assert list(csv.reader(io.StringIO(out, newline="")))[1] == [text, "one"]


@pytest.mark.parametrize("format", FORMATS)
def test_no_format_lets_a_text_steer_the_terminal_except_byte_true_csv(format: str) -> None:
    out = written(format, prediction_record(prediction(), evidence=True), columns=("id", "labels"))
    assert "\x1b" not in out
    assert "\x07" not in out


def test_text_shows_labels_scores_sentences_and_notes() -> None:
    out = written("text", prediction_record(prediction(), evidence=True))
    assert "Salt [31mwar" in out
    assert "1.00 “Duties rose ]0;x.”" in " ".join(out.split())
    assert "note: beware" in out
    assert "Duties rose." in out


def test_text_says_no_topic() -> None:
    assert "no topic" in written("text", prediction_record(prediction(labels=(), evidence={}, summary=None)))


def test_summary_record_has_each_warning_once() -> None:
    article = Article(id="a", text="x", warnings=("beware",))
    record = summary_record(article, Summary(text="", sentences=(), method="lead", warnings=("beware", "empty")))
    assert record["warnings"] == ["beware", "empty"]
    assert list(record) == ["id", "title", "date", "source", "summary", "warnings"]


def test_records_are_as_the_schema_says() -> None:
    from pydantic import TypeAdapter

    from nlp.writing.schema import ClassifyRecord

    record = json.loads(json.dumps(prediction_record(prediction(), all_scores=True, evidence=True, text="x")))
    assert TypeAdapter(ClassifyRecord).validate_python(record)
    schema = record_schema("classify")
    assert set(record) <= set(schema["properties"])
    assert set(schema["required"]) <= set(record)
    assert schema["$id"] == "slugline:classify:1"
