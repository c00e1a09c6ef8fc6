"""Whatever is given as a format becomes a layout or a ValueError, and nothing else."""

import contextlib

import log_judge
import log_twin
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyudf.logs.formats import apache, aws, dissect, fields, grok, nginx, regex, w3c
from pyudf.logs.formats.suggest import suggest

READERS = {
    "regex": (
        regex.layout,
        ["(", ")", "(?P<a>", "(?:", "(?>", "(?=", "(?<!", "[", "]", "[^", "|", "*", "+?", "{2,3}", "\\"],
    ),
    "grok": (grok.layout, ["%{", "}", "%{WORD:", "%{INT", ":int}", "(?<a>", "[a][b]", ")", "*", "\\"]),
    "fields": (fields.layout, ["<", ">", "<a>", "<b:int>", "(", ")?", "\\[", "  ", "\\"]),
    "dissect": (dissect.layout, ["%{", "}", "%{a}", "->", "+", "/2", "*", "&", "?"]),
    "nginx": (nginx.layout, ["$", "${", "}", "$status", "$uri", "$is_args", "$args", '"', "log_format x ", "'", ";"]),
    "apache": (apache.layout, ["%", "%h", "%{", "}i", "}t", "%>s", "%q", "%U", "!200", '\\"', "LogFormat ", '"']),
    "w3c": (w3c.layout, ["#Fields:", " ", "date", "time", "\t"]),
    "vpc_flow": (aws.vpc_flow, ["version ", "${", "}", " ", "start"]),
}


@pytest.mark.parametrize("name", READERS)
def test_formats_of_any_text(name):
    layout, pieces = READERS[name]

    @given(st.lists(st.one_of(st.sampled_from(pieces), st.text(max_size=3)), max_size=12).map("".join), st.binary())
    def tried(text, line):
        with contextlib.suppress(ValueError):
            # What is read is a pattern of `re` as well: captures are numbered, sets are sound.
            log_twin.captures(layout(text), line)

    tried()


def test_patterns_as_deep_as_the_stack():
    for opened in ("(", "(?:a|", "(?>", "((?P<a>x)|"):
        with pytest.raises(ValueError, match="more than 50 parentheses or names"):
            regex.layout(opened * 5000)
    deep = {f"P{number}": f"%{{P{number + 1}}}" for number in range(400)} | {"P400": "x"}
    with pytest.raises(ValueError, match="more than 50 parentheses or names"):
        grok.layout("%{P0}", patterns=deep)
    assert log_twin.captures(regex.layout("(?:" * 50 + "x" + ")" * 50), b"x") == {}


@given(st.lists(st.binary(), max_size=4))
def test_samples_of_any_bytes(lines):
    def fits(layout, lines):
        return sum(log_judge.parse(layout, line) is not None for line in lines)

    with contextlib.suppress(ValueError):
        assert isinstance(suggest(lines, fits), str)
