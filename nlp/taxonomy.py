"""Labels: what each is called and when it holds.

A taxonomy file is JSON: `{"labels": [{"id": "trade_dispute", "name": "Trade dispute", "definition": "...",
"aliases": ["trade war"], "parent": null}, ...]}`; only `id` is needed. An id may be any non-empty Unicode string,
`"None"` and `"a, b/c"` included: nothing in slugline splits or guesses at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nlp.errors import ConfigError
from nlp.strict_json import MAX_JSON_BYTES, load_json
from nlp.text import fold

__all__ = ["Label", "Taxonomy", "read_taxonomy"]

_FIELDS = frozenset({"id", "name", "definition", "aliases", "parent"})
_GAP = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One topic.

    Attributes:
        id: What records and data files call it.
        name: What people call it.
        definition: When it holds; empty if nobody has said.
        aliases: Other names it is asked for by.
        parent: Id of the broader label, `None` at the top.
    """

    id: str
    name: str
    definition: str = ""
    aliases: tuple[str, ...] = ()
    parent: str | None = None


class Taxonomy:
    """Labels in a fixed order, found by id, name or alias.

    Raises:
        ConfigError: If an id is empty or repeated, or a parent is unknown or its own ancestor.
    """

    __slots__ = ("_by_id", "_by_key", "labels")

    def __init__(self, labels: Iterable[Label]) -> None:
        self.labels = tuple(labels)
        self._by_id: dict[str, Label] = {}
        for label in self.labels:
            if not label.id:
                raise ConfigError("A label's id is empty.")
            if label.id in self._by_id:
                raise ConfigError(f"The label {label.id!r} is there twice.")
            self._by_id[label.id] = label
        self._check_parents()
        self._by_key: dict[str, Label] = {}
        spellings = (
            [(label.id, label) for label in self.labels],
            [(label.name, label) for label in self.labels],
            [(alias, label) for label in self.labels for alias in label.aliases],
        )
        for text, label in (pair for tier in spellings for pair in tier):
            self._by_key.setdefault(_key(text), label)

    @classmethod
    def from_ids(cls, ids: Iterable[str]) -> Taxonomy:
        """A taxonomy of bare labels, each named as its id is."""
        return cls(Label(id=label_id, name=label_id) for label_id in ids)

    @classmethod
    def from_json(cls, value: object, *, file: str = "taxonomy") -> Taxonomy:
        """Build a taxonomy from parsed JSON.

        Args:
            value: `{"labels": [...]}`, as in the module's docstring.
            file: Name of the file, for messages.

        Raises:
            ConfigError: If the value is not a taxonomy; says which label of the file and what is wrong with it.
        """
        if not isinstance(value, dict) or not isinstance(value.get("labels"), list):
            raise ConfigError(f'{file}: expected an object with a list "labels".')
        if unknown := sorted(value.keys() - {"labels"}):
            raise ConfigError(f"{file}: unknown field {unknown[0]!r}.")
        labels = [_parse_label(item, f"{file}: label {number}") for number, item in enumerate(value["labels"], start=1)]
        try:
            return cls(labels)
        except ConfigError as error:
            raise ConfigError(f"{file}: {error.message}") from None

    def to_json(self) -> dict[str, object]:
        """The value that `from_json` reads; every field is written out."""
        fields = [
            {
                "id": label.id,
                "name": label.name,
                "definition": label.definition,
                "aliases": list(label.aliases),
                "parent": label.parent,
            }
            for label in self.labels
        ]
        return {"labels": fields}

    def find(self, text: str) -> Label | None:
        """The label that a person means.

        An id as it stands comes first; then case, and whether words are joined by spaces, underscores or hyphens, do
        not matter, and ids go before names, names before aliases, earlier labels before later ones.

        >>> taxonomy = Taxonomy([Label(id="trade_dispute", name="Trade dispute", aliases=("tariff war",))])
        >>> taxonomy.find("Tariff-War").id
        'trade_dispute'
        """
        return self._by_id.get(text) or self._by_key.get(_key(text))

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids in order."""
        return tuple(self._by_id)

    def __contains__(self, label_id: object) -> bool:
        return label_id in self._by_id

    def __getitem__(self, label_id: str) -> Label:
        return self._by_id[label_id]

    def __iter__(self) -> Iterator[Label]:
        return iter(self.labels)

    def __len__(self) -> int:
        return len(self.labels)

    def __eq__(self, other: object) -> bool:
        return self.labels == other.labels if isinstance(other, Taxonomy) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.labels)

    def __repr__(self) -> str:
        return f"Taxonomy({len(self)} labels)"

    def _check_parents(self) -> None:
        rooted: set[str] = set()  # labels known to lead to a top: each link is followed once
        for label in self.labels:
            path: dict[str, None] = {}
            step: Label | None = label
            while step is not None and step.id not in rooted:
                if step.id in path:
                    raise ConfigError(f"The label {step.id!r} is among its own ancestors.")
                path[step.id] = None
                if step.parent is not None and step.parent not in self._by_id:
                    raise ConfigError(f"The parent of the label {step.id!r} is not there: {step.parent!r}.")
                step = None if step.parent is None else self._by_id[step.parent]
            rooted.update(path)


def read_taxonomy(path: Path) -> Taxonomy:
    """Read a taxonomy file.

    Raises:
        ConfigError: If the file cannot be read or is not a taxonomy.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_JSON_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}).") from None
    try:
        value = load_json(data)
    except ValueError as error:
        raise ConfigError(f"{path}: {error}.") from None
    return Taxonomy.from_json(value, file=str(path))


def _key(text: str) -> str:
    return _GAP.sub(" ", fold(text).casefold()).strip()


def _parse_label(item: object, where: str) -> Label:
    if not isinstance(item, dict):
        raise ConfigError(f"{where}: expected an object.")
    if unknown := sorted(item.keys() - _FIELDS):
        raise ConfigError(f"{where}: unknown field {unknown[0]!r}; known are {', '.join(sorted(_FIELDS))}.")
    if not isinstance(item.get("id"), str) or not item["id"]:
        raise ConfigError(f'{where}: "id" must be a string that is not empty.')
    for field, kind in (("name", str), ("definition", str), ("aliases", list), ("parent", str | None)):
        if field in item and not isinstance(item[field], kind):
            raise ConfigError(f'{where} ({item["id"]!r}): "{field}" must be {_KIND_NAMES[field]}.')
    aliases = item.get("aliases", [])
    if not all(isinstance(alias, str) and alias for alias in aliases):
        raise ConfigError(f'{where} ({item["id"]!r}): "aliases" must be {_KIND_NAMES["aliases"]}.')
    return Label(
        id=item["id"],
        name=item.get("name") or item["id"],
        definition=item.get("definition", ""),
        aliases=tuple(aliases),
        parent=item.get("parent"),
    )


_KIND_NAMES = {
    "name": "a string",
    "definition": "a string",
    "aliases": "a list of strings that are not empty",
    "parent": "the id of another label, or null",
}
