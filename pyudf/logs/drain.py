"""Template mining: which messages differ in their parameters only, and what they have in common."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._drain import Miner, mask_names
from .._lines import Lines
from ..signatures import nearest
from ..table import Table
from ..workers import ProgressBar, thread_count
from .formats import template
from .pattern import Pattern
from .sources import lines_of

#: What `Drain` masks by itself: whatever varies in messages, but quoted text, which may be what tells them apart.
MASKS = tuple(name for name in mask_names() if name != "quoted")

_MAGIC = b"pyudf.logs.Drain 1\n"


class Drain:
    """Online template mining with a tree of fixed depth.

    Messages are masked, cut into tokens at blanks, and led through a tree: by their number of tokens, then by their
    first tokens. Of the templates where it ends they join the most alike one, whose differing tokens become
    parameters, ``<*>``; or they begin one. Without masks the groups are those of drain3 0.9.11 with the same settings.

    Parameters
    ----------
    similarity : float
        The share of a template's tokens that a message must have to join it, 0 to 1.
    depth : int
        Levels of the tree, counted as drain3 does: the root, the number of tokens, ``depth - 3`` tokens, the leaf; 3 or
        more.
    max_children : int
        The most branches of a node; further tokens share one.
    max_clusters : int, optional
        The most templates that are kept: then the one that was used the longest ago is given up.
    masks : sequence of str or re.Pattern
        What is replaced by its name before, such as ``<IP>``: any of `url`, `email`, `uuid`, `mac`, `ip`, `block` (of
        HDFS), `timestamp`, `path`, `hex`, `number`, `quoted`. Masks match whole words. Where several match at one
        place, the first in this order counts. A compiled regular expression is replaced by ``<*>``, before the others;
        it is slow, for Python runs it.
    extra_delimiters : sequence of str
        What stands between tokens besides blanks.

    References
    ----------
    P. He, J. Zhu, Z. Zheng, M. R. Lyu: Drain: An Online Log Parsing Approach with Fixed Depth Tree. ICWS 2017.

    Examples
    --------
    >>> drain = Drain()
    >>> drain.fit(["user 7 logged in", "user 12 logged in", "disk /dev/sda1 is full"])
    array([0, 0, 1])
    >>> drain.templates
    Table of 2 rows
      id  template                 count
       0  user <NUMBER> logged in      2
       1  disk <PATH> is full          1
    >>> drain.parameters(["user 99 logged in"])
    [['99']]
    """

    def __init__(
        self,
        similarity: float = 0.7,
        depth: int = 5,
        max_children: int = 100,
        max_clusters: int | None = None,
        masks: Sequence[str | re.Pattern[str]] = MASKS,
        extra_delimiters: Sequence[str] = (),
    ) -> None:
        if not 0 <= similarity <= 1:
            raise ValueError(f"similarity must be between 0 and 1, got {similarity}")
        least = {"depth": (depth, 3), "max_children": (max_children, 1), "max_clusters": (max_clusters, 1)}
        for name, (value, smallest) in least.items():
            if value is not None and value < smallest:
                raise ValueError(f"{name} must be at least {smallest}, got {value}")
        if isinstance(masks, (str, re.Pattern)):
            raise TypeError(f"masks is a sequence of masks, got {masks!r}; write ({masks!r},)")
        self._expressions = tuple(mask for mask in masks if isinstance(mask, re.Pattern))
        named = [mask for mask in masks if not isinstance(mask, re.Pattern)]
        for mask in named:
            if mask not in mask_names():
                raise ValueError(f"unknown mask {mask!r}; {nearest(str(mask), mask_names())}")
        self._extra_delimiters = tuple(extra_delimiters)
        self._settings = float(similarity), int(depth), int(max_children), int(max_clusters or 0)
        self._masks = tuple(str(mask) for mask in named)
        self._miner = Miner(self._masks, None, *self._settings)

    def fit(self, lines: Any, *, workers: int | None = None, progress: bool = False) -> NDArray[np.int64]:
        """Forget all templates, and mine those of some messages.

        Parameters
        ----------
        lines : column of text, path, binary file or bytes of lines
            The messages, without what stands before them in a log: `Pattern` parses that off.
        workers : int, optional
            Threads that mask and cut; the groups do not depend on it.
        progress : bool
            Show a bar.

        Returns
        -------
        ndarray of int64, shape (n,)
            The template of each message, by its `id`; -1 for a missing one.
        """
        self._miner = Miner(self._masks, None, *self._settings)
        return self.partial_fit(lines, workers=workers, progress=progress)

    def partial_fit(self, lines: Any, *, workers: int | None = None, progress: bool = False) -> NDArray[np.int64]:
        """Go on mining with more messages; parameters and result as those of `fit`."""
        prepared = self._prepared(lines)
        with ProgressBar(progress, "templates") as bar:
            return self._miner.add(prepared, thread_count(workers), bool(self._expressions), bar.show)

    def match(
        self, lines: Any, *, thorough: bool = False, workers: int | None = None, progress: bool = False
    ) -> NDArray[np.int64]:
        """The templates that messages fit, token for token; nothing is learned.

        Parameters
        ----------
        lines : column of text, path, binary file or bytes of lines
        thorough : bool
            Look at all templates with as many tokens where the tree leads to none that fits.
        workers : int, optional
            Threads.
        progress : bool
            Show a bar.

        Returns
        -------
        ndarray of int64, shape (n,)
            The `id` of each message's template; -1 where none fits.
        """
        prepared = self._prepared(lines)
        with ProgressBar(progress, "templates") as bar:
            return self._miner.match(prepared, thorough, thread_count(workers), bar.show)

    @property
    def templates(self) -> Table:
        """The templates: columns `id` (int64), `template` (text) and `count` (int64), the messages that joined."""
        rows = self._miner.templates()
        text = np.empty(len(rows), object)
        text[:] = [" ".join(tokens) for _, tokens, _ in rows]
        ids, counts = ([row[at] for row in rows] for at in (0, 2))
        return Table({"id": np.array(ids, np.int64), "template": text, "count": np.array(counts, np.int64)})

    def parameters(self, lines: Any) -> list[list[str] | None]:
        """What messages have where their templates have parameters or names of masks.

        Parameters
        ----------
        lines : column of text, path, binary file or bytes of lines

        Returns
        -------
        list of list of str
            None for a message that fits no template.
        """
        prepared = self._prepared(lines)
        ids = self._miner.match(prepared, False, 1)
        places, ends = self._miner.parameters(prepared, ids)
        found: list[list[str] | None] = []
        begin = 0
        for at, end in enumerate(ends):
            line = prepared[at]
            if line is None or ids[at] < 0:
                found.append(None)
            else:
                found.append([line[a:b].decode(errors="replace") for a, b in places[begin:end]])
            begin = end
        return found

    def to_pattern(self, id: int) -> Pattern:
        """A template as a `Pattern`, whose columns are its parameters.

        Parameters
        ----------
        id : int
            As in `templates`.

        Returns
        -------
        Pattern
            Columns of text, named by their masks (`ip`, the second one `ip_2`) or `parameter`.

        Raises
        ------
        KeyError
            If there is no such template.

        Examples
        --------
        >>> drain = Drain()
        >>> _ = drain.fit(["user 7 logged in from 10.0.0.1", "user 12 logged in from 10.0.0.2"])
        >>> drain.to_pattern(0).parse("user 99 logged in from 10.0.0.9")
        Table of 1 row
          number  ip
          99      10.0.0.9
        """
        for number, tokens, _ in self._miner.templates():
            if number == id:
                spaced = bool(self._expressions)
                layout = template.layout(tokens, self._masks, self._extra_delimiters, spaced)
                return Pattern._of([layout], f"Drain.to_pattern({id})")
        raise KeyError(f"no template {id}; ids are those of Drain.templates")

    def dumps(self) -> bytes:
        """All that was mined, and the settings, as bytes for `loads`."""
        head = {
            "masks": self._masks,
            "expressions": [(e.pattern, e.flags) for e in self._expressions],
            "extra_delimiters": self._extra_delimiters,
        }
        return _MAGIC + json.dumps(head).encode() + b"\n" + self._miner.dump()

    @classmethod
    def loads(cls, data: bytes) -> Drain:
        """A Drain from the bytes of `dumps`.

        Raises
        ------
        ValueError
            If they are not such bytes, or broken; they may come from anywhere.
        """
        head, _, tree = data[len(_MAGIC) :].partition(b"\n")
        if not data.startswith(_MAGIC):
            raise ValueError("cannot load a Drain: not bytes of Drain.dumps, or of another version")
        try:
            told = json.loads(head)
            expressions = [re.compile(pattern, flags) for pattern, flags in told["expressions"]]
            made = cls(masks=[*expressions, *told["masks"]], extra_delimiters=told["extra_delimiters"])
        except (KeyError, TypeError, ValueError, re.error, RecursionError) as error:
            raise ValueError(f"cannot load a Drain: its settings are broken: {error}") from None
        made._miner = Miner(made._masks, bytes(tree))
        made._settings = made._miner.settings
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Drain.loads, (self.dumps(),)

    def __repr__(self) -> str:
        similarity, depth, _, _ = self._settings
        return f"<pyudf.logs.Drain similarity={similarity} depth={depth}: {len(self._miner.templates())} templates>"

    def _prepared(self, lines: Any) -> Lines:
        found = lines_of(lines)
        if not self._expressions and not self._extra_delimiters:
            return found
        return lines_of([None if line is None else self._substituted(line.decode(errors="replace")) for line in found])

    def _substituted(self, line: str) -> str:
        for expression in self._expressions:
            line = expression.sub("<*>", line)
        return _delimited(line, self._extra_delimiters)


def _delimited(line: str, delimiters: Iterable[str]) -> str:
    for delimiter in delimiters:
        line = line.replace(delimiter, " ")
    return line
