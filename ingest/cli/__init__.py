"""The command `ingest`: parse, call, print, and say by the exit status how it went.

Results go to standard output, a line each; progress and warnings to standard error.
Exit status: 0 all done, 1 something failed and is listed while the rest is kept, 2 wrong usage.
"""

from __future__ import annotations

import sqlite3
from typing import Any

import click
from click_default_group import DefaultGroup

from ingest import __version__
from ingest.cli.add import add
from ingest.cli.clips import diff, export, glossary, runs, show
from ingest.cli.common import fail
from ingest.cli.site import check, engines, init, rebuild
from ingest.cli.speakers import speakers
from ingest.cli.watch import watch
from ingest.errors import AirquoteError


class Ingest(DefaultGroup):  # type: ignore[misc]
    """Runs a command; what a person can mend becomes one line and exit status 1."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except AirquoteError as error:
            fail(str(error))
        except BrokenPipeError:  # whoever read the output has had enough; click ends quietly
            raise
        except OSError as error:
            fail(f"{error.filename or 'a file'}: cannot be read or written: {error.strerror or error}")
        except sqlite3.DatabaseError as error:
            fail(f"archive.db: is damaged ({error}); run `ingest rebuild`")


@click.group(cls=Ingest, default="add", default_if_no_args=False)
@click.version_option(__version__, prog_name="airquote")
def main() -> None:
    """Turn recordings into an archive that can be searched and cited to the second.

    `ingest SOURCE...` is short for `ingest add SOURCE...`.

    \b
      ingest clips/                       a folder of recordings
      ingest talk.mp3 --title "A talk"    one recording, with what is known about it
      datasette .                         search, play and cite it
    """


for command in (add, watch, init, rebuild, check, show, export, runs, diff, glossary, speakers, engines):
    main.add_command(command)
