# cython: language_level=3, boundscheck=False, wraparound=False, embedsignature=False
# _drain.pyx: a tree of templates in C++, and the masks that messages are put under before.
"""Mines templates of messages."""
from libc.stdint cimport int64_t, uint64_t
from libcpp.pair cimport pair
from libcpp.string cimport string
from libcpp.string_view cimport string_view
from libcpp.vector cimport vector

cimport numpy as cnp
import numpy as np

from pyudf._abi cimport (
    PYUDF_OK, DrainSettings, DrainTree, Fits, Masks, Mining, find_parameters, match_templates, mine, pyudf_error,
    pyudf_status,
)
from pyudf._lines cimport Lines
from pyudf._ticks cimport Ticker, raise_status

cnp.import_array()


def mask_names():
    """The names of all masks, in the order in which they are tried."""
    return tuple(name.decode() for name in Masks.names())


cdef class Miner:
    """A tree, and masks."""
    cdef DrainTree* tree
    cdef Masks* masks
    cdef readonly tuple mask_names

    def __cinit__(self, tuple masks, bytes dumped=None, double similarity=0, int64_t depth=3, int64_t max_children=1,
                  int64_t max_clusters=0):
        cdef DrainSettings settings
        cdef uint64_t chosen = 0
        cdef string content
        for name in masks:
            chosen |= <uint64_t>1 << mask_names().index(name)
        self.mask_names = masks
        self.masks = new Masks(chosen)
        if dumped is None:
            settings.similarity, settings.depth = similarity, depth
            settings.max_children, settings.max_clusters = max_children, max_clusters
            self.tree = new DrainTree(settings)
        else:
            content = dumped
            self.tree = DrainTree.load(string_view(content.data(), content.size())).release()

    def __dealloc__(self):
        del self.tree
        del self.masks

    @property
    def settings(self):
        """Similarity, depth, most children, most clusters (0: any number)."""
        cdef const DrainSettings* settings = &self.tree.settings()
        return settings.similarity, settings.depth, settings.max_children, settings.max_clusters

    def dump(self):
        """The tree as bytes."""
        return self.tree.dump()

    def templates(self):
        """Number, tokens and count of each cluster."""
        return [(i, [token.decode(errors="replace") for token in self.tree.tokens(i)], self.tree.count(i))
                for i in range(self.tree.size()) if self.tree.has(i)]

    cdef Mining call(self, Lines lines, int workers, Ticker ticker):
        cdef Mining call
        call.lines, call.masks, call.workers, call.tick = lines.lines, self.masks, workers, ticker.tick()
        return call

    def add(self, Lines lines, int workers, bint masked_as_parameters, show=None):
        """The clusters that messages join or begin, one after the other."""
        cdef Ticker ticker = Ticker(show)
        cdef Mining call = self.call(lines, workers, ticker)
        if masked_as_parameters:
            call.parameters = Fits.kParameter
        ids = np.empty(len(lines), np.int64)
        cdef int64_t* out = <int64_t*>cnp.PyArray_DATA(ids)
        cdef pyudf_error error
        cdef pyudf_status status
        with nogil:
            status = mine(call, self.tree[0], out, &error)
        if status != PYUDF_OK:
            raise_status(status, &error, ticker)
        return ids

    def match(self, Lines lines, bint thorough, int workers, show=None):
        """The clusters whose templates messages fit, -1 for none."""
        cdef Ticker ticker = Ticker(show)
        cdef Mining call = self.call(lines, workers, ticker)
        ids = np.empty(len(lines), np.int64)
        cdef int64_t* out = <int64_t*>cnp.PyArray_DATA(ids)
        cdef pyudf_error error
        cdef pyudf_status status
        with nogil:
            status = match_templates(call, self.tree[0], thorough, out, &error)
        if status != PYUDF_OK:
            raise_status(status, &error, ticker)
        return ids

    def parameters(self, Lines lines, ids):
        """Where the parameters of messages are: begin and end of each, and how many there are up to each message."""
        cdef Ticker ticker = Ticker()
        cdef Mining call = self.call(lines, 1, ticker)
        cdef const int64_t* given = <const int64_t*>cnp.PyArray_DATA(ids)
        cdef vector[pair[int64_t, int64_t]] places
        cdef vector[int64_t] ends
        cdef pyudf_error error
        cdef pyudf_status status
        with nogil:
            status = find_parameters(call, self.tree[0], given, places, ends, &error)
        if status != PYUDF_OK:
            raise_status(status, &error, ticker)
        return places, ends
