# cython: language_level=3, boundscheck=False, wraparound=False, embedsignature=False
# _columns.pyx: Python, NumPy and Arrow values to columns of text: the only place where inputs are converted.
"""Reads columns of text out of lists, arrays, Series and Arrow data, in place where the layout allows it."""
from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Malloc
from cpython.object cimport PyObject
from cpython.ref cimport Py_XDECREF, Py_XINCREF
from libc.stdint cimport int32_t, int64_t, uint8_t
from libc.stdlib cimport free

cimport numpy as cnp
import numpy as np

from pyudf import _arrow, engines
from pyudf._abi cimport (
    PYUDF_BINARY, PYUDF_TEXT, ArrowArray, Chunk, Layout, TextViews, pyudf_text, pyudf_value,
)
from pyudf._arguments cimport Argument, read_values
from pyudf._arrow cimport ArrowPart, check_array, is_binary, text_chunk
from pyudf._stringdtype cimport StringCopy, copy_stringdtype
from pyudf._types cimport Type
from pyudf._values import is_missing

cnp.import_array()

cdef extern from "Python.h":
    ctypedef struct PyListObject:
        PyObject** ob_item
    object PyUnicode_FromKindAndData(int kind, const void* buffer, Py_ssize_t size)
    object PyBytes_FromStringAndSize(const char* buffer, Py_ssize_t size)


