"""What every door is tried with: values of every type, as the library every_type.cpp takes and gives them."""

import datetime as dt

import pytest

pa = pytest.importorskip("pyarrow")

# function -> values, and how Arrow calls their type
COLUMNS = {
    "same_bool": ([True, None, False], pa.bool_()),
    "same_int8": ([-128, None, 127], pa.int8()),
    "same_int32": ([1, None, -5], pa.int32()),
    "same_int64": ([2**62, None, -5], pa.int64()),
    "same_uint64": ([2**53, None, 0], pa.uint64()),
    "same_float32": ([0.5, None, -2.0], pa.float32()),
    "same_float64": ([0.5, None, -2.0], pa.float64()),
    "same_string": (["", None, "ünï", "a text that is longer than twelve bytes"], pa.string()),
    "same_u32string": (["", None, "日本🎈"], pa.string()),
    "same_bytes": ([b"", None, b"\xff\x00x"], pa.binary()),
    "same_list": ([[1.5], None, [], [2.5, 3.5]], pa.list_(pa.float64())),
    "same_span": ([[1.5], None, [], [2.5, 3.5]], pa.list_(pa.float64())),
    "same_bools": ([[True, False], None, []], pa.list_(pa.bool_())),
    "same_texts": ([["a", None], None, []], pa.list_(pa.string())),
    "same_lists": ([[[1], [2, 3]], None, []], pa.list_(pa.list_(pa.int32()))),
    "same_map": ([{"a": [1.5]}, None, {}], pa.map_(pa.string(), pa.list_(pa.float64()))),
    "same_set": ([{"a"}, None, {"b"}], pa.list_(pa.string())),
    "same_pair": ([("a", 1.5), None], pa.struct([("f0", pa.string()), ("f1", pa.float64())])),
    "same_point": ([(1.5, 2), None], pa.struct([("x", pa.float64()), ("y", pa.int32())])),
    "same_customer": (
        [("Ann", None, (1.5, 2), [(0.5, 1)]), None, ("Bo", 7, (0.0, 0), [])],
        pa.struct(
            [
                ("name", pa.string()),
                ("age", pa.int64()),
                ("home", pa.struct([("x", pa.float64()), ("y", pa.int32())])),
                ("visits", pa.list_(pa.struct([("x", pa.float64()), ("y", pa.int32())]))),
            ]
        ),
    ),
    "same_date": ([dt.date(2024, 2, 29), None, dt.date(1900, 1, 1)], pa.date32()),
    "same_time": ([dt.datetime(2024, 2, 29, 1, 2, 3, 4), None], pa.timestamp("us")),
    "same_duration": ([dt.timedelta(days=1, microseconds=3), None], pa.duration("us")),
    "same_colour": (["red", None, "blue", "red"], pa.dictionary(pa.int32(), pa.string())),
}


def arrow_array(values, arrow_type):
    """Values as Arrow's own library lays them out."""

    def plain(value, kind):
        if value is None:
            return None
        if pa.types.is_struct(kind):
            return {f.name: plain(v, f.type) for f, v in zip(kind, value, strict=True)}
        if pa.types.is_map(kind):
            return list(value.items())
        if pa.types.is_list(kind):
            return [plain(v, kind.value_type) for v in value]
        return value

    if pa.types.is_dictionary(arrow_type):
        return pa.array(values).dictionary_encode()
    return pa.array([plain(value, arrow_type) for value in values], arrow_type)
