"""Bytes to text: the encoding by byte-order mark, then UTF-8, then a declared one, then a detector.

Whatever is assumed beyond a mark and UTF-8 comes with a warning. Bytes that are no text raise `NotTextError`.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

__all__ = [
    "HEAD_BYTES",
    "Decoded",
    "NotTextError",
    "bom_of",
    "decode",
    "decode_row",
    "refuse_binary",
    "repair_surrogates",
    "tidy_characters",
    "utf16_without_mark",
]

HEAD_BYTES = 16
"""First bytes of a file that tell a byte-order mark, gzip and binary formats; few, for a pipe may be slow."""

_BOMS = (  # the marks of UTF-32 begin with those of UTF-16, so they come first
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_MAGIC = {
    rb"%PDF-": "a PDF",
    rb"PK\x03\x04": "a zip archive or an office document",
    rb"\xd0\xcf\x11\xe0": "an office document of the old kind",
    rb"\{\\rtf": "an RTF document",
    rb"\x89PNG|GIF8[79]a|\xff\xd8\xff|RIFF.{4}WEBP|II\*\0|MM\0\*": "an image",
    rb"RIFF.{4}(?:WAVE|AVI )|ID3[\x02-\x04]|OggS\0|fLaC\0|.{4}ftyp": "a sound or film",
    rb"Rar!\x1a|7z\xbc\xaf|BZh[1-9]1AY|\xfd7zX|\x28\xb5\x2f\xfd|\x1f\x8b": "an archive",
    rb"PAR1[\0-\x1f]": "Parquet",
    rb"\x7fELF|MZ.\0": "a program",
    rb"SQLite format 3\0": "a database",
}
"""First bytes of what is often named .txt by mistake."""
_MAGIC_PATTERNS = tuple((re.compile(pattern, re.S), what) for pattern, what in _MAGIC.items())

_CONTROL_BYTES = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
_MAX_CONTROL_SHARE = 0.1  # text with stray controls has far less; random bytes have 0.10, and are not UTF-8
_MAX_CONTROL_SHARE_LEGACY = 0.05
_MIN_DISTINCT_BYTES = 4  # white space aside; a kilobyte of language in any script has dozens
_FILLER_BYTES = 2**10
_DETECTOR_BYTES = 2**16
_CANDIDATES = (  # what news is found in; the detector's rarer ones are more often wrong than right
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("iso8859_2", "koi8_r", "mac_roman", "cp932", "euc_jp", "gb18030", "big5", "cp949"),
)

# Letters, quotes and dashes of Western Europe in Windows-1252. Left to the detector: bytes that are letters elsewhere
# (such as 0xB3, a Polish l with a stroke) and those on which Turkish and Icelandic differ.
_WESTERN = frozenset(
    "€‚„…‰‹Œ‘’“”•–—™›œŸ\xa0¡¢£¥§©ª«®°²·º»½¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿ".encode("cp1252")
)
_HIGH_RUN = re.compile(rb"[\xc0-\xff]{4}")
_MAX_WESTERN_SHARE = 0.12  # Finnish and Portuguese have 0.05 of their letters beyond ASCII; Czech has 0.15, Russian 1
_SHORT_BYTES = 200  # below this the share says little

_CONTROLS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")


class NotTextError(ValueError):
    """The bytes are no text; the message says what they look like, as a sentence for a bad row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text without its byte-order mark, and warnings about what had to be assumed."""

    text: str
    warnings: tuple[str, ...] = ()


def bom_of(head: bytes) -> tuple[bytes, str] | None:
    """The byte-order mark at the start of `head` and its encoding."""
    return next(((mark, name) for mark, name in _BOMS if head.startswith(mark)), None)


def utf16_without_mark(head: bytes) -> str | None:
    """The encoding of UTF-16 or UTF-32 that starts with two ASCII characters and has no mark."""
    zeros = "".join("0" if byte == 0 else "x" for byte in head[:4])
    return {"x0x0": "utf-16-le", "0x0x": "utf-16-be", "x000": "utf-32-le", "000x": "utf-32-be"}.get(zeros)


def refuse_binary(head: bytes) -> None:
    """Raise `NotTextError` if the first bytes (`HEAD_BYTES` are enough) are those of a well-known binary format."""
    for pattern, what in _MAGIC_PATTERNS:
        if pattern.match(head):
            raise NotTextError(f"looks like a binary file ({what}); save it as text first")


def decode(data: bytes, *, declared: str | None = None) -> Decoded:
    """Decode a whole file whose encoding nobody vouches for.

    Args:
        data: The file.
        declared: An encoding that it names itself, such as a page's `<meta charset>`.

    Raises:
        NotTextError: If the bytes are binary, or in no encoding that could be told.
    """
    refuse_binary(data[:HEAD_BYTES])
    _refuse_filler(data[:_DETECTOR_BYTES])
    marked = bom_of(data)
    if marked:
        mark, name = marked
        return _decode_marked(data[len(mark) :], name)
    wide = utf16_without_mark(data)
    if wide:
        found = _decode_marked(data, wide)
        return Decoded(text=found.text, warnings=(f"no byte-order mark; read as {wide.upper()}", *found.warnings))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_legacy(data, error, declared=declared, strict=False)
    _refuse_controls(data, _MAX_CONTROL_SHARE)
    if declared and b"\x1b" in data and declared.startswith("iso2022"):  # seven bits, so it passes for UTF-8
        return Decoded(text=data.decode(declared, "replace"))
    return Decoded(text=text)


def decode_row(data: bytes) -> Decoded:
    """Decode one row of a file of many: damaged UTF-8 is an error there, for the other rows can be read without it.

    Raises:
        NotTextError: If the bytes are damaged UTF-8, binary, or in no encoding that could be told.
    """
    try:
        return Decoded(text=data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _decode_legacy(data, error, declared=None, strict=True)


def _decode_marked(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, "replace").removeprefix("\ufeff")
    damaged = text.count("\ufffd")
    if damaged > len(text) // 10:
        raise NotTextError(f"looks like a binary file, although it starts like {encoding.upper()}")
    _refuse_controls(text.encode("utf-8", "replace"), _MAX_CONTROL_SHARE)
    warnings = (f"not valid {encoding.upper()}: {damaged} characters replaced by U+FFFD",) if damaged else ()
    return Decoded(text=text, warnings=warnings)


def _decode_legacy(data: bytes, error: UnicodeDecodeError, *, declared: str | None, strict: bool) -> Decoded:
    _refuse_controls(data, _MAX_CONTROL_SHARE_LEGACY)
    if declared:
        try:
            return Decoded(text=data.decode(declared))
        except (UnicodeDecodeError, LookupError):
            pass
    replaced = data.decode("utf-8", "replace")
    bad = replaced.count("\ufffd")
    good = len(replaced) - bad - len(data.translate(None, bytes(range(128, 256))))
    # Cut in a character; of one byte at the end, more likely the last letter of a word in Latin-1.
    cut = bad == 1 and error.reason == "unexpected end of data" and error.end - error.start > 1
    if good > bad or cut:
        if strict:
            raise NotTextError(f"not valid UTF-8 at byte {error.start}; convert the file to UTF-8")
        return Decoded(text=replaced, warnings=(f"not valid UTF-8: {bad} characters replaced by U+FFFD",))
    encoding = _detect(data)
    return Decoded(
        text=data.decode(encoding, "replace"),
        warnings=(f"not UTF-8; read as {encoding}",),
    )


def _detect(data: bytes) -> str:
    high = data.translate(None, bytes(range(128)))
    letters = len(
        data.translate(None, bytes(set(range(128)) - set(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")))
    )
    western = set(high) <= _WESTERN and not _HIGH_RUN.search(data)
    if western and (len(data) < _SHORT_BYTES or len(high) <= _MAX_WESTERN_SHARE * letters):
        return "cp1252"  # detectors err on short Western texts
    from charset_normalizer import from_bytes

    first = next(at for at, byte in enumerate(data) if byte > 127)
    start = data.rfind(b"\n", 0, first) + 1
    best = from_bytes(data[start : start + _DETECTOR_BYTES], cp_isolation=list(_CANDIDATES)).best()
    if best is None:
        raise NotTextError("looks like a binary file: neither UTF-8 nor another encoding that could be told")
    return best.encoding


def _refuse_filler(data: bytes) -> None:
    """What a lost disk block, a placeholder or a test pattern leaves: one or two bytes, over and over."""
    distinct = set(data) - set(b" \t\r\n") if len(data) >= _FILLER_BYTES else set()
    if 0 < len(distinct) < _MIN_DISTINCT_BYTES:
        raise NotTextError(f"looks like a binary file or filler: {len(data):,} bytes, of {len(distinct)} kinds only")


def _refuse_controls(data: bytes, max_share: float) -> None:
    controls = len(data) - len(data.translate(None, _CONTROL_BYTES))
    if controls > max_share * len(data):
        raise NotTextError("looks like a binary file (many control characters); save it as text first")


def repair_surrogates(text: str) -> tuple[str, bool]:
    r"""Text that can be written as UTF-8, and whether that took a change: lone surrogates become U+FFFD.

    >>> ascii(repair_surrogates("half \ud83d, whole \ud83d\ude80"))
    "('half \\ufffd, whole \\U0001f680', True)"
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"), True
    return text, False


def tidy_characters(text: str) -> Decoded:
    """Text with a newline for every kind of line end, and without control characters and terminal escapes."""
    text = _LINE_ENDS.sub("\n", text)
    text, dropped = _CONTROLS.subn("", text)
    warnings = (f"{dropped} control characters left out",) if dropped else ()
    return Decoded(text=text, warnings=warnings)
