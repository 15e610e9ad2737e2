"""Where shipped files are: the one look-up for `artifacts/` and `configs/`.

In a wheel both lie inside the package; in a checkout (also an editable install) beside it.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["find_shipped", "list_shipped", "shipped_root"]

_PACKAGE = Path(__file__).resolve().parent


def shipped_root(kind: str) -> Path:
    """Folder of the shipped files of a kind, `"artifacts"` or `"configs"`."""
    inside = _PACKAGE / "_shipped" / kind
    return inside if inside.is_dir() else _PACKAGE.parent / kind


def find_shipped(kind: str, name: str) -> Path | None:
    """Path of a shipped file or folder, or `None`; `name` must be a bare name, not a path."""
    if not name or name in {".", ".."} or "/" in name or "\\" in name or "\0" in name:
        return None
    path = shipped_root(kind) / name
    return path if path.exists() else None


def list_shipped(kind: str) -> tuple[Path, ...]:
    """The shipped files and folders of a kind, by name."""
    root = shipped_root(kind)
    return (
        tuple(sorted(path for path in root.iterdir() if not path.name.startswith(("_", ".")))) if root.is_dir() else ()
    )
