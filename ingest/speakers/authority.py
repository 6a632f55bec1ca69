"""Authority: speakers.yml as a program edits it; comments and layout stay as they are.

The text is changed at the places that the YAML parser names, and what comes out is read again: if it does
not say exactly what was meant, nothing is written. Each merge is noted in speakers.log with the lines that
it replaced, so that the last one can be taken back, also after edits elsewhere in the file.

Given up: entries of two people that both say more than names are not made one; a person moves what is to
be kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Any

import yaml

from ingest.errors import FactsError
from ingest.files import save_file
from ingest.speakers.people import FILE, People, Person, parse_people
from ingest.transcript import make_slug

LOG = "speakers.log"  # an object a line, the newest last
_PLAIN = re.compile(r"[^\W\d_][\w.’ -]*")  # what YAML takes for a text without quotes
_Edit = tuple[int, int, str]  # from, to, and what stands there instead


@dataclass(frozen=True, slots=True)
class Merge:
    """Names that become one person's.

    made           when, UTC
    before, after  the lines of speakers.yml that differ
    """

    made: str
    names: tuple[str, ...]
    name: str
    before: str
    after: str


def plan_merge(archive: Path, names: Sequence[str], name: str, made: str) -> tuple[Merge, str] | None:
    """Say how speakers.yml changes, and reads then, when some names become one person's.

    name     of the person, or a name that speakers.yml knows the person by
    returns  None where it says so already
    raises   FactsError when it cannot be read, when it says that they are different people, or when it is
             written in a way that cannot be edited here
    """
    text = _read(archive)
    people = parse_people(text)
    target = people.find(name)
    others = _find_others(people, names, target)
    keep = target or next(iter(others), Person(make_slug(name), name))
    gone = [person for person in others if person is not keep]
    name = target.name if target else name
    given = [*names, keep.name, *(each for person in gone for each in (person.name, *person.aliases))]
    aliases = {make_slug(each): each for each in keep.aliases}
    for each in given:
        if make_slug(each) != make_slug(name):
            aliases.setdefault(make_slug(each), each)
    merged = replace(keep, name=name, aliases=tuple(aliases.values()))
    if merged == target:
        return None
    changed = _edit(text, people, keep, merged, gone)
    return Merge(made, tuple(names), name, *_find_difference(text, changed)), changed


def apply_merge(archive: Path, merge: Merge, text: str) -> None:
    """Write what `plan_merge` gave just now; speakers.log first."""
    lines = [*_read_log(archive), json.dumps(asdict(merge))]
    save_file(archive / LOG, "".join(f"{line}\n" for line in lines).encode())
    save_file(archive / FILE, text.encode())


def find_last_merge(archive: Path) -> Merge | None:
    """The merge that was made last, None when there is none to take back.

    raises  FactsError when speakers.log cannot be read
    """
    lines = _read_log(archive)
    try:
        values = json.loads(lines[-1]) if lines else {}
        return Merge(**{**values, "names": tuple(values["names"])}) if lines else None
    except (ValueError, TypeError, KeyError) as error:
        raise FactsError(f"{LOG}: its last line cannot be read; take it out") from error


def undo_merge(archive: Path, merge: Merge) -> None:
    """Take the last merge back.

    raises  FactsError when its lines have been edited since; the merge is then forgotten, and stays
    """
    text = _read(archive)
    found = text.count(merge.after) == 1
    if found:
        changed = text.replace(merge.after, merge.before)
        parse_people(changed)
        save_file(archive / FILE, changed.encode())
    save_file(archive / LOG, "".join(f"{line}\n" for line in _read_log(archive)[:-1]).encode())
    if not found:
        raise FactsError(
            f"{FILE}: has been edited where {', '.join(merge.names)} became {merge.name}; "
            "take the aliases out by hand"
        )


def _find_others(people: People, names: Sequence[str], target: Person | None) -> list[Person]:
    """The entries, besides the target's, of people who are named so.

    raises  FactsError when one cannot become part of another
    """
    others: list[Person] = []
    for name in names:
        person = people.find(name)
        if person is None or person is target or person in others:
            continue
        if make_slug(name) not in (person.id, make_slug(person.name)):
            raise FactsError(f"{FILE}: {name} is an alias of {person.name}; merge that name instead")
        if (target or others) and person != Person(person.id, person.name, person.aliases):
            raise FactsError(
                f"{FILE}: {person.name} has an entry with more than names; move what it says to the entry of "
                f"{(target or others[0]).name}, take it out, and merge again"
            )
        others.append(person)
    return others


def _edit(text: str, people: People, keep: Person, merged: Person, gone: Sequence[Person]) -> str:
    """The text with one entry changed or added, and others taken out.

    raises  FactsError when the text that results does not say that
    """
    root = yaml.compose(text, Loader=yaml.BaseLoader)
    nodes = dict(zip(people.persons, root.value if root else (), strict=False))
    aliases = merged.aliases[len(keep.aliases) :]
    if keep in nodes:
        edits = [_add_aliases(text, nodes[keep], aliases)] if aliases else []
        if merged.name != keep.name:
            value = _get(nodes[keep], "name")
            edits.append((value.start_mark.index, value.end_mark.index, _quote(merged.name)))
    else:
        edits = [_add_entry(text, root.start_mark.column if root else 0, merged.name, aliases)]
    edits += [_take_out(text, nodes[person]) for person in gone]
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    wanted = [merged if person is keep else person for person in people.persons if person not in gone]
    wanted += [] if keep in nodes else [merged]
    try:
        found = parse_people(text).persons
    except FactsError:
        found = ()
    if [replace(person, id="") for person in found] != [replace(person, id="") for person in wanted]:
        raise FactsError(f"{FILE}: is written in a way that cannot be edited here; add the aliases by hand")
    return text


def _add_entry(text: str, column: int, name: str, aliases: Sequence[str]) -> _Edit:
    indent = " " * column
    entry = f"{indent}- name: {_quote(name)}\n"
    entry += f"{indent}  aliases: {_flow(aliases)}\n" if aliases else ""
    return len(text), len(text), entry if not text or text.endswith("\n") else f"\n{entry}"


def _add_aliases(text: str, node: yaml.MappingNode, aliases: Sequence[str]) -> _Edit:
    """Put aliases behind those that an entry has, in the same style."""
    value = _get(node, "aliases")
    if value is None and node.flow_style:
        at = node.end_mark.index - 1
        return at, at, f", aliases: {_flow(aliases)}"
    if value is None:
        at = _line_end(text, _get(node, "name").end_mark.index)
        return at, at, f"\n{' ' * node.start_mark.column}aliases: {_flow(aliases)}"
    if isinstance(value, yaml.ScalarNode):
        known = [value.value] if value.value else []
        space = "" if known else " "
        return value.start_mark.index, value.end_mark.index, space + _flow([*known, *aliases])
    if value.flow_style:
        at = value.end_mark.index - 1
        return at, at, (", " if value.value else "") + _flow(aliases)[1:-1]
    at = _line_end(text, value.value[-1].end_mark.index)
    indent = " " * value.start_mark.column
    return at, at, "".join(f"\n{indent}- {_quote(alias)}" for alias in aliases)


def _take_out(text: str, node: yaml.MappingNode) -> _Edit:
    """The lines of an entry, from its dash on; comments above them stay."""
    last = node.value[-1][1]
    if isinstance(last, yaml.SequenceNode) and not last.flow_style:
        last = last.value[-1]  # the list itself ends behind the comments that follow it
    return text.rfind("\n", 0, node.start_mark.index) + 1, _line_end(text, last.end_mark.index) + 1, ""


def _get(node: yaml.MappingNode, key: str) -> Any:
    return next((value for name, value in node.value if name.value == key), None)


def _line_end(text: str, index: int) -> int:
    end = text.find("\n", index)
    return len(text) if end < 0 else end


def _flow(names: Sequence[str]) -> str:
    return f"[{', '.join(map(_quote, names))}]"


def _quote(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _find_difference(old: str, new: str) -> tuple[str, str]:
    """The lines between those that two texts begin and end with alike."""
    sides = [text.splitlines(keepends=True) for text in (old, new)]
    start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*sides, strict=False)))
    rests = [side[start:] for side in sides]
    ends = zip(*(reversed(rest) for rest in rests), strict=False)
    end = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], ends))
    before, after = ("".join(rest[: len(rest) - end]) for rest in rests)
    return before, after


def _read(archive: Path) -> str:
    """speakers.yml as it is, "" where there is none.

    raises  FactsError when it is not UTF-8
    """
    path = archive / FILE
    try:
        return path.read_bytes().decode("utf-8-sig") if path.exists() else ""
    except UnicodeDecodeError as error:
        raise FactsError(f"{FILE}: is not UTF-8; save it as UTF-8") from error


def _read_log(archive: Path) -> list[str]:
    log = archive / LOG
    return log.read_text("utf-8").splitlines() if log.exists() else []
