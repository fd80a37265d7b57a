"""The house rules that no tool checks, held to the files themselves."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from qcode import errors

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "qcode").rglob("*.py"))

MODULE_LINES = 400
FUNCTION_LINES = 60

# What starts a thread or a program of others may meet anything: there a crash becomes a sentence.
BROAD_EXCEPT_ALLOWED = {"qcode/cli/main.py", "qcode/tui/app.py"}

_SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(TABLE|INDEX)|"
    r"DROP\s+TABLE|PRAGMA\s+\w+|BEGIN\s+IMMEDIATE)\b",
    re.DOTALL,
)
# Written apart, so that this file does not hold what it looks for.
_INDEX = re.compile("(https?|file)://[^\\s\"']*(" + "|".join(["py" + "pi", "python" + "hosted", "sim" + "ple/"]) + ")")
_MACHINE = re.compile(
    "(?<![\\w./])/(" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me/\\w+", "Us" + "ers/\\w+"]) + ")(/|\\b)"
)
_UNFINISHED = re.compile("\\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + ")\\b")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(_tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call, with the last part of the name that is called."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            yield name, node


@cache
def _own_files() -> tuple[Path, ...]:
    """Files that git knows or would take; outside a checkout, what a source archive holds."""
    if (ROOT / ".git").exists():
        listing = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
        ).stdout.decode("utf-8")
        return tuple(path for name in listing.split("\0") if name and (path := ROOT / name).is_file())
    kept = ("qcode", "codebooks", "transcripts", "tests", "benchmarks", "docs")
    return tuple(path for folder in kept for path in (ROOT / folder).rglob("*") if path.is_file())


def _text(path: Path) -> str | None:
    """The text of one of our files; None for what is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{_name(path)}:{number}"
        for path in _own_files()
        for number, line in enumerate((_text(path) or "").splitlines(), 1)
        if pattern.search(line)
    ]


def test_modules_are_short() -> None:
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert len(lengths) > 30
    assert {name: n for name, n in lengths.items() if n > MODULE_LINES} == {}


def test_functions_are_short() -> None:
    long = [
        f"{_name(path)}:{node.lineno} {node.name}"
        for path in MODULES
        for node in _functions(path)
        if (node.end_lineno or node.lineno) - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or getattr(kind, "id", "") in {"Exception", "BaseException"} for kind in kinds)


def _passes_on(handler: ast.ExceptHandler) -> bool:
    """Whether it ends in a bare `raise`: cleaning up and letting go hides nothing."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_nothing_swallows_faults() -> None:
    broad = [
        f"{_name(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node) and not _passes_on(node)
    ]
    assert [place for place in broad if place.split(":")[0] not in BROAD_EXCEPT_ALLOWED] == []


def _docstrings(path: Path) -> set[int]:
    """Ids of the nodes that are docstrings."""
    found = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(id(first.value))
    return found


def _sql_in(path: Path) -> list[str]:
    docs = _docstrings(path)
    return [
        f"{_name(path)}:{node.lineno}"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
        if _SQL.search(node.value)
    ]


def test_sql_stands_in_the_store_only() -> None:
    store = [path for path in MODULES if "store" in path.parts]
    assert any(_sql_in(path) for path in store), "the pattern finds nothing even where there is SQL"
    assert [place for path in MODULES if path not in store for place in _sql_in(path)] == []


def test_no_file_holds_an_index_address() -> None:
    assert _INDEX.search("https://files.py" + "thonhosted.org/x") is not None
    assert _lines_with(_INDEX) == []


def test_no_file_holds_a_path_of_somebodys_machine() -> None:
    assert _MACHINE.search("see /ho" + "me/anna/qcode") is not None
    assert _lines_with(_MACHINE) == []


def test_nothing_is_left_unfinished() -> None:
    assert _lines_with(_UNFINISHED) == []


def test_make_can_name_every_file() -> None:
    assert [_name(path) for path in _own_files() if re.search(r"[\s:#%$]", _name(path))] == []


def _public(path: Path) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]]:
    """Public classes and functions, and public methods of public classes."""
    for node in _tree(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node
            for inner in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and not inner.name.startswith("_"):
                    yield f"{node.name}.{inner.name}", inner


def _answers_a_framework(node: ast.AST) -> bool:
    """Textual calls `on_...`, `watch_...` and the like by name; a click command's docstring is its help."""
    hooks = r"(on|watch|validate|compute|action|key)_|compose$|render|get_|check_action$"
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and re.match(hooks, node.name) is not None


def test_public_things_say_what_they_are() -> None:
    silent = [
        f"{_name(path)}: {name}"
        for path in MODULES
        for name, node in _public(path)
        if ast.get_docstring(node) is None and not ("tui" in path.parts and _answers_a_framework(node))
    ]
    assert silent == []


