"""The suite leaves nothing in the home folder: libraries that keep caches get one of its own."""

from __future__ import annotations

import os
import tempfile

# Read when the libraries are first imported, so before any test.
os.environ.setdefault("HF_HOME", tempfile.mkdtemp(prefix="slugline-tests-"))
