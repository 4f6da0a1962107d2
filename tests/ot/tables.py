"""The rules of the type, one row each, with the outcome written out."""

from typing import Any

Op = list[dict[str, Any]]

UNICODE = "text-unicode"


def li(index: int, value: Any = "v", at: str = "l") -> dict[str, Any]:
    return {"p": [at, index], "li": value}


def ld(index: int, value: Any = "v", at: str = "l") -> dict[str, Any]:
    return {"p": [at, index], "ld": value}


def lr(index: int, old: Any, new: Any) -> dict[str, Any]:
    return {"p": ["l", index], "ld": old, "li": new}


def lm(index: int, to: int) -> dict[str, Any]:
    return {"p": ["l", index], "lm": to}


def oi(key: str, value: Any) -> dict[str, Any]:
    return {"p": [key], "oi": value}


def od(key: str, value: Any) -> dict[str, Any]:
    return {"p": [key], "od": value}


def replace(key: str, old: Any, new: Any) -> dict[str, Any]:
    return {"p": [key], "od": old, "oi": new}


def na(path: list[Any], number: float) -> dict[str, Any]:
    return {"p": path, "na": number}


def typed(path: list[Any], op: list[Any], name: str = UNICODE) -> dict[str, Any]:
    return {"p": path, "t": name, "o": op}


# What happens, document, op, document after.
APPLIED: list[tuple[str, Any, Op, Any]] = [
    ("a number grows", {"a": 1}, [na(["a"], 2)], {"a": 3}),
    ("a number shrinks below zero", {"a": 1}, [na(["a"], -2)], {"a": -1}),
    ("two halves are a whole", {"a": 0.5}, [na(["a"], 0.5)], {"a": 1}),
    ("the root is a number", 4, [na([], 1)], 5),
    ("insert before the first", {"l": ["a"]}, [li(0)], {"l": ["v", "a"]}),
    ("insert behind the last", {"l": ["a"]}, [li(1)], {"l": ["a", "v"]}),
    ("insert null", {"l": []}, [li(0, None)], {"l": [None]}),
    ("delete an element", {"l": ["a", "b"]}, [ld(0, "a")], {"l": ["b"]}),
    ("delete null", {"l": [None]}, [ld(0, None)], {"l": []}),
    ("replace an element", {"l": ["a", "b"]}, [lr(1, "b", "c")], {"l": ["a", "c"]}),
    ("move an element back", {"l": ["a", "b", "c"]}, [lm(0, 2)], {"l": ["b", "c", "a"]}),
    ("move an element to the front", {"l": ["a", "b", "c"]}, [lm(2, 0)], {"l": ["c", "a", "b"]}),
    ("move an element to where it is", {"l": ["a", "b"]}, [lm(1, 1)], {"l": ["a", "b"]}),
    ("set a key", {}, [oi("k", 1)], {"k": 1}),
    ("set a key to null", {}, [oi("k", None)], {"k": None}),
    ("delete a key", {"k": 1}, [od("k", 1)], {}),
    ("delete a null", {"k": None}, [od("k", None)], {}),
    ("replace a key", {"k": None}, [replace("k", None, 2)], {"k": 2}),
    ("replace the root", {"k": 1}, [{"p": [], "od": {"k": 1}, "oi": [1]}], [1]),
    ("set the root", {"k": 1}, [{"p": [], "oi": 7}], 7),
    ("type", {"s": "a😀c"}, [typed(["s"], [2, "b"])], {"s": "a😀bc"}),
    ("delete an emoji", {"s": "a😀c"}, [typed(["s"], [1, {"d": "😀"}])], {"s": "ac"}),
    ("the root is a text", "ab", [typed([], [1, "x"])], "axb"),
    ("text0 counts UTF-16 units", {"s": "😀b"}, [typed(["s"], [{"p": 2, "i": "a"}], "text0")], {"s": "😀ab"}),
    ("text0 inserts behind the end at it", "ab", [typed([], [{"p": 9, "i": "c"}], "text0")], "abc"),
    ("text0 deletes", {"s": "😀b"}, [typed(["s"], [{"p": 0, "d": "😀"}], "text0")], {"s": "b"}),
    ("si", {"s": "ac"}, [{"p": ["s", 1], "si": "b"}], {"s": "abc"}),
    ("sd", {"s": "abc"}, [{"p": ["s", 1], "sd": "b"}], {"s": "ac"}),
    ("components see what those before them did", {}, [oi("k", {}), {"p": ["k", "x"], "oi": 1}], {"k": {"x": 1}}),
    ("nothing", {"k": 1}, [], {"k": 1}),
    ("of several kinds, t comes before na", "ab", [{**typed([], ["x"]), "na": 1}], "xab"),
    ("of several kinds, na comes before oi", {"k": 1}, [{**na(["k"], 1), "oi": 5}], {"k": 2}),
    ("of several kinds, li comes before lm", {"l": ["a", "b"]}, [{**li(0), "lm": 1}], {"l": ["v", "a", "b"]}),
]

