"""The footer by which DuckDB knows that a shared library is an extension, and for which platform.

Run by Meson as a script: ``duckdb_footer.py LIBRARY EXTENSION PLATFORM``.
"""

from __future__ import annotations

import sys
from pathlib import Path

API_VERSION = "v1.2.0"  # as in duckdb_api.hpp

# A section of WebAssembly, which this was designed for first: its head, name and size.
_HEAD = b"\0\x93\x04\x10duckdb_signature\x80\x04"
_FIELD = 32  # bytes
_SIGNATURE = 256  # bytes; zeros: it is not signed


def footer(platform: str) -> bytes:
    """What follows the library in the file of an extension.

    https://github.com/duckdb/duckdb, scripts/append_metadata.cmake (MIT)
    """
    fields = ["4", platform, API_VERSION, "1", "C_STRUCT", "", "", ""]
    return _HEAD + b"".join(field.encode().ljust(_FIELD, b"\0") for field in reversed(fields)) + bytes(_SIGNATURE)


def split(extension: bytes) -> tuple[bytes, str]:
    """The library that a file holds, and for which platform its footer is; an empty one where it has none."""
    size = len(footer(""))
    if extension[-size:][: len(_HEAD)] != _HEAD:
        return extension, ""
    end = len(extension) - _SIGNATURE - _FIELD
    return extension[:-size], extension[end - _FIELD : end].rstrip(b"\0").decode()


if __name__ == "__main__":
    library, extension, platform = sys.argv[1:]
    Path(extension).write_bytes(Path(library).read_bytes() + footer(platform))
