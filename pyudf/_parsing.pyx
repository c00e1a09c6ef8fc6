# cython: language_level=3, boundscheck=False, wraparound=False, embedsignature=False
# _parsing.pyx: programs over lines, and the arrays that they write columns to.
"""Parses lines into columns."""
from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int16_t, int64_t, uint8_t
from libc.string cimport memcpy
from libcpp.string cimport string
from libcpp.string_view cimport string_view
from libcpp.vector cimport vector

cimport numpy as cnp
import numpy as np

from pyudf._abi cimport (
    PYUDF_OK, InvalidUtf8, LogProgram, Parsed, ParsedColumn, Parsing, StringView, column_types, log_column_type,
    native_matchers, op_names, parse_lines, parsing_window, pyudf_error, pyudf_status,
)
from pyudf._lines cimport Lines
from pyudf._ticks cimport Ticker, raise_status

cnp.import_array()

OPS = {name.decode(): i for i, name in enumerate(op_names())}
FIRST_BYTES = {name.decode(): <bytes>first for name, first in native_matchers()}
MATCHERS = {name: i for i, name in enumerate(FIRST_BYTES)}
COLUMN_TYPES = {name.decode(): i for i, name in enumerate(column_types())}
WINDOW = parsing_window

_VIEW = np.dtype([("size", "i4"), ("start", "S4"), ("buffer", "i4"), ("offset", "i4")])
# Types of columns -> dtypes of their values.
VALUE_DTYPES = {
    "text": _VIEW, "ip": _VIEW, "int": np.dtype(np.int64), "float": np.dtype(np.float64),
    "duration": np.dtype("m8[us]"), "timestamp": np.dtype("M8[us]"),
}
_ERROR = np.dtype([("row", "i8"), ("position", "i8"), ("program", "i4"), ("step", "u4"), ("reason", "i4")], align=True)
INVALID_UTF8 = {"replace": 0, "bytes": 1, "error": 2}


cdef class Programs:
    """Programs that have been checked."""
    cdef vector[const LogProgram*] programs

    def __init__(self, list codes):
        cdef string content
        for code in codes:
            content = code
            self.programs.push_back(LogProgram.load(string_view(content.data(), content.size())).release())

    def __dealloc__(self):
        for program in self.programs:
            del program


cdef list new_columns(Py_ssize_t n, list types, list wants_offsets, vector[log_column_type]& kinds,
                      vector[ParsedColumn]& columns):
    """Arrays for columns of n rows: of each its values, offsets to UTC or None, and which are missing."""
    cdef ParsedColumn column
    cdef list arrays = []
    for kind, has_offsets in zip(types, wants_offsets, strict=True):
        values, missing = np.empty(n, VALUE_DTYPES[kind]), np.empty(n, np.bool_)
        offsets = np.empty(n, np.int16) if has_offsets else None
        arrays.append((values, offsets, missing))
        column.values = cnp.PyArray_DATA(values)
        column.offsets = <int16_t*>cnp.PyArray_DATA(offsets) if has_offsets else NULL
        column.missing = <uint8_t*>cnp.PyArray_DATA(missing)
        columns.push_back(column)
        kinds.push_back(<log_column_type><int>COLUMN_TYPES[kind])
    return arrays


def parse(Programs programs, Lines lines, list types, list wants_offsets, bint keeps_parts, bint unescapes,
          str invalid_utf8, int workers, show=None):
    """The columns that lines make: of each its values, offsets to UTC or None, and which are missing; which lines fit;
    by which program; errors; and the texts that are not in the source."""
    cdef Ticker ticker = Ticker(show)
    cdef Parsing call
    cdef Parsed parsed
    cdef pyudf_error error
    cdef pyudf_status status
    cdef Py_ssize_t n = len(lines)
    columns = new_columns(n, types, wants_offsets, call.types, call.columns)
    ok, program = np.empty(n, np.bool_), np.empty(n, np.int16)
    call.ok, call.program = <uint8_t*>cnp.PyArray_DATA(ok), <int16_t*>cnp.PyArray_DATA(program)
    call.programs = programs.programs
    call.lines, call.workers, call.tick = lines.lines, workers, ticker.tick()
    call.keeps_parts, call.unescapes = keeps_parts, unescapes
    call.invalid_utf8 = <InvalidUtf8><int>INVALID_UTF8[invalid_utf8]
    with nogil:
        status = parse_lines(call, parsed, &error)
    if status != PYUDF_OK:
        raise_status(status, &error, ticker)
    errors = np.empty(parsed.errors.size(), _ERROR)
    memcpy(cnp.PyArray_DATA(errors), parsed.errors.data(), errors.nbytes)
    return columns, ok, program, errors, arrays_of(parsed.made)


cdef list arrays_of(const vector[string]& texts):
    """Texts as arrays of bytes."""
    cdef Py_ssize_t i
    cdef list arrays = []
    for i in range(<Py_ssize_t>texts.size()):
        array = np.empty(texts[i].size(), np.uint8)
        memcpy(cnp.PyArray_DATA(array), texts[i].data(), texts[i].size())
        arrays.append(array)
    return arrays


def texts_of(cnp.ndarray views, cnp.ndarray missing, list buffers, bint binary):
    """The texts of views, as an array of str (or bytes) and None."""
    cdef StringView* view = <StringView*>cnp.PyArray_DATA(views)
    cdef const uint8_t* absent = <const uint8_t*>cnp.PyArray_DATA(missing)
    cdef vector[const char*] memory
    cdef Py_ssize_t i
    cdef const char* text
    for buffer in buffers:
        memory.push_back(<const char*>cnp.PyArray_DATA(buffer))
    found = np.empty(len(views), object)
    cdef object[::1] out = found
    for i in range(len(views)):
        if absent[i]:
            continue
        if view[i].is_inline():
            text = view[i].start
        else:
            text = memory[view[i].buffer] + view[i].offset
        if binary:
            out[i] = PyBytes_FromStringAndSize(text, view[i].size)
        else:
            out[i] = PyUnicode_DecodeUTF8(text, view[i].size, NULL)
    return found
