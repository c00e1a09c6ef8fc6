"""Headers of fields split lines as logparser's regular expressions do."""

import re

import log_judge
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyudf.logs.formats import fields


def by_logparser(header, line):
    """How logparser reads a header: fields are lazy, blanks a run of them, and the rest a regular expression."""
    pattern = ""
    for at, part in enumerate(re.split(r"(<[^<>]+>)", header)):
        pattern += f"(?P<{part[1:-1]}>.*?)" if at % 2 else re.sub(" +", r"\\s+", part)
    found = re.fullmatch(pattern, line.strip())
    return None if found is None else found.groupdict()


HEADERS = {
    "<Date> <Time> <Pid> <Level> <Component>: <Content>": [
        "081109 203615 148 INFO dfs.DataNode$PacketResponder: PacketResponder 1 for block blk_38 terminating",
        "081109 203615   148 INFO a: b: c",
        "081109 203615 148 INFO no colon",
    ],
    r"<Month> <Date> <Time> <Level> <Component>(\[<PID>\])?: <Content>": [
        "Jun 14 15:16:01 combo sshd(pam_unix)[19939]: authentication failure; logname= uid=0",
        "Jun  9 06:06:20 combo kernel: CPU 0 irqstacks",
        "Jun  9 06:06:20 combo syslogd 1.4.1: restart [x]: y.",
    ],
    r"<Month>  <Date> <Time> <User> <Component>\[<PID>\]( \(<Address>\))?: <Content>": [
        "Jul  1 09:00:55 calvisitor-10 kernel[0]: IOThunderboltSwitch<0>(0x0)::listener",
        "Jul  1 09:01:05 host com.apple.CDScheduler[43] (com.apple.x[3]): Thermal pressure state: 1",
    ],
    r"\[<Time>\] \[<Level>\] <Content>": ["[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok", "[x] y"],
    r"<Time>\|<Component>\|<Pid>\|<Content>": ["20171223-22:15:29:606|Step_LSC|30002312|on|Changed 3579"],
    r"\[<Time>\] <Program> - <Content>": ["[10.30 16:49:06] chrome.exe - proxy.cse.cuhk.edu.hk:5070 - open"],
    r"<Date> <Time>, <Level> +<Component>    <Content>": ["2016-09-28 04:30:30, Info                  CBS    Loaded"],
    r"<Time> <Level>(?: <Node>)? - <Content>": ["1 WARN n7 - x", "1 WARN - x"],
}


@pytest.mark.parametrize("header", HEADERS)
def test_lines_are_split_as_by_logparser(header):
    layout = fields.layout(header)
    for line in HEADERS[header]:
        assert log_judge.parse(layout, line.encode()) == by_logparser(header, line), line


words = st.text("ab:[]-é", min_size=1, max_size=6)


@given(st.lists(words, min_size=1, max_size=9), st.sampled_from([" ", "   "]))
def test_made_up_lines(parts, blank):
    line = blank.join(parts)
    for header in (r"<a> <b>(\[<c>\])?: <d>", "<a> <b> <c>", r"<a>:(<b>)?-<c>", r"<a>( \[<b>\])? <c>"):
        expected = by_logparser(header, line)
        # logparser finds empty fields within a run of blanks, which belongs together here.
        if expected is None or all(value is None or value == value.strip() != "" for value in expected.values()):
            assert log_judge.parse(fields.layout(header), line.encode()) == expected


def test_types_stand_with_names_or_apart():
    layout = fields.layout("<Time:timestamp:epoch> <Pid:int> <Took>ms", types={"Took": "float"})
    assert log_judge.parse(layout, b"  12 34 5.5ms") == {"Time": (12000000, None), "Pid": 34, "Took": 5.5}
    assert log_judge.parse(layout, b"12 x 5.5ms") is None
    assert log_judge.parse(layout, b"12 - 5.5ms")["Pid"] is None


def test_what_is_refused():
    with pytest.raises(ValueError, match="has no field"):
        fields.layout("words")
    with pytest.raises(ValueError, match="position 4: no type 'itn'"):
        fields.layout("<a> <Pid:itn>")
    with pytest.raises(ValueError, match="position 3: a parenthesis is not closed"):
        fields.layout("<a>(<b>")
    with pytest.raises(ValueError, match="'a' is captured twice"):
        fields.layout("<a> <a>")
    with pytest.raises(TypeError, match="a header of fields is a str"):
        fields.layout(b"<a>")
