import json
import time

import pytest

from ingest.facts import Facts, Speaker
from ingest.web.jsonld import Linked, read_linked

HERE = "https://e.org/1"
ANN = Speaker("Ann Lee", "Editor", "author")


def read(values, here=HERE):
    return read_linked([values if isinstance(values, str) else json.dumps(values)], here)


@pytest.mark.parametrize(
    ("values", "facts"),
    [
        ({"@type": "NewsArticle", "headline": "A &amp; <i>B</i>", "name": "C"}, Facts(title="A & B")),
        ({"@type": ["Thing", "https://schema.org/Article"], "name": "C"}, Facts(title="C")),
        ({"@type": "Article", "datePublished": "2013-05-14T23:00:00-05:00"}, Facts(date="2013-05-14")),
        ({"@type": "Article", "datePublished": "May 2013"}, Facts()),
        ({"@type": "Article", "author": {"@type": "Person", "name": "Ann Lee", "jobTitle": ["Editor"]}},
         Facts(speakers=(ANN,))),
        ({"@type": "Article", "author": [{"@type": "Organization", "name": "Radio"}, "Ann Lee", 7, None,
                                         {"@type": "Person"}]}, Facts()),
        ({"@type": "Article", "creator": [{"@id": "#ann"}, {"@id": "#nobody"}]}, Facts()),
        ({"@graph": [{"@type": "Article", "creator": {"@id": "#ann"}, "author": {"@id": "#ann"}},
                     {"@id": "#ann", "@type": "Person", "name": "Ann Lee", "jobTitle": "Editor"}]},
         Facts(speakers=(ANN,))),
        ({"@type": "Article", "inLanguage": {"@type": "Language", "name": "Welsh", "alternateName": "cy"}},
         Facts(language="cy")),
        ({"@type": "Article", "license": {"@type": "CreativeWork", "url": "https://cc.example"}},
         Facts(rights="https://cc.example")),
        ({"@type": "Article", "copyrightNotice": "© E"}, Facts(rights="© E")),
        ({"@type": "Article", "mainEntityOfPage": {"@id": HERE}, "publisher": "Radio E"},
         Facts(page_url=HERE, broadcaster="Radio E")),
        ({"@type": "PodcastEpisode", "isPartOf": [{"@type": "PodcastSeries", "name": "P"}]},
         Facts(programme="P")),
        ({"@type": "RadioEpisode",
          "publication": [{"startDate": "2013-05", "publishedOn": {"name": "Four"}}]},
         Facts(date="2013-05", broadcaster="Four")),
        ([[{"@type": "WebPage", "mainEntity": {"@type": "Article", "name": "A"}}]], Facts(title="A")),
        ("// <![CDATA[\n{\"@type\": \"Article\", \"name\": \"a\tb\"}\n// ]]>", Facts(title="a b")),
        (r'{"@type": "Article", "name": "a\ud800b\u001b[2J"}', Facts(title="ab[2J")),
        ("<!-- {\"@type\": \"Article\", \"name\": \"A\"}; -->", Facts(title="A")),
    ],
)  # fmt: skip
def test_an_object_states_facts(values, facts):
    assert [each.facts for each in read(values)] == [facts]


@pytest.mark.parametrize(
    "values",
    ["", "{", "[1, \"a\", null]", {"@type": "Person", "name": "Ann"}, {"name": "untyped"},
     "{\"@type\": {\"a\": 1}}", "[" * 100_000, '{"@graph":' * 100_000, {"@type": [7, None]},
     {"@type": "ItemList", "itemListElement": [{"@type": "PodcastEpisode", "name": "One"}]}],
)  # fmt: skip
def test_what_states_nothing_of_the_page_gives_nothing(values):
    assert read(values) == []


@pytest.mark.parametrize(
    ("media", "audio", "video"),
    [
        ({"audio": {"@type": "AudioObject", "contentUrl": "a"}}, "a", ""),
        ({"audio": ["page.html", "a.mp3"]}, "a.mp3", ""),
        ({"audio": {"@type": "AudioObject", "embedUrl": "player"}}, "", ""),
        ({"associatedMedia": {"@type": "MediaObject", "contentUrl": ["a.mp3"]}}, "a.mp3", ""),
        ({"encoding": [{"contentUrl": "s", "encodingFormat": "application/pdf"}, {"contentUrl": "a.ogg"}]},
         "a.ogg", ""),
        ({"video": {"@type": "VideoObject", "contentUrl": "v.mp4"}, "audio": {"contentUrl": "a.mp3"}},
         "a.mp3", "v.mp4"),
    ],
)  # fmt: skip
def test_a_recording_is_sound_before_video_and_no_player(media, audio, video):
    (found,) = read({"@type": "Article", **media})
    assert (found.audio, found.video) == (audio, video)


def test_of_several_episodes_only_the_one_that_is_this_page_counts():
    two = [{"@type": "PodcastEpisode", "name": name, "url": f"https://e.org/{name}"} for name in "12"]
    assert read(two, "") == []
    assert [each.facts.title for each in read(two, "https://e.org/2/")] == ["2"]


def test_an_article_goes_before_its_episode_and_that_before_its_recording():
    values = [
        {"@type": "AudioObject", "contentUrl": "a.mp3", "transcript": "Hello."},
        {"@type": "RadioEpisode", "name": "E"},
        {"@type": "NewsArticle", "headline": "A", "articleBody": "<p>One</p><p>Two</p>"},
    ]
    assert read(values) == [
        Linked(Facts(title="A"), "", "", "", "One\n\nTwo"),
        Linked(Facts(title="E"), "", "", "", ""),
        Linked(Facts(), "a.mp3", "", "Hello.", ""),
    ]


def test_many_objects_take_no_long_time():
    clock = time.process_time()
    assert len(read([{"@type": "NewsArticle", "author": [{"name": "x"}]}] * 50_000)) == 1
    assert time.process_time() - clock < 5
