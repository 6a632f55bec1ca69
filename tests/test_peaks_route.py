import pytest
from conftest import CHINESE, COOPERATION, HARBOUR, SILENT, make_transcript, open_site

from datasette_airquote.peaks import find_peaks_url
from ingest.archive import rebuild
from ingest.facts import Facts
from ingest.peaks import format_peaks
from ingest.transcript import save_new


async def test_the_peaks_of_a_recording_are_sent_with_its_duration(site):
    response = await site.client.get(f"/audio/{HARBOUR}.peaks.json")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/json")
    assert response.json() == {"duration": 22.4, "peaks": [0.0, 0.42, 0.07, 1.0] * 56}


@pytest.mark.parametrize("clip", [CHINESE, COOPERATION, SILENT, "nobody"])
async def test_a_clip_without_peaks_has_none_to_send(site, clip):
    response = await site.client.get(f"/audio/{clip}.peaks.json")
    assert (response.status_code, response.text) == (
        404, "It is not known how loud the recording of this clip is.",
    )  # fmt: skip


async def test_no_more_than_two_thousand_values_are_sent(tmp_path):
    transcript = make_transcript("long", Facts(title="Long"), [("", "Hello.")])
    folder = save_new(tmp_path, transcript, None)
    (folder / "peaks.txt").write_text(format_peaks(bytes([0] * 15_999 + [77])), "utf-8")
    assert rebuild(tmp_path) == []
    site = await open_site(tmp_path)
    peaks = (await site.client.get("/audio/long.peaks.json")).json()["peaks"]
    assert peaks == [0.0] * 1999 + [0.77]


async def test_a_clip_page_knows_whether_there_are_peaks_and_where(archive):
    site = await open_site(archive, base_url="/radio/")
    db = site.databases["archive"]
    assert await find_peaks_url(site, db, HARBOUR) == f"/radio/audio/{HARBOUR}.peaks.json"
    assert await find_peaks_url(site, db, CHINESE) == ""
