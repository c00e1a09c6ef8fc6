"""Several functions of one name: the one whose parameters fit the arguments is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import engines, signatures
from ._values import fits, is_missing


def overload(name: str, functions: list[Any]) -> Any:
    """One function as it is; several as their overloads, unless two take the same types."""
    if len(functions) == 1:
        return functions[0]
    seen = [tuple(str(t) for t in function.types) for function in functions]
    if len(set(seen)) < len(seen):
        raise ImportError(
            f"two functions are called {name!r} and take the same types; give one of them another name: "
            "PYUDF_FUNCTION_AS(name, function, …)"
        )
    return Overloaded(functions)


class Overloaded:
    """Functions of one name, of which the first that fits the arguments best is called."""

    def __init__(self, functions: Sequence[Any]) -> None:
        self.functions = tuple(functions)
        first = functions[0]
        self.__name__, self.__qualname__, self.__module__ = first.__name__, first.__qualname__, first.__module__

    def of(self, functions: Sequence[Any]) -> Overloaded:
        """The same overloads, bound to an object."""
        return Overloaded(functions)

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        return "\n\n".join(function.__doc__ for function in self.functions)

    @property
    def summary(self) -> str | None:
        """The documentation of the first one."""
        found: str | None = self.functions[0].summary
        return found

    def __repr__(self) -> str:
        return f"<{len(self.functions)} overloads of pyudf function {self.__module__}.{self.__qualname__}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return signatures.reduced(self.__module__, self.__qualname__)

    def __call__(self, *args: Any, **given: Any) -> Any:
        if engines.has_expression((*args, *given.values())):
            return engines.to_expression(self, args, given)
        return self.choose(args, given)(*args, **given)

    def outer(self, left: Any, right: Any, **given: Any) -> Any:
        """The matrix of all pairs, by the function that fits the two columns."""
        return self.choose((left, right), {}).outer(left, right, **given)

    def choose(self, args: tuple[Any, ...], given: dict[str, Any]) -> Any:
        """The function whose parameters fit best, by the first value of each argument."""
        samples = [(value, _first(value)) for value in args]
        named = {name: (value, _first(value)) for name, value in given.items()}
        costs = [_cost(function, samples, named) for function in self.functions]
        best = min(costs)
        if best == _NO_FIT:
            kinds = ", ".join(type(value).__name__ for value, _ in samples)
            choices = "; ".join(f"({', '.join(map(str, function.types))})" for function in self.functions)
            raise TypeError(f"{self.__name__}: no overload takes ({kinds}); there are {choices}")
        return self.functions[costs.index(best)]


_NO_FIT = 1_000_000


def _first(values: Any) -> Any:
    """The first value of a column that is not missing; a value as it is."""
    adapter = engines.find_column(values)
    if adapter is not None:
        values = adapter.sample(values)
    if isinstance(values, np.ndarray):
        found = next((value for value in values.reshape(-1)[:1000].tolist() if not is_missing(value)), None)
        # What tolist gives of numbers is Python's; of an empty array its dtype says what it would be.
        return values.dtype.type() if found is None and values.dtype.kind in "biufUS" else found
    if isinstance(values, list):
        return next((value for value in values if not is_missing(value)), None)
    return values


def _cost(function: Any, samples: list[Any], named: dict[str, Any]) -> int:
    """How far the arguments, each as it is and its first value, are from a function's parameters."""
    parameters = function.parameters
    columns = [p.name for p in parameters if not p.keyword_only]
    if len(samples) > len(columns):
        return _NO_FIT
    given = dict(zip(columns, samples, strict=False)) | {name: v for name, v in named.items() if name in columns}
    if any(p.default is signatures.REQUIRED and p.name not in given for p in parameters if not p.keyword_only):
        return _NO_FIT
    types = dict(zip(columns, function.types, strict=False))
    return min(_NO_FIT, sum(_distance(types[name], *values) for name, values in given.items()))


def _distance(t: Any, value: Any, first: Any) -> int:
    if first is None or fits(t, first):
        # Of two that fit, the exact kind of number: a whole one fits a float, but is none.
        return int(t.is_number and t.dtype.kind == "f" and isinstance(first, (int, np.integer)))
    if fits(t, value):
        return 1  # one list, where its items alone might do as well
    return 2 if isinstance(first, (bool, np.bool_)) and t.is_number else _NO_FIT