cdef class Column(Argument):
    """A column of text and all that keeps its memory alive."""

    def __cinit__(self):
        self.owners = []
        self.rows = &self.text

    def __dealloc__(self):
        cdef Py_ssize_t i
        for i in range(self.n_references):
            Py_XDECREF(self.references[i])
        PyMem_Free(self.references)
        PyMem_Free(self.views)
        free(self.copy.bytes)
        free(self.copy.offsets)
        free(self.copy.validity)
        del self.category_views

    def tolist(self):
        """The values as a list of str or bytes, None where missing; decoded, whatever the layout was."""
        cdef TextViews* views = new TextViews(self.text)
        cdef const pyudf_text* view
        cdef list values = []
        cdef int64_t i
        try:
            for i in range(views.size()):
                view = views.data() + i
                if view.data == NULL:
                    values.append(None)
                elif self.unit == "bytes":
                    values.append(PyBytes_FromStringAndSize(<const char*>view.data, view.size))
                else:
                    values.append(PyUnicode_FromKindAndData(view.width, view.data, view.size))
        finally:
            del views
        return values

    def mapped(self, function, str argument):
        """The column after ``function(list of values) -> list``, called on the categories alone if there are any."""
        cdef Column column = Column()
        if self.categories is not None:
            column.hold_categories(self.categories.mapped(function, argument), self.codes)
        else:
            read_list(column, function(self.tolist()), argument)
        column.shape, column.origin = self.shape, self.origin
        return column

    cdef bint first(self, Type t, pyudf_value* value) except -1:
        self.text.read(0, 1, &value.text, self.keep.arena)
        value.missing = value.text.data == NULL
        return not value.missing

    def largest(self):
        """Units of the longest text."""
        cdef TextViews* views = new TextViews(self.text)
        try:
            return views.largest()
        finally:
            del views

    cdef allocate_views(self, Py_ssize_t n):
        self.views = <pyudf_text*>PyMem_Calloc(max(n, 1), sizeof(pyudf_text))
        if self.views == NULL:
            raise MemoryError(f"no memory for the views of {n} texts")

    cdef append_views(self, Py_ssize_t n):
        cdef Chunk chunk
        chunk.layout, chunk.data, chunk.length = Layout.views, self.views, n
        self.text.append(chunk)

    cdef hold(self, char* objects, Py_ssize_t stride, Py_ssize_t n):
        """Takes references to the strings, since another thread may change the array meanwhile."""
        cdef Py_ssize_t i
        self.references = <PyObject**>PyMem_Malloc(max(n, 1) * sizeof(PyObject*))
        if self.references == NULL:
            raise MemoryError(f"no memory for references to {n} texts")
        for i in range(n):
            self.references[i] = (<PyObject**>(objects + i * stride))[0]
            Py_XINCREF(self.references[i])
        self.n_references = n

    cdef view_held(self, str argument):
        """Makes views of the strings held."""
        cdef Py_ssize_t i, n = self.n_references
        cdef int kind, seen = MISSING
        self.allocate_views(n)
        for i in range(n):
            kind = view_object(self.references[i], &self.views[i])
            if kind == OTHER:
                kind = self.view_unusual(i, argument)
            if kind != MISSING and kind != seen:
                if seen != MISSING:
                    raise TypeError(f"{argument}, position {i}: {_names[kind]} among {_names[seen]}; a column holds "
                                    "either str or bytes: decode or encode one of them")
                seen = kind
        self.unit = _units[seen]
        self.append_views(n)

    cdef int view_unusual(self, Py_ssize_t i, str argument) except -2:
        cdef object value = <object>self.references[i]
        cdef object copy
        if is_missing(value):
            return MISSING
        if isinstance(value, (bytearray, memoryview)):
            copy = bytes(value)
            self.owners.append(copy)
            return view_object(<PyObject*>copy, &self.views[i])
        raise TypeError(f"{argument}, position {i}: expected str or bytes, got {type(value).__name__}; convert the "
                        "column first, for example with .astype(str), or use None for a missing value")

    cdef hold_arrow(self, str format, list parts, str argument):
        """Chunks of an Arrow column, read in place."""
        cdef ArrowPart part
        for part in parts:
            if format == "n":
                check_array(part.array, 0, argument)
                self.allocate_views(part.array.length)
                self.append_views(part.array.length)
            else:
                self.text.append(text_chunk(format, part.array, argument))
        self.owners.append(parts)
        if format != "n" and self.text.size():
            self.unit = "bytes" if is_binary(format) else "text"

    cdef hold_categories(self, Column categories, codes):
        """Rows that name one of some categories, -1 for none."""
        cdef const int64_t[:] indices = np.ascontiguousarray(codes, np.int64)
        cdef Py_ssize_t i, n = indices.shape[0]
        cdef int64_t n_categories = categories.text.size()
        self.categories, self.codes, self.unit = categories, np.asarray(indices), categories.unit
        # Decoded categories live as long as this.
        self.category_views = new TextViews(categories.text)
        self.allocate_views(n)
        for i in range(n):
            if indices[i] >= n_categories:
                raise ValueError(f"row {i}: category {indices[i]} where there are {n_categories}")
            if indices[i] >= 0:
                self.views[i] = self.category_views.data()[indices[i]]
        self.append_views(n)

    cdef hold_fixed(self, array):
        """A NumPy array of U or S, read block by block as it lies."""
        cdef Chunk chunk
        cdef int32_t width = 4 if array.dtype.kind == "U" else 1
        chunk.layout, chunk.length, chunk.width = Layout.fixed, len(array), width
        chunk.data, chunk.stride = cnp.PyArray_DATA(array), array.strides[0]
        chunk.units = array.dtype.itemsize // width
        self.text.append(chunk)
        self.owners.append(array)
        self.unit = "text" if width == 4 else "bytes"

    cdef hold_stringdtype(self, array):
        cdef Chunk chunk
        self.copy = copy_stringdtype(array)
        chunk.layout, chunk.utf8, chunk.length = Layout.offsets_64, True, len(array)
        chunk.data, chunk.offsets, chunk.validity = self.copy.bytes, self.copy.offsets, self.copy.validity
        self.text.append(chunk)
        self.unit = "text"


_names = {TEXT: "str", BYTES: "bytes"}
_units = {MISSING: None, TEXT: "text", BYTES: "bytes"}