def _exported(path: Path) -> list[str] | None:
    for node in _tree(path).body:
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "__all__" for t in node.targets):
            return [str(name) for name in ast.literal_eval(node.value)]
    return None


def _belongs_to_a_group(node: ast.AST) -> bool:
    """Whether it is a command that its group hands out: `@codes.command(...)`, not `@click.command(...)`."""
    calls = [d.func for d in getattr(node, "decorator_list", []) if isinstance(d, ast.Call)]
    return any(
        isinstance(called, ast.Attribute)
        and called.attr in {"command", "group"}
        and getattr(called.value, "id", "") != "click"
        for called in calls
    )


def _defined(path: Path) -> set[str]:
    return {name for name, node in _public(path) if "." not in name and not _belongs_to_a_group(node)}


def test_modules_say_what_they_export() -> None:
    wordless = [
        _name(path) for path in MODULES if path.stem not in {"__init__", "__main__"} and _exported(path) is None
    ]
    assert wordless == []


def test_what_is_public_is_exported() -> None:
    kept_back = {
        _name(path): sorted(_defined(path) - set(exported))
        for path in MODULES
        if (exported := _exported(path)) is not None and _defined(path) - set(exported)
    }
    assert kept_back == {}


def _error_classes() -> list[type[Exception]]:
    return [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.QcodeError)]


@pytest.mark.parametrize("error", _error_classes(), ids=lambda error: error.__name__)
def test_errors_are_exported_and_drawn_in_the_tree(error: type[errors.QcodeError]) -> None:
    assert error.__name__ in errors.__all__
    drawn = re.search(rf"^[ │├└─]*{error.__name__}\s+exit (\d+)", errors.__doc__ or "", re.MULTILINE)
    assert drawn is not None
    assert int(drawn[1]) == error.exit_code


@pytest.mark.parametrize("error", _error_classes(), ids=lambda error: error.__name__)
def test_the_drawn_tree_shows_the_true_parent(error: type[errors.QcodeError]) -> None:
    lines = [
        (line, m) for line in (errors.__doc__ or "").splitlines() if (m := re.match(r"[ │├└─]*(\w+)\s+exit", line))
    ]
    depths = [(m[1], m.start(1)) for _, m in lines]
    at = [name for name, _ in depths].index(error.__name__)
    above = [name for name, depth in depths[:at] if depth < depths[at][1]]
    parents = {name: depth for name, depth in depths[:at] if name in above}
    drawn = max(above, key=lambda name: (parents[name], above.index(name)), default="Exception")
    assert error.__bases__[0].__name__ == drawn


def test_errors_are_defined_in_one_place() -> None:
    elsewhere = [
        f"{_name(path)}: {node.name}"
        for path in MODULES
        if path.name != "errors.py"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef)
        if any(getattr(base, "id", "").endswith(("Error", "Exception")) for base in node.bases)
    ]
    assert elsewhere == []


def test_rows_are_never_replaced_wholesale() -> None:
    """A replaced row takes the rows that refer to it along."""
    replacing = [
        f"{_name(path)}:{call.lineno}"
        for path in MODULES
        for name, call in _calls(path)
        if name in {"insert", "insert_all", "upsert", "upsert_all"}
        for keyword in call.keywords
        if keyword.arg == "replace" and getattr(keyword.value, "value", None) is True
    ]
    assert replacing == []
    spelled = [
        f"{_name(path)}"
        for path in MODULES
        if re.search(r"INSERT\s+OR\s+REPLACE|\bREPLACE INTO", path.read_text("utf-8"))
    ]
    assert spelled == []


_WIDGETS_WITH_MARKUP = {"Static", "Label", "Button", "Checkbox", "RadioButton", "notify", "Option", "Collapsible"}


def _is_inert(call: ast.Call) -> bool:
    return any(k.arg == "markup" and getattr(k.value, "value", None) is False for k in call.keywords)


def test_no_text_of_users_is_read_as_markup() -> None:
    """`[laughs]` would vanish, and `[/x]` would end the program."""
    spliced = [
        f"{_name(path)}:{call.lineno}"
        for path in MODULES
        if "tui" in path.parts
        for name, call in _calls(path)
        if name in _WIDGETS_WITH_MARKUP and not _is_inert(call)
        if any(isinstance(argument, ast.JoinedStr | ast.BinOp) for argument in call.args)
    ]
    assert spliced == []


def test_files_are_opened_with_their_encoding() -> None:
    bare = [
        f"{_name(path)}:{call.lineno}"
        for path in MODULES
        for name, call in _calls(path)
        if name in {"read_text", "write_text"}
        and not call.args[1:]
        and "encoding" not in {k.arg for k in call.keywords}
    ]
    assert bare == []