# Rule, op, the other, op transformed as left, and as right.
TRANSFORMED: list[tuple[str, Op, Op, Op, Op]] = [
    ("far apart", [oi("a", 1)], [oi("b", 1)], [oi("a", 1)], [oi("a", 1)]),
    # A: the other happened inside what is deleted
    ("A od", [od("k", {"n": 1})], [na(["k", "n"], 2)], [od("k", {"n": 3})], [od("k", {"n": 3})]),
    ("A ld", [ld(0, {"n": 1})], [na(["l", 0, "n"], 2)], [ld(0, {"n": 3})], [ld(0, {"n": 3})]),
    ("A text", [od("s", "ab")], [typed(["s"], [1, "x"])], [od("s", "axb")], [od("s", "axb")]),
    # 1: si and sd
    (
        "1 sd split by si",
        [{"p": ["s", 0], "sd": "ab"}],
        [{"p": ["s", 1], "si": "x"}],
        [{"p": ["s", 0], "sd": "a"}, {"p": ["s", 1], "sd": "b"}],
        [{"p": ["s", 0], "sd": "a"}, {"p": ["s", 1], "sd": "b"}],
    ),
    (
        "1 si over si",
        [{"p": ["s", 1], "si": "a"}],
        [{"p": ["s", 1], "si": "bc"}],
        [{"p": ["s", 1], "si": "a"}],
        [{"p": ["s", 3], "si": "a"}],
    ),
    # 2: subtypes
    ("2 tie", [typed(["s"], ["a"])], [typed(["s"], ["b"])], [typed(["s"], ["a"])], [typed(["s"], [1, "a"])]),
    ("2 gone", [typed(["s"], [{"d": "a"}])], [typed(["s"], [{"d": "a"}])], [], []),
    ("2 other type", [typed(["s"], ["a"])], [typed(["s"], [], "text0")], [typed(["s"], ["a"])], [typed(["s"], ["a"])]),
    # 3: numbers
    ("3 na over na", [na(["n"], 1)], [na(["n"], 5)], [na(["n"], 1)], [na(["n"], 1)]),
    # 4: replaced elements
    ("4 below", [na(["l", 0, "x"], 1)], [lr(0, {"x": 1}, 2)], [], []),
    ("4 both replace", [lr(0, 1, 2)], [lr(0, 1, 3)], [lr(0, 3, 2)], []),
    ("4 deleted", [ld(0, 1)], [lr(0, 1, 3)], [], []),
    ("4 inserted", [li(0)], [lr(0, 1, 3)], [li(0)], [li(0)]),
    ("4 moved", [lm(0, 1)], [lr(0, 1, 3)], [lm(0, 1)], [lm(0, 1)]),
    # 5: inserted elements
    ("5 tie", [li(1)], [li(1)], [li(1)], [li(2)]),
    ("5 before", [ld(1)], [li(1)], [ld(2)], [ld(2)]),
    ("5 behind", [ld(1)], [li(2)], [ld(1)], [ld(1)]),
    ("5 below", [na(["l", 1, "x"], 1)], [li(0)], [na(["l", 2, "x"], 1)], [na(["l", 2, "x"], 1)]),
    ("5 move", [lm(0, 2)], [li(1)], [lm(0, 3)], [lm(0, 3)]),
    # 6: deleted elements
    ("6 before", [ld(2)], [ld(0)], [ld(1)], [ld(1)]),
    ("6 same", [ld(0)], [ld(0)], [], []),
    ("6 replaced", [lr(0, 1, 2)], [ld(0, 1)], [li(0, 2)], [li(0, 2)]),
    ("6 inserted", [li(0)], [ld(0)], [li(0)], [li(0)]),
    ("6 below", [na(["l", 0, "x"], 1)], [ld(0, {"x": 1})], [], []),
    ("6 moved itself", [lm(1, 0)], [ld(1)], [], []),
    ("6 moved over", [lm(0, 2)], [ld(1)], [lm(0, 1)], [lm(0, 1)]),
    ("6 moved to", [lm(0, 1)], [ld(1)], [lm(0, 0)], [lm(0, 0)]),
    # 7: moved elements
    ("7 nowhere", [lm(0, 1)], [lm(1, 1)], [lm(0, 1)], [lm(0, 1)]),
    ("7 same one", [lm(0, 1)], [lm(0, 2)], [lm(2, 1)], []),
    ("7 same one, unmoved by us", [lm(0, 0)], [lm(0, 2)], [lm(2, 2)], []),
    ("7 same goal, same way", [lm(1, 2)], [lm(0, 2)], [lm(0, 1)], [lm(0, 2)]),
    ("7 insert", [li(2)], [lm(0, 1)], [li(2)], [li(2)]),
    ("7 deleted", [ld(0)], [lm(0, 2)], [ld(2)], [ld(2)]),
    ("7 below", [na(["l", 1, "x"], 1)], [lm(0, 2)], [na(["l", 0, "x"], 1)], [na(["l", 0, "x"], 1)]),
    # 8: replaced keys
    ("8 both", [replace("k", 1, 2)], [replace("k", 1, 3)], [replace("k", 3, 2)], []),
    ("8 deleted", [od("k", 1)], [replace("k", 1, 3)], [], []),
    ("8 below", [na(["k", "x"], 1)], [replace("k", {"x": 1}, 3)], [], []),
    ("8 root", [oi("k", 1)], [{"p": [], "od": {}, "oi": 3}], [], []),
    # 9: set keys
    ("9 both", [oi("k", 1)], [oi("k", 2)], [replace("k", 2, 1)], []),
    # 10: deleted keys
    ("10 both", [od("k", 1)], [od("k", 1)], [], []),
    ("10 replaced", [replace("k", 1, 2)], [od("k", 1)], [oi("k", 2)], [oi("k", 2)]),
    ("10 below", [na(["k", "x"], 1)], [od("k", {"x": 1})], [], []),
    # lists of components
    ("over nothing, unmerged", [na(["n"], 1), na(["n"], 1)], [], *[[na(["n"], 1), na(["n"], 1)]] * 2),
    ("over something, merged", [na(["n"], 1), na(["n"], 1)], [oi("k", 1)], [na(["n"], 2)], [na(["n"], 2)]),
    ("over two, merged twice as left", [li(0), lr(0, "v", "v"), ld(0)], [oi("a", 1), oi("b", 1)], [], [li(0), ld(0)]),
    ("over one, merged once", [li(0), lr(0, "v", "v"), ld(0)], [oi("a", 1)], *[[li(0), ld(0)]] * 2),
    ("nothing", [], [oi("k", 1)], [], []),
    (
        "both make a container and fill it",
        [oi("k", {}), {"p": ["k", "a"], "oi": 1}],
        [oi("k", {}), {"p": ["k", "b"], "oi": 2}],
        [replace("k", {"b": 2}, {}), {"p": ["k", "a"], "oi": 1}],
        [],
    ),
]

