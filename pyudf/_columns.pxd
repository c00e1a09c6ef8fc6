# _columns.pxd: what the other extension modules may use of _columns.
from pyudf._abi cimport TextColumn, TextViews, pyudf_text, pyudf_value
from pyudf._arguments cimport Argument
from pyudf._stringdtype cimport StringCopy
from pyudf._types cimport Type

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_Check, PyBytes_GET_SIZE
from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_Check
from cpython.object cimport PyObject
from cpython.unicode cimport PyUnicode_Check

cdef extern from "Python.h":
    Py_ssize_t PyUnicode_GET_LENGTH(object)
    int PyUnicode_KIND(object)
    void* PyUnicode_DATA(object)

cdef enum:
    MISSING = 0
    TEXT = 1
    BYTES = 2
    OTHER = -1


cdef class Column(Argument):
    cdef TextColumn text
    cdef pyudf_text* views
    cdef PyObject** references
    cdef Py_ssize_t n_references
    cdef list owners
    cdef TextViews* category_views
    cdef StringCopy copy

    cdef allocate_views(self, Py_ssize_t n)
    cdef append_views(self, Py_ssize_t n)
    cdef hold(self, char* objects, Py_ssize_t stride, Py_ssize_t n)
    cdef view_held(self, str argument)
    cdef int view_unusual(self, Py_ssize_t i, str argument) except -2
    cdef hold_arrow(self, str format, list parts, str argument)
    cdef hold_categories(self, Column categories, codes)
    cdef hold_fixed(self, array)
    cdef hold_stringdtype(self, array)


cdef inline int view_object(PyObject* value, pyudf_text* view) noexcept:
    """Views a str or bytes object in place; OTHER for anything that is neither nor plainly missing."""
    cdef object o
    view.data, view.size, view.width = NULL, 0, 1
    if value == NULL:
        return MISSING
    o = <object>value
    if PyUnicode_Check(o):
        view.data, view.size, view.width = PyUnicode_DATA(o), PyUnicode_GET_LENGTH(o), PyUnicode_KIND(o)
        return TEXT
    if PyBytes_Check(o):
        view.data, view.size = PyBytes_AS_STRING(o), PyBytes_GET_SIZE(o)
        return BYTES
    if o is None:
        return MISSING
    if PyFloat_Check(o) and PyFloat_AS_DOUBLE(o) != PyFloat_AS_DOUBLE(o):
        return MISSING
    return OTHER


cpdef Column read_column(object values, str argument)
cpdef Argument read_argument(object values, Type t, str argument)
