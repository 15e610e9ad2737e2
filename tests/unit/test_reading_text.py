"""Plain text: encodings, what is no text, and what is left out of it."""

from __future__ import annotations

import codecs
import gzip
import random
import zlib
from pathlib import Path

import pytest

from nlp import read_articles
from nlp.errors import InputError, UsageError
from nlp.reading import options, streams
from nlp.records import Article, BadRow

STORY = "The harbour café in Östby reopens on Monday after six months of repairs, its owner Ada Brenn said on Friday."

UTF = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
LEGACY = {
    "latin-1": STORY,
    "cp1252": "„Ein Café mehr“, sagte Ada Brenn – für 5 € Eintritt.",
    "mac_roman": "The café “opened” — naïve façade.",
    "cp1251": "Министр заявил в среду, что переговоры о поставках газа будут продолжены в следующем месяце.",
    "koi8_r": "Министр заявил в среду, что переговоры о поставках газа будут продолжены в следующем месяце.",
    "cp1254": "Bakan, görüşmelerin gelecek ay da süreceğini söyledi, ayrıntı vermedi.",
    "gb18030": "部长周三表示，关于天然气供应的谈判将在下个月继续进行。",
}
MAGIC = {
    "pdf": b"%PDF-1.7\nplain enough to pass",
    "zip": b"PK\x03\x04word/document.xml",
    "rtf": b"{\\rtf1\\ansi The harbour opens.}",
    "png": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "random": random.Random(3).randbytes(20_000),
    "zeros": bytes(5_000),
    "deflated": zlib.compress(STORY.encode() * 50),
}


def read_one(path: Path, clean: options.CleanMode = "never") -> Article:
    (article,) = read_articles(path, clean=clean)
    return article


def write(tmp_path: Path, data: bytes, name: str = "a.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", UTF)
def test_unicode_is_read_as_written(tmp_path: Path, encoding: str) -> None:
    article = read_one(write(tmp_path, STORY.encode(encoding)))
    assert article.text == STORY
    assert bool(article.warnings) == encoding.endswith(("-le", "-be")), "only a missing mark is worth a warning"


@pytest.mark.parametrize("encoding", LEGACY)
def test_legacy_encodings_are_told_with_a_warning(tmp_path: Path, encoding: str) -> None:
    article = read_one(write(tmp_path, LEGACY[encoding].encode(encoding)))
    assert article.text == LEGACY[encoding]
    assert "not UTF-8" in article.warnings[0]


@pytest.mark.parametrize("text", ["café", "Ærø", "¿Qué pasó, señor Núñez?", "ÄÖÜ", "£5"])
def test_a_few_western_letters_are_enough(tmp_path: Path, text: str) -> None:
    assert read_one(write(tmp_path, text.encode("latin-1"))).text == text


@pytest.mark.parametrize("kind", MAGIC)
def test_what_is_no_text_is_a_bad_row(tmp_path: Path, kind: str) -> None:
    bad: list[BadRow] = []
    assert list(read_articles(write(tmp_path, MAGIC[kind]), on_bad=bad.append)) == []
    assert "binary" in bad[0].reason
    assert bad[0].line is None
    assert bad[0].file.endswith("a.txt")


@pytest.mark.parametrize("pattern", [b"\xff", b"-", b"=-\n", b"U\xaa", b"x "])
def test_filler_is_no_text(tmp_path: Path, pattern: bytes) -> None:
    bad: list[BadRow] = []
    assert list(read_articles(write(tmp_path, pattern * 4096), on_bad=bad.append)) == []
    assert "filler" in bad[0].reason


@pytest.mark.parametrize("text", ["ha " * 100, " \n" * 2000, f"{STORY}\n{'-' * 5000}"])
def test_monotony_alone_is_no_filler(tmp_path: Path, text: str) -> None:
    assert read_one(write(tmp_path, text.encode()), clean="never").text == text


def test_utf8_cut_in_a_character_is_repaired(tmp_path: Path) -> None:
    article = read_one(write(tmp_path, "It reopens on Monday, she said, “after all”".encode()[:-1]))
    assert article.text == "It reopens on Monday, she said, “after all\ufffd"
    assert "U+FFFD" in article.warnings[0]


def test_stray_control_characters_are_left_out_with_a_warning(tmp_path: Path) -> None:
    data = f"\x00\x01\x02 {STORY}\x1b[31m\r\nIt is red\x07 no more, the owner said on the quay.\r\n".encode()
    article = read_one(write(tmp_path, data), clean="auto")
    assert article.text.split() == f"{STORY} It is red no more, the owner said on the quay.".split()
    assert any("control" in warning for warning in article.warnings)
    assert "\x1b" in read_one(write(tmp_path, data), clean="never").text


@pytest.mark.parametrize("clean", ["auto", "never"])
def test_an_empty_file_is_an_article_with_a_warning(tmp_path: Path, clean: options.CleanMode) -> None:
    article = read_one(write(tmp_path, b" \n" if clean == "auto" else b""), clean)
    assert not article.text.strip()
    assert "empty" in article.warnings[0]


def test_gzip_is_told_by_its_bytes(tmp_path: Path) -> None:
    packed = gzip.compress(STORY.encode())
    for name in ("a.txt.gz", "a.txt"):
        assert read_one(write(tmp_path, packed, name)).text == STORY
    with pytest.raises(InputError, match="truncated"):
        read_one(write(tmp_path, packed[:-9], "cut.txt.gz"))
    with pytest.raises(InputError, match="truncated"):
        read_one(write(tmp_path, b"", "empty.txt.gz"))


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_ITEM_BYTES", 2**20)
    with pytest.raises(InputError, match=r"big.txt.gz: larger than 1 MiB"):
        read_one(write(tmp_path, gzip.compress(b"word " * 300_000), "big.txt.gz"))


def test_options_are_checked_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="clean"):
        read_articles(tmp_path, clean="sometimes")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="list"):
        read_articles([str(tmp_path)])  # type: ignore[arg-type]


def test_a_mark_in_the_middle_leaves_with_cleaning(tmp_path: Path) -> None:
    joined = codecs.BOM_UTF8 + STORY.encode() + b"\n\n" + codecs.BOM_UTF8 + STORY.replace("Monday", "Tuesday").encode()
    assert "\ufeff" not in read_one(write(tmp_path, joined), clean="auto").text
