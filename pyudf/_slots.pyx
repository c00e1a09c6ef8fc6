# cython: language_level=3, boundscheck=False, wraparound=False
# _slots.pyx: slots to Python values, and to the values of scalar calls and back, for every type of the table.
"""Values of C++ as values of Python."""
from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdint cimport int16_t, int32_t, int64_t, int8_t, uint16_t, uint32_t, uint64_t, uint8_t

import datetime as dt

import numpy as np

from pyudf._abi cimport (
    PYUDF_BINARY, PYUDF_BOOL, PYUDF_CODE_POINTS, PYUDF_DATE, PYUDF_DURATION, PYUDF_ENUM, PYUDF_FLOAT32, PYUDF_FLOAT64,
    PYUDF_INT16, PYUDF_INT32, PYUDF_INT64, PYUDF_INT8, PYUDF_LIST, PYUDF_MAP, PYUDF_OBJECT, PYUDF_SET, PYUDF_STRUCT,
    PYUDF_TEXT, PYUDF_TIMESTAMP, PYUDF_UINT16, PYUDF_UINT32, PYUDF_UINT64, PYUDF_UINT8, PYUDF_UTF8, is_number,
    nested_bytes, nested_flag, pyudf_list, pyudf_text, pyudf_type, pyudf_value,
)
from pyudf._types cimport Type

cdef extern from "Python.h":
    object PyUnicode_DecodeUTF8(const char*, Py_ssize_t, const char*)
    object PyUnicode_FromKindAndData(int, const void*, Py_ssize_t)

_EPOCH = dt.date(1970, 1, 1).toordinal()


cdef object read_number(int kind, const char* slot):
    if kind == PYUDF_FLOAT64:
        return (<const double*>slot)[0]
    if kind == PYUDF_INT64:
        return (<const int64_t*>slot)[0]
    if kind == PYUDF_BOOL:
        return slot[0] != 0
    if kind == PYUDF_FLOAT32:
        return <double>(<const float*>slot)[0]
    if kind == PYUDF_INT32:
        return (<const int32_t*>slot)[0]
    if kind == PYUDF_UINT64:
        return (<const uint64_t*>slot)[0]
    if kind == PYUDF_UINT32:
        return (<const uint32_t*>slot)[0]
    if kind == PYUDF_INT16:
        return (<const int16_t*>slot)[0]
    if kind == PYUDF_UINT16:
        return (<const uint16_t*>slot)[0]
    return (<const int8_t*>slot)[0] if kind == PYUDF_INT8 else (<const uint8_t*>slot)[0]


cdef object read_text(int kind, const pyudf_text* text):
    if kind == PYUDF_UTF8:
        return PyUnicode_DecodeUTF8(<const char*>text.data, text.size, NULL)
    if kind == PYUDF_BINARY:
        return PyBytes_FromStringAndSize(<const char*>text.data, text.size)
    return PyUnicode_FromKindAndData(text.width, text.data, text.size)


cdef object read_nested(Type t, const char* slot):
    if t.optional and not nested_flag(t.c[0], <void*>slot)[0]:
        return None
    return read_slot(t, slot)


cdef list read_items(Type child, const pyudf_list* items):
    cdef int64_t i, step = nested_bytes(child.c[0])
    cdef const char* at = <const char*>items.data
    return [read_nested(child, at + i * step) for i in range(items.size)]


cdef object read_slot(Type t, const char* slot):
    """The Python value of a slot that is not missing."""
    cdef int kind = t.id
    cdef Py_ssize_t i
    if is_number(kind):
        return read_number(kind, slot)
    if kind in (PYUDF_UTF8, PYUDF_CODE_POINTS, PYUDF_BINARY, PYUDF_TEXT):
        return read_text(kind, <const pyudf_text*>slot)
    if kind == PYUDF_LIST:
        return read_items(t.child, <const pyudf_list*>slot)
    if kind == PYUDF_SET:
        return set(read_items(t.child, <const pyudf_list*>slot))
    if kind == PYUDF_MAP:
        return dict(read_items(t.child, <const pyudf_list*>slot))
    if kind == PYUDF_STRUCT:
        values = [read_nested(<Type>t.fields[i], slot + t.c.offsets[i]) for i in range(len(t.fields))]
        return tuple(values) if t.cls is None else t.cls._make(values)
    if kind == PYUDF_ENUM:
        return t.cls[t.names[(<const int32_t*>slot)[0]]]
    if kind == PYUDF_DATE:
        return dt.date.fromordinal(_EPOCH + (<const int32_t*>slot)[0])
    if kind in (PYUDF_TIMESTAMP, PYUDF_DURATION):
        # Python's own kinds have microseconds, and a range; NumPy's are what is left where these do not do.
        ticks = np.int64((<const int64_t*>slot)[0]).view(t.dtype)
        value = ticks.item()
        return ticks if isinstance(value, int) else value
    return None


cdef void load_value(const pyudf_type* c, const char* slot, pyudf_value* value) noexcept:
    cdef int kind = c.id
    value.missing = 0
    if kind == PYUDF_FLOAT64:
        value.real = (<const double*>slot)[0]
    elif kind == PYUDF_FLOAT32:
        value.real = (<const float*>slot)[0]
    elif kind in (PYUDF_INT64, PYUDF_UINT64, PYUDF_TIMESTAMP, PYUDF_DURATION):
        value.integer = (<const int64_t*>slot)[0]
    elif kind in (PYUDF_INT32, PYUDF_DATE, PYUDF_ENUM):
        value.integer = (<const int32_t*>slot)[0]
    elif kind == PYUDF_UINT32:
        value.integer = (<const uint32_t*>slot)[0]
    elif kind == PYUDF_INT16:
        value.integer = (<const int16_t*>slot)[0]
    elif kind == PYUDF_UINT16:
        value.integer = (<const uint16_t*>slot)[0]
    elif kind == PYUDF_INT8:
        value.integer = (<const int8_t*>slot)[0]
    elif kind in (PYUDF_UINT8, PYUDF_BOOL):
        value.integer = (<const uint8_t*>slot)[0]
    elif kind in (PYUDF_LIST, PYUDF_SET, PYUDF_MAP):
        value.list = (<const pyudf_list*>slot)[0]
    elif kind in (PYUDF_TEXT, PYUDF_UTF8, PYUDF_CODE_POINTS, PYUDF_BINARY):
        value.text = (<const pyudf_text*>slot)[0]
    else:
        value.slot = slot
