"""Template mining: the groups of drain3, of a plain Drain in Python, masks, parameters, saving."""

import pickle
import random
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pyudf
from pyudf.logs import MASKS, Drain

MESSAGES = (
    "Receiving block blk_{0} src: /10.250.{1}.{2}:50010 dest: /10.250.{2}.{1}:50010",
    "PacketResponder {1} for block blk_{0} terminating",
    "user{1} logged in after {2} attempts",
    "Failed password for invalid user {3} from 10.0.{1}.{2} port {0} ssh2",
    "worker {1} finished job {0} with status {3}",
    "{3} {3} {1}",
    "",
    "größe {3} überschritten {2}",
)


def messages(count, seed=1):
    draw = random.Random(seed)
    words = ["admin", "root", "OK", "failed", "naïve", "²", "٣", "<*>"]
    rows = []
    for _ in range(count):
        numbers = (draw.randrange(10**6), draw.randrange(99), draw.randrange(255))
        rows.append(draw.choice(MESSAGES).format(*numbers, draw.choice(words)))
    return rows


class PlainDrain:
    """Drain as the paper and drain3 have it, in Python and without any haste."""

    def __init__(self, similarity, depth, max_children):
        self.similarity, self.levels, self.max_children = similarity, depth - 2, max_children
        self.roots, self.templates = {}, []

    def add(self, message):
        tokens = message.split()
        node = self.leaf(tokens)
        best, best_key = None, (-1, -1)
        for number in node["clusters"] if node else ():
            template = self.templates[number]
            same = sum(a == b for a, b in zip(template, tokens, strict=True) if a != "<*>")
            key = same, template.count("<*>")
            if key > best_key:
                best, best_key = number, key
        if best is None or (tokens and best_key[0] / len(tokens) < self.similarity):
            return self.begin(tokens)
        template = self.templates[best]
        self.templates[best] = [a if a == b else "<*>" for a, b in zip(template, tokens, strict=True)]
        return best

    def leaf(self, tokens):
        node = self.roots.get(len(tokens))
        for token in tokens[: max(0, min(self.levels, len(tokens)) - 1)]:
            node = node and (node["children"].get(token) or node["children"].get("<*>"))
        return node

    def begin(self, tokens):
        self.templates.append(tokens)
        node = self.roots.setdefault(len(tokens), {"children": {}, "clusters": []})
        for token in tokens[: max(0, min(self.levels, len(tokens)) - 1)]:
            children = node["children"]
            if token not in children:
                full = len(children) + ("<*>" not in children) >= self.max_children
                token = "<*>" if any(map(str.isdigit, token)) or full else token
            node = children.setdefault(token, {"children": {}, "clusters": []})
        if not tokens:
            node["clusters"] = []
        node["clusters"].append(len(self.templates) - 1)
        return len(self.templates) - 1


token = st.sampled_from(["a", "b", "c", "<*>", "1", "x2", "²", "é", "", " ", "\t", "\u2003", "\x1d"])


@settings(max_examples=300)
@given(
    st.lists(st.lists(token, max_size=6).map(" ".join), max_size=40),
    st.sampled_from([0.0, 0.3, 0.5, 0.7, 1.0]),
    st.integers(3, 7),
    st.integers(1, 5),
)
def test_groups_are_those_of_the_plain_drain(lines, similarity, depth, max_children):
    drain = Drain(similarity, depth, max_children, masks=())
    plain = PlainDrain(similarity, depth, max_children)
    assert drain.fit(lines).tolist() == [plain.add(line) for line in lines]
    assert drain.templates["template"].tolist() == [" ".join(template) for template in plain.templates]


@pytest.mark.parametrize("clusters", [None, 1, 5, 20])
@pytest.mark.parametrize(("similarity", "depth"), [(0.4, 4), (0.7, 5), (0.5, 3), (1.0, 6)])
def test_groups_are_those_of_drain3(similarity, depth, clusters):
    drain3 = pytest.importorskip("drain3.drain", reason="needs drain3")
    theirs = drain3.Drain(depth=depth, sim_th=similarity, max_children=8, max_clusters=clusters)
    lines = messages(3000)
    ours = Drain(similarity, depth, 8, clusters, masks=())
    assert ours.fit(lines).tolist() == [theirs.add_log_message(line)[0].cluster_id - 1 for line in lines]
    kept = {c.cluster_id - 1: (c.get_template(), c.size) for c in theirs.clusters}
    table = ours.templates
    assert {i: (t, n) for i, t, n in zip(table["id"], table["template"], table["count"], strict=True)} == kept
    seen = messages(200, seed=2)
    found = [theirs.match(line) for line in seen]
    assert ours.match(seen).tolist() == [-1 if cluster is None else cluster.cluster_id - 1 for cluster in found]


