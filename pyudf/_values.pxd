# _values.pxd: single values as the other extension modules read and write them.
from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_CheckExact
from cpython.long cimport PyLong_CheckExact
from cpython.object cimport PyObject
from cpython.unicode cimport PyUnicode_Check
from libc.stdint cimport int64_t

from pyudf._abi cimport (
    PYUDF_BOOL, PYUDF_FLOAT32, PYUDF_FLOAT64, PYUDF_INT64, PYUDF_INT8, PYUDF_UINT32, PYUDF_UINT8, PYUDF_UTF8, Arena,
    pyudf_type, pyudf_value,
)
from pyudf._types cimport Type

cdef extern from "Python.h":
    long long PyLong_AsLongLongAndOverflow(object, int*) except? -1
    const char* PyUnicode_AsUTF8AndSize(object, Py_ssize_t*) except NULL


cdef class Keep:
    """What slots point to: memory, and Python objects that are read in place."""
    cdef Arena arena
    cdef list objects


cdef int write_slot(Type t, object value, char* slot, Keep keep) except -1
cdef object read_slot(Type t, const char* slot)
cdef void load_value(const pyudf_type* c, const char* slot, pyudf_value* value) noexcept
cdef void store_value(const pyudf_type* c, const pyudf_value* value, char* slot) noexcept
cpdef bint fits(Type t, object value)


cdef inline bint read_plain(int kind, PyObject* given, pyudf_value* value) except -1:
    """Reads the usual class for a type; false for everything else, which goes the long way."""
    cdef object o = <object>given
    cdef int overflow = 0, bits
    cdef Py_ssize_t size
    value.missing = 0
    if kind == PYUDF_FLOAT64 or kind == PYUDF_FLOAT32:
        if PyFloat_CheckExact(o):
            value.real = PyFloat_AS_DOUBLE(o)
            return True
        if PyLong_CheckExact(o):
            value.integer = PyLong_AsLongLongAndOverflow(o, &overflow)
            value.real = <double>value.integer
            return not overflow
        return False
    if kind == PYUDF_UTF8:
        if not PyUnicode_Check(o):
            return False
        value.text.data = PyUnicode_AsUTF8AndSize(o, &size)
        value.text.size, value.text.width = size, 1
        return True
    if kind == PYUDF_BOOL:
        value.integer = o is True
        return o is True or o is False
    if kind < PYUDF_INT8 or kind > PYUDF_UINT32 or not PyLong_CheckExact(o):
        return False
    value.integer = PyLong_AsLongLongAndOverflow(o, &overflow)
    if kind == PYUDF_INT64 or overflow:
        return not overflow
    if kind >= PYUDF_UINT8:
        return 0 <= value.integer >> (8 << (kind - PYUDF_UINT8)) <= 0
    bits = (8 << (kind - PYUDF_INT8)) - 1
    return -1 <= value.integer >> bits <= 0
