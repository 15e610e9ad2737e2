"""Sources: folders, patterns, pipes and standard input, in order, each file once."""

from __future__ import annotations

import io
import json
import os
import pickle  # noqa: TID251 (what a process pool does with an item)
import threading
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import read_articles
from nlp.errors import InputError
from nlp.reading import RawItem, ReadOptions, iter_items, parse_item
from nlp.reading.jsonl import jsonl_items
from nlp.reading.streams import to_utf8
from nlp.records import Article, BadRow

TEXT = "The harbour board met on Tuesday and agreed to repaint the old crane before summer."
OPTIONS = ReadOptions(clean="never")


def tree(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"text": TEXT}) if ".jsonl" in name else TEXT
        path.write_text(line + "\n", encoding="utf-8")
    return root


def files(*sources: object, options: ReadOptions = OPTIONS) -> list[tuple[str, str]]:
    found = iter_items([str(source) for source in sources], options)
    return [(item.file, item.id if isinstance(item, RawItem) else "bad") for item in found]


def test_a_folder_is_walked_in_order_and_ids_are_relative(tmp_path: Path) -> None:
    root = tree(
        tmp_path / "news",
        "b.txt",
        "a/z.md",
        "a/b/rows.JSONL",
        "c.HTML",
        ".hidden.txt",
        ".git/x.txt",
        "logo.png",
        "d.log",
    )
    assert files(root) == [
        (f"{root}/a/b/rows.JSONL", "a/b/rows.JSONL:1"),
        (f"{root}/a/z.md", "a/z.md"),
        (f"{root}/b.txt", "b.txt"),
        (f"{root}/c.HTML", "c.HTML"),
    ]


def test_links_are_followed_but_never_in_circles(tmp_path: Path) -> None:
    root = tree(tmp_path / "news", "a/one.txt")
    tree(tmp_path / "else", "two.txt")
    (root / "a" / "up").symlink_to(root)
    (root / "self").symlink_to("self")
    (root / "gone.txt").symlink_to("nowhere")
    (root / "else").symlink_to(tmp_path / "else")
    assert [id for _, id in files(root)] == ["a/one.txt", "else/two.txt"]
    assert [file for file, _ in files(f"{root}/**/one.txt")] == [f"{root}/a/one.txt"]


def test_what_the_job_writes_is_not_read(tmp_path: Path) -> None:
    root = tree(tmp_path, "a.txt", "out.jsonl")
    (tmp_path / "link.jsonl").symlink_to(root / "out.jsonl")
    options = ReadOptions(exclude=(os.path.realpath(root / "out.jsonl"),))
    assert [id for _, id in files(root, options=options)] == ["a.txt"]


def test_patterns_and_names_that_look_like_them(tmp_path: Path) -> None:
    tree(tmp_path, "b.txt", "a/c.txt", "a[1].txt", "x.log")
    assert [id for _, id in files(tmp_path / "**" / "*.txt")] == ["c.txt", "a[1].txt", "b.txt"]
    assert [id for _, id in files(tmp_path / "a[1].txt")] == ["a[1].txt"]
    assert [id for _, id in files(tmp_path / "*.log")] == ["x.log"]
    (bad,) = iter_items([f"{tmp_path}/*.nothing"], OPTIONS)
    assert isinstance(bad, BadRow)
    assert "pattern" in bad.reason


def test_two_sources_of_one_name_keep_their_paths(tmp_path: Path) -> None:
    tree(tmp_path, "a/x.txt", "b/x.txt", "y.txt")
    sources = [tmp_path / "a/x.txt", tmp_path / "b/x.txt", tmp_path / "y.txt"]
    assert [id for _, id in files(*sources)] == [f"{tmp_path}/a/x.txt", f"{tmp_path}/b/x.txt", "y.txt"]


