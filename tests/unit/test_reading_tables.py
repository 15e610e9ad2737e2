"""CSV, TSV and Parquet: fields byte for byte, and rows that do not fit."""

from __future__ import annotations

import datetime
import gzip
import sys
from pathlib import Path

import pytest

from nlp import read_articles
from nlp.errors import InputError, MissingExtraError
from nlp.reading import tabular
from nlp.records import Article, BadRow

TEXT = "The market hall of Östby, says Ada Brenn, has a new roof."


def read(tmp_path: Path, data: bytes, name: str = "a.csv", **options: str) -> tuple[list[Article], list[BadRow]]:
    path = tmp_path / name
    path.write_bytes(data)
    bad: list[BadRow] = []
    return list(read_articles(path, on_bad=bad.append, **options)), bad  # type: ignore[arg-type]


def test_fields_are_kept_byte_for_byte(tmp_path: Path) -> None:
    data = (
        b'\xef\xbb\xbfid,title,text\r\nr1,nan,"He said ""no"".\r\n\r\nThen,\nthe end."\r\nNA,,None\r\n'
        b'007,1e5,12.50\r\n,null,"  padded\r "\r\n\r\nn,N/A,a\x00b\r\n'
    )
    articles, bad = read(tmp_path, data)
    assert [(article.id, article.title, article.text) for article in articles] == [
        ("r1", "nan", 'He said "no".\r\n\r\nThen,\nthe end.'),
        ("NA", None, "None"),
        ("007", "1e5", "12.50"),
        ("a.csv:8", "null", "  padded\r "),
        ("n", "N/A", "a\0b"),
    ]
    assert not bad


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_told_by_the_header(tmp_path: Path, delimiter: str, ends: str) -> None:
    rows = [["id", "headline, or title", "text"], ["1", "H", f'"{TEXT};|"'], ["2", "", "Short."]]
    data = ends.join(
        delimiter.join(f'"{cell}"' if "," in cell and cell[0] != '"' else cell for cell in line) for line in rows
    )
    articles, bad = read(tmp_path, data.encode())
    assert [(article.id, article.text) for article in articles] == [("1", f"{TEXT};|"), ("2", "Short.")]
    assert not bad


def test_a_tsv_prefers_tabs_and_a_spreadsheet_may_name_its_delimiter(tmp_path: Path) -> None:
    articles, _ = read(tmp_path, b"a,b\ttext\n1\tx\n", "a.tsv")
    assert [article.text for article in articles] == ["x"]
    articles, bad = read(tmp_path, b"sep=;\r\nid;text\r\n1;x\r\n2\r\n")
    assert [article.text for article in articles] == ["x"]
    assert [one.line for one in bad] == [4]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le", "utf-8-sig"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    articles, bad = read(tmp_path, f'id,text,überschrift\n1,"{TEXT}",x\n'.encode(encoding), title_column="überschrift")
    assert [(article.text, article.title) for article in articles] == [(TEXT, "x")]
    assert not bad


def test_rows_that_do_not_fit_are_named_by_the_line_they_start_on(tmp_path: Path) -> None:
    data = b'id,text\n1,"a\nb"\n2\n3,x,y\n4,"q"r\n5,fine\n6,"never closed\nmore\n'
    articles, bad = read(tmp_path, data)
    assert [article.id for article in articles] == ["1", "5"]
    assert [one.line for one in bad] == [4, 5, 6, 8]
    assert "never closed" in bad[-1].reason


def test_a_missing_column_names_those_that_are_there(tmp_path: Path) -> None:
    _, bad = read(tmp_path, b"headline,story\nx,y\nz,w\n")
    assert len(bad) == 1
    for found in ("'headline'", "'story'", "--text-column"):
        assert found in bad[0].reason
    _, bad = read(tmp_path, b"text,story\nx,y\n", title_column="headline")
    assert "no column 'headline'" in bad[0].reason
    _, bad = read(tmp_path, b"text,text\nx,y\n")
    assert "2 times" in bad[0].reason
    articles, bad = read(tmp_path, b"other,other, text \nx,y,z\n")
    assert [article.text for article in articles] == ["z"]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"id,text\n", b"\xef\xbb\xbf"])
def test_a_table_without_rows_has_no_articles(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data) == ([], [])


def test_an_empty_text_is_an_article_with_a_warning(tmp_path: Path) -> None:
    articles, bad = read(tmp_path, b"id,text\n1,\n")
    assert articles == [Article(id="1", text="", warnings=("the text is empty",))]
    assert not bad


def test_large_fields_are_read_and_larger_ones_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    articles, _ = read(tmp_path, b"id,text\n1," + b"word " * 100_000 + b"\n")
    assert len(articles[0].text) == 500_000
    monkeypatch.setattr(tabular, "MAX_ITEM_BYTES", 1_000)
    with pytest.raises(InputError, match="larger than"):
        list(read_articles(tmp_path / "a.csv"))


def test_gzip(tmp_path: Path) -> None:
    packed = gzip.compress(b"id,text\n" + b"1,x\n" * 9_000)
    articles, bad = read(tmp_path, packed[:-12], "a.csv.gz")
    assert articles
    assert len(bad) == 1
    assert "gzip" in bad[0].reason


def write_parquet(path: Path, columns: dict[str, list[object]]) -> Path:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pa.table(columns), path)
    return path


def test_parquet_rows(tmp_path: Path) -> None:
    columns: dict[str, list[object]] = {
        "id": [7, None],
        "body": [TEXT, None],
        "date": [datetime.date(2024, 5, 1), None],
        "score": [0.5, float("nan")],
        "title": [b"bytes", b""],
    }
    path = write_parquet(tmp_path / "a.parquet", columns)
    packed = tmp_path / "a.parquet.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    for file in (path, packed):
        bad: list[BadRow] = []
        articles = list(read_articles(file, text_column="body", source_column="score", on_bad=bad.append))
        assert articles == [Article(id="7", text=TEXT, title="bytes", date="2024-05-01", source="0.5")]
        assert [(one.line, "null" in one.reason) for one in bad] == [(2, True)]
    with pytest.raises(InputError, match=r"no 'text' field; found 'id', 'body'"):
        list(read_articles(path))


def test_damaged_parquet(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", {"text": [TEXT]})
    path.write_bytes(path.read_bytes()[:-6])
    with pytest.raises(InputError, match="no valid Parquet"):
        list(read_articles(path))


def test_parquet_without_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"slugline\[parquet\]"):
        list(read_articles(tmp_path / "a.parquet"))
