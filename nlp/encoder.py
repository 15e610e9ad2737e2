"""Sentence vectors from an ONNX encoder: the part that `definitions`, `fewshot` and the ranker share.

A vector is the mean of the token vectors, scaled to length one, as sentence-transformers makes it. A model with eight
bits scales its activations by what it is given, and padding moves sums by a last bit, which eight bits can make a step:
so each window is run alone, on one thread, and as many at a time as there are threads. A text's vector is the same to
the bit whatever stands beside it and however many threads there are.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from nlp.artifact import VerifiedFolder, open_part_folder
from nlp.errors import ModelFolderError
from nlp.resources import find_shipped

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

__all__ = ["INPUT_NAME", "KIND", "OUTPUT_NAME", "SentenceEncoder", "count_threads"]

KIND = "sentence-encoder"
INPUT_NAME = "input_ids"
"""int64 (n_windows, n_tokens): tokens with the special ones. There is no mask, for there is no padding."""
OUTPUT_NAME = "sentence_embedding"
"""float32 (n_windows, dim): means of token vectors, not yet of length one."""

_MAX_DIM = 1 << 16
_MIN_TOKENS = 8
_EXTERNAL_DATA = b"\n\x08location"  # the field that sends ONNX Runtime to another file, which nobody has verified
_TINY = 1e-12


def count_threads() -> int:
    """Threads for arithmetic: `OMP_NUM_THREADS`, which `--jobs` sets for its workers, else the cores at hand.

    >>> 1 <= count_threads() <= (os.cpu_count() or 1)
    True
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    asked = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    return min(int(asked), cores) if asked.isdecimal() and int(asked) > 0 else cores