def test_missing_and_empty_sources_are_bad_rows_in_their_place(tmp_path: Path) -> None:
    tree(tmp_path, "a.txt", "full/b.txt")
    (tmp_path / "empty").mkdir()
    found = list(iter_items([str(tmp_path / name) for name in ("a.txt", "none.txt", "empty", "full")], OPTIONS))
    assert [isinstance(item, BadRow) for item in found] == [False, True, True, False]
    with pytest.raises(InputError, match=r"none\.txt: no such file"):
        list(read_articles(tmp_path / "none.txt"))
    with pytest.raises(InputError, match=r"empty: no file in this folder .*\.jsonl"):
        list(read_articles(tmp_path / "empty"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_one_may_not_read(tmp_path: Path) -> None:
    tree(tmp_path, "a.txt")
    (tmp_path / "a.txt").chmod(0)
    with pytest.raises(InputError, match="Permission denied"):
        list(read_articles(tmp_path / "a.txt"))


def test_names_that_are_no_utf8_give_ids_that_are(tmp_path: Path) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")
    try:
        Path(odd).write_text(TEXT, encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes no such names")
    assert [id for _, id in files(tmp_path)] == ["caf\ufffd.txt"]
    assert [id for _, id in files(odd)] == ["caf\ufffd.txt"]


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(raw, encoding="ascii"))
    return raw


ROWS = b'\xef\xbb\xbf{"id": "w1", "text": "\xc3\x87a va."}\r\n\r\n{"id": "w2", "text": "No newline."}'


@pytest.mark.parametrize(
    ("data", "format", "ids"),
    [
        (ROWS, "jsonl", ["w1", "w2"]),
        (ROWS, "auto", ["w1", "w2"]),
        (ROWS.decode("utf-8-sig").encode("utf-16"), "auto", ["w1", "w2"]),
        (ROWS, "text", ["-"]),
        (b"\n <!DOCTYPE html><html><body><p>The crane is red now, said the board.</p></body></html>", "auto", ["-"]),
        (b"id,text\n1,x\n", "csv", ["1"]),
        (b"id,text\n1,x\n", "auto", ["-"]),
        (b"", "auto", ["-"]),
        (b"", "jsonl", []),
    ],
)
def test_standard_input(stdin: io.BytesIO, data: bytes, format: str, ids: list[str]) -> None:
    stdin.write(data)
    stdin.seek(0)
    articles = list(read_articles("-", input=format))  # type: ignore[arg-type]
    assert [article.id for article in articles] == ids
    if ids == ["w1", "w2"]:
        assert [article.text for article in articles] == ["Ça va.", "No newline."]


def test_standard_input_is_read_once(stdin: io.BytesIO) -> None:
    stdin.write(TEXT.encode())
    stdin.seek(0)
    first, second = iter_items(["-", "-"], OPTIONS)
    assert isinstance(first, RawItem)
    assert isinstance(second, BadRow)


def test_a_named_pipe_is_read_like_standard_input(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(ROWS,))
    writer.start()
    assert [article.id for article in read_articles(pipe)] == ["w1", "w2"]
    writer.join()


def test_rows_of_a_slow_pipe_come_as_they_are_written() -> None:
    read_end, write_end = os.pipe()
    with os.fdopen(read_end, "rb") as reader, os.fdopen(write_end, "wb", buffering=0) as writer:
        items = jsonl_items(reader, name="-", id="-")
        for number in range(3):
            writer.write(b'{"text": "row %d of a pipe"}\n' % number)
            item = next(items)
            assert isinstance(item, RawItem)
            assert item.line == number + 1


def test_unknown_suffixes_are_told_by_content(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(ROWS)
    assert [article.id for article in read_articles(tmp_path / "a.log")] == ["w1", "w2"]
    (tmp_path / "b.json").write_bytes(b'{"text": "One row."}')
    assert [article.text for article in read_articles(tmp_path / "b.json")] == ["One row."]


class Rows(io.RawIOBase):
    """Rows of 2 kB each, made as they are read."""

    def __init__(self, count: int) -> None:
        self.left = count
        self.row = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        if not self.row and self.left:
            self.left -= 1
            self.row = b'{"text": "' + b"word " * 400 + b'"}\n'
        piece, self.row = self.row[: len(buffer)], self.row[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


def test_memory_does_not_grow_with_the_input() -> None:
    stream = io.BufferedReader(Rows(25_000))
    tracemalloc.start()
    rows = sum(isinstance(item, RawItem) for item in jsonl_items(stream, name="-", id="-"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows == 25_000
    assert peak < 2**20


def test_wide_input_is_recoded_piece_by_piece() -> None:
    text = "Ça va \U0001f680 " * 20_000
    _, stream = to_utf8(io.BytesIO(text.encode("utf-16")))  # type: ignore[arg-type]
    assert stream.read().decode() == text


def test_items_can_be_sent_to_other_processes(tmp_path: Path) -> None:
    tree(tmp_path, "a.txt", "b.jsonl")
    (tmp_path / "c.csv").write_text(f"id,text\n1,{TEXT}\n2,{TEXT}\n", encoding="utf-8")
    items = [item for item in iter_items([str(tmp_path)], OPTIONS) if isinstance(item, RawItem)]
    assert pickle.loads(pickle.dumps(items)) == items
    assert len({item.digest_bytes() for item in items}) == len(items) == 4


PIECES = [
    *(
        b'"',
        b",",
        b"\n",
        b"\r",
        b"{",
        b"}",
        b"text",
        b'"text":',
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\x00",
        b"\x1f",
        b"\xe9",
        b"id",
        b" ",
    ),
    *(
        b"<p>",
        b"<html>",
        b"<td>",
        b"&#x0;",
        b"&#xd800;",
        b"---\n",
        b"title: x\n",
        b"# h\n",
        b"- ",
        b"1. ",
        b"|a|b|\n|-|-|\n",
        b"[x](y)",
    ),
    *(b"\\ud83d", b"\x1f\x8b", b"sep=;\n"),
]
ANY_BYTES = st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join))
SUFFIXES = [".txt", ".md", ".html", ".jsonl", ".csv", ".tsv", ".txt.gz", ".csv.gz", ".parquet", ".unknown"]


@settings(max_examples=250, deadline=None)
@given(data=ANY_BYTES, suffix=st.sampled_from(SUFFIXES), clean=st.sampled_from(["auto", "always", "never"]))
def test_any_bytes_give_articles_or_bad_rows(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str, clean: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(data)
    options = ReadOptions(clean=clean)  # type: ignore[arg-type]
    for item in iter_items([str(path)], options):
        result = parse_item(item, options) if isinstance(item, RawItem) else item
        if isinstance(result, Article):
            for value in (
                result.id,
                result.text,
                result.title or "",
                result.date or "",
                result.source or "",
                *result.warnings,
            ):
                value.encode("utf-8")
            assert result.text.strip() or result.warnings
        else:
            str(result).encode("utf-8")
