"""What other machines read: podcast feed, site map, linked data, cards, embedding, IIIF, PBCore, Dublin Core.

A module a format. What several of them state of a clip is in stated.py, XML in xml.py, the addresses in
routes.py; links.py is what the clip page shows of it all. docs/exchange.md lists the addresses and what each
of them was checked with.
"""
