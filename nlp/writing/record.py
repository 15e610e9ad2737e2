"""Results as plain dictionaries, in the order and with the rounding in which they are written."""

from __future__ import annotations

from nlp.records import SCORE_DECIMALS, Article, Evidence, Prediction, Summary
from nlp.writing.schema import (
    ClassifyRecord,
    EvidenceRecord,
    SummarizeRecord,
    SummaryRecord,
    SummarySentenceRecord,
)

__all__ = ["Record", "prediction_record", "summary_record"]

Record = ClassifyRecord | SummarizeRecord


def prediction_record(
    prediction: Prediction, *, all_scores: bool = False, evidence: bool = False, text: str | None = None
) -> ClassifyRecord:
    """The record of a prediction.

    Args:
        prediction: What the classifier said.
        all_scores: Give the scores of all labels, in the model's order; else of those that are on.
        evidence: Give the evidence.
        text: The article's text, if it is to be in the record.
    """
    shown = prediction.scores if all_scores else prediction.labels
    record: ClassifyRecord = {
        "id": prediction.id,
        "title": prediction.title,
        "date": prediction.date,
        "source": prediction.source,
        "labels": list(prediction.labels),
        "scores": {label: round(prediction.scores[label], SCORE_DECIMALS) for label in shown},
        "model": prediction.model,
        "warnings": list(prediction.warnings),
    }
    if evidence:
        record["evidence"] = {
            label: [_evidence_record(one) for one in found] for label, found in prediction.evidence.items()
        }
    if prediction.summary is not None:
        record["summary"] = _summary(prediction.summary)
    if text is not None:
        record["text"] = text
    return record


def summary_record(article: Article, summary: Summary) -> SummarizeRecord:
    """The record of a summary."""
    return {
        "id": article.id,
        "title": article.title,
        "date": article.date,
        "source": article.source,
        "summary": _summary(summary),
        "warnings": list(dict.fromkeys((*article.warnings, *summary.warnings))),
    }


def _evidence_record(one: Evidence) -> EvidenceRecord:
    return {
        "text": one.text,
        "start": one.start,
        "end": one.end,
        "weight": round(one.weight, SCORE_DECIMALS),
        "terms": [(term, round(weight, SCORE_DECIMALS)) for term, weight in one.terms],
    }


def _summary(summary: Summary) -> SummaryRecord:
    sentences: list[SummarySentenceRecord] = []
    for one in summary.sentences:
        sentence: SummarySentenceRecord = {"text": one.text, "spans": list(one.spans)}
        if one.generated:
            sentence["generated"] = True
        sentences.append(sentence)
    return {"text": summary.text, "method": summary.method, "sentences": sentences}
