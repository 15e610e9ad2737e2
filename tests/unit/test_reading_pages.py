"""HTML and Markdown: the story comes out, once, and what surrounds it does not."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from nlp import read_articles
from nlp.records import Article

FIRST = "The island ferry will leave at six instead of seven from the first of March, the harbour office said."
SECOND = "Season tickets stay valid, and bicycles travel free while the bridge at Östby is being repaired."
THIRD = "“It takes a month, perhaps two,” said Ada Brenn, who runs the office with her brother."


def page(body: str, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>Ferry timetable changes | Harbour Post</title>{head}</head>"
        f"<body><nav><a href='/'>Home</a> <a href='/news'>News</a></nav>{body}"
        "<footer>About this site</footer></body></html>"
    )


def read_one(path: Path, data: str | bytes) -> Article:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    (article,) = read_articles(path)
    return article


@pytest.mark.parametrize("container", ["article", "main", "div", "section", "td"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_short_story_comes_out_once(tmp_path: Path, container: str, count: int) -> None:
    paragraphs = [FIRST, SECOND, THIRD][:count]
    story = "<h1>Ferry timetable changes</h1>" + "".join(f"<p>{text}</p>" for text in paragraphs)
    body = (
        f"<table><tr><td><article>{story}</article></td></tr></table>"
        if container == "td"
        else f"<{container}>{story}</{container}>"
    )
    article = read_one(tmp_path / "a.html", page(body))
    assert article.text == "\n\n".join(paragraphs)
    assert article.title == "Ferry timetable changes"
    assert article.id == "a.html"
    assert not article.warnings


def test_the_same_page_gives_the_same_text_every_time(tmp_path: Path) -> None:
    data = page(f"<article><p>{FIRST}</p><p>{SECOND}</p></article>")
    articles = {read_one(tmp_path / "a.html", data).text for _ in range(8)}
    assert articles == {f"{FIRST}\n\n{SECOND}"}


def test_metadata(tmp_path: Path) -> None:
    head = (
        '<meta property="og:site_name" content="Harbour Post">'
        '<meta property="article:published_time" content="2024-02-27T08:00:00Z">'
    )
    article = read_one(tmp_path / "a.htm", page(f"<article><p>{FIRST}</p><p>{SECOND}</p></article>", head))
    assert (article.date, article.source) == ("2024-02-27", "Harbour Post")
    undated = read_one(tmp_path / "a.htm", page(f"<article><p>{FIRST}</p></article><p>© 2019 Harbour Post</p>"))
    assert undated.date is None


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ('<meta charset="windows-1251">', "cp1251"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', "koi8_r"),
        ('<meta charset="utf-16">', "utf-8"),
        ('<meta charset="no-such-encoding">', "utf-8"),
        ('<meta charset="iso-2022-jp">', "iso2022_jp"),
        ("", "utf-16"),
    ],
)
def test_declared_encodings(tmp_path: Path, declaration: str, encoding: str) -> None:
    story = (
        "大臣は水曜日、協議を来月も続けると述べた。"
        if encoding == "iso2022_jp"
        else "Министр сказал, что переговоры продолжатся."
    )
    article = read_one(tmp_path / "a.html", page(f"<article><p>{story}</p></article>", declaration).encode(encoding))
    assert article.text == story


def test_latin_1_is_read_as_browsers_do(tmp_path: Path) -> None:
    data = page(f"<article><p>{FIRST}</p><p>{THIRD}</p></article>", '<meta charset="iso-8859-1">')
    assert read_one(tmp_path / "a.html", data.encode("cp1252")).text == f"{FIRST}\n\n{THIRD}"


@pytest.mark.parametrize(
    "data",
    [
        "",
        "<html><head><script>var x=1</script></head><body><nav>Home</nav></body></html>",
        "<html>",
        "<div>" * 3_000,
        "<!-- only -->",
        "<?xml version='1.0' encoding='ascii'?><html/>",
    ],
)
def test_a_page_without_a_story_is_an_empty_article(tmp_path: Path, data: str) -> None:
    article = read_one(tmp_path / "a.html", data)
    assert article.text == ""
    assert "empty" in article.warnings[-1]


@pytest.mark.parametrize(
    "data",
    [
        f"<p>{FIRST}",
        f"<html><body>{FIRST}</body></html>",
        f"{FIRST}",
        f"<?xml version='1.0' encoding='iso-8859-1'?><html><body><p>{FIRST}</p></body></html>",
        f"<html><body><p>{FIRST}\x00</p></b></i></html></p>",
    ],
)
def test_bare_and_malformed_pages(tmp_path: Path, data: str) -> None:
    assert read_one(tmp_path / "a.html", data).text == FIRST


def test_extractors_do_not_log_to_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("trafilatura").handlers.clear()
    read_one(tmp_path / "a.html", "<html>")
    assert capfd.readouterr().err == ""


WRAPPED = FIRST.replace(" instead", "\ninstead")
MARKDOWN = f"""# Ferry timetable *changes*

{WRAPPED}

![a ferry](ferry.jpg) **Season tickets** stay [valid](https://example.org), and `bicycles` travel free while the
bridge at Östby is being repaired, which <b>takes</b> a month.

> {THIRD}

1986. It was a cold year for the ferry, and nobody travelled to the island at all.

```
06:00 Östby quay, and the return at noon
```
"""


def test_markdown_is_read_as_it_is_rendered(tmp_path: Path) -> None:
    article = read_one(tmp_path / "a.md", MARKDOWN)
    assert article.title == "Ferry timetable changes"
    for paragraph in (
        FIRST,
        f"{SECOND[:-1]}, which takes a month.",
        THIRD,
        "1986. It was a cold year for the ferry, and nobody travelled to the island at all.",
    ):
        assert paragraph in article.text
    for mark in ("#", "*", "`", "](", "<b>", "ferry.jpg", "\n>"):
        assert mark not in article.text


def test_front_matter(tmp_path: Path) -> None:
    head = '---\ntitle: "Ferry: new times"\ndate: 2024-02-27\npublisher: Harbour Post\ntags:\n  - sea\n---\n'
    article = read_one(tmp_path / "a.markdown", head + MARKDOWN)
    assert (article.title, article.date, article.source) == ("Ferry: new times", "2024-02-27", "Harbour Post")
    assert "tags" not in article.text
    assert FIRST in article.text


def test_a_rule_at_the_top_is_no_front_matter(tmp_path: Path) -> None:
    article = read_one(tmp_path / "a.md", f"---\n\n{FIRST}\n\n---\n\n{SECOND}\n")
    assert FIRST in article.text
    assert SECOND in article.text


def test_markdown_as_written(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(MARKDOWN, encoding="utf-8")
    (article,) = read_articles(tmp_path / "a.md", clean="never")
    assert article.text == MARKDOWN
