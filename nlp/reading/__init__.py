"""Reading: files, folders and streams become articles.

`read_articles` is the whole of it for most uses. Batches use its two stages: `iter_items`, which streams raw items in
input order, and `parse_item`, which makes an article of one and can run in another process.
"""

from __future__ import annotations

from nlp.reading.items import RawItem
from nlp.reading.options import ReadOptions
from nlp.reading.reader import iter_items, parse_item, read_articles

__all__ = ["RawItem", "ReadOptions", "iter_items", "parse_item", "read_articles"]
