"""Lines that services of AWS write as layouts: access logs of load balancers, flow logs of networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pyudf.logs.elements import ALL, Capture, Column, Element, Layout, Literal, Span
from pyudf.logs.formats import regex
from pyudf.logs.typenames import dashed, typed

# Name -> type, as they stand; a name in quotes is a value in quotes, one with a colon an address and its port.
ALB = {
    "type": "text",
    "time": "timestamp:iso8601",
    "elb": "text",
    "client:port": "text",
    "target:port": "text",
    "request_processing_time": "float",
    "target_processing_time": "float",
    "response_processing_time": "float",
    "elb_status_code": "int",
    "target_status_code": "int",
    "received_bytes": "int",
    "sent_bytes": "int",
    '"request"': "text",
    '"user_agent"': "text",
    "ssl_cipher": "text",
    "ssl_protocol": "text",
    "target_group_arn": "text",
    '"trace_id"': "text",
    '"domain_name"': "text",
    '"chosen_cert_arn"': "text",
    "matched_rule_priority": "int",
    "request_creation_time": "timestamp:iso8601",
    '"actions_executed"': "text",
    '"redirect_url"': "text",
    '"error_reason"': "text",
    '"target_port_list"': "text",
    '"target_status_code_list"': "text",
    '"classification"': "text",
    '"classification_reason"': "text",
    "conn_trace_id": "text",
}
# What the first balancers wrote; the others came one by one.
ALB_LEAST = 17
FLOW = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)
FLOW_TYPES = {
    **dict.fromkeys(("version", "srcport", "dstport", "protocol", "packets", "bytes", "tcp-flags"), "int"),
    "traffic-path": "int",
    **dict.fromkeys(("srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr"), "ip"),
    **dict.fromkeys(("start", "end"), "timestamp:epoch"),
}


def alb_value(name: str) -> str:
    """The regular expression of one value."""
    if name.startswith('"'):
        return f'"(?P<{name[1:-1]}>[^"]*)"'
    if name.endswith(":port"):
        side = name.removesuffix(":port")
        # Colons of an IPv6 address come before the one of the port.
        return f"(?:(?P<{side}_ip>[^ :]+|[^ ]+):(?P<{side}_port>[0-9]+)|-)"
    return f"(?P<{name}>[^ ]+)"


def alb(*, types: Mapping[str, str] | None = None) -> Layout:
    """Access logs of Application Load Balancers as a layout.

    Parameters
    ----------
    types : mapping of str to str, optional
        Types of columns; times of processing are floats of seconds.

    Returns
    -------
    Layout
        Columns as AWS names them; `client:port` and `target:port` are `client_ip`, `client_port`, `target_ip` and
        `target_port`. Fields that came later need not be there; those that will come are left unread. `-` is missing,
        and so is a time of -1.

    References
    ----------
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html

    Examples
    --------
    >>> from pyudf.logs.formats import aws
    >>> [c.name for c in aws.alb().columns][:5]
    ['type', 'time', 'elb', 'client_ip', 'client_port']
    """
    values = [alb_value(name) for name in ALB]
    later = values[ALB_LEAST:]
    header = (
        "^" + " ".join(values[:ALB_LEAST]) + "".join(f"(?: {one}" for one in later) + "(?: .*)?" + ")?" * len(later)
    )
    kinds = {name.strip('"'): kind for name, kind in ALB.items() if not name.endswith(":port")}
    ports = {"client_port": "int", "target_port": "int"}
    found = regex.layout(header + "$", types={**kinds, **ports, **(types or {})})
    columns = (
        replace(column, missing=(*column.missing, b"-1")) if column.name.endswith("_processing_time") else column
        for column in dashed(found.columns)
    )
    return replace(found, columns=tuple(columns))


def vpc_flow(header: str | None = None, *, types: Mapping[str, str] | None = None) -> Layout:
    """Flow logs of VPCs as a layout.

    Parameters
    ----------
    header : str, optional
        The names of a custom format, as in the first line of a file or as written to make it
        (`${version} ${vpc-id} …`); the default format's if not given.
    types : mapping of str to str, optional
        Types of columns by their names in the table.

    Returns
    -------
    Layout
        A column for each field, named with `_` for `-`; `start` and `end` are timestamps. `-` is missing.

    References
    ----------
    https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html

    Examples
    --------
    >>> from pyudf.logs.formats import aws
    >>> [(c.name, c.type) for c in aws.vpc_flow("${vpc-id} ${srcaddr} ${end}").columns]
    [('vpc_id', 'text'), ('srcaddr', 'ip'), ('end', 'timestamp:epoch')]
    """
    written = FLOW if header is None else header
    if not isinstance(written, str):
        raise TypeError(f"a header of a flow log is a str, got {type(written).__name__}")
    names = [name.removeprefix("${").removesuffix("}") for name in written.split()]
    if not names or len({*names}) < len(names):
        raise ValueError(f"header {written!r} is to name fields, each once, as in 'version srcaddr dstaddr'")
    elements: list[Element] = []
    for number in range(len(names)):
        elements += [Literal(b" ")] if number else []
        elements.append(Capture(number, (Span(bytes(sorted({*ALL} - {*b" "})), 1),)))
    columns = [
        Column(name.replace("-", "_"), FLOW_TYPES.get(name, "text"), (number,), missing=(b"-",))
        for number, name in enumerate(names)
    ]
    return Layout(tuple(elements), typed(columns, types))
