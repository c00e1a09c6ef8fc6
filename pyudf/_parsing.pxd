# _parsing.pxd: what the other extension modules may use of _parsing.
from libcpp.string cimport string
from libcpp.vector cimport vector

from pyudf._abi cimport ParsedColumn, log_column_type


cdef list new_columns(Py_ssize_t n, list types, list wants_offsets, vector[log_column_type]& kinds,
                      vector[ParsedColumn]& columns)
cdef list arrays_of(const vector[string]& texts)
