# cython: language_level=3, boundscheck=False, wraparound=False, embedsignature=False
# _pairs.pyx: lines of keys and values, their keys, and the arrays that they write columns to.
"""Reads pairs of keys and values into columns."""
from libc.stdint cimport int64_t, uint8_t
from libcpp.string cimport string
from libcpp.string_view cimport string_view
from libcpp.vector cimport vector

cimport numpy as cnp
import numpy as np

from pyudf._abi cimport (
    PYUDF_OK, InvalidUtf8, LogPairSyntax, PairColumns, Paired, Pairing, TimeFormat, find_keys, pair_syntax, pyudf_error,
    pyudf_status, read_pairs,
)
from pyudf._lines cimport Lines
from pyudf._parsing cimport arrays_of, new_columns
from pyudf._ticks cimport Ticker, raise_status

from pyudf._parsing import INVALID_UTF8

cnp.import_array()


cdef string_view view(bytes text):
    return string_view(<const char*>text, len(text))


cdef class PairSyntax:
    """How pairs are written: `logfmt`, `kv` with what stands between pairs and in them, `cef`, `rfc5424`."""
    cdef LogPairSyntax syntax

    def __init__(self, str name, bytes pair=b"", bytes separator=b""):
        self.syntax = pair_syntax(view(name.encode()), view(pair), view(separator))

    cdef Pairing call(self, Lines lines, int workers, Ticker ticker):
        cdef Pairing call
        call.lines, call.syntax, call.workers, call.tick = lines.lines, &self.syntax, workers, ticker.tick()
        return call

    def keys(self, Lines lines, int64_t most, int workers, show=None):
        """The keys of all lines in the order in which they are first seen, `most` at most."""
        cdef Ticker ticker = Ticker(show)
        cdef Pairing call = self.call(lines, workers, ticker)
        cdef vector[string] keys
        cdef pyudf_error error
        cdef pyudf_status status
        with nogil:
            status = find_keys(call, most, keys, &error)
        if status != PYUDF_OK:
            raise_status(status, &error, ticker)
        return list(keys)

    def read(self, Lines lines, list keys, list types, list wants_offsets, bint keeps_parts,
             str invalid_utf8, int workers, show=None):
        """The columns of keys: of each its values, offsets to UTC or None, and which are missing; which lines are ok; the
        errors; and the texts that are not in the source. Types are names with what belongs to them behind a colon."""
        cdef Ticker ticker = Ticker(show)
        cdef Pairing call = self.call(lines, workers, ticker)
        cdef PairColumns to
        cdef Paired paired
        cdef pyudf_error error
        cdef pyudf_status status
        kinds = [kind.partition(":") for kind in types]
        for key, (kind, _, format) in zip(keys, kinds, strict=True):
            to.keys.push_back(<bytes>key)
            to.times.push_back(TimeFormat(view(format.encode())) if kind == "timestamp" else TimeFormat())
        columns = new_columns(len(lines), [kind for kind, _, _ in kinds], wants_offsets, to.types, to.columns)
        ok = np.empty(len(lines), np.bool_)
        to.ok, to.keeps_parts = <uint8_t*>cnp.PyArray_DATA(ok), keeps_parts
        to.invalid_utf8 = <InvalidUtf8><int>INVALID_UTF8[invalid_utf8]
        with nogil:
            status = read_pairs(call, to, paired, &error)
        if status != PYUDF_OK:
            raise_status(status, &error, ticker)
        return columns, ok, errors_of(paired), arrays_of(paired.made)


cdef list errors_of(const Paired& paired):
    """Row, position, key, what is wrong with the line or None, and else with the value: a Reason."""
    cdef Py_ssize_t i
    cdef list errors = []
    for i in range(<Py_ssize_t>paired.errors.size()):
        fault = None if paired.errors[i].fault == NULL else paired.errors[i].fault.decode()
        errors.append((paired.errors[i].row, paired.errors[i].position, paired.errors[i].key, fault,
                       <int>paired.errors[i].reason))
    return errors
