"""Summaries made of an article's own sentences: the methods, the length they keep, and the public `Summarizer`."""

from nlp.summarizing.base import Length, Relevance, SummaryMethod
from nlp.summarizing.summarizer import DEFAULT_METHOD, METHODS, Summarizer

__all__ = ["DEFAULT_METHOD", "METHODS", "Length", "Relevance", "Summarizer", "SummaryMethod"]
