"""Labelled articles from every format, and what is said where they are not as they must be."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.errors import InputError, UsageError
from nlp.records import Article
from nlp.writing.csv import CsvWriter
from training.data import (
    Columns,
    LabelledArticle,
    TrainingData,
    build_targets,
    fingerprint,
    iter_labelled,
    label_messages,
    read_labelled,
    read_training_data,
    stream_datasets,
    to_datasets,
)
from training.data.cells import CellError, parse_labels

ROWS: list[dict[str, Any]] = [
    {"id": "a", "title": "Quay", "text": "The quay at Ostrell is shut.", "date": "2021-03-04", "source": "Ostrell Post",
     "labels": ["harbour", "Öl | Gas"]},
    {"id": "b", "title": None, "text": "Nothing happened in Varn.", "date": None, "source": "Varn Echo", "labels": []},
    {"id": "c", "title": "Fog", "text": "Fog, and more fog.", "date": None, "source": None, "labels": None},
    {"id": "d", "title": "Oil", "text": "Oil was found\nnear Ostrell.", "date": None, "source": "Varn Echo",
     "labels": ["Öl | Gas"]},
]  # fmt: skip


def as_jsonl(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_csv(rows: list[dict[str, Any]], delimiter: str = ",", separator: str = "|") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(rows[0])
    for row in rows:
        labels = row["labels"]
        cell = "" if labels is None else separator.join(x.replace(separator, f"\\{separator}") for x in labels) or "[]"
        writer.writerow([*(row[name] or "" for name in row if name != "labels"), cell])
    return out.getvalue()


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def write_parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.Table.from_pylist(rows), path)
    return path


@pytest.fixture(params=["jsonl", "jsonl.gz", "csv", "tsv", "csv.gz", "parquet", "parquet.gz", "saved", "folder"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The rows in every form that is read."""
    kind = request.param
    if kind == "saved":
        import datasets

        datasets.Dataset.from_list(ROWS).save_to_disk(tmp_path / "saved")
        return tmp_path / "saved"
    if kind == "folder":
        folder = tmp_path / "folder"
        folder.mkdir()
        write(folder / "README.md", "# A data set of a quay")
        write(folder / "1.csv", as_csv(ROWS[:1]))
        write_parquet(folder / "2.parquet", ROWS[1:3])
        write(folder / "3.jsonl", as_jsonl(ROWS[3:]))
        return folder
    path = tmp_path / f"data.{kind}"
    if kind.startswith("parquet"):
        write_parquet(path, ROWS)
    else:
        write(path, as_jsonl(ROWS) if "jsonl" in kind else as_csv(ROWS, "\t" if kind == "tsv" else ","))
    if kind.endswith(".gz"):
        path.write_bytes(gzip.compress(path.read_bytes()))
    return path


def test_every_format_gives_the_same_data(source: Path) -> None:
    data = read_training_data(source)
    assert data.labels == ("harbour", "Öl | Gas")
    assert data.targets.tolist() == [[True, True], [False, False], [False, False], [False, True]]
    assert data.judged.tolist() == [[True, True], [True, True], [False, False], [True, True]]
    assert data.articles == tuple(Article(**{k: v for k, v in row.items() if k != "labels"}) for row in ROWS)
    assert data.fingerprint == fingerprint(read_labelled(source))
    assert list(iter_labelled(source)) == list(data.rows)
    assert [article.id for article in data.select_judged().articles] == ["a", "b", "d"]


