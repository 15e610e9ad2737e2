"""What a linear model has learnt, and the files that hold it.

`vocabulary.txt` has a word a line, with the forms that count as it: the first `n_terms` are features of their own, all
of them can be in pairs.
`model.safetensors` has the pairs, weights and coefficients.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from nlp.errors import ModelFolderError
from nlp.inflections import JOINERS

if TYPE_CHECKING:
    from nlp.artifact import ModelFolder

__all__ = ["LinearParameters"]

_TENSORS_FILE = "model.safetensors"
_VOCABULARY_FILE = "vocabulary.txt"
_CONFIG_KEY = "linear"
_MAX_COST = 1e6
_SETTINGS = {"n_terms": int, "forms": str, "title_weight": int, "window_words": int, "later_window_cost": float}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearParameters:
    """All that a linear model has learnt; features are `n_terms` words, then the pairs.

    Attributes:
        vocabulary: The words, each with forms that count as it, separated by blanks, the one that names it first and
            the joined one among them; those from `n_terms` on occur in pairs only.
        n_terms: How many words are features of their own.
        pairs: int64 (n_pairs,), strictly increasing: `first * len(vocabulary) + second`, numbers of words.
        idf: float32 (n_features,), positive: `ln((1 + n_articles) / (1 + articles with it)) + 1`.
        coef: float32 (n_features, n_labels).
        intercept: float32 (n_labels,).
        forms: Name of the rule that joined the forms; see `nlp.inflections`.
        title_weight: How often a term of the headline counts.
        window_words: How many words of a text are scored at once.
        later_window_cost: What a window after the first must have more, in margin.

    Raises:
        ValueError: If the parts do not fit together.
    """

    vocabulary: tuple[str, ...]
    n_terms: int
    pairs: npt.NDArray[np.int64]
    idf: npt.NDArray[np.float32]
    coef: npt.NDArray[np.float32]
    intercept: npt.NDArray[np.float32]
    forms: str
    title_weight: int
    window_words: int
    later_window_cost: float

    def __post_init__(self) -> None:
        n_words, n_features = len(self.vocabulary), self.n_terms + len(self.pairs)
        if not 0 <= self.n_terms <= n_words:
            raise ValueError(f"{self.n_terms} of {n_words} words cannot be terms")
        if self.idf.shape != (n_features,) or self.coef.shape != (n_features, len(self.intercept)):
            raise ValueError(f"{self.idf.shape} idf and {self.coef.shape} coefficients for {n_features} features")
        if len(self.pairs) and (
            self.pairs[0] < 0 or self.pairs[-1] >= n_words**2 or not (self.pairs[1:] > self.pairs[:-1]).all()
        ):
            raise ValueError("the pairs are not increasing numbers of two words each")
        if not (self.idf > 0).all():
            raise ValueError("an idf is not positive")
        if self.forms not in JOINERS:
            raise ValueError(f"the rule {self.forms!r} of forms is not known to this slugline")
        if not 0 <= self.title_weight <= 100:
            raise ValueError(f"the title weight {self.title_weight} is not within 0 to 100")
        if self.window_words < 1:
            raise ValueError(f"a window of {self.window_words} words is too small")
        if not 0 <= self.later_window_cost <= _MAX_COST:
            raise ValueError(f"the cost of later windows is {self.later_window_cost}, not within 0 to {_MAX_COST:g}")

    def to_files(self) -> dict[str, bytes]:
        """The files that `from_folder` reads; equal parameters give equal bytes."""
        from nlp.artifact import pack_tensors

        tensors: dict[str, npt.NDArray[Any]] = {
            "pairs": self.pairs,
            "idf": self.idf,
            "coef": self.coef,
            "intercept": self.intercept,
        }
        return {_VOCABULARY_FILE: "\n".join(self.vocabulary).encode(), _TENSORS_FILE: pack_tensors(tensors)}

    def to_config(self) -> dict[str, Any]:
        """What `from_folder` reads from `config.json`."""
        return {_CONFIG_KEY: {name: getattr(self, name) for name in _SETTINGS}}

    @classmethod
    def from_folder(cls, folder: ModelFolder) -> LinearParameters:
        """Read the parameters from a verified folder.

        Raises:
            ModelFolderError: If a file is not what it must be, or they do not fit together.
        """
        n_labels = len(folder.labels)
        tensors = folder.tensors(
            _TENSORS_FILE,
            {
                "pairs": (np.int64, (None,)),
                "idf": (np.float32, (None,)),
                "coef": (np.float32, (None, n_labels)),
                "intercept": (np.float32, (n_labels,)),
            },
        )
        text = folder.text(_VOCABULARY_FILE)
        settings = folder.json("config.json").get(_CONFIG_KEY)
        try:
            if not isinstance(settings, Mapping) or settings.keys() != _SETTINGS.keys():
                raise ValueError(f'config.json has no "{_CONFIG_KEY}" with {", ".join(_SETTINGS)}')
            for name, kind in _SETTINGS.items():
                if type(settings[name]) is not kind:
                    raise ValueError(f"{name} in config.json is not of the type {kind.__name__}")
            return cls(
                vocabulary=tuple(text.split("\n")) if text else (),
                pairs=tensors["pairs"],
                idf=tensors["idf"],
                coef=tensors["coef"],
                intercept=tensors["intercept"],
                **settings,
            )
        except ValueError as error:
            raise ModelFolderError(f"{folder.path}: does not fit together: {error}.") from None
