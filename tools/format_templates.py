"""`python -m tools.format_templates [FILE...]`: one way to write a template; `--check` only says what isn't so.

Keys come in the order of the schema, a model's own before those that it inherits; routes, ranges, choices and
targets take a line each; parameters go by their names. The lines of `base` keep their order, since people group
them. A comment on a line of its own stays above what follows it, one at a line's end stays there. Numbers and texts
are left as they were written.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel

from engine.catalog import read_template
from engine.errors import SpecError
from engine.template_files import YamlPath, names_a_parameter, names_in
from schemas.modulation import Route
from schemas.template import Behavior, Choice, Constraints, MacroTemplate, Play, Range, Register, Role, RoleTarget

CATALOG = Path(__file__).resolve().parents[1] / "template_catalog"


def main(arguments: Sequence[str] | None = None) -> int:
    """Formats the files, or with `--check` looks only; 0 if there is nothing left to do or to mend."""
    options = _options().parse_args(arguments)
    files = options.files or sorted(CATALOG.glob("*.yaml"))
    wrong = 0
    for file in files:
        try:
            before = file.read_text("utf-8")
            after = format_template(before, name=file.name)
        except (OSError, SpecError) as error:
            print(error, file=sys.stderr)
            wrong += 1
            continue
        if before != after and options.check:
            print(f"{file}: would be written otherwise; run `make format`", file=sys.stderr)
            wrong += 1
        elif before != after:
            file.write_text(after, "utf-8")
            print(f"{file}: formatted")
    return 1 if wrong else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.format_templates", description="Format templates.")
    parser.add_argument("files", nargs="*", type=Path, help="files; none: the whole catalog")
    parser.add_argument("--check", action="store_true", help="change nothing; 1 if something would change")
    return parser


def format_template(text: str, *, name: str) -> str:
    """A template's file in its one form; `name` is the file's, for errors.

    Raises:
        SpecError: it is no template, or the form would change what it says, which a YAML anchor can make it do.
    """
    was = read_template(text, name=name).model_dump_json()
    comments = list(_comments(text, _composed(text)))
    formatted = "".join(f"{line}\n" for line in _Nodes(text, comments).lines())
    try:
        same = read_template(formatted, name=name).model_dump_json() == was
    except SpecError:
        same = False
    if not same or _texts(_comments(formatted, _composed(formatted))) != _texts(comments):
        raise SpecError(f"template {name}: can't be formatted and mean the same; write it without YAML's anchors")
    return formatted


def _composed(text: str) -> yaml.Node:
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    assert root is not None
    return root


def _texts(comments: Iterable[tuple[int, bool, str]]) -> list[str]:
    return sorted(comment for _, _, comment in comments)


def _comments(text: str, root: yaml.Node) -> Iterator[tuple[int, bool, str]]:
    """Line, whether it has the line for itself, and text, of each comment: a `#` outside of all scalars."""
    inside = {at for start, end in _scalars(root) for at in range(start, end)}
    at = 0
    for number, line in enumerate(text.splitlines(keepends=True)):
        for column, letter in enumerate(line):
            starts = letter == "#" and at + column not in inside and (column == 0 or line[column - 1].isspace())
            if starts:
                yield number, not line[:column].strip(" \t-"), line[column:].rstrip()
                break
        at += len(line)


def _scalars(node: yaml.Node) -> Iterator[tuple[int, int]]:
    if isinstance(node, yaml.ScalarNode):
        yield node.start_mark.index, node.end_mark.index
    for one in node.value if not isinstance(node, yaml.ScalarNode) else ():
        for part in one if isinstance(one, tuple) else (one,):
            yield from _scalars(part)


def _last_line(node: yaml.Node) -> int:
    """The last line that a node has something on. In block style its own end mark is where the next one starts."""
    mark = node.end_mark
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    return mark.line - 1 if mark.column == 0 else mark.line


def _is_block(path: YamlPath) -> bool:
    """Whether the parts of what stands at a place take a line each."""
    match path:
        case () | ("base" | "routes" | "ranges" | "choices" | "roles",) | ("roles", _) | ("roles", _, "targets"):
            return True
        case _:
            return False


_LISTED: Final[dict[str, type[BaseModel]]] = {"routes": Route, "ranges": Range, "choices": Choice, "roles": Role}


def _model(path: YamlPath) -> type[BaseModel] | None:
    """The model of what stands at a place, if it has fields."""
    match path:
        case ():
            return MacroTemplate
        case ("register" | "play",):
            return Register if path[0] == "register" else Play
        case ("routes" | "ranges" | "choices" | "roles", int()):
            return _LISTED[str(path[0])]
        case ("roles", _, "targets", _):
            return RoleTarget
        case ("roles", _, "behavior" | "constraints"):
            return Behavior if path[2] == "behavior" else Constraints
        case _:
            return None


def _order(model: type[BaseModel]) -> list[str]:
    """A model's fields as a file calls them: its own first, then those that it inherits."""
    own = vars(model).get("__annotations__", {})
    fields = sorted(model.model_fields, key=lambda name: name not in own)
    return [model.model_fields[name].alias or name for name in fields]


