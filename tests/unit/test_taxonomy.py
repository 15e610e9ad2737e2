from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.errors import ConfigError
from nlp.resources import find_shipped
from nlp.strict_json import dump_json, load_json
from nlp.taxonomy import Label, Taxonomy, read_taxonomy

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ids = st.lists(texts.filter(bool), unique=True, min_size=1, max_size=8)


@pytest.fixture
def animals():
    return Taxonomy(
        [
            Label(id="big_cats", name="Big cats", definition="lions and the like", aliases=("Tiger", "snow leopard")),
            Label(id="Tiger", name="Tiger", parent="big_cats"),
            Label(id="big-cats", name="Grosskatzen", aliases=("Größe",)),
        ]
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("big_cats", "big_cats"),
        ("big-cats", "big-cats"),  # an id as it stands goes before one that only looks alike
        ("BIG CATS", "big_cats"),
        ("  big   cats ", "big_cats"),
        ("tiger", "Tiger"),  # an id goes before another label's alias
        ("Snow-Leopard", "big_cats"),
        ("grosskatzen", "big-cats"),
        ("GRÖSSE", "big-cats"),
        ("lion", None),
        ("", None),
        ("_-", None),
    ],
)
def test_find(animals, text, expected):
    found = animals.find(text)
    assert (found and found.id) == expected


@given(ids)
def test_any_unicode_string_is_an_id_and_is_found(names):
    taxonomy = Taxonomy.from_ids(names)
    assert taxonomy.ids == tuple(names)
    for name in names:
        assert taxonomy.find(name) == taxonomy[name] == Label(id=name, name=name)


@settings(max_examples=50)
@given(ids, st.data())
def test_a_taxonomy_survives_json(names, data):
    labels = [
        Label(
            id=name,
            name=data.draw(texts.filter(bool)),
            definition=data.draw(texts),
            aliases=tuple(data.draw(st.lists(texts.filter(bool), max_size=3))),
            parent=data.draw(st.sampled_from([None, *names[:index]])),
        )
        for index, name in enumerate(names)
    ]
    taxonomy = Taxonomy(labels)
    again = Taxonomy.from_json(load_json(dump_json(taxonomy.to_json())))
    assert again == taxonomy
    assert hash(again) == hash(taxonomy)
    assert list(again) == labels


@pytest.mark.parametrize("name", ["None", "NA", "true", "null", "nan", "a, b/c", "1", "é", "🦁", " padded "])
def test_labels_that_other_tools_stumble_over(name):
    taxonomy = Taxonomy.from_json({"labels": [{"id": name}]})
    assert name in taxonomy
    assert taxonomy[name] == Label(id=name, name=name)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([], 'an object with a list "labels"'),
        ({"labels": {}}, 'an object with a list "labels"'),
        ({"labels": [], "version": 1}, "unknown field 'version'"),
        ({"labels": ["a"]}, "label 1: expected an object"),
        ({"labels": [{"id": "a"}, {"name": "b"}]}, 'label 2: "id" must be'),
        ({"labels": [{"id": ""}]}, 'label 1: "id" must be'),
        ({"labels": [{"id": 3}]}, 'label 1: "id" must be'),
        ({"labels": [{"id": "a", "title": "A"}]}, "unknown field 'title'; known are aliases"),
        ({"labels": [{"id": "a", "name": 1}]}, '"name" must be a string'),
        ({"labels": [{"id": "a", "definition": None}]}, '"definition" must be a string'),
        ({"labels": [{"id": "a", "aliases": "b"}]}, '"aliases" must be a list'),
        ({"labels": [{"id": "a", "aliases": [""]}]}, '"aliases" must be a list'),
        ({"labels": [{"id": "a", "parent": 1}]}, '"parent" must be the id'),
        ({"labels": [{"id": "a"}, {"id": "a"}]}, "'a' is there twice"),
        ({"labels": [{"id": "a", "parent": "b"}]}, "parent of the label 'a' is not there: 'b'"),
        ({"labels": [{"id": "a", "parent": "a"}]}, "'a' is among its own ancestors"),
        (
            {"labels": [{"id": "x", "parent": "a"}, {"id": "a", "parent": "b"}, {"id": "b", "parent": "a"}]},
            "'a' is among its own ancestors",
        ),
    ],
)
def test_what_is_wrong_is_said_with_the_file(value, reason):
    with pytest.raises(ConfigError, match=reason) as caught:
        Taxonomy.from_json(value, file="mine.json")
    assert caught.value.message.startswith("mine.json: ")
    assert caught.value.exit_code == 3


def test_a_long_chain_of_parents_is_no_trouble():
    labels = [Label(id=str(n), name=str(n), parent=str(n + 1) if n < 20_000 else None) for n in range(20_001)]
    assert len(Taxonomy(labels)) == 20_001


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is not JSON"),
        (b'{"labels": [', "is not JSON"),
        (b"\xff\xfe", "is not UTF-8"),
        (b'{"labels": [], "labels": []}', "has the key 'labels' twice"),
        (b'{"labels": [{"id": "\\ud800"}]}', "lone surrogate"),
    ],
)
def test_a_file_that_is_no_taxonomy(tmp_path, data, reason):
    file = tmp_path / "mine.json"
    file.write_bytes(data)
    with pytest.raises(ConfigError, match=reason) as caught:
        read_taxonomy(file)
    assert str(file) in caught.value.message


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.json: cannot be read"):
        read_taxonomy(tmp_path / "none.json")


def test_the_shipped_taxonomy_is_complete():
    path = find_shipped("configs", "affairs-taxonomy.json")
    assert path is not None
    taxonomy = read_taxonomy(path)
    assert len(taxonomy) == 18
    assert taxonomy.ids[0] == "trade_dispute"
    assert all(label.name and label.definition and label.aliases for label in taxonomy)
    for label in taxonomy:  # no name or alias of one label is taken by another
        for text in (label.id, label.name, label.id.replace("_", "-").upper(), *label.aliases):
            assert taxonomy.find(text) == label, text
    assert json.loads(path.read_text("utf-8")) == taxonomy.to_json()
