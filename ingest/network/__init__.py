"""The network: how an address is asked and what it may answer. Its door is ingest/network/fetch.py."""
