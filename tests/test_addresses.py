import socket

import pytest

from ingest.errors import PrivateAddress, Unreachable
from ingest.network.addresses import find_public, is_public


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("1.1.1.1", True), ("2606:4700::1111", True), ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True), ("2002:808:808::1", True),
        ("127.0.0.1", False), ("127.9.9.9", False), ("0.0.0.0", False), ("10.1.2.3", False),
        ("172.16.0.1", False), ("192.168.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
        ("192.0.2.1", False), ("198.18.0.1", False), ("224.0.0.1", False), ("240.0.0.1", False),
        ("255.255.255.255", False), ("::", False), ("::1", False), ("::7f00:1", False), ("fe80::1", False),
        ("fe80::1%eth0", False), ("fc00::1", False), ("fd12::1", False), ("fec0::1", False),
        ("ff02::1", False), ("2001:db8::1", False), ("::ffff:127.0.0.1", False), ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False), ("64:ff9b::a00:1", False), ("64:ff9b:1::1", False),
        ("2002:7f00:1::", False), ("2002:a00:1::1", False), ("2001::1", False),
    ],
)  # fmt: skip
def test_only_what_everybody_can_reach_is_public(address, public):
    assert is_public(address) is public


def test_a_host_is_private_when_one_of_its_addresses_is(monkeypatch):
    entries = [(0, 0, 0, "", (address, 0)) for address in ("8.8.8.8", "2606:4700::1111", "8.8.8.8")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: entries)
    assert find_public("radio.example", "x") == ["8.8.8.8", "2606:4700::1111"]
    entries.append((0, 0, 0, "", ("10.0.0.1", 0)))
    with pytest.raises(PrivateAddress, match=r"leads to 10\.0\.0\.1"):
        find_public("radio.example", "x")


@pytest.mark.parametrize("host", ["no-such.invalid", "", "a" * 70 + ".example", "a..b", "x" * 300])
def test_a_host_that_nobody_knows_is_one_line(host):
    with pytest.raises((Unreachable, PrivateAddress)):
        find_public(host, "x")
