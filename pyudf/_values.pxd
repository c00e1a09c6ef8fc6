# _values.pxd: single Python values as the other extension modules write them to slots.
from cpython.object cimport PyObject

from pyudf._abi cimport (
    PYUDF_BOOL, PYUDF_FLOAT32, PYUDF_FLOAT64, PYUDF_INT64, PYUDF_INT8, PYUDF_UINT32, PYUDF_UINT8, PYUDF_UTF8, Arena,
    pyudf_value,
)
from pyudf._types cimport Type

# By pointer: counting references would take as long as reading.
cdef extern from "Python.h":
    PyObject* Py_True
    PyObject* Py_False
    bint is_float "PyFloat_CheckExact"(PyObject*)
    double float_value "PyFloat_AS_DOUBLE"(PyObject*)
    bint is_int "PyLong_CheckExact"(PyObject*)
    long long int_value "PyLong_AsLongLongAndOverflow"(PyObject*, int*) except? -1
    bint is_str "PyUnicode_Check"(PyObject*)
    bint is_ascii "PyUnicode_IS_COMPACT_ASCII"(PyObject*)
    void* ascii_data "PyUnicode_1BYTE_DATA"(PyObject*)
    Py_ssize_t str_length "PyUnicode_GET_LENGTH"(PyObject*)
    const char* utf8_data "PyUnicode_AsUTF8AndSize"(PyObject*, Py_ssize_t*) except NULL


cdef class Keep:
    """What slots point to: memory, and Python objects that are read in place."""
    cdef Arena arena
    cdef list objects


cdef int write_slot(Type t, object value, char* slot, Keep keep) except -1
cpdef bint fits(Type t, object value)


cdef inline bint read_plain(int kind, PyObject* o, pyudf_value* value) except -1:
    """Reads the usual class for a type; false for everything else, which goes the long way."""
    cdef int overflow = 0, bits
    value.missing = 0
    if kind == PYUDF_UTF8:
        if not is_str(o):
            return False
        value.text.width = 1
        if is_ascii(o):
            value.text.data, value.text.size = ascii_data(o), str_length(o)
        else:
            value.text.data = utf8_data(o, <Py_ssize_t*>&value.text.size)
        return True
    if kind == PYUDF_FLOAT64 or kind == PYUDF_FLOAT32:
        if is_float(o):
            value.real = float_value(o)
            return True
        if not is_int(o):
            return False
        value.integer = int_value(o, &overflow)
        value.real = <double>value.integer
        return not overflow
    if kind == PYUDF_BOOL:
        value.integer = o == Py_True
        return o == Py_True or o == Py_False
    if kind < PYUDF_INT8 or kind > PYUDF_UINT32 or not is_int(o):
        return False
    value.integer = int_value(o, &overflow)
    if kind == PYUDF_INT64 or overflow:
        return not overflow
    if kind >= PYUDF_UINT8:
        return value.integer >> (8 << (kind - PYUDF_UINT8)) == 0
    bits = (8 << (kind - PYUDF_INT8)) - 1
    return -1 <= value.integer >> bits <= 0
