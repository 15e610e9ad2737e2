"""Exports encoders to ONNX, and makes the folder of the sentence encoder that slugline ships.

    python -m training.export --encoder minilm --output artifacts/encoder

The graph has no mask: it is run with one window at a time (see `nlp.encoder`), so there is nothing to mask.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import onnx
import torch
from tokenizers import Tokenizer
from transformers import AutoModel, PreTrainedModel

from nlp.artifact import write_part_folder
from nlp.encoder import INPUT_NAME, KIND, OUTPUT_NAME, SentenceEncoder
from nlp.errors import InputError, MissingExtraError, SluglineError
from nlp.reading import read_articles
from nlp.resources import shipped_root
from nlp.sentences import split_sentences
from nlp.strict_json import dump_json
from training.encoder_card import KNOWN_ENCODERS, write_encoder_card
from training.quantize import Inputs, optimize_graph, quantize_int8

__all__ = ["MeanPooled", "Precision", "export_encoder", "export_onnx", "find_encoder"]

_OPSET = 20  # the first with an operator for GELU; ONNX Runtime reads it since 1.17
_DEFAULT_MAX_TOKENS = 256

Precision = Literal["fp32", "int8"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A sentence encoder as sentence-transformers keeps it."""

    path: Path
    tokenizer: Tokenizer
    max_tokens: int
    model: PreTrainedModel


