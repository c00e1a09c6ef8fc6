"""Parses a line by the machine and by its slow, obvious twin, and has them agree."""

from dataclasses import replace

import log_twin
import numpy as np

from pyudf.logs import Pattern


def plain(value):
    """A value as Python has it; times as microseconds."""
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return None if np.isnat(value) else int(value.astype(np.int64))
    return value


def machine(layout, line):
    """What the machine makes of a line; None if it does not fit."""
    table = Pattern._of([replace(layout, references=())], "layout").parse(line + b"\n", workers=1)
    assert len(table) == 1
    assert len(table.errors) == 1 - table.ok[0]
    if not table.ok[0]:
        assert 0 <= table.errors["position"][0] <= len(line)
        return None
    row = {}
    for column in layout.columns:
        made = table.to_arrow()[column.name].to_pylist()[0] if column.type == "int" else table[column.name][0]
        row[column.name] = plain(made)
        if column.type.startswith("timestamp:") and row[column.name] is not None:
            offset = table.get(f"{column.name}_offset")
            minutes = None if offset is None or np.isnan(offset[0]) else int(offset[0])
            row[column.name] = (row[column.name], minutes)
        if isinstance(row[column.name], np.floating):
            row[column.name] = None if table.to_arrow()[column.name][0].as_py() is None else float(made)
    return row


def parse(layout, line):
    """The row of a line, or None."""
    expected = log_twin.parse(layout, line)
    if b"\n" in line or line.endswith(b"\r") or not line:
        return expected  # these are no lines of a buffer
    found = machine(layout, line)
    assert repr(found) == repr(expected), (layout, line)
    return expected
