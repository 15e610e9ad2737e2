from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.strict_json import MAX_JSON_BYTES, dump_json, load_json

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)


@settings(max_examples=50)
@given(values)
def test_what_is_written_is_read(value):
    data = dump_json(value)
    assert load_json(data) == value
    assert dump_json(load_json(data)) == data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", r"is not JSON \(Expecting value, line 1, column 1\)"),
        (b"{} {}", "is not JSON"),
        (b'{"a": 1', "is not JSON"),
        (b"\xef\xbb\xbf{}", "is not JSON"),
        (b'{"a": "\xff"}', r"is not UTF-8 \(byte 7\)"),
        (b'[{"a": 1, "b": 2, "a": 1}]', "has the key 'a' twice"),
        (b"[NaN]", "holds NaN"),
        (b"[-Infinity]", "holds -Infinity"),
        (b"[1e999]", "holds the number '1e999', beyond"),
        (b"[" + b"9" * 400 + b"]", "beyond the range of a double"),
        (b"[" + b"9" * 5000 + b"]", "beyond the range of a double"),
        (b'["\\ud83d"]', "lone surrogate"),
        (b'{"\\udc00": 1}', "lone surrogate"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
    ],
)
def test_what_is_refused(data, reason):
    with pytest.raises(ValueError, match=reason):
        load_json(data)


def test_depth_is_bounded_wherever_the_call_comes_from():
    assert load_json(b"[" * 64 + b"]" * 64)
    assert load_json(b"[" + b"{}," * 500 + b"[]]")
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")):
        for count in range(65, 2000, 50):
            with pytest.raises(ValueError, match="nested too deeply"):
                load_json(opening * count + b"1" + closing * count)


def test_a_pair_of_surrogates_is_one_character():
    assert load_json(b'"\\ud83e\\udd81"') == "🦁"


def test_the_length_is_bounded():
    with pytest.raises(ValueError, match="larger than 32 MiB"):
        load_json(b" " * (MAX_JSON_BYTES + 1))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_json_is_not_written(value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump_json({"a": value})