class MeanPooled(torch.nn.Module):
    """An encoder whose output is the mean of a window's token vectors.

    Args:
        encoder: A transformers encoder; its first output is float32 (n_windows, n_tokens, dim).
    """

    def __init__(self, encoder: torch.nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        """Means, float32 (n_windows, dim), of tokens int64 (n_windows, n_tokens)."""
        output: torch.Tensor = self.encoder(input_ids=input_ids)[0].mean(dim=1)
        return output


def export_onnx(module: torch.nn.Module, *, output_name: str) -> onnx.ModelProto:
    """Export a module that maps tokens, int64 (n_windows, n_tokens), to one tensor.

    Args:
        module: A module; an encoder inside should use the eager attention, which exports to the plainest graph.
        output_name: The name of the output in the graph.
    """
    module.eval()
    example = torch.ones(2, 8, dtype=torch.int64)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the exporter's own deprecations
        program = torch.onnx.export(
            module,
            (example,),
            dynamo=True,
            opset_version=_OPSET,
            input_names=[INPUT_NAME],
            output_names=[output_name],
            dynamic_shapes=({0: "n_windows", 1: "n_tokens"},),
            external_data=False,
            verbose=False,
        )
    assert program is not None
    model: onnx.ModelProto = program.model_proto
    for node in model.graph.node:  # paths of the exporter's sources, twenty lines for each operator
        del node.metadata_props[:]
        node.doc_string = ""
    return model


def find_encoder(name: str) -> Path:
    """The folder of an encoder: that of a known one by its name (from its package), else a path.

    Raises:
        MissingExtraError: If the package of a known one is not installed.
        InputError: If there is no such folder, or no model in it.
    """
    if known := KNOWN_ENCODERS.get(name):
        package = importlib.util.find_spec(known.module)  # its code is not run: the files alone are wanted
        if package is None or not package.submodule_search_locations:
            raise MissingExtraError(f"The encoder {name!r}", "train")
        return Path(package.submodule_search_locations[0], known.folder)
    path = Path(name)
    for file in ("config.json", "model.safetensors", "tokenizer.json"):
        if not (path / file).is_file():
            raise InputError(
                f"{path}: is no folder of an encoder ({file} is missing).",
                hint=f"Give a folder that transformers has saved, or one of: {', '.join(sorted(KNOWN_ENCODERS))}.",
            )
    return path


def export_encoder(
    name: str, outputs: Mapping[Precision, Path], *, texts: Sequence[str], replace: bool = False
) -> dict[Precision, dict[str, Any]]:
    """Export a sentence encoder (mean pooling) to folders that `nlp.encoder.SentenceEncoder` reads.

    Args:
        name: A known encoder, or a folder that transformers has saved.
        outputs: The folder to write for each precision.
        texts: Articles: those at even places calibrate, the sentences and beginnings of the others measure the gap.
        replace: Whether a folder that is already there gives way.

    Returns:
        What was measured for each precision: cosines of the exported model's vectors to PyTorch's.

    Raises:
        SluglineError: If something is missing, or a folder cannot be written.
    """
    if len(texts) < 2:
        raise InputError("At least two texts are needed to export an encoder: one calibrates, one measures.")
    source = _load_source(find_encoder(name))
    graph = export_onnx(MeanPooled(source.model), output_name=OUTPUT_NAME)
    metrics = {}
    for precision, output in outputs.items():
        if precision == "int8":
            ready = quantize_int8(graph, [_tokenize(source, text) for text in texts[::2]])
        else:
            ready = optimize_graph(graph, level="EXTENDED")
        metrics[precision] = _write_folder(name, source, ready, precision, output, texts=texts, replace=replace)
    return metrics


def _write_folder(
    name: str,
    source: _Source,
    graph: onnx.ModelProto,
    precision: Precision,
    output: Path,
    *,
    texts: Sequence[str],
    replace: bool,
) -> dict[str, Any]:
    config = {
        "hidden_size": int(source.model.config.hidden_size),
        "max_tokens": source.max_tokens,
        "model_type": f"slugline-{KIND}",
        "pooling": "mean",
        "precision": precision,
    }
    files = {
        "model.onnx": graph.SerializeToString(deterministic=True),
        "tokenizer.json": source.tokenizer.to_str(pretty=False).encode("utf-8"),
        "config.json": dump_json(config),
    }
    label = KNOWN_ENCODERS[name].name if name in KNOWN_ENCODERS else source.path.resolve().name
    data = {"source": label, "precision": precision, "opset": _OPSET, "calibration_texts": len(texts[::2])}

    def write(card: str, metrics: dict[str, Any], folder: Path, *, replace: bool) -> None:
        contents = {**files, "README.md": card.encode("utf-8")}
        write_part_folder(folder, name=label, kind=KIND, files=contents, data=data, metrics=metrics, replace=replace)

    with tempfile.TemporaryDirectory() as folder:  # the gap is that of what a user will load
        write("", {}, Path(folder), replace=False)
        metrics = _measure_gap(source, SentenceEncoder.load(Path(folder)), texts[1::2])
    size_bytes = sum(map(len, files.values()))
    card = write_encoder_card(
        name, label, metrics, precision=precision, max_tokens=source.max_tokens, size_bytes=size_bytes
    )
    write(card, metrics, output, replace=replace)
    return metrics


def _load_source(path: Path) -> _Source:
    model = AutoModel.from_pretrained(
        path, attn_implementation="eager", dtype=torch.float32, local_files_only=True, use_safetensors=True
    )
    tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    settings = path / "sentence_bert_config.json"
    asked = json.loads(settings.read_text("utf-8")).get("max_seq_length") if settings.is_file() else None
    positions = int(getattr(model.config, "max_position_embeddings", _DEFAULT_MAX_TOKENS))
    max_tokens = min(int(asked or _DEFAULT_MAX_TOKENS), positions)
    return _Source(path=path, tokenizer=tokenizer, max_tokens=max_tokens, model=model.eval())


def _tokenize(source: _Source, text: str) -> Inputs:
    tokens = source.tokenizer.encode(text, add_special_tokens=False)
    tokens.truncate(source.max_tokens - source.tokenizer.num_special_tokens_to_add(False))
    return {INPUT_NAME: np.array([source.tokenizer.post_process(tokens, None, True).ids], dtype=np.int64)}


def _measure_gap(source: _Source, encoder: SentenceEncoder, articles: Sequence[str]) -> dict[str, Any]:
    """Cosines to PyTorch's vectors, of sentences and of the windows that articles begin with."""
    sentences = [one.text for text in articles for one in split_sentences(text)[:5]]
    limit = source.max_tokens - encoder.n_special
    beginnings = [text[: (encoder.tokenize(text).offsets[:limit] or [(0, 0)])[-1][1]] for text in articles]
    texts = sentences + beginnings
    expected = np.concatenate([_encode_with_torch(source, text) for text in texts])
    found = encoder.encode(texts)
    cosines = np.sum(expected * found, axis=1)
    pairs = np.triu_indices(len(texts), 1)
    gaps = (found @ found.T - expected @ expected.T)[pairs]
    return {
        "texts": len(texts),
        "cosine_mean": round(float(cosines.mean()), 5),
        "cosine_min": round(float(cosines.min()), 5),
        "similarity_rms_gap": round(float(np.sqrt(np.mean(gaps**2))), 5),
    }


def _encode_with_torch(source: _Source, text: str) -> npt.NDArray[np.float32]:
    with torch.inference_mode():
        means = MeanPooled(source.model)(torch.from_numpy(_tokenize(source, text)[INPUT_NAME]))
        vectors: npt.NDArray[np.float32] = torch.nn.functional.normalize(means, dim=1).numpy()
    return vectors


def main(arguments: Sequence[str] | None = None) -> int:
    """Export from the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.export", description="Export a sentence encoder.")
    parser.add_argument("--encoder", required=True, help="minilm, or a folder that transformers has saved")
    parser.add_argument("--output", type=Path, required=True, help="the folder to write")
    parser.add_argument("--precision", choices=("int8", "fp32"), default="int8")
    parser.add_argument("--texts", type=Path, default=shipped_root("artifacts") / "samples" / "articles.jsonl")
    parser.add_argument("--force", action="store_true", help="replace a folder that is there")
    given = parser.parse_args(arguments)
    try:
        texts = [article.text for article in read_articles(given.texts)]
        metrics = export_encoder(given.encoder, {given.precision: given.output}, texts=texts, replace=given.force)
    except SluglineError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    print(json.dumps(metrics))
    return 0


if __name__ == "__main__":
    sys.exit(main())
