"""Layouts as the programs that C++ runs over lines: a list of steps, and what to say where one does not fit."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .._parsing import COLUMN_TYPES, MATCHERS, OPS
from .elements import (
    ALL,
    Atomic,
    Capture,
    Column,
    Either,
    Element,
    Layout,
    Literal,
    Native,
    Optional,
    Peek,
    Repeat,
    Spaces,
    Span,
    Until,
)
from .first import ANYWHERE, AT_END, BLANKS, Body, First, disjoint, first, is_empty

MAGIC = b"pyudf lines 1\n"
ANY_END, TO_FIRST, AHEAD, EDGE, ESCAPE = 1, 1, 1, 2, 4
ENDLESS = 0xFFFFFFFF
MOST_STEPS = 1 << 16


@dataclass(slots=True)
class Step:
    """One step, and the words for a line that does not fit it; field is the column that it belongs to."""

    code: str
    a: int = 0
    b: int = 0
    set: int = 0
    flags: int = 0
    slot: int = -1
    field: str = ""
    reason: str = ""


def shown(text: bytes) -> str:
    return repr(text.decode("utf-8", "backslashreplace"))


def members(allowed: bytes) -> str:
    """A set of bytes in words: those that are in, or those that are not, whichever are fewer."""
    if len(allowed) == len(ALL):
        return "any byte"
    others = set(ALL) - set(allowed)
    few, words = (others, "any byte but ") if len(others) < len(allowed) else (set(allowed), "one of ")
    runs = ""
    for byte in sorted(few):
        begins, goes_on = byte - 1 not in few, byte + 1 in few
        text = repr(bytes([byte]))[2:-1]
        runs += text if begins else "" if goes_on else f"-{text}" if byte - 2 in few else text
    return words + runs


@dataclass
class Compiler:
    """Makes steps of elements; `names` are the columns that captures make."""

    names: Mapping[int, str]
    steps: list[Step] = field(default_factory=list)
    sets: dict[frozenset[int], int] = field(default_factory=dict)
    pool: bytearray = field(default_factory=bytearray)
    registers: int = 0
    field: str = ""

    def emit(self, code: str, reason: str = "", **operands: int) -> Step:
        if len(self.steps) >= MOST_STEPS:
            raise ValueError(f"the pattern is too large: it takes more than {MOST_STEPS} steps")
        self.steps.append(Step(code, field=self.field, reason=reason, **operands))
        return self.steps[-1]

    def set_of(self, allowed: frozenset[int] | bytes) -> int:
        return self.sets.setdefault(frozenset(allowed), len(self.sets))

    def text(self, text: bytes) -> dict[str, int]:
        at = self.pool.find(text)
        if at < 0:
            at = len(self.pool)
            self.pool += text
        return {"a": at, "b": len(text)}

    @property
    def here(self) -> int:
        return len(self.steps)

    def register(self) -> int:
        self.registers += 1
        return self.registers - 1

    # Bodies

    def body(self, body: Body, follow: First) -> None:
        """The steps of elements, one after the other; an Until belongs to the literal behind it."""
        at = 0
        while at < len(body):
            behind = first(body[at + 1 :], follow)
            taken = self.until_literal(body, at)
            if not taken:
                self.element(body[at], behind)
            at += taken or 1

    def until_literal(self, body: Body, at: int) -> int:
        """An Until, captured or not, and a literal behind it, as one step; how many elements that were."""
        element, number = body[at], -1
        if isinstance(element, Capture) and len(element.body) == 1:
            number, element = element.number, element.body[0]
        behind = body[at + 1] if at + 1 < len(body) else None
        if not isinstance(element, Until) or element.least or not isinstance(behind, Literal) or not behind.text:
            return 0
        if element.escape and behind.text[:1] == b"\\":
            return 0
        self.enter(number)
        stops = {behind.text[0], *(b"\\" if element.escape else b"")}
        flags = TO_FIRST if settles(body[at + 2 :]) and not element.escape else 0
        self.emit(
            "seek",
            f"no {shown(behind.text)} up to the end of the line",
            flags=flags | (ESCAPE if element.escape else 0),
            set=self.set_of(frozenset(ALL) - stops),
            slot=number,
            **self.text(behind.text),
        )
        return 2

    def enter(self, number: int) -> None:
        self.field = self.names.get(number, self.field)

    def element(self, element: Element, follow: First, slot: int = -1) -> None:
        EMITTERS[type(element)](self, element, follow, slot)

    def literal(self, element: Literal, follow: First, slot: int) -> None:
        if element.text:
            self.emit("literal", f"no {shown(element.text)} here", slot=slot, **self.text(element.text))

    def spaces(self, element: Spaces, follow: First, slot: int) -> None:
        self.run(BLANKS, element.least, None, slot, "no blank here")

    def run(self, allowed: bytes, least: int, most: int | None, slot: int, reason: str, code: str = "run") -> None:
        most = ENDLESS if most is None else most
        self.emit(code, reason, a=least, b=most, set=self.set_of(allowed), slot=slot)

    def span(self, element: Span, follow: First, slot: int) -> None:
        # If what follows begins with none of its bytes, giving some back cannot make it fit.
        settled = not follow.allowed & frozenset(element.allowed) or element.least == element.most
        reason = f"{members(element.allowed)} was expected here"
        if element.allowed and (element.most is None or element.most >= element.least):
            code = "run" if settled else "span"
            self.run(element.allowed, element.least, element.most, slot, reason, code)
        elif element.least:
            self.emit("fail", reason)
        elif slot >= 0:
            self.run(bytes(ALL), 0, 0, slot, reason)

    def native(self, element: Native, follow: First, slot: int) -> None:
        self.emit("native", f"no {element.matcher} here", a=MATCHERS[element.matcher], slot=slot)

    def until(self, element: Until, follow: First, slot: int) -> None:
        if follow == AT_END:
            self.run(bytes(ALL), element.least, None, slot, "the line ends here")
            return
        least = element.least
        if element.escape and least:
            unit: Body = (Either(((Literal(b"\\"), Span(bytes(ALL), 1, 1)), (Span(bytes(ALL), 1, 1),))),)
            self.captured(slot, lambda: self.body((Atomic(unit),) * least + (Until(True),), follow))
            return
        flags = (EDGE if follow.end else 0) | (ESCAPE if element.escape else 0)
        reason = "what should follow is not in the rest of the line"
        self.emit("lazy", reason, a=least, set=self.set_of(follow.allowed), flags=flags, slot=slot)

    def peek(self, element: Peek, follow: First, slot: int) -> None:
        flags = (AHEAD if element.ahead else 0) | (EDGE if element.edge else 0)
        where = "here" if element.ahead else "before here"
        self.emit(
            "peek", f"{members(element.allowed)} was expected {where}", set=self.set_of(element.allowed), flags=flags
        )

    # Structure

    def captured(self, number: int, emit: Callable[[], None]) -> None:
        if number < 0:
            emit()
            return
        register = self.register()
        self.emit("open", a=register)
        emit()
        self.emit("close", a=register, slot=number)

    def capture(self, element: Capture, follow: First, slot: int) -> None:
        self.enter(element.number)
        only = element.body[0] if len(element.body) == 1 else None
        whole = slot < 0 and isinstance(only, (Literal, Spaces, Span, Native, Until))
        if whole and only is not None and only != Literal(b""):
            self.element(only, follow, element.number)
        else:
            self.captured(slot, lambda: self.captured(element.number, lambda: self.body(element.body, follow)))

    def optional(self, element: Optional, follow: First, slot: int) -> None:
        self.captured(slot, lambda: self.either(Either((element.body, ())), follow, -1))

    def either(self, element: Either, follow: First, slot: int) -> None:
        choices = element.choices
        if slot >= 0 or not choices:
            self.captured(slot, lambda: self.either(element, follow, -1) if choices else self.none())
            return
        firsts = [first(choice, follow) for choice in choices]
        told = all(disjoint(one, other) for at, one in enumerate(firsts) for other in firsts[at + 1 :])
        jumps: list[Step] = []
        for choice, start in zip(choices[:-1], firsts, strict=False):
            if told and not start.end:
                way = self.emit("branch", set=self.set_of(start.allowed))
            else:
                way = self.emit("split", "none of the ways to go on fits")
            way.a, before = self.here, self.field
            self.body(choice, follow)
            jumps.append(self.emit("jump"))
            self.field = before
            if way.code == "branch":
                way.a = self.here
            else:
                way.b = self.here
        self.body(choices[-1], follow)
        for jump in jumps:
            jump.a = self.here

    def none(self) -> None:
        self.emit("fail", "nothing fits here")

    def repeat(self, element: Repeat, follow: First, slot: int) -> None:
        self.captured(slot, lambda: self.times(element, follow))

    def times(self, element: Repeat, follow: First) -> None:
        """The body so often as it must be, and then as it may."""
        body, least, most = element.body, element.least, element.most
        inner = first(body, follow) | follow
        for _ in range(least):
            self.body(body, inner)
        if most is None:
            self.loop(body, follow, inner, element.lazy)
            return
        skips = []
        for _ in range(most - least):
            skips.append(self.may(body, follow, element.lazy))
            self.body(body, inner)
        for skip in skips:
            self.leave(skip)

    def loop(self, body: Body, follow: First, inner: First, lazy: bool) -> None:
        register = self.register()
        self.emit("mark", a=register)
        start = self.here
        skip = self.may(body, follow, lazy)
        self.body(body, inner)
        self.emit("loop", a=register, b=start)
        self.leave(skip)

    def may(self, body: Body, follow: First, lazy: bool) -> Step:
        """The step that goes into a body or past it."""
        start = first(body, follow)
        if not lazy and not is_empty(body) and disjoint(start, follow):
            return self.emit("branch", set=self.set_of(start.allowed), b=1)
        step = self.emit("split", "none of the ways to go on fits")
        step.a, step.b = (0, self.here) if lazy else (self.here, 0)
        return step

    def leave(self, skip: Step) -> None:
        """What such a step goes to that goes past the body."""
        if skip.code == "branch":
            skip.a, skip.b = self.here, 0
        else:
            skip.a, skip.b = skip.a or self.here, skip.b or self.here

    def atomic(self, element: Atomic, follow: First, slot: int) -> None:
        # What follows cannot make the group go back: within it, anything may follow.
        self.captured(slot, lambda: self.group(element.body))

    def group(self, body: Body) -> None:
        if len(body) == 1 and isinstance(body[0], Span):
            self.span(body[0], First(frozenset(), False), -1)
            return
        self.emit("atomic")
        self.body(body, ANYWHERE)
        self.emit("commit")


EMITTERS: dict[type, Callable[..., None]] = {
    Literal: Compiler.literal,
    Spaces: Compiler.spaces,
    Span: Compiler.span,
    Native: Compiler.native,
    Until: Compiler.until,
    Peek: Compiler.peek,
    Capture: Compiler.capture,
    Optional: Compiler.optional,
    Either: Compiler.either,
    Repeat: Compiler.repeat,
    Atomic: Compiler.atomic,
}


def settles(rest: Body) -> bool:
    """Whether what stands behind a literal fits from its first occurrence on if it does from a later one.

    That is so if it begins with an Until that may be empty, behind runs that may be empty and give nothing back.
    """
    for element in rest:
        inner = element
        while isinstance(inner, Capture) and inner.body:
            inner = inner.body[0]
        if isinstance(inner, Until):
            return inner.least == 0 and not inner.escape
        match element:
            case Spaces(0) | Atomic((Span(_, 0, None),)) | Atomic((Repeat((Literal(),), 0, None, False),)):
                continue
        return False
    return False


@dataclass(frozen=True)
class Program:
    """The bytes of a program, and for each of its steps and columns a field and the words for what is wrong there."""

    code: bytes
    places: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]


def compiled(layout: Layout, outputs: Mapping[str, int]) -> Program:
    """A layout as a program; `outputs` are the places of its columns among those of the table."""
    names = {number: column.name for column in layout.columns for number in column.captures}
    compiler = Compiler(names, field=layout.columns[0].name if layout.columns else "")
    follow = AT_END if layout.at_end else ANYWHERE
    if not layout.at_start:
        start = first(layout.elements, follow)
        flags = EDGE if start.end else 0
        compiler.emit("lazy", "the pattern is nowhere in the line", set=compiler.set_of(start.allowed), flags=flags)
    compiler.body(layout.elements, follow)
    compiler.emit("finish", "the line goes on here", flags=0 if layout.at_end else ANY_END)
    places = [(step.field, step.reason) for step in compiler.steps]
    places += [(column.name, f"no {column.type.partition(':')[0]}") for column in layout.columns]
    return Program(packed(compiler, layout.columns, outputs), tuple(places), tuple(map(line_of, compiler.steps)))


def packed(compiler: Compiler, columns: tuple[Column, ...], outputs: Mapping[str, int]) -> bytes:
    last = max((number for column in columns for number in column.captures), default=-1)
    last = max(last, *(step.slot for step in compiler.steps))
    out = [MAGIC, struct.pack("<II", last + 1, compiler.registers), counted(bytes(compiler.pool))]
    out.append(struct.pack("<I", len(compiler.sets)))
    out += [sum(1 << byte for byte in allowed).to_bytes(32, "little") for allowed in compiler.sets]
    out.append(struct.pack("<I", len(compiler.steps)))
    out += [
        struct.pack("<BBHiII", OPS[step.code], step.flags, step.set, step.slot, step.a, step.b)
        for step in compiler.steps
    ]
    out.append(struct.pack("<I", len(columns)))
    for column in columns:
        kind, _, argument = column.type.partition(":")
        out += [struct.pack("<B", COLUMN_TYPES[kind]), counted(argument.encode())]
        out.append(
            struct.pack(f"<II{len(column.captures)}I", outputs[column.name], len(column.captures), *column.captures)
        )
        out += [counted(column.separator), struct.pack("<I", len(column.missing)), *map(counted, column.missing)]
    return b"".join(out)


def counted(text: bytes) -> bytes:
    return struct.pack("<I", len(text)) + text


def line_of(step: Step) -> str:
    """A step as `explain` shows it."""
    operands = {name: getattr(step, name) for name in ("a", "b", "set", "flags") if getattr(step, name)}
    told = " ".join(f"{name}={value}" for name, value in operands.items())
    taken = f" -> capture {step.slot}" if step.slot >= 0 else ""
    return f"{step.code:8}{told}{taken}"
