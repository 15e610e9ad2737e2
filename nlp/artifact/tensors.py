"""Arrays in safetensors bytes: what the header promises is checked before anything is allocated."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp.strict_json import load_json

__all__ = ["Expected", "pack_tensors", "unpack_tensors"]

Expected = Mapping[str, tuple[npt.DTypeLike, tuple[int | None, ...]]]
"""For each tensor its dtype and shape; `None` where a dimension is free."""

_MAX_HEADER_BYTES = 4 << 20
_DTYPES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8",
    "U64": "uint64", "U32": "uint32", "U16": "uint16", "U8": "uint8", "BOOL": "bool",
}  # fmt: skip


def unpack_tensors(data: bytes, expected: Expected | None = None) -> dict[str, npt.NDArray[Any]]:
    """Arrays of a safetensors file.

    Args:
        data: The whole file.
        expected: The tensors that there must be, all of them and no others; `None` takes any.

    Returns:
        The arrays by name; all floating-point values are finite.

    Raises:
        ValueError: If the bytes are not a sound safetensors file, or not of the expected names, dtypes and shapes. The
            message is the end of a sentence that begins with the file's name.
    """
    from safetensors import SafetensorError, deserialize

    header = _read_header(data)
    if expected is not None:
        _check_header(header, expected)
    try:
        parts = deserialize(data)  # type: ignore[no-untyped-call]  # holds offsets, sizes and overlaps to be right
    except SafetensorError as error:
        raise ValueError(f"is not a sound safetensors file ({error})") from None
    arrays = {}
    for name, part in parts:
        if part["dtype"] not in _DTYPES:
            raise ValueError(f"holds the tensor {name!r} of a dtype that is not used here: {part['dtype']}")
        array = np.frombuffer(part["data"], dtype=_DTYPES[part["dtype"]]).reshape(part["shape"])
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ValueError(f"holds a value in the tensor {name!r} that is not a finite number")
        arrays[name] = array
    return arrays


def pack_tensors(tensors: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """The bytes of a safetensors file; equal arrays give equal bytes."""
    from safetensors.numpy import save

    return save({name: np.ascontiguousarray(tensors[name]) for name in sorted(tensors)})


def _read_header(data: bytes) -> dict[str, Any]:
    if len(data) < 8:
        raise ValueError("is too short to be a safetensors file")
    (header_bytes,) = struct.unpack("<Q", data[:8])
    if header_bytes > len(data) - 8:
        raise ValueError("has a header larger than the file")
    if header_bytes > _MAX_HEADER_BYTES:
        raise ValueError(f"has a header larger than {_MAX_HEADER_BYTES >> 20} MiB")
    try:
        header = load_json(data[8 : 8 + header_bytes])
    except ValueError as error:
        raise ValueError(f"has a header that {error}") from None
    if not isinstance(header, dict):
        raise ValueError("has a header that is not an object")
    header.pop("__metadata__", None)
    if not all(isinstance(entry, dict) and isinstance(entry.get("shape"), list) for entry in header.values()):
        raise ValueError("has a header that does not give every tensor a shape")
    return header


def _check_header(header: dict[str, Any], expected: Expected) -> None:
    if header.keys() != expected.keys():
        raise ValueError(f"holds the tensors {_join(header)}, expected were {_join(expected)}")
    for name, (dtype, shape) in expected.items():
        found = header[name]["shape"]
        fits = len(found) == len(shape) and all(
            type(length) is int and length >= 0 and wanted in (None, length)
            for length, wanted in zip(found, shape, strict=True)
        )
        if not fits:
            wanted = ["any" if length is None else length for length in shape]
            raise ValueError(f"holds the tensor {name!r} of shape {_join(found)}, expected was {_join(wanted)}")
        if _DTYPES.get(str(header[name].get("dtype"))) != np.dtype(dtype).name:
            raise ValueError(f"holds the tensor {name!r} of another dtype than {np.dtype(dtype).name}")


def _join(values: object) -> str:
    text = ", ".join(map(str, values))  # type: ignore[call-overload]
    return f"({text})" if len(text) <= 200 else f"({text[:199]}…)"
