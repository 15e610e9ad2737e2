"""Model cards: what a model is for, what it was made from, how well it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nlp.taxonomy import Taxonomy
from training.linear_config import LinearConfig

__all__ = ["write_linear_card"]


def write_linear_card(
    config: LinearConfig,
    labels: Sequence[str],
    taxonomy: Taxonomy,
    metrics: Mapping[str, Any],
    data: Mapping[str, Any],
    *,
    notes: str = "",
) -> str:
    """The card of a linear model, Markdown.

    Args:
        config: How it was trained.
        labels: Its labels.
        taxonomy: Their names and definitions.
        metrics: Figures by data set, as `training.evaluate.measure_decisions` gives them.
        data: Number of articles and sources, and the fingerprint.
        notes: More Markdown: what the data is, what the model is for, where it fails.
    """
    lines = [
        f"# {config.name}",
        "",
        f"Says which of {len(labels)} topics a news article is about; several or none may hold. A linear support "
        "vector machine a topic over TF-IDF of words and pairs of words, calibrated (Platt), with a threshold for each "
        "topic.",
        "",
        *([notes.strip(), ""] if notes.strip() else []),
        "## Data",
        "",
        f"{data['articles']:,} labelled articles of {data['sources']:,} sources (fingerprint "
        f"`{data['fingerprint'][:16]}`). The model holds statistics of words and pairs of words, no texts.",
        "",
        "## Figures",
        "",
        "F1 with 95 % bootstrap intervals over articles. Cross-validation keeps sources apart: no article is judged "
        "by a model, calibration or threshold that saw its source.",
        "",
        "| data | articles | micro-F1 | macro-F1 |",
        "| --- | --- | --- | --- |",
        *(_data_row(name, figures) for name, figures in metrics.items()),
        "",
        "| label | holds when the article is about | " + " | ".join(f"{name}: n, P, R, F1" for name in metrics) + " |",
        "| --- | --- |" + " --- |" * len(metrics),
        *(_label_row(label, taxonomy, metrics) for label in labels),
        "",
    ]
    return "\n".join(lines)


def _data_row(name: str, figures: Mapping[str, Any]) -> str:
    cells = [
        f"{figures[key]:.3f} [{figures[f'{key}_interval'][0]:.3f}, {figures[f'{key}_interval'][1]:.3f}]"
        for key in ("f1_micro", "f1_macro")
    ]
    return f"| {name} | {figures['articles']:,} | {cells[0]} | {cells[1]} |"


def _label_row(label: str, taxonomy: Taxonomy, metrics: Mapping[str, Any]) -> str:
    cells = []
    for figures in metrics.values():
        one = figures["labels"].get(label)
        cells.append(f"{one['articles']}, {one['precision']:.2f}, {one['recall']:.2f}, {one['f1']:.2f}" if one else "")
    name = label.replace("|", "\\|").replace("\n", " ")
    return f"| {name} | {taxonomy[label].definition.replace('|', ' ')} | " + " | ".join(cells) + " |"