def test_columns_are_mapped_and_labels_split(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", 'Key;Body;Paper;Topics\n7;"A boat; sank";Post;war, trade,\n8;Rain;Post;\n')
    columns = Columns(id="Key", text="Body", source="Paper", labels="Topics", separator=",")
    first, second = read_labelled(path, columns)
    assert first.article == Article(id="7", text="A boat; sank", source="Post")
    assert (first.labels, second.labels) == (("war", "trade"), None)
    assert read_labelled(path, replace(columns, empty="none"))[1].labels == ()
    assert read_labelled(write(tmp_path / "x.jsonl", '{"text": "a", "labels": "b; c"}'), Columns(separator=";"))[
        0
    ].labels == ("b", "c")


def test_cells_hold_lists_as_json_and_as_data_frames_write_them() -> None:
    assert parse_labels('["a|b", "c"]', separator="|") == ("a|b", "c")
    assert parse_labels(str(["it's", "c"]), separator="|") == ("it's", "c")
    assert parse_labels("['a', 'b']", separator=None) == ("a", "b")
    for cell in ("['a' 'b']", "[a, b]", "[1, 2]", "[" * 5000 + "]"):
        with pytest.raises(CellError, match="found"):
            parse_labels(cell, separator="|")


@given(st.lists(st.text(min_size=1).filter(lambda x: x == x.strip() and x[0] != "[" and "\r" not in x)))
def test_labels_that_are_written_are_read(labels: list[str]) -> None:
    line = CsvWriter(columns=("id", "labels")).piece({"id": "a", "labels": labels})  # type: ignore[typeddict-item]
    _, cell = next(csv.reader(io.StringIO(line, newline="")))
    assert parse_labels(cell, separator="|") == tuple(dict.fromkeys(labels))


def test_columns_of_0_and_1_are_judged_one_by_one(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", "text,war,Öl,sport\nA,1,0,\nB,,,\nC,true,1.0,FALSE\n")
    data = read_training_data(path, Columns(label_columns=("sport", "Öl", "war")))
    assert data.labels == ("sport", "Öl", "war")
    assert data.targets.tolist() == [[False, False, True], [False, False, False], [False, True, True]]
    assert data.judged.tolist() == [[False, True, True], [False, False, False], [True, True, True]]
    more = read_training_data(path, Columns(label_columns=("war", "Öl")), labels=("Öl", "war", "trade"))
    assert more.judged.tolist() == [[True, True, False], [False, False, False], [True, True, False]]


def test_evidence_is_read_as_an_object_or_a_cell(tmp_path: Path) -> None:
    marked = {"war": [{"start": 0, "end": 3}, [4, 6]]}
    for path in (
        write(tmp_path / "x.jsonl", json.dumps({"text": "All is well", "labels": ["war"], "evidence": marked})),
        write(
            tmp_path / "x.csv", 'text,labels,evidence\nAll is well,war,"' + json.dumps(marked).replace('"', '""') + '"'
        ),
    ):
        assert read_training_data(path).evidence == ({"war": ((0, 3), (4, 6))},)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "x.jsonl:2: not valid JSON"),
        ("[1]", "x.jsonl:2: a JSON array, not an object"),
        ('{"labels": []}', "x.jsonl:2: no 'text' field; found 'labels'"),
        ('{"text": null, "labels": []}', "x.jsonl:2: the field 'text' is null"),
        ('{"text": "a", "labels": "war"}', "x.jsonl:2: column 'labels': found \"war\", expected a list of label names"),
        ('{"text": "a", "labels": ["war", 3]}', "x.jsonl:2: column 'labels': found 3, expected a label name"),
        ('{"text": "a", "labels": {"war": 1}}', "x.jsonl:2: column 'labels': found {\"war\": 1}"),
        ('{"text": "a", "labels": ["\\ud800"]}', "column 'labels': found \"?\", expected whole characters"),
        ('{"text": "a", "title": ["b"]}', "x.jsonl:2: column 'title': found [\"b\"], expected text"),
        ('{"text": "a", "evidence": [1]}', "x.jsonl:2: column 'evidence': found [1], expected an object"),
        (
            '{"text": "a", "evidence": {"war": [{"start": 0, "end": 9}]}}',
            "x.jsonl:2: column 'evidence': found {\"start\": 0, \"end\": 9}, expected a range of the text",
        ),
    ],
)  # fmt: skip
def test_a_bad_row_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = write(tmp_path / "x.jsonl", f'{{"text": "a"}}\n{line}\n')
    with pytest.raises(InputError, match=re.escape(message)):
        read_labelled(path)
    with pytest.raises(InputError, match=re.escape(message)):
        list(iter_labelled(path))