cdef read_array(Column column, array, str argument):
    """An ndarray of any shape, its values in C order."""
    cdef Py_ssize_t stride
    kind = array.dtype.kind
    column.shape = array.shape
    if kind in "US":
        # Other byte orders and unaligned fields of records are made native; everything else stays in place.
        array = array.astype(array.dtype.newbyteorder("="), copy=False)
        array = np.require(array, requirements="A").reshape(-1)
        column.hold_fixed(array)
    elif kind == "O":
        array = array.reshape(-1)
        stride = array.strides[0]
        column.hold(<char*>cnp.PyArray_DATA(array), stride, len(array))
        column.view_held(argument)
    elif kind == "T":
        column.hold_stringdtype(array.reshape(-1))
    elif array.size:
        raise TypeError(f"{argument}, position 0: expected str or bytes, got an array of {array.dtype}; convert it "
                        "first, for example with .astype(str)")


cdef read_arrow(Column column, source, str argument):
    data = _arrow.import_arrow(source, argument)
    data.check_text(argument)
    cdef Column categories
    if data.values_format is None:
        column.hold_arrow(data.format, data.parts, argument)
    else:
        categories, codes, first = Column(), [], 0
        dictionaries = []
        for at in range(len(data.parts)):
            part_codes = _arrow.dictionary_codes(data, at, argument)
            codes.append(np.where(part_codes < 0, -1, part_codes + first))
            dictionary = dictionary_part(data.parts[at])
            dictionaries.append(dictionary)
            first += dictionary_length(dictionary)
        categories.hold_arrow(data.values_format, dictionaries, argument)
        categories.shape = (len(categories),)
        column.hold_categories(categories, np.concatenate(codes) if codes else np.empty(0, np.int64))
    column.shape = (len(column),)


cdef ArrowPart dictionary_part(ArrowPart part):
    cdef ArrowPart dictionary = ArrowPart()
    dictionary.array, dictionary.keep = part.array.dictionary, part
    return dictionary


cdef Py_ssize_t dictionary_length(ArrowPart part):
    return part.array.length


cdef read_list(Column column, values, str argument):
    # A list of our own: nobody changes it while it is read.
    cdef list items = list(values)
    column.hold(<char*>(<PyListObject*>items).ob_item, sizeof(PyObject*), len(items))
    column.view_held(argument)
    column.shape = (len(items),)


cdef read_foreign(Column column, values, str argument):
    """A column of another library, or anything that gives Arrow data."""
    adapter = engines.find_column(values)
    content, codes = (values, None) if adapter is None else adapter.content(values)
    if codes is not None:
        column.hold_categories(read_column(content, argument), codes)
    elif isinstance(content, np.ndarray):
        read_array(column, content, argument)
    else:
        read_arrow(column, content, argument)
    column.shape = (len(column),)


cpdef Column read_column(object values, str argument):
    """A column of text from anything that holds one; a str or bytes is a column of shape ()."""
    cdef Column column
    if isinstance(values, Column):
        return values
    column = Column()
    column.origin = values
    if isinstance(values, (str, bytes, bytearray)) or is_missing(values):
        read_list(column, (values,), argument)
        column.shape = ()
    elif isinstance(values, (list, tuple)):
        read_list(column, values, argument)
    elif isinstance(values, np.ndarray):
        read_array(column, values, argument)
    elif hasattr(values, "__arrow_c_stream__") or hasattr(values, "__arrow_c_array__") \
            or engines.find_column(values) is not None:
        read_foreign(column, values, argument)
    elif hasattr(values, "__iter__"):
        read_list(column, values, argument)
    else:
        raise TypeError(f"{argument}: expected text or a column of it, got {type(values).__name__}")
    return column


cpdef Argument read_argument(object values, Type t, str argument):
    """An argument of a function's type, from anything that holds one."""
    cdef Column column
    if not t.is_text:
        return read_values(values, t, argument)
    column = read_column(values, argument)
    if t.id != PYUDF_TEXT and column.unit is not None and (column.unit == "bytes") != (t.id == PYUDF_BINARY):
        given, due = ("bytes", "str") if column.unit == "bytes" else ("str", "bytes")
        raise TypeError(f"{argument}: expected {due}, got {given}; {'decode' if given == 'bytes' else 'encode'} it first")
    column.text.read_as(t.id)
    return column
