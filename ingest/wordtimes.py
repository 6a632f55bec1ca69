"""Word times in a compact form: about three bytes a word instead of thirty.

archive.db keeps one such blob a segment, so that the publishing machine can tell when each word
was spoken without the runs. Times are hundredths of a second, the precision of a citation.

Each word is three unsigned LEB128 numbers: how much later it starts than the word before it (the
first: than the clip) times two, plus one if the time is inferred; its length; its probability in
hundredths plus one, 0 when unknown.  source: https://en.wikipedia.org/wiki/LEB128
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ingest.words import Word


def pack_times(words: Iterable[Word]) -> bytes:
    """Write when each word was spoken; the words' texts are not kept.

    raises  ValueError when a word starts before the one before it or ends before it starts
    """
    packed = bytearray()
    clock = 0
    for word in words:
        start, end = round(word.start * 100), round(word.end * 100)
        known = 0 if word.probability is None else round(word.probability * 100) + 1
        for number in ((start - clock) * 2 + word.inferred, end - start, known):
            if number < 0:
                raise ValueError(f"the times of {word} are out of order")
            while number > 127:
                packed.append(number & 127 | 128)
                number >>= 7
            packed.append(number)
        clock = start
    return bytes(packed)


def unpack_times(packed: bytes, texts: Sequence[str]) -> list[Word]:
    """Read what `pack_times` wrote and give each time its word again.

    texts   the segment's words, as `split_words` gives them
    raises  ValueError when there are not as many texts as times

    >>> words = [Word("We", 83.2, 83.41, 0.98), Word("will", 83.41, 83.6, inferred=True)]
    >>> unpack_times(pack_times(words), ["We", "will"]) == words
    True
    """
    numbers = packed if packed.isascii() else list(_read_numbers(packed))  # one byte each, or more
    words: list[Word] = []
    clock = 0
    for text, step, length, known in zip(texts, numbers[::3], numbers[1::3], numbers[2::3], strict=True):
        clock += step // 2
        probability = (known - 1) / 100 if known else None
        words.append(Word(text, clock / 100, (clock + length) / 100, probability, bool(step % 2)))
    return words


def _read_numbers(packed: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in packed:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield number
            number = shift = 0