def test_threads_do_not_matter():
    lines = messages(60_000)
    one, two = Drain(), Drain()
    assert (one.fit(lines, workers=1) == two.fit(lines, workers=2)).all()
    assert one.dumps() == two.dumps()
    assert (one.match(lines, workers=1) == one.match(lines, workers=2)).all()


def test_fit_forgets_and_partial_fit_does_not():
    drain = Drain()
    assert drain.fit(["a b", "c d"]).tolist() == [0, 1]
    assert drain.partial_fit(["e f", "a b"]).tolist() == [2, 0]
    assert drain.fit(["e f"]).tolist() == [0]
    assert len(drain.templates) == 1


def test_missing_and_empty_messages():
    drain = Drain()
    assert drain.fit(["a", None, "", " \t", "a"]).tolist() == [0, -1, 1, 1, 0]
    assert drain.match([None, "", "b"]).tolist() == [-1, 1, -1]
    assert drain.parameters([None, "", "a"]) == [None, [], []]
    assert drain.fit([]).shape == (0,)


def test_thorough_search_finds_what_the_tree_does_not():
    drain = Drain(similarity=0.5, depth=4, masks=())
    assert drain.fit(["1 x y", "2 x y", "q z w"]).tolist() == [0, 0, 1]
    assert drain.templates["template"].tolist() == ["<*> x y", "q z w"]
    assert drain.match(["q x y", "r x y"]).tolist() == [-1, 0]
    assert drain.match(["q x y", "r x y", "r x"], thorough=True).tolist() == [0, 0, -1]


MASKED = {
    "at 10.0.0.1 or 10.0.0.1:80, 10.1.0.0/16": "at <IP> or <IP>, <IP>",
    "v6 ::1 and fe80::1ff:fe23:4567:890a and 2001:0db8:85a3:0000:0000:8a2e:0370:7334": "v6 <IP> and <IP> and <IP>",
    "1.2.3 is no address": "<NUMBER> is no address",
    "id 123e4567-e89b-12d3-a456-426614174000.": "id <UUID>.",
    "mac 00:1B:44:11:3A:B7": "mac <MAC>",
    "blk_-1608999687919862906 blk_38": "<BLOCK> <BLOCK>",
    "see https://example.org/a?b=1, (http://x.y/z)": "see <URL>, (<URL>)",
    "to me@example.org.": "to <EMAIL>.",
    "on 2026-11-26T12:00:01.123Z": "on <TIMESTAMP>",
    "26/11/2026 at 23:59:59,123 or 7:05": "<TIMESTAMP> at <TIMESTAMP> or <NUMBER>:<NUMBER>",
    "open /var/log/syslog: C:\\Windows\\x.dll": "open <PATH>: <PATH>",
    "and/or /home": "and/or /home",
    "0x7ffe deadbeef01 cafe decade": "<HEX> <HEX> cafe decade",
    "-5 +3.25 1,000 6.02e23 50% 5x x5": "<NUMBER> <NUMBER> <NUMBER> <NUMBER> <NUMBER> 5x x5",
    "größe 5, naïve_7": "größe <NUMBER>, naïve_7",
    "pid=123 [456]": "pid=<NUMBER> [<NUMBER>]",
}


@pytest.mark.parametrize("message", MASKED)
def test_masks(message):
    drain = Drain()
    drain.fit([message])
    assert drain.templates["template"].tolist() == [MASKED[message]]


# Masks that have an obvious expression: between no letters, digits or underscores.
OBVIOUS = {
    "uuid": r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "block": r"blk_-?[0-9]{1,20}",
    "ip": r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:[:/][0-9]{1,5})?",
    "quoted": r"\"[^\"]*\"|'[^']*'",
}


@pytest.mark.parametrize("mask", OBVIOUS)
@settings(max_examples=200)
@given(data=st.data())
def test_masks_are_those_of_the_expression(mask, data):
    expression = OBVIOUS[mask]
    parts = st.one_of(st.from_regex(expression, fullmatch=True), st.sampled_from([" ", "a", "_", ".", "-", "é", "0"]))
    message = "".join(data.draw(st.lists(parts, max_size=6))).replace("\n", " ")
    word = "" if mask == "quoted" else r"(?![0-9A-Za-z_])"
    expected = re.sub(rf"(?<![0-9A-Za-z_])(?:{expression}){word}", f"<{mask.upper()}>", message)
    drain = Drain(masks=(mask,))
    drain.fit([message])
    assert drain.templates["template"].tolist() == [" ".join(expected.split())]


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_any_bytes_are_messages(lines):
    drain = Drain(masks=(*MASKS, "quoted"))
    ids = drain.fit(np.array(lines, object) if lines else [])
    assert len(ids) == len(lines)
    for line, found in zip(lines, drain.parameters(lines), strict=True):
        assert found is None or all(part.encode("utf-8", "replace") for part in found) or line is not None


