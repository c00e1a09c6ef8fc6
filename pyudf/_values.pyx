# cython: language_level=3, boundscheck=False, wraparound=False
# _values.pyx: single Python values to slots, for every type of the table.
"""Values of Python as values of C++."""
from libc.stdint cimport INT32_MAX, INT32_MIN, int16_t, int32_t, int64_t, int8_t, uint64_t
from libc.string cimport memset

cimport numpy as cnp

import datetime as dt
import operator
import sys
from collections.abc import Mapping, Sequence, Set
from enum import Enum
from numbers import Integral, Real

import numpy as np

from pyudf import signatures
from pyudf._abi cimport (
    PYUDF_BINARY, PYUDF_BOOL, PYUDF_CODE_POINTS, PYUDF_DATE, PYUDF_DURATION, PYUDF_ENUM, PYUDF_FLOAT32, PYUDF_INT16,
    PYUDF_INT32, PYUDF_INT64, PYUDF_LIST, PYUDF_MAP, PYUDF_SET, PYUDF_STRUCT, PYUDF_TEXT, PYUDF_TIMESTAMP,
    PYUDF_UINT16, PYUDF_UINT32, PYUDF_UINT64, PYUDF_UTF8, is_number, nested_bytes, nested_flag, pyudf_list,
    pyudf_text,
)
from pyudf._types cimport Type
from pyudf._types import NUMBER_IDS

cnp.import_array()

cdef extern from "Python.h":
    bint PyUnicode_Check(object)
    const char* PyUnicode_AsUTF8AndSize(object, Py_ssize_t*) except NULL
    Py_ssize_t PyUnicode_GET_LENGTH(object)
    Py_UCS4* PyUnicode_AsUCS4(object, Py_UCS4*, Py_ssize_t, int) except NULL

def is_missing(value):
    """Whether a value that is no text stands for a missing one: None, a float NaN, pandas' NA and NaT, NumPy's NaT."""
    if value is None or (isinstance(value, (float, np.floating)) and value != value):
        return True
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return bool(np.isnat(value))
    pandas = sys.modules.get("pandas")
    return pandas is not None and (value is pandas.NA or value is pandas.NaT)


_UTC = dt.timezone.utc


cdef class Keep:
    def __cinit__(self):
        self.objects = []


cdef int refuse(Type t, object value) except -1:
    raise TypeError(f"expected {t.plain_name()}, got {type(value).__name__}")


cdef int write_integer(Type t, object value, char* slot) except -1:
    cdef int64_t small
    try:
        exact = operator.index(value)
    except TypeError:
        if not isinstance(value, np.bool_):
            refuse(t, value)
        exact = int(value)
    low, high = _RANGES[t.id]
    if not low <= exact <= high:
        raise OverflowError(f"{exact} does not fit {t.plain_name()}")
    if t.id == PYUDF_UINT64:
        (<uint64_t*>slot)[0] = exact
        return 0
    small = exact
    if t.id == PYUDF_INT64:
        (<int64_t*>slot)[0] = small
    elif t.id in (PYUDF_INT32, PYUDF_UINT32):
        (<int32_t*>slot)[0] = <int32_t>small
    elif t.id in (PYUDF_INT16, PYUDF_UINT16):
        (<int16_t*>slot)[0] = <int16_t>small
    else:
        (<int8_t*>slot)[0] = <int8_t>small
    return 0


# pyudf_type_id of an integer type -> its least and its greatest value
_RANGES = {NUMBER_IDS[np.dtype(f"{kind}{bits}")]: (int(np.iinfo(f"{kind}{bits}").min), int(np.iinfo(f"{kind}{bits}").max))
           for kind in ("int", "uint") for bits in (8, 16, 32, 64)}


cdef int write_number(Type t, object value, char* slot) except -1:
    cdef double real
    if t.id == PYUDF_BOOL:
        if not isinstance(value, (bool, np.bool_)):
            refuse(t, value)
        slot[0] = <char>bool(value)
        return 0
    if t.id < PYUDF_FLOAT32:
        return write_integer(t, value, slot)
    # Decimals and fractions too; never text.
    if PyUnicode_Check(value) or not hasattr(type(value), "__float__") or isinstance(value, np.ndarray):
        if not hasattr(type(value), "__index__"):
            refuse(t, value)
    real = float(value)
    if t.id == PYUDF_FLOAT32:
        (<float*>slot)[0] = <float>real
    else:
        (<double*>slot)[0] = real
    return 0


