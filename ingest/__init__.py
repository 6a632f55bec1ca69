"""Airquote's pipeline: audio and published text in, transcripts and archive.db out.

The stages, in the order data flows:

    sources → facts, script → audio → speech → engines → alignment → transcript → archive
"""

__version__ = "0.1.0"