def test_a_bad_cell_of_a_table_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", 'text,war\n"two\nlines",1\nB,maybe\n')
    with pytest.raises(InputError, match=r"x\.csv:4: column 'war': found \"maybe\", expected 0, 1 or nothing\."):
        read_labelled(path, Columns(label_columns=("war",)))


def test_bad_rows_are_named_together_up_to_20(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", '{"text": "a"}\n{"text": 1}\n{"text": "b", "labels": 5}\n')
    with pytest.raises(InputError) as caught:
        read_labelled(path)
    assert "2 rows that cannot be used:" in caught.value.message
    assert "x.jsonl:2: the field 'text' is no text but a int" in caught.value.message
    assert "x.jsonl:3: column 'labels': found 5" in caught.value.message
    assert "[]" in caught.value.hint
    with pytest.raises(InputError, match="The first 20 rows") as caught:
        read_labelled(write(path, "{\n" * 50))
    assert caught.value.message.count("not valid JSON") == 20


def test_files_that_hold_no_labelled_articles_are_refused(tmp_path: Path) -> None:
    cases = {
        "x.txt": ("Some text.", "plain text, expected rows with text and labels"),
        "x.json": ('[{"text": "a"}]', "a JSON array; turn it into JSON Lines"),
        "x.html": ("<html><body><p>Some text</p></body></html>", "found html"),
        "x.jsonl": ("", "holds no article"),
        "x.csv": ("body,labels\na,b\n", "no 'text' field; found 'body', 'labels'"),
    }
    for name, (content, message) in cases.items():
        with pytest.raises(InputError, match=re.escape(message)):
            read_labelled(write(tmp_path / name, content))
    with pytest.raises(InputError, match="no such file"):
        read_labelled(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match="corrupt gzip"):
        read_labelled(write(tmp_path / "y.jsonl", gzip.compress(as_jsonl(ROWS * 50).encode())[:-40]))


def test_a_column_that_is_nowhere_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", "text,topics,paper\na,b,c\n")
    with pytest.raises(InputError, match="no row has a column 'labels'; found 'text', 'topics', 'paper'"):
        read_training_data(path)
    with pytest.raises(InputError, match="no column 'outlet'; found"):
        read_training_data(path, Columns(labels="topics", source="outlet"))
    with pytest.raises(InputError, match="nobody has judged any of the 1 articles"):
        read_training_data(write(path, "text,labels\na,\n"))
    for wrong in ({"separator": "||"}, {"empty": "maybe"}, {"label_columns": ("a", "a")}):
        with pytest.raises(UsageError):
            Columns(**wrong)  # type: ignore[arg-type]


def test_marks_separators_and_other_encodings_are_read(tmp_path: Path) -> None:
    rows = '\ufeff{"text": "a\u2028b", "labels": ["x", "x"]}\r\n\n{"id": 7, "text": "", "labels": null}\n'
    first, second = read_labelled(write(tmp_path / "x.jsonl", gzip.compress(rows.encode())))  # seen from its bytes
    assert (first.article.text, first.labels) == ("a\u2028b", ("x",))
    assert (second.article.id, second.labels) == ("7", None)
    table = "text,labels\nDas Öl ist knapp,Ölpreis\n"
    for encoding in ("utf-16", "cp1252"):
        assert read_labelled(write(tmp_path / "x.csv", table.encode(encoding)))[0].labels == ("Ölpreis",)


def test_a_fingerprint_sees_all_that_training_sees() -> None:
    row = LabelledArticle(article=Article(id="a", text="b"), labels=("x", "y"), evidence={"x": ((0, 1),)})
    others = (
        replace(row, labels=("x",)), replace(row, labels=None), replace(row, evidence=None),
        replace(row, unjudged=("z",)),
        replace(row, article=Article(id="a", text="b", date="2021")),
    )  # fmt: skip
    prints = {fingerprint([one]) for one in (row, *others)} | {fingerprint([row, row]), fingerprint([])}
    assert len(prints) == len(others) + 3
    assert fingerprint([replace(row, labels=("y", "x"))]) == fingerprint([row])


def test_splits_of_a_saved_data_set_and_its_classes_have_names(tmp_path: Path) -> None:
    import datasets

    features = datasets.Features(
        {
            "body": datasets.Value("string"),
            "labels": datasets.Sequence(datasets.ClassLabel(names=["war", "trade"])),
            "label": datasets.ClassLabel(names=["war", "trade"]),
        }
    )
    rows = [{"body": "a", "labels": [1, 0], "label": 1}, {"body": "b", "labels": [], "label": -1}]
    part = datasets.Dataset.from_list(rows, features=features)
    datasets.DatasetDict({"train": part, "test": part}).save_to_disk(tmp_path / "both")
    with pytest.raises(InputError, match=r"several splits: train, test.* Name one: .*both/train"):
        read_labelled(tmp_path / "both")
    columns = Columns(text="body")
    assert [row.labels for row in read_labelled(tmp_path / "both" / "train", columns)] == [("trade", "war"), ()]
    single = replace(columns, labels="label")
    assert [row.labels for row in read_labelled(tmp_path / "both" / "test", single)] == [("trade",), None]
    write(tmp_path / "both" / "test" / "state.json", "{}")
    with pytest.raises(InputError, match="is no data set that can be read"):
        read_labelled(tmp_path / "both" / "test")


def test_the_hub_offline_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(InputError, match=r"hub:nobody/none: the hub cannot be reached\. .*save_to_disk"):
        read_labelled("hub:nobody/none")
    with pytest.raises(InputError, match="is no name on the hub"):
        read_labelled("hub:a/b/c/d")


def test_data_becomes_datasets_in_memory_and_as_a_stream(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{n}.jsonl", as_jsonl(rows)) for n, rows in enumerate((ROWS[:2], ROWS[2:]))]
    data = read_training_data(paths)
    whole = to_datasets(data)
    assert np.array_equal(whole["targets"][:], data.targets)
    assert np.array_equal(whole["judged"][:], data.judged)
    stream = stream_datasets([str(path) for path in paths], data.labels)
    assert stream.num_shards == 2
    assert list(stream) == whole.to_list()


def test_labels_that_cannot_be_learnt_are_named() -> None:
    def rows(*labels: tuple[str, ...] | None) -> list[LabelledArticle]:
        return [LabelledArticle(article=Article(id=f"n{i}", text="x"), labels=one) for i, one in enumerate(labels)]

    train = TrainingData.from_rows(
        rows(("war", "all", "Oil"), ("all", "oil"), ("war", "all", "oil"), ("all", "Oil", "war|oil"), None),
        labels=("war", "all", "never", "Oil", "oil", "war|oil"),
    )
    dev = TrainingData.from_rows(rows(("war", "never"), ("fog",), ("fog",)), paths=["dev.jsonl"])
    said = "\n".join(label_messages(train, dev))
    for part in (
        "1 of 5 articles are not judged", "'all' holds in all 4", "'never' never holds in the 4",
        "'war|oil' holds once (article 'n3')", "'Oil' and 'oil' differ only",
        "'war|oil' looks like several, separated by '|'",
        "'fog' is in 2 articles of dev.jsonl and in none of training", "'never' is in 1 articles of dev.jsonl",
    ):  # fmt: skip
        assert part in said
    assert "'war' " not in said
    fine = TrainingData.from_rows(rows(("a",), ("b",), ("a", "b"), ()))
    assert label_messages(fine, fine) == ()
    outside = TrainingData.from_rows(rows(("a",), ("b",), ("a",), ()), labels=("a",))
    assert label_messages(outside) == ("The label 'b' of 1 articles is not in the label set and is left out.",)


@given(st.lists(st.one_of(st.none(), st.lists(st.text(min_size=1, max_size=3), unique=True, max_size=4)), min_size=1))
def test_the_label_set_does_not_depend_on_the_order_of_rows(labels: list[list[str] | None]) -> None:
    rows = [LabelledArticle(article=Article(id="a", text="x"), labels=one and tuple(one)) for one in labels]
    data, turned = TrainingData.from_rows(rows), TrainingData.from_rows(rows[::-1])
    assert data.labels == turned.labels
    assert np.array_equal(data.targets, turned.targets[::-1])
    assert np.array_equal(data.targets, build_targets(rows, data.labels))
    assert not (data.targets & ~data.judged).any()
