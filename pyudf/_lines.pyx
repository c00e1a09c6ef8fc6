# cython: language_level=3, boundscheck=False, wraparound=False, embedsignature=False
# _lines.pyx: sources of logs as lines in one piece of memory.
"""Finds the lines of buffers in place, and lays the rows of columns of text one behind the other."""
from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_RawFree, PyMem_RawRealloc
from libc.stdint cimport int64_t, uint8_t
from libc.string cimport memcpy

from mmap import mmap

cimport numpy as cnp
import numpy as np

from pyudf._abi cimport (
    PYUDF_BINARY, PYUDF_OK, PYUDF_UTF8, Arena, LineFinder, Tick, pyudf_error, pyudf_status, pyudf_text,
)
from pyudf._columns cimport Column, read_column
from pyudf._ticks cimport Ticker, raise_status

cnp.import_array()


cdef class Memory:
    """The bytes of an object that has some, which cannot be resized meanwhile."""
    cdef Py_buffer view

    def __cinit__(self, source):
        PyObject_GetBuffer(source, &self.view, PyBUF_SIMPLE)
        if not self.view.readonly and not isinstance(source, mmap):
            # What is made of the lines may point at them, and must not change with them.
            copy = PyBytes_FromStringAndSize(<const char*>self.view.buf, self.view.len)
            PyBuffer_Release(&self.view)
            PyObject_GetBuffer(copy, &self.view, PyBUF_SIMPLE)

    def __dealloc__(self):
        PyBuffer_Release(&self.view)


cdef class Lines:
    """Lines in one piece of memory, which is kept as long as this."""

    def __len__(self):
        return self.lines.n

    def __getitem__(self, key):
        """One line as bytes, None where it is missing; or some of the lines, without a copy."""
        cdef int64_t i
        if isinstance(key, slice):
            if key.step not in (None, 1):
                raise ValueError(f"lines are taken one after the other, got a step of {key.step}")
            return self.taken(key)
        i = range(self.lines.n)[key]
        if self.lines.present != NULL and not self.lines.present[i]:
            return None
        return PyBytes_FromStringAndSize(self.lines.data + self.lines.begins[i], self.lines.ends[i] - self.lines.begins[i])

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def starting_with(self, bytes first):
        """Which lines begin with a byte."""
        some = self.ends > self.begins
        found = np.zeros(self.lines.n, np.bool_)
        found[some] = self.memory()[self.begins[some]] == first[0]
        return found

    def taken(self, rows):
        """Some of the lines, by their numbers or a mask."""
        cdef Lines part = Lines()
        part.source = self.source
        part.begins, part.ends = self.begins[rows], self.ends[rows]
        part.present = None if self.present is None else self.present[rows]
        part.point(self.lines.data, self.lines.size)
        return part

    @property
    def start(self):
        """Where in memory the first line begins; behind all of it, where there is none."""
        return self.begins[0] if self.lines.n else self.lines.size

    @property
    def nbytes(self):
        """The bytes of memory that the lines lie in."""
        return self.lines.size

    @property
    def extent(self):
        """The bytes from where the first line begins to where the last one ends."""
        return int(self.ends[self.lines.n - 1] - self.begins[0]) if self.lines.n else 0

    def memory(self):
        """The bytes that the lines lie in, as an array."""
        cdef cnp.npy_intp size = self.lines.size
        cdef cnp.ndarray bytes_ = cnp.PyArray_SimpleNewFromData(1, &size, cnp.NPY_UINT8, <void*>self.lines.data)
        cnp.set_array_base(bytes_, self)
        bytes_.flags.writeable = False
        return bytes_

    def offsets(self):
        """Of lines that lie one behind the other: where each begins and the last ends, all bytes, which are missing."""
        content = self.memory()
        missing = None if self.present is None else self.present == 0
        return np.append(self.begins, self.lines.size), content, missing

    cdef point(self, const char* data, int64_t size):
        self.lines.data, self.lines.size, self.lines.n = data, size, len(self.begins)
        self.lines.begins = <const int64_t*>cnp.PyArray_DATA(self.begins)
        self.lines.ends = <const int64_t*>cnp.PyArray_DATA(self.ends)
        self.lines.present = NULL
        if self.present is not None:
            self.lines.present = <const uint8_t*>cnp.PyArray_DATA(self.present)