cdef int write_text(Type t, object value, pyudf_text* text, Keep keep) except -1:
    cdef Py_ssize_t size
    cdef Py_UCS4* units
    text.width = 1
    if t.id == PYUDF_BINARY:
        if not isinstance(value, (bytes, bytearray, memoryview)):
            refuse(t, value)
        value = bytes(value)
        keep.objects.append(value)
        text.data, text.size = <const char*>value, len(value)
        return 0
    if not PyUnicode_Check(value):
        refuse(t, value)
    keep.objects.append(value)
    if t.id == PYUDF_UTF8:
        text.data = PyUnicode_AsUTF8AndSize(value, &size)
        text.size = size
    else:
        size = PyUnicode_GET_LENGTH(value)
        units = <Py_UCS4*>keep.arena.allocate(4 * size + 4)
        PyUnicode_AsUCS4(value, units, size + 1, 1)
        text.data, text.size, text.width = units, size, 4
    return 0


cdef int write_nested(Type t, object value, char* slot, Keep keep) except -1:
    """A value within a list or a struct."""
    missing = is_missing(value) and not (isinstance(value, float) and is_number(t.id))
    if missing:
        if not t.optional:
            raise TypeError(f"expected {t.plain_name()}, got None, which only a std::optional holds")
        memset(slot, 0, nested_bytes(t.c[0]))
        return 0
    write_slot(t, value, slot, keep)
    if t.optional:
        nested_flag(t.c[0], slot)[0] = 1
    return 0


cdef int write_list(Type t, object value, pyudf_list* out, Keep keep) except -1:
    cdef Type child = t.child
    cdef Py_ssize_t i
    cdef int64_t step = nested_bytes(child.c[0])
    cdef char* slots
    if isinstance(value, np.ndarray) and value.ndim == 1 and is_number(child.id) and not child.optional:
        array = np.ascontiguousarray(checked_cast(value, child))
        keep.objects.append(array)
        out.data, out.size = cnp.PyArray_DATA(array), len(array)
        return 0
    if t.id == PYUDF_MAP:
        if not isinstance(value, Mapping):
            refuse(t, value)
        items = list(value.items())
    elif isinstance(value, (str, bytes, Mapping)) or not isinstance(value, (Sequence, Set, np.ndarray)):
        refuse(t, value)
    else:
        items = list(value)
    if t.id == PYUDF_LIST and t.c.size and len(items) != t.c.size:
        raise ValueError(f"expected {t.c.size} items, got {len(items)}")
    slots = <char*>keep.arena.allocate(step * len(items))
    for i in range(len(items)):
        write_nested(child, items[i], slots + i * step, keep)
    out.data, out.size = slots, len(items)
    return 0


cdef int write_struct(Type t, object value, char* slot, Keep keep) except -1:
    cdef Py_ssize_t i, n = len(t.fields)
    if isinstance(value, Mapping):
        if t.names is None:
            refuse(t, value)
        absent = [name for name in t.names if name not in value]
        if absent:
            raise ValueError(f"{t.plain_name()} needs {', '.join(absent)}")
        items = [value[name] for name in t.names]
    elif isinstance(value, (tuple, list, np.void)):
        items = list(value)
        if len(items) != n:
            raise ValueError(f"{t.plain_name()} has {n} fields, got {len(items)}")
    else:
        refuse(t, value)
    for i in range(n):
        write_nested(<Type>t.fields[i], items[i], slot + t.c.offsets[i], keep)
    return 0


cdef int write_time(Type t, object value, char* slot) except -1:
    if t.id == PYUDF_DURATION:
        if not isinstance(value, (dt.timedelta, np.timedelta64)):
            refuse(t, value)
        (<int64_t*>slot)[0] = exact_time(value, np.timedelta64, t.unit)
        return 0
    if not isinstance(value, (dt.date, np.datetime64)):
        refuse(t, value)
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        value = value.astimezone(_UTC).replace(tzinfo=None)
    ticks = exact_time(value, np.datetime64, t.unit)
    if t.id == PYUDF_TIMESTAMP:
        (<int64_t*>slot)[0] = ticks
    else:
        if not INT32_MIN <= ticks <= INT32_MAX:
            raise OverflowError(f"{value} does not fit a date")
        (<int32_t*>slot)[0] = ticks
    return 0


