"""Model folders: read, verified, written.

A folder holds `manifest.json` (see `nlp.artifact.manifest`), `config.json` as Hugging Face writes it (`id2label`,
`label2id`, `problem_type`, `model_type`, and what the kind adds), `taxonomy.json`, `README.md` (the card) and files of
its kind. A folder is data from outside: nothing in it is used before all of it has been verified, each file is read
once, and what is parsed are the very bytes that were hashed. Files that the manifest does not list are never opened.
"""

from __future__ import annotations

from nlp.artifact.folder import (
    ModelFolder,
    VerifiedFolder,
    find_model,
    list_models,
    open_model_folder,
    open_part_folder,
)
from nlp.artifact.manifest import MANIFEST_NAME, SCHEMA_VERSION
from nlp.artifact.tensors import pack_tensors
from nlp.artifact.verifying import Finding, verify_model_folder
from nlp.artifact.writing import write_model_folder, write_part_folder

__all__ = [
    "MANIFEST_NAME",
    "SCHEMA_VERSION",
    "Finding",
    "ModelFolder",
    "VerifiedFolder",
    "find_model",
    "list_models",
    "open_model_folder",
    "open_part_folder",
    "pack_tensors",
    "verify_model_folder",
    "write_model_folder",
    "write_part_folder",
]
