"""Where the words of a query were said, on a plain sqlite3 connection to archive.db.

parse → query        what was typed, as it is understood; fields.py: what narrows it
forms, numbers       other forms in which it may have been written
match → postings     asked of FTS5
hits                 every place, as ids in order
catalog → narrow     the facts of all clips; the places that the filters leave, with facets
locate → moments     which words those are, and when they are said
timeline, spelling   places by month or year; near spellings where nothing is found
"""

from datasette_airquote.search.moments import SORTS, Match, Place, Search, load_clips, search

__all__ = ["SORTS", "Match", "Place", "Search", "load_clips", "search"]