cdef object exact_time(value, kind, unit):
    """A point in time or a duration in whole units."""
    fine = kind(getattr(value, "asm8", value))
    coarse = fine.astype(f"{np.dtype(kind).char}8[{unit}]")
    if coarse != fine:
        raise ValueError(f"{value} is no whole number of {unit}")
    return int(coarse.astype(np.int64))


cdef int write_member(Type t, object value, char* slot) except -1:
    name = value.name if isinstance(value, t.cls) else value
    if not PyUnicode_Check(name):
        refuse(t, value)
    if name not in t.cls.__members__:
        raise ValueError(f"{t.plain_name()} has no member {name!r}; {signatures.nearest(name, t.names)}")
    (<int32_t*>slot)[0] = t.names.index(name)
    return 0


cdef int write_slot(Type t, object value, char* slot, Keep keep) except -1:
    """Writes a value that is not missing."""
    cdef int kind = t.id
    if is_number(kind):
        return write_number(t, value, slot)
    if kind in (PYUDF_UTF8, PYUDF_CODE_POINTS, PYUDF_BINARY):
        return write_text(t, value, <pyudf_text*>slot, keep)
    if kind in (PYUDF_LIST, PYUDF_SET, PYUDF_MAP):
        return write_list(t, value, <pyudf_list*>slot, keep)
    if kind == PYUDF_STRUCT:
        return write_struct(t, value, slot, keep)
    if kind == PYUDF_ENUM:
        return write_member(t, value, slot)
    if kind in (PYUDF_DATE, PYUDF_TIMESTAMP, PYUDF_DURATION):
        return write_time(t, value, slot)
    return refuse(t, value)


def checked_cast(array, Type t):
    """An array of numbers in the type's dtype, or why that would change a value."""
    dtype = t.dtype
    if array.dtype == dtype:
        return array
    kind = array.dtype.kind
    if kind not in "biuf" or (kind != "b" and dtype.kind == "b"):
        raise TypeError(f"expected {t.plain_name()}, got an array of {array.dtype}; convert it first, for example with "
                        f".astype({str(dtype)!r})")
    if np.can_cast(array.dtype, dtype, "safe") or (kind in "iuf" and dtype.kind == "f"):
        return array.astype(dtype)
    if kind == "f":
        raise TypeError(f"expected {t.plain_name()}, got an array of {array.dtype}, which may hold fractions; convert it "
                        f"first, for example with .astype({str(dtype)!r})")
    limits = np.iinfo(dtype)
    wrong = (array < limits.min) | (array > limits.max)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise OverflowError(f"position {at}: {array.reshape(-1)[at]} does not fit {t.plain_name()}")
    return array.astype(dtype)


cpdef bint fits(Type t, object value):
    """Whether a value looks like one of this type, judged by its first item where it holds several."""
    cdef int kind = t.id
    if kind == PYUDF_BOOL:
        return isinstance(value, (bool, np.bool_))
    if is_number(kind):
        if isinstance(value, (bool, np.bool_)):
            return False
        return isinstance(value, Integral if kind < PYUDF_FLOAT32 else (Real, np.floating))
    if kind in (PYUDF_TEXT, PYUDF_UTF8, PYUDF_CODE_POINTS):
        return isinstance(value, str) or (kind == PYUDF_TEXT and isinstance(value, bytes))
    if kind == PYUDF_BINARY:
        return isinstance(value, (bytes, bytearray, memoryview))
    if kind in (PYUDF_LIST, PYUDF_SET):
        return fits_list(t, value)
    if kind == PYUDF_MAP:
        return isinstance(value, Mapping)
    if kind == PYUDF_STRUCT:
        return isinstance(value, (tuple, np.void)) or (t.names is not None and isinstance(value, Mapping))
    if kind == PYUDF_ENUM:
        return isinstance(value, (t.cls, str))
    if kind == PYUDF_DURATION:
        return isinstance(value, (dt.timedelta, np.timedelta64))
    return isinstance(value, (dt.date, np.datetime64))


cdef bint fits_list(Type t, object value):
    if isinstance(value, np.ndarray):
        if value.ndim != 1:
            return False
        if value.dtype.kind in "biuf":
            return is_number(t.child.id)
    elif isinstance(value, (str, bytes, Mapping)) or not isinstance(value, (Sequence, Set)):
        return False
    for item in value:
        if not is_missing(item):
            return fits(t.child, item)
    return True
