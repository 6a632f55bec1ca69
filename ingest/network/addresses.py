"""Addresses: which machines an address that somebody else wrote may lead to.

A feed or a page can name http://127.0.0.1/ or http://printer.local/ and so make this machine ask its
own network. Such a name is looked up once, each address that it has is checked, and the connection
goes to one that was checked: a name that means something else a second later changes nothing. Behind
a proxy, too, it is the checked address that the proxy is asked for.
"""

from __future__ import annotations

import ipaddress
import socket

from ingest.errors import PrivateAddress, Unreachable

_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # IPv4 addresses as networks without IPv4 write them, RFC 6052


def find_public(host: str, name: str) -> list[str]:
    """Look up a host, and give its addresses in the order in which to try them.

    host    a name, or an address in any form that the system takes
    name    what messages call the address that the host is of
    raises  PrivateAddress when one of them is not of the public internet; Unreachable when there is none
    """
    try:
        entries = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that no host can have
        raise Unreachable(describe_unknown(host, name)) from error
    found = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
    for address in found:
        if not is_public(address):
            raise PrivateAddress(
                f"{name}: leads to {address}, which is not on the public internet; "
                "add --allow-private if you trust who wrote it"
            )
    return found


def describe_unknown(host: str, name: str) -> str:
    """The line for a host that nobody knows."""
    return f"{name}: there is no host {host}, or no network; check the address, or try again later"


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, in whatever form it is written.

    >>> [is_public(a) for a in ("8.8.8.8", "10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "224.0.0.1")]
    [True, False, False, False, False]
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.is_site_local:
            return False
        within = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None
        ip = ip.ipv4_mapped or ip.sixtofour or within or ip
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
