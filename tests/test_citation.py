from dataclasses import replace

import pytest

from datasette_airquote.citation import STYLES, Source

URL = "https://radio.example/clip/c?t=83.20,91.04&w=12-3fa9c1"
ASIDE = "Frank Rose is quoted, not heard"
EDITORIAL = Source(
    title="Cooperation Is Key to Ballistic Missile Defense", url=URL, person="Frank Rose", part="quoted",
    programme="Editorials", broadcaster="Voice of America", date="2013-05", duration=224.3,
    start=83.2, end=91.04,
)  # fmt: skip
CASES = {
    "a person quoted, month known": (
        EDITORIAL,
        "Frank Rose, “Cooperation Is Key to Ballistic Missile Defense,” Editorials, Voice of America, "
        f"May 2013, radio broadcast, 3:44, at 1:23–31, {URL} ({ASIDE}).",
        "Rose, F. (2013, May). Cooperation Is Key to Ballistic Missile Defense [Radio broadcast]. In "
        f"Editorials. Voice of America. {URL} ({ASIDE})",
        "(Rose, 2013, 1:23)",
        "Rose, Frank. “Cooperation Is Key to Ballistic Missile Defense.” Editorials, Voice of America, "
        f"May 2013, {URL}. Radio broadcast. {ASIDE}.",
        "(Rose 01:23-01:31)",
    ),
    "no date": (
        replace(EDITORIAL, date="", start=39.5, end=62.0),
        "Frank Rose, “Cooperation Is Key to Ballistic Missile Defense,” Editorials, Voice of America, n.d., "
        f"radio broadcast, 3:44, at 0:39–1:02, {URL} ({ASIDE}).",
        "Rose, F. (n.d.). Cooperation Is Key to Ballistic Missile Defense [Radio broadcast]. In Editorials. "
        f"Voice of America. {URL} ({ASIDE})",
        "(Rose, n.d., 0:39)",
        "Rose, Frank. “Cooperation Is Key to Ballistic Missile Defense.” Editorials, Voice of America, "
        f"{URL}. Radio broadcast. {ASIDE}.",
        "(Rose 00:39-01:02)",
    ),
    "nobody named, a whole clip, a day, a title that asks and quotes": (
        Source("Who said “now”?", URL, programme="The Morning Tide", broadcaster="Radio Port Ansgar",
               date="2024-09-05", duration=3723),
        "“Who said ‘now’?,” The Morning Tide, Radio Port Ansgar, September 5, 2024, radio broadcast, "
        f"1:02:03, {URL}.",
        "Radio Port Ansgar. (2024, September 5). Who said “now”? [Radio broadcast]. In The Morning Tide. "
        f"{URL}",
        "(Radio Port Ansgar, 2024)",
        f"“Who said ‘now’?” The Morning Tide, Radio Port Ansgar, 5 Sept. 2024, {URL}. Radio broadcast.",
        "(“Who said ‘now’?”)",
    ),
    "a host, hours, about a year, a title with a full stop": (
        Source("The tide.", URL, person="Clara von der Benning Jr.", part="host", programme="Tides",
               date="2013~", duration=7300, start=3590, end=3723.9),
        f"Clara von der Benning Jr., “The tide,” Tides, ca. 2013, audio, 2:01:40, at 59:50–1:02:03, {URL}.",
        f"von der Benning, C., Jr. (Host). (ca. 2013). The tide [Audio]. In Tides. {URL}",
        "(von der Benning, ca. 2013, 59:50)",
        f"von der Benning, Clara, Jr. “The tide.” Tides, ca. 2013, {URL}. Audio.",
        "(von der Benning 00:59:50-01:02:03)",
    ),
    "a name and a title in Chinese, one second": (
        Source("新的净水站", URL, person="李明", part="voice", broadcaster="安港广播电台", date="2025",
               duration=42, start=6.0, end=6.8),
        f"李明, “新的净水站,” 安港广播电台, 2025, radio broadcast, 0:42, at 0:06, {URL}.",
        f"李明. (2025). 新的净水站 [Radio broadcast]. 安港广播电台. {URL}",
        "(李明, 2025, 0:06)",
        f"李明. “新的净水站.” 安港广播电台, 2025, {URL}. Radio broadcast.",
        "(李明 00:06)",
    ),
    "nothing known but the title": (
        Source("Minutes: of the Committee", URL),
        f"“Minutes: of the Committee,” n.d., audio, {URL}.",
        f"Minutes: of the Committee [Audio]. (n.d.). {URL}",
        "(“Minutes: of the Committee,” n.d.)",
        f"“Minutes: of the Committee.” {URL}. Audio.",
        "(“Minutes”)",
    ),
    "years apart": (
        replace(EDITORIAL, date="2013/2014", programme="", start=None, end=None, person="", title="Talks"),
        f"“Talks,” Voice of America, 2013–2014, radio broadcast, 3:44, {URL}.",
        f"Voice of America. (2013–2014). Talks [Radio broadcast]. {URL}",
        "(Voice of America, 2013–2014)",
        f"“Talks.” Voice of America, 2013–2014, {URL}. Radio broadcast.",
        "(“Talks”)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_source_is_cited_in_each_style(case):
    source, chicago, apa, apa_text, mla, mla_text = CASES[case]
    assert {style: cite(source) for style, (_, cite) in STYLES.items()} == {
        "chicago": {"Note": chicago},
        "apa": {"Reference": apa, "In text": apa_text},
        "mla": {"Works cited": mla, "In text": mla_text},
    }