class SentenceEncoder:
    """Turns texts into vectors of length one, whose dot products say how near their meanings are.

    Made by `load`. It may be used from several threads at once.

    Attributes:
        dim: Length of a vector.
        max_tokens: Tokens of a window, the special ones among them; what is longer is read in several windows.
        threads: Windows that are run at the same time.
        digest: SHA-256 of the folder's manifest, and through it of the model.
        name: What the encoder is called.
    """

    def __init__(
        self, *, session: InferenceSession, tokenizer: Tokenizer, folder: VerifiedFolder, config: dict[str, int]
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._folder = folder
        self.name = folder.name
        self.digest = folder.digest
        self.dim = config["hidden_size"]
        self.max_tokens = config["max_tokens"]
        self.n_special = int(tokenizer.num_special_tokens_to_add(False))
        self.threads = count_threads()

    @classmethod
    def load(cls, folder: Path | None = None, *, threads: int | None = None) -> Self:
        """Read an encoder's folder, verify it and make it ready.

        Args:
            folder: The folder; `None` for the shipped one.
            threads: Windows to run at the same time; `None` for `count_threads()`.

        Raises:
            ModelFolderError: If the folder is missing or damaged, or its files do not fit together.
        """
        path = folder if folder is not None else find_shipped("artifacts", "encoder")
        if path is None:
            raise ModelFolderError(
                "The sentence encoder that is shipped with slugline is missing.", hint="Install slugline again."
            )
        verified = open_part_folder(path, kind=KIND)
        config = _read_config(verified)
        tokenizer = _build_tokenizer(verified)
        encoder = cls(session=_build_session(verified), tokenizer=tokenizer, folder=verified, config=config)
        if threads is not None:
            encoder.threads = max(1, threads)
        encoder._check()
        return encoder

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of texts.

        A text of more than `max_tokens` tokens is never cut off: it is read in windows one after another, and its
        vector is the mean over the tokens of all. Where borders of sentences matter, pack windows with `nlp.windows`.

        Args:
            texts: The texts; an empty one has a vector too, that of no words.

        Returns:
            float32 (n_texts, dim), each row of length one and independent of the others.
        """
        if isinstance(texts, str):
            raise TypeError("encode takes a sequence of texts, not one text")
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        longest_first = sorted(
            range(len(texts)), key=lambda index: -len(texts[index])
        )  # no thread is left with a long one
        if self.threads == 1 or len(texts) < 2:
            for index in longest_first:
                vectors[index] = self._encode_text(texts[index])
            return vectors
        from concurrent.futures import ThreadPoolExecutor

        def fill(index: int) -> None:
            vectors[index] = self._encode_text(texts[index])

        with ThreadPoolExecutor(min(self.threads, len(texts))) as pool:
            for _ in pool.map(fill, longest_first):
                pass
        return vectors

    def tokenize(self, text: str) -> Encoding:
        """The tokens of a text, all of them, without special ones; offsets are characters of the text."""
        try:
            return self._tokenizer.encode(text, add_special_tokens=False)
        except (TypeError, UnicodeEncodeError):  # half a character, as broken escapes leave behind
            return self._tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8"), add_special_tokens=False)

    def _encode_text(self, text: str) -> npt.NDArray[np.float32]:
        tokens = self.tokenize(text)
        tokens.truncate(self.max_tokens - self.n_special)  # the rest goes to `overflowing`
        total = np.zeros(self.dim, dtype=np.float32)
        for window in (tokens, *tokens.overflowing):
            ids = self._tokenizer.post_process(window, None, True).ids
            total += self._run(ids) * np.float32(len(ids))
        return total / np.float32(max(float(np.linalg.norm(total)), _TINY))

    def _run(self, ids: Sequence[int]) -> npt.NDArray[np.float32]:
        try:
            (means,) = self._session.run([OUTPUT_NAME], {INPUT_NAME: np.array([ids], dtype=np.int64)})
        except MemoryError:
            raise
        except Exception as error:  # the library has a class for each fault, none of them public
            raise self._folder.refuse("model.onnx", f"does not run ({_shorten(error)})") from None
        vector: npt.NDArray[np.float32] = means[0]
        return vector

    def _check(self) -> None:
        """Hold tokenizer, graph and config to fit together, before the first text does."""
        vector = self._run([self._tokenizer.get_vocab_size() - 1])
        if vector.shape != (self.dim,) or vector.dtype != np.float32 or not np.isfinite(vector).all():
            raise self._folder.refuse("model.onnx", f"does not give {self.dim} finite numbers for a window")


def _read_config(folder: VerifiedFolder) -> dict[str, int]:
    value = folder.json("config.json")
    bounds = {"hidden_size": (1, _MAX_DIM), "max_tokens": (_MIN_TOKENS, 1 << 16)}
    for name, (low, high) in bounds.items():
        number = value.get(name) if isinstance(value, dict) else None
        if type(number) is not int or not low <= number <= high:
            raise folder.refuse("config.json", f"has no {name} from {low} to {high:,}")
    return {name: value[name] for name in bounds}


def _build_tokenizer(folder: VerifiedFolder) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer: Tokenizer = Tokenizer.from_buffer(folder.files["tokenizer.json"])
    except Exception as error:  # the library raises plain exceptions
        raise folder.refuse("tokenizer.json", f"is no tokenizer ({_shorten(error)})") from None
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _build_session(folder: VerifiedFolder) -> InferenceSession:
    import onnxruntime

    graph = folder.files["model.onnx"]
    if _EXTERNAL_DATA in graph:
        raise folder.refuse("model.onnx", "keeps weights in another file")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # would keep a plan for every length of window
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # was done at export
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library has a class for each fault, none of them public
        raise folder.refuse("model.onnx", f"is no model that ONNX Runtime loads ({_shorten(error)})") from None
    names: tuple[Any, ...] = tuple([one.name for one in ends] for ends in (session.get_inputs(), session.get_outputs()))
    if names != ([INPUT_NAME], [OUTPUT_NAME]):
        raise folder.refuse(
            "model.onnx", f"has the inputs and outputs {names}, expected were {INPUT_NAME}, {OUTPUT_NAME}"
        )
    return session


def _shorten(error: Exception) -> str:
    words = " ".join(str(error).split())
    return words if len(words) <= 160 else words[:159] + "…"
