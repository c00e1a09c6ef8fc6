"""Text metrics: each a function of two texts in four forms, over values, arrays, Series and Arrow columns."""

from __future__ import annotations

from typing import Any

from ._core import Metric, Udf
from ._tables import metrics
from .overloads import Overloaded
from .signatures import FORMS, nearest

_METRICS: dict[str, Metric] = metrics(__name__)
__all__ = [*_METRICS]
globals().update(_METRICS)


def choose(metric: Any, form: str | None) -> Udf:
    """The function that ``metric=`` and ``form=`` name together."""
    if isinstance(metric, str):
        if metric not in _METRICS:
            raise ValueError(f"unknown metric {metric!r}; {nearest(metric, _METRICS)}")
        metric = _METRICS[metric]
    if isinstance(metric, Metric):
        if form is not None and form not in FORMS:
            raise ValueError(f"unknown form {form!r}; {nearest(form, FORMS)}")
        return metric.forms[form or "distance"]
    if isinstance(metric, Overloaded):
        metric = next((function for function in metric.functions if function.is_metric), metric)
    if not isinstance(metric, Udf):
        kind = type(metric).__name__
        raise TypeError(f"metric must be a name, a metric or a Udf, got {kind}; names: {', '.join(_METRICS)}")
    if form is not None:
        raise TypeError(f"{metric.__name__} is one form already; leave form= out, or pass the metric it belongs to")
    return metric