def test_parameters_are_what_was_replaced():
    drain = Drain()
    drain.fit(["from /10.0.0.1:50 port 7 as eve", "from /10.0.0.9:51 port 8 as bob"])
    assert drain.templates["template"].tolist() == ["from /<IP> port <NUMBER> as <*>"]
    assert drain.parameters(["from /1.2.3.4:5 port 99 as zoë", "other"]) == [["1.2.3.4:5", "99", "zoë"], None]


def test_expressions_and_delimiters():
    drain = Drain(masks=(re.compile(r"session-\w+"), "number"), extra_delimiters=("=", "|"))
    assert drain.fit(["key=session-abc|7", None, "key=session-x|8", "key=none|9"]).tolist() == [0, -1, 0, 1]
    assert drain.templates["template"].tolist() == ["key <*> <NUMBER>", "key none <NUMBER>"]


def test_what_expressions_replace_is_the_same():
    drain = Drain(masks=[re.compile(r"task-\w+")])
    assert drain.fit(["task-a", "task-b", "end task-a", "end task-b", "end task-c"]).tolist() == [0, 0, 1, 1, 1]
    again = Drain.loads(drain.dumps())
    assert again.partial_fit(["task-z", "end task-z"]).tolist() == [0, 1]


@pytest.mark.parametrize("clusters", [None, 5])
def test_saved_and_loaded(clusters):
    drain = Drain(max_clusters=clusters, masks=("ip", re.compile("x+", re.I)), extra_delimiters=(":",))
    drain.fit(messages(500))
    for again in (Drain.loads(drain.dumps()), pickle.loads(pickle.dumps(drain))):
        assert again.dumps() == drain.dumps()
        more = messages(500, seed=3)
        assert (again.partial_fit(more) == Drain.loads(drain.dumps()).partial_fit(more)).all()
        assert repr(again).startswith("<pyudf.logs.Drain similarity=0.7 depth=5: ")


@settings(max_examples=300)
@given(st.data())
def test_broken_bytes_are_refused(data):
    drain = Drain(max_clusters=data.draw(st.sampled_from([None, 3])))
    drain.fit(messages(20))
    saved = bytearray(drain.dumps())
    for _ in range(data.draw(st.integers(1, 3))):
        saved[data.draw(st.integers(0, len(saved) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(saved)))
    for broken in (bytes(saved), bytes(saved[:cut])):
        try:
            loaded = Drain.loads(broken)
        except ValueError:
            continue
        loaded.partial_fit(messages(50))


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"similarity": 2}, ValueError, "between 0 and 1"),
        ({"depth": 2}, ValueError, "depth must be at least 3"),
        ({"max_children": 0}, ValueError, "max_children"),
        ({"max_clusters": 0}, ValueError, "max_clusters"),
        ({"masks": ("ipp",)}, ValueError, "unknown mask 'ipp'.*ip"),
        ({"masks": "ip"}, TypeError, "sequence"),
    ],
)
def test_wrong_settings(options, error, words):
    with pytest.raises(error, match=words):
        Drain(**options)


def test_a_table_of_templates():
    drain = Drain()
    drain.fit(messages(100))
    assert isinstance(drain.templates, pyudf.Table)
    assert drain.templates.columns == ("id", "template", "count")
    assert drain.templates["count"].sum() == 100


def test_templates_become_patterns():
    drain = Drain()
    lines = [f"{i % 9} at 2024-01-0{i % 9 + 1} 10:00:00: user=u{i} from 10.0.0.{i}:80  ok" for i in range(50)]
    assert set(drain.fit(lines)) == {0}
    table = drain.to_pattern(0).parse(lines)
    assert table.ok.all()
    assert "2024-01-03 10:00:00" in table["timestamp"][2]
    told = drain.parameters(lines)
    for row, parameters in enumerate(told):
        assert [column[row].strip(":") for column in table.values()] == [one.strip(":") for one in parameters]
    assert not drain.to_pattern(0).parse("another message").ok[0]
    with pytest.raises(KeyError, match="no template 7"):
        drain.to_pattern(7)


def test_templates_become_patterns_with_delimiters_and_expressions():
    drain = Drain(masks=(re.compile(r"\(.*?\)"),), extra_delimiters=("::", ","), similarity=0.4, depth=3)
    lines = ["a::x,(one two) end", "a::y,(three) end"]
    assert drain.fit(lines).tolist() == [0, 0]
    table = drain.to_pattern(0).parse(lines)
    assert table.to_pandas().to_numpy().tolist() == [["x", "(one two)"], ["y", "(three)"]]
