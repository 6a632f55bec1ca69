from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.words import is_spoken, split_words, word_spans


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The U.S. will tailor", ["The", "U.S.", "will", "tailor"]),
        ("strengthen – not weaken – stability", ["strengthen –", "not", "weaken –", "stability"]),
        ("“We agree,” he said.", ["“We", "agree,”", "he", "said."]),
        ("– hi", ["– hi"]),
        (
            "导弹防御，NATO成员说：“你好。”",
            ["导", "弹", "防", "御，", "NATO", "成", "员", "说：", "“你", "好。”"],
        ),
        ("3月14日", ["3", "月", "14", "日"]),
        ("สวัสดี", ["ส", "วั", "ส", "ดี"]),
        ("مرحبا بكم", ["مرحبا", "بكم"]),
        ("㐀«:\U0003f0000", ["㐀", "«:\U0003f0000"]),  # a letter that Unicode does not know yet
        ("…", []),
        ("", []),
    ],
)
def test_a_text_is_split_into_what_is_spoken(text, words):
    assert split_words(text) == words


@given(st.text())
def test_words_stand_in_order_and_leave_out_nothing_that_is_spoken(text):
    spans = word_spans(text)
    assert all(a < b for a, b in spans)
    between = zip([0, *(b for _, b in spans)], [*(a for a, _ in spans), len(text)], strict=True)
    assert not any(is_spoken(text[b:c]) for b, c in between)
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))
