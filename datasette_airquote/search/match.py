"""Match: a query as SQLite's full text is asked for it, within one segment."""

from __future__ import annotations

from collections.abc import Sequence

from datasette_airquote.search.forms import Forms
from datasette_airquote.search.parse import parse_query
from datasette_airquote.search.query import Clause, Either, Every, Near, Node, quote

FEW = 4  # words and phrases, each of which is put first once


def match_words(text: str | None) -> str:
    """What people type as an FTS5 query for `segments_fts`, which SQLite never refuses.

    >>> match_words("well-known OR “old pier” -C++"), match_words("*")
    ('(("well known" OR "old pier") NOT ("c"))', '""')
    """
    return write_match(parse_query(text or "").root) or '""'


def write_match(node: Node, forms: Forms | None = None) -> str | None:
    """The FTS5 query for a node within one segment; None when it cannot be anywhere.

    forms  other forms of its clauses, which are looked for too
    """
    if isinstance(node, Clause):
        phrases = [*node.phrases, *(quote(form) for form in (forms or {}).get(node, ()))]
        return phrases[0] if len(phrases) == 1 else f"({' OR '.join(phrases)})"
    if isinstance(node, Near):
        return write_near(node.clauses, node.distance)
    parts = [part for item in node.items if (part := write_match(item, forms))]
    if isinstance(node, Either):
        return f"({' OR '.join(parts)})" if parts else None
    if len(parts) < len(node.items) or not parts:
        return None
    wanted = f"({' AND '.join(parts)})" if len(parts) > 1 else parts[0]
    banned = write_banned(node, forms)
    return f"({wanted}{banned})" if banned else wanted


def write_others(node: Node, forms: Forms) -> str:
    """The FTS5 query for where a node is found in other forms, and not as typed.

    Of a few words it begins with these forms, so that SQLite need not step through all that has the words
    themselves; of many that would be too long.
    """
    items = node.items if isinstance(node, Every) else (node,)
    if len(items) > FEW:
        return f"{write_match(node, forms)} NOT {write_match(node)}"
    choices = []
    for n, item in enumerate(items):
        if isinstance(item, Clause):
            inflected = [quote(form) for form in forms.get(item, ())]
        else:
            inflected = [write_match(item, forms) or '""']
        if inflected:
            rest = [write_match(other, forms) or '""' for other in (*items[:n], *items[n + 1 :])]
            choices.append(" AND ".join([f"({' OR '.join(inflected)})", *rest]))
    banned = write_banned(node, forms) if isinstance(node, Every) else ""
    return f"((({') OR ('.join(choices)})){banned}) NOT {write_match(node)}"


def write_banned(node: Every, forms: Forms | None = None) -> str:
    """What must not occur with a node, as the end of an FTS5 query."""
    banned = [part for item in node.without if (part := write_match(item, forms))]
    return f" NOT ({' OR '.join(banned)})" if banned else ""


def write_near(clauses: Sequence[Clause], distance: int) -> str:
    return f"NEAR({' '.join(clause.phrases[0] for clause in clauses)}, {distance})"


def write_spelling(node: Node) -> tuple[str, list[str]]:
    """What the text of a segment has to look like, as SQL; for the clauses that have to be in it."""
    nodes = node.items if isinstance(node, Every) else (node,)
    globs = [each.globs for each in nodes if isinstance(each, Clause) and each.globs]
    sql = "".join(f" AND ({' OR '.join(like for like, _ in choice)})" for choice in globs)
    return sql, [value for choice in globs for _, value in choice]
