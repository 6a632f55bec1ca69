import pytest
from conftest import HARBOUR, open_site

HOME = "/"
CLIP = f"/clip/{HARBOUR}"
KEPT = [HOME, "/search?q=tide", "/search.json?q=tide", CLIP, f"{CLIP}.vtt", f"/cite/{HARBOUR}"]


@pytest.mark.parametrize("path", KEPT)
async def test_what_a_browser_has_already_is_not_sent_again(site, path):
    first = await site.client.get(path)
    mark = first.headers["etag"]
    again = await site.client.get(path, headers={"If-None-Match": f'"other", {mark}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
    assert again.headers["cache-control"] == first.headers["cache-control"] == "public, max-age=5"
    other = await site.client.get(path, headers={"If-None-Match": 'W/"other"'})
    assert (other.status_code, other.content) == (200, first.content)


async def test_how_long_it_need_not_ask_is_datasettes_setting(archive):
    for ttl, kept in ((3600, "public, max-age=3600"), (0, "no-cache")):
        site = await open_site(archive, default_cache_ttl=ttl)
        assert (await site.client.get(HOME)).headers["cache-control"] == kept
        assert (await site.client.get(f"/audio/{HARBOUR}")).headers["cache-control"] == kept


async def test_what_somebody_sees_who_is_logged_in_is_kept_by_nobody_else(archive):
    site = await open_site(archive, {"allow": {"id": "root"}})
    cookies = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    for path in (*KEPT, f"/audio/{HARBOUR}"):
        answer = await site.client.get(path, cookies=cookies)
        assert (answer.status_code, answer.headers["cache-control"].split(",")[0]) == (200, "private")
        mark = answer.headers["etag"]
        stranger = await site.client.get(path, headers={"If-None-Match": mark})
        assert stranger.status_code == 403


async def test_what_is_not_there_is_not_kept(site):
    answer = await site.client.get("/clip/nobody")
    assert (answer.status_code, "etag" in answer.headers) == (404, False)


async def test_pages_travel_compressed_for_those_who_read_it_so(site):
    plain = await site.client.get(CLIP, headers={"Accept-Encoding": "identity"})
    packed = await site.client.get(CLIP, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert (packed.content, packed.headers["etag"]) == (plain.content, plain.headers["etag"])


@pytest.mark.parametrize("wanted", [{}, {"Range": "bytes=0-1999"}])
async def test_recordings_travel_as_they_are(site, wanted):
    answer = await site.client.get(f"/audio/{HARBOUR}", headers={"Accept-Encoding": "gzip", **wanted})
    assert "content-encoding" not in answer.headers
    assert int(answer.headers["content-length"]) == len(answer.content)
