"""JSON Lines: what a row may look like, and what makes it a bad one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from nlp import read_articles
from nlp.errors import InputError
from nlp.reading import streams
from nlp.records import Article, BadRow

TEXT = "The choir of Östby sang twice."


def read(tmp_path: Path, data: bytes, name: str = "a.jsonl", **options: str) -> tuple[list[Article], list[BadRow]]:
    path = tmp_path / name
    path.write_bytes(data)
    bad: list[BadRow] = []
    return list(read_articles(path, on_bad=bad.append, **options)), bad  # type: ignore[arg-type]


def row(**fields: object) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def test_rows_end_at_newline_bytes_alone(tmp_path: Path) -> None:
    text = "One.\u2028Two.\u2029Three,\u0085 and the end."
    data = b"\xef\xbb\xbf" + row(id="a", text=text) + b"\r\n \n" + row(id="b", text=TEXT).replace(b"\n", b"\r\n")
    articles, bad = read(tmp_path, data + b"\xef\xbb\xbf" + row(id="c", text=TEXT).rstrip())
    assert [(article.id, article.text) for article in articles] == [("a", text), ("b", TEXT), ("c", TEXT)]
    assert not bad


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    data = (row(id=1, text=TEXT) + row(id=2, text=TEXT)).decode().encode(encoding)
    articles, bad = read(tmp_path, data)
    assert [(article.id, article.text) for article in articles] == [("1", TEXT), ("2", TEXT)]
    assert not bad


def test_all_fields_byte_for_byte(tmp_path: Path) -> None:
    fields = {"id": "007", "text": "  a\r\n\tb\x07\u00ad ", "title": " T ", "date": "May 1", "source": "Östby Post"}
    articles, _ = read(tmp_path, row(**fields))
    (article,) = articles
    assert {name: getattr(article, name) for name in fields} == fields
    assert not article.warnings


def test_columns_can_be_named(tmp_path: Path) -> None:
    data = row(body=TEXT, head="H", key=5, when=1990, paper="P")
    articles, _ = read(
        tmp_path,
        data,
        text_column="body",
        title_column="head",
        id_column="key",
        date_column="when",
        source_column="paper",
    )
    assert articles == [Article(id="5", text=TEXT, title="H", date="1990", source="P")]


@pytest.mark.parametrize("id", [None, "", True, [1], {"a": 1}, float("nan")])
def test_an_id_that_is_none_is_the_rows_place(tmp_path: Path, id: object) -> None:
    articles, bad = read(tmp_path, b"\n" + row(id=id, text=TEXT, title="  ", date=[2]))
    (article,) = articles
    assert article.id == "a.jsonl:2"
    assert article.title is None
    assert article.date is None
    assert any("date" in warning for warning in article.warnings)
    assert not bad


BAD = {
    "broken": (b"{broken\n", "not valid JSON"),
    "no text": (row(id="c", body="x"), "'id', 'body'"),
    "null text": (row(text=None), "null"),
    "number": (row(text=5), "int"),
    "array": (b'[{"text": "x"}]\n', "jq -c"),
    "scalar": (b"12\n", "number"),
    "null": (b"null\n", "null"),
    "deep": (b"[" * 200_000 + b"\n", "nested"),
    "digits": (b'{"text": "x", "n": ' + b"9" * 5_000 + b"}\n", "digits"),
    "damaged": ('{"text": "Öst'.encode() + b'\xc3", "a": "\xc3\x96"}\n', "byte 14"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_row_says_where_and_why_and_spares_the_others(tmp_path: Path, kind: str) -> None:
    line, why = BAD[kind]
    articles, bad = read(tmp_path, row(id="a", text=TEXT) + line + row(id="z", text=TEXT))
    assert [article.id for article in articles] == ["a", "z"]
    assert [one.line for one in bad] == [2]
    assert why in bad[0].reason
    assert bad[0].file == str(tmp_path / "a.jsonl")


def test_without_a_handler_a_bad_row_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(row(text=TEXT) + row(body=TEXT))
    articles = read_articles(path)
    assert next(articles).text == TEXT
    with pytest.raises(InputError, match=r"a\.jsonl:2: no 'text' field; found 'body'.*--text-column"):
        next(articles)


def test_halves_of_surrogate_pairs_are_repaired(tmp_path: Path) -> None:
    data = (
        b'{"id": "\\udc80", "text": "a \\ud83d b \\ud83d\\ude80", "title": "\\ud83c"}\n{"text": "raw \xed\xa0\xbd"}\n'
    )
    articles, bad = read(tmp_path, data)
    assert [article.text for article in articles] == ["a \ufffd b \U0001f680", "raw \ufffd"]
    assert articles[0].id == articles[0].title == "\ufffd"
    assert all("surrogate" in article.warnings[-1] for article in articles)
    assert not bad


def test_a_latin_1_row_is_read_with_a_warning(tmp_path: Path) -> None:
    articles, bad = read(tmp_path, row(text=TEXT).decode().encode("latin-1") + row(text=TEXT))
    assert [article.text for article in articles] == [TEXT, TEXT]
    assert [bool(article.warnings) for article in articles] == [True, False]
    assert not bad


def test_duplicate_keys_and_not_a_number_elsewhere_are_no_fault(tmp_path: Path) -> None:
    articles, bad = read(tmp_path, b'{"text": "x", "text": "y", "score": NaN, "n": -Infinity}\n')
    assert [article.text for article in articles] == ["y"]
    assert not bad


def test_rows_before_the_cut_of_a_gzip_are_kept(tmp_path: Path) -> None:
    packed = gzip.compress(b"".join(row(id=k, text=TEXT) for k in range(500)))
    articles, bad = read(tmp_path, packed[:-40], "cut.jsonl.gz")
    assert articles
    assert [article.id for article in articles] == [str(k) for k in range(len(articles))]
    assert len(bad) == 1
    assert bad[0].line is None
    assert "truncated or corrupt gzip" in bad[0].reason
    assert "cut.jsonl.gz" in bad[0].file


@pytest.mark.parametrize("damage", [lambda data: data[:-4] + b"\0\0\0\0", lambda data: data + b"garbage"])
def test_other_damage_of_a_gzip_is_one_bad_row(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    articles, bad = read(tmp_path, damage(gzip.compress(row(text=TEXT))), "a.jsonl.gz")
    assert [article.text for article in articles] == [TEXT]
    assert ["gzip" in one.reason for one in bad] == [True]


def test_a_line_beyond_the_limit_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_ITEM_BYTES", 2**20)
    data = row(text=TEXT) + row(text="x" * 2**20) + row(text="x" * (2**20 - 20)) + row(text="y" * 3 * 2**20).rstrip()
    articles, bad = read(tmp_path, data)
    assert [len(article.text) for article in articles] == [len(TEXT), 2**20 - 20]
    assert [one.line for one in bad] == [2, 4]


def test_always_cleaning_cleans_fields_too(tmp_path: Path) -> None:
    articles, _ = read(tmp_path, row(text=f"{TEXT}\r\nIt was heard\x07 as far as the quay."), clean="always")
    assert "\x07" not in articles[0].text
    assert "\r" not in articles[0].text


def test_a_binary_file_is_one_bad_row(tmp_path: Path) -> None:
    _, bad = read(tmp_path, b"PK\x03\x04" + b"\n\x00" * 100)
    assert len(bad) == 1
    assert "binary" in bad[0].reason