def of_buffer(source, int workers=1, show=None):
    """The lines of bytes, in place; CR LF and LF end one, and what stands behind the last one is a line, too."""
    cdef Memory memory = Memory(source)
    cdef Ticker ticker = Ticker(show)
    cdef Tick tick = ticker.tick()
    cdef LineFinder* finder = new LineFinder(<const char*>memory.view.buf, memory.view.len)
    cdef Lines lines = Lines()
    cdef int64_t* begins
    cdef int64_t* ends
    cdef pyudf_error error
    cdef pyudf_status status
    try:
        with nogil:
            status = finder.find(workers, tick, &error)
        if status != PYUDF_OK:
            raise_status(status, &error, ticker)
        lines.source = memory
        lines.begins, lines.ends = np.empty(finder.n(), np.int64), np.empty(finder.n(), np.int64)
        begins, ends = <int64_t*>cnp.PyArray_DATA(lines.begins), <int64_t*>cnp.PyArray_DATA(lines.ends)
        with nogil:
            status = finder.fill(begins, ends, workers, tick, &error)
        if status != PYUDF_OK:
            raise_status(status, &error, ticker)
    finally:
        del finder
    lines.point(<const char*>memory.view.buf, memory.view.len)
    return lines


def of_column(values, str argument):
    """The rows of a column of text or bytes as lines, whatever they hold, in memory of their own."""
    cdef Room room = Room()
    cdef Py_ssize_t n
    if _holds_objects(values) and room.take_objects(values, argument):
        n = len(values)
    else:
        room = Room()
        n = room.take_column(read_column(values, argument))
    cdef Lines lines = Lines()
    lines.source = room
    lines.ends, present = np.concatenate(room.ends), np.concatenate(room.present)
    lines.begins = np.concatenate([np.zeros(1, np.int64), lines.ends])[:n]
    lines.present = None if present.all() else present
    lines.point(room.data, room.size)
    return lines


cdef bint _holds_objects(values):
    """Whether the values are objects, wherever these lie."""
    return type(values) is list or (type(values) is np.ndarray and values.dtype == object and values.ndim == 1)


cdef enum:
    BLOCK = 4096


cdef class Room:
    """Memory that grows, in place where the system can move pages."""
    cdef char* data
    cdef int64_t size, capacity
    cdef list ends, present  # of the rows in it, block by block

    def __init__(self):
        self.ends, self.present = [np.empty(0, np.int64)], [np.empty(0, np.uint8)]

    def __dealloc__(self):
        PyMem_RawFree(self.data)

    cdef char* more(self, int64_t bytes_) except NULL:
        cdef char* grown
        if self.data == NULL or self.size + bytes_ > self.capacity:
            self.capacity = max(self.size + bytes_, self.capacity + self.capacity // 2, 4096)
            grown = <char*>PyMem_RawRealloc(self.data, self.capacity)
            if grown == NULL:
                raise MemoryError(f"no memory for {self.capacity} bytes of lines")
            self.data = grown
        return self.data + self.size

    cdef bint take_objects(self, values, str argument) except -1:
        """Takes objects some rows at a time, which stay in the cache until they are done with; whether it could be."""
        cdef Py_ssize_t i
        cdef Column column
        unit = None
        for i in range(0, len(values), BLOCK):
            try:
                column = read_column(values[i:i + BLOCK], argument)
            except (TypeError, ValueError, OverflowError):
                return False  # as a whole it says which row that is, or what they have in common
            if unit not in (None, column.unit):
                return False
            unit = column.unit
            self.take_column(column)
        return True

    cdef Py_ssize_t take_column(self, Column column) except -1:
        cdef Py_ssize_t i, n = column.text.size()
        column.text.read_as(PYUDF_BINARY if column.unit == "bytes" else PYUDF_UTF8)
        for i in range(0, n, BLOCK):
            self.take_block(column, i, min(<Py_ssize_t>BLOCK, n - i))
        return n

    cdef int take_block(self, Column column, Py_ssize_t begin, Py_ssize_t n) except -1:
        """Copies some rows behind those before."""
        cdef Arena arena
        cdef cnp.ndarray block = np.empty(n * sizeof(pyudf_text), np.uint8)
        cdef cnp.ndarray ends_ = np.empty(n, np.int64), present_ = np.empty(n, np.uint8)
        cdef pyudf_text* texts = <pyudf_text*>cnp.PyArray_DATA(block)
        cdef int64_t* ends = <int64_t*>cnp.PyArray_DATA(ends_)
        cdef uint8_t* present = <uint8_t*>cnp.PyArray_DATA(present_)
        cdef Py_ssize_t i
        cdef int64_t size = 0
        cdef char* to
        column.text.read(begin, n, texts, arena)
        for i in range(n):
            size += texts[i].size
        to = self.more(size)
        for i in range(n):
            present[i] = texts[i].data != NULL
            if texts[i].size:
                memcpy(to, texts[i].data, texts[i].size)
            to += texts[i].size
            self.size += texts[i].size
            ends[i] = self.size
        self.ends.append(ends_)
        self.present.append(present_)
        return 0