# Rule, op, the next op, both as one.
COMPOSED: list[tuple[str, Op, Op, Op]] = [
    ("other paths", [oi("a", 1)], [oi("b", 1)], [oi("a", 1), oi("b", 1)]),
    ("text", [typed(["s"], ["a"])], [typed(["s"], [1, "b"])], [typed(["s"], ["ab"])]),
    ("text, kept though empty", [typed(["s"], ["a"])], [typed(["s"], [{"d": "a"}])], [typed(["s"], [])]),
    ("numbers", [na(["n"], 1)], [na(["n"], 2)], [na(["n"], 3)]),
    ("numbers, kept though 0", [na(["n"], 1)], [na(["n"], -1)], [na(["n"], 0)]),
    ("insert and delete", [li(0, "a")], [ld(0, "a")], []),
    ("insert and delete of another kind", [li(0, 1)], [ld(0, True)], [li(0, 1), ld(0, True)]),
    ("replace and delete", [lr(0, "a", "b")], [ld(0, "b")], [ld(0, "a")]),
    ("insert and delete of a container", [li(0, [])], [ld(0, [])], [li(0, []), ld(0, [])]),
    ("delete and set", [od("k", 1)], [oi("k", 2)], [replace("k", 1, 2)]),
    ("set and replace", [oi("k", 1)], [replace("k", 1, 2)], [oi("k", 2)]),
    ("replace and delete", [replace("k", 1, 2)], [od("k", 2)], [od("k", 1)]),
    ("set and delete", [oi("k", 1)], [od("k", 1)], []),
    ("a move to where it is", [li(0)], [lm(0, 0)], [li(0)]),
    ("a move", [li(0)], [lm(0, 1)], [li(0), lm(0, 1)]),
    ("si and si", [{"p": ["s", 0], "si": "a"}], [{"p": ["s", 1], "si": "b"}], [{"p": ["s", 0], "si": "ab"}]),
    (
        "si and sd",
        [{"p": ["s", 0], "si": "a"}],
        [{"p": ["s", 0], "sd": "a"}],
        [{"p": ["s", 0], "si": "a"}, {"p": ["s", 0], "sd": "a"}],
    ),
    (
        "si in another text",
        [{"p": ["s", 0], "si": "a"}],
        [{"p": ["t", 1], "si": "b"}],
        [{"p": ["s", 0], "si": "a"}, {"p": ["t", 1], "si": "b"}],
    ),
]

# Kind, op, the op that takes it back.
INVERTED: list[tuple[str, Op, Op]] = [
    ("order", [oi("a", 1), oi("b", 2)], [od("b", 2), od("a", 1)]),
    ("oi", [oi("k", None)], [od("k", None)]),
    ("od+oi", [replace("k", 1, 2)], [replace("k", 2, 1)]),
    ("li", [li(0, 1)], [ld(0, 1)]),
    ("ld+li", [lr(0, 1, 2)], [lr(0, 2, 1)]),
    ("lm", [lm(0, 2)], [lm(2, 0)]),
    ("na", [na(["n"], 3)], [na(["n"], -3)]),
    ("si", [{"p": ["s", 1], "si": "x"}], [{"p": ["s", 1], "sd": "x"}]),
    ("text-unicode", [typed(["s"], [1, "a", {"d": "b"}])], [typed(["s"], [1, {"d": "a"}, "b"])]),
    (
        "text0",
        [typed(["s"], [{"p": 0, "i": "a"}, {"p": 1, "d": "b"}], "text0")],
        [typed(["s"], [{"p": 1, "i": "b"}, {"p": 0, "d": "a"}], "text0")],
    ),
]