class _Nodes:
    """A template's nodes, and the comments of its lines by the place that they belong to."""

    def __init__(self, text: str, comments: Iterable[tuple[int, bool, str]]) -> None:
        self.text, self.root = text, _composed(text)
        self.names = names_in(yaml.load(text, Loader=yaml.CSafeLoader))
        self.above: dict[YamlPath, list[str]] = defaultdict(list)
        self.beside: dict[YamlPath, list[str]] = defaultdict(list)
        self.last: list[str] = []
        self._attach(comments, sorted(self._units(self.root, ())))

    def _units(self, node: yaml.Node, path: YamlPath) -> Iterator[tuple[int, int, int, YamlPath]]:
        """First line, depth, last line and place of all that gets a line of its own."""
        if not _is_block(path):
            return
        for key, value in self._parts(node, path):
            here = (*path, key.value if isinstance(key, yaml.Node) else key)
            first = (key if isinstance(key, yaml.Node) else value).start_mark.line
            last = first if _is_block(here) else _last_line(value)
            yield first, len(here), last, here
            yield from self._units(value, here)

    def _attach(
        self, comments: Iterable[tuple[int, bool, str]], units: Sequence[tuple[int, int, int, YamlPath]]
    ) -> None:
        for line, alone, comment in comments:
            inside = [place for first, _, last, place in units if first < line <= last]
            after = [place for first, _, _, place in units if first > line]
            before = [place for first, _, _, place in units if first <= line]
            if alone:
                owner = inside[-1:] or after[:1]
                (self.above[owner[0]] if owner else self.last).append(comment)
            else:
                self.beside[before[-1]].append(comment)

    def lines(self) -> Iterator[str]:
        """The file's lines."""
        yield from self._block(self.root, ())
        yield from self.last

    def _block(self, node: yaml.Node, path: YamlPath) -> Iterator[str]:
        for key, value in self._parts(node, path):
            if isinstance(key, int):
                yield from self._item(value, (*path, key))
                continue
            here = (*path, key.value)
            written = self._name(key) if path == ("base",) else self._scalar(key)
            yield from self.above[here]
            if _is_block(here) and value.value:
                yield self._with_comment(f"{written}:", here)
                yield from (f"  {line}" for line in self._block(value, here))
            else:
                shown = self._scalar(value) if isinstance(value, yaml.ScalarNode) else self._flow(value, here)
                yield self._with_comment(f"{written}: {shown}", here)

    def _item(self, node: yaml.Node, path: YamlPath) -> Iterator[str]:
        yield from self.above[path]
        if not _is_block(path):
            yield self._with_comment(f"- {self._flow(node, path)}", path)
            return
        lines = list(self._block(node, path))
        while lines[0].startswith("#"):
            yield lines.pop(0)
        yield f"- {lines[0]}"
        yield from (f"  {line}" for line in lines[1:])

    def _with_comment(self, line: str, path: YamlPath) -> str:
        return "  ".join([line, *self.beside[path]])

    def _parts(self, node: yaml.Node, path: YamlPath) -> list[tuple[yaml.ScalarNode | int, yaml.Node]]:
        if isinstance(node, yaml.SequenceNode):
            return list(enumerate(node.value))
        model = _model(path)
        order = _order(model) if model else []
        pairs: list[tuple[yaml.ScalarNode, yaml.Node]] = node.value
        return [*sorted(pairs, key=lambda pair: order.index(pair[0].value))] if model else [*pairs]

    def _flow(self, node: yaml.Node, path: YamlPath) -> str:
        if isinstance(node, yaml.ScalarNode):
            named = names_a_parameter(path) and path[0] != "base"
            return self._name(node) if named else self._scalar(node, within=",[]{}")
        parts = [
            self._flow(one, (*path, key))
            if isinstance(key, int)
            else f"{self._scalar(key)}: {self._flow(one, (*path, key.value))}"
            for key, one in self._parts(node, path)
        ]
        inside = ", ".join(parts)
        return f"[{inside}]" if isinstance(node, yaml.SequenceNode) else f"{{{inside}}}"

    def _name(self, node: yaml.ScalarNode) -> str:
        return self.names.name(self.names.pointer(node.value))

    def _scalar(self, node: yaml.ScalarNode, *, within: str = "") -> str:
        """A scalar as it was written, or quoted where it took several lines or has one of the signs `within`."""
        written = self.text[node.start_mark.index : node.end_mark.index]
        if "\n" in written or (not node.style and set(written) & set(within)):
            return json.dumps(node.value, ensure_ascii=False)
        return written


if __name__ == "__main__":
    sys.exit(main())
