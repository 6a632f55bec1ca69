"""Labels: who speaks in a script, and what only looks as if it told."""

import pytest

from ingest.facts import Speaker
from ingest.script import parse_script

ANN, BO = Speaker("Ann Lee", "Mayor", "host"), Speaker("Bo van Ek", "", "guest")
ROSE = Speaker("Frank Rose", "Deputy Assistant Secretary", "quoted")

STATED = [
    ("ANN LEE: Hello.", "Ann Lee"),
    ("Ann Lee: Hello.", "Ann Lee"),
    ("Ann: Hello.", "Ann Lee"),
    ("Lee: Hello.", "Ann Lee"),
    ("lee : Hello.", "Ann Lee"),
    ("Lee：Hello.", "Ann Lee"),
    ("HOST: Hello.", "Ann Lee"),
    ("Interviewer: Hello.", "Ann Lee"),
    ("GUEST: Hello.", "Bo van Ek"),
    ("Mr. van Ek: Hello.", ""),
    ("Mr. Ek: Hello.", "Bo van Ek"),
    ("Prof. Dr. Lee: Hello.", "Ann Lee"),
    ("Mary Lee: Hello.", ""),
    ("LEE (mayor): Hello.", "Ann Lee"),
    ("Lee, Mayor of Oslo: Hello.", "Ann Lee"),
    ("Lee, he said, is: Hello.", ""),
    ("[Lee] Hello.", "Ann Lee"),
    ("[LEE]: Hello.", "Ann Lee"),
    ("[Lee] is right.", ""),
    ("**Lee:** Hello.", "Ann Lee"),
    ("**Lee**: Hello.", "Ann Lee"),
    ("__Ann Lee:__ Hello.", "Ann Lee"),
    ("*Lee:* Hello.", "Ann Lee"),
    ("**Lee** Hello.", "Ann Lee"),
    ("**Lee** said no.", ""),
    ("– Lee: Hello.", "Ann Lee"),
    ("- **Lee:** Hello.", "Ann Lee"),
    ("— ANN LEE: Hello.", "Ann Lee"),
    ("Ann Lee\nHello.", "Ann Lee"),
    ("ANN LEE\n\nHello.", "Ann Lee"),
    ("**Ann Lee**\nHello.", "Ann Lee"),
    ("## Ann Lee\n\nHello.", "Ann Lee"),
    ("Frank Rose\nHello.", ""),  # a caption: he is only quoted
    ("ROSE: Hello.", "Frank Rose"),
    ("Q: Hello.\nA: Hi.", "Ann Lee"),
    ("Q. Hello.\nA. Hi.", "Ann Lee"),
    ("Question: Hello.", "Ann Lee"),
    ("Q: Hello.", ""),
    ("A. Lee said hello.", ""),
]


@pytest.mark.parametrize(("text", "speaker"), STATED)
def test_a_label_names_a_person_whom_the_facts_state(text, speaker):
    assert parse_script(text, [ANN, BO, ROSE])[0].speaker == speaker


@pytest.mark.parametrize("text", [text for text, speaker in STATED if speaker])
def test_a_label_is_no_part_of_the_text(text):
    assert parse_script(text, [ANN, BO, ROSE])[0].text in ("Hello.", "Hi.")


UNSTATED = [
    ("CALLER: Yes.", ["Caller"]),
    ("FRANK ROSE: Yes.\nMODERATOR: No.\nROSE: Yes.", ["Frank Rose", "Moderator", "Frank Rose"]),
    ("FRANK ROSE (office): Yes.\n\nROSE: No.", ["Frank Rose", "Frank Rose"]),
    ("SPEAKER 1: Yes.\nSPEAKER 2: No.", ["Speaker 1", "Speaker 2"]),
    ("O'NEILL: Yes.", ["O'Neill"]),
    ("McNab: Yes.\nLiu: No.\nMcNab: Yes.\nLiu: No.", ["McNab", "Liu", "McNab", "Liu"]),
    ("Ana de la Cruz: Yes.\nHOST: No.\nAna de la Cruz: Yes.",
     ["Ana de la Cruz", "Host", "Ana de la Cruz"]),
    ("Q: Yes?\nA: No.\nQ: Yes?", ["Q", "A", "Q"]),
    ("Q. Yes?\nA. No.", ["Q", "A"]),
    ("[ROSE] Yes.\n[LIU] No.\n[ROSE] Yes.\n[LIU] No.", ["Rose", "Liu", "Rose", "Liu"]),
    ("**Rose:** Yes.\n\n**Liu:** No.\n\n**Rose:** Yes.\n\n**Liu:** No.", ["Rose", "Liu", "Rose", "Liu"]),
    ("**ROSE:** Yes.", ["Rose"]),
    ("ROSE\nYes.\n\nLIU\nNo.\n\nROSE\nYes.\n\nLIU\nNo.", ["Rose", "Liu", "Rose", "Liu"]),
    ("– Rose: Yes.\n– Liu: No.\n– Rose: Yes.\n– Liu: No.", ["Rose", "Liu", "Rose", "Liu"]),
    ("АННА: Да.", ["Анна"]),
    ("Анна: Да.\nБорис: Нет.\nАнна: Да.\nБорис: Нет.", ["Анна", "Борис", "Анна", "Борис"]),
    ("مريم: نعم.\nسامي: لا.\nمريم: نعم.\nسامي: لا.", ["مريم", "سامي", "مريم", "سامي"]),
    ("记者：你好。\n王小明：好。\n记者：谢谢。\n王小明：再见。", ["记者", "王小明", "记者", "王小明"]),
    ("问:你好。\n答:好。\n问:谢谢。\n答:再见。", ["问", "答", "问", "答"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "speakers"), UNSTATED)
def test_a_label_of_somebody_not_stated_is_known_by_its_form(text, speakers):
    turns = parse_script(text)
    assert [turn.speaker for turn in turns] == speakers
    assert not any(turn.text.startswith(turn.speaker) or ":" in turn.text for turn in turns)


@pytest.mark.parametrize(
    "text",
    [
        "Note: it rained.",
        "NOTE: it rained.\n\nNOTE: it poured.",
        "Editor’s note: it rained.",
        "Washington: it rained.",
        "Washington: it rained.\n\nWashington: it poured.",
        "At 10:30 it rained.",
        "10:30 the news",
        "10:30: the news",
        "https://radio.example/a",
        "WEB: https://radio.example/a",
        "He said this: it rained.",
        "The forecast has one word: rain.",
        "One More Thing: it rained.",
        "One thing: it rained.\nOne thing: it poured.\nTwo: it did.\nTwo: it did.",
        "NATO, he said, has an aim: peace.",
        "Rain! Then this: sun.",
        "MUSIC: UP AND UNDER\nMUSIC: OUT",
        "[Music]",
        "[LAUGHTER] Yes.\n\n[LAUGHTER] No.",
        "[Rose] said so.\n[Rose] said no.",
        "THE WEATHER",
        "THE WEATHER\n\nIt rained.\n\nSPORT\n\nNobody won.",
        "**Important** news.\n\n**Rain** fell.",
        "**The minister** said so.\n\n**The minister** said no.",
        "- one thing\n- another",
        "– Hello.\n– Hello.",
        "他说：“你好。”\n她说：“好。”\n他说：“再见。”\n她说：“再见。”",
        "“Rose: no.”",
        "A. Smith said so.",
        "Plan A: rain.",
        ": nothing",
        "A:",
    ],
)
def test_what_only_looks_like_a_label_stays_in_the_text(text):
    assert [turn.speaker for turn in parse_script(text)] == [""] * len(parse_script(text))
    words = " ".join(turn.text for turn in parse_script(text)).split()
    assert words == [word for word in text.split() if any(c.isalnum() for c in text)]


def test_a_label_holds_until_the_next_one():
    turns = parse_script("Before.\n\nHOST: One.\n\nTwo\nlines.\n\nROSE:\nThree.\nRIGHT: four.", [ANN])
    assert [(turn.speaker, turn.text) for turn in turns] == [
        ("", "Before."),
        ("Ann Lee", "One."),
        ("Ann Lee", "Two lines."),
        ("Rose", "Three."),
        ("Right", "four."),
    ]


def test_a_name_that_two_people_share_stands_for_itself():
    both = [ANN, Speaker("Bo Lee", "", "host")]
    turns = parse_script("LEE: One.\nHOST: Two.\nBO: Three.", both)
    assert [turn.speaker for turn in turns] == ["Lee", "Host", "Bo Lee"]


@pytest.mark.parametrize(
    "text",
    [
        "The aim is peace, Frank Rose said: “We will help.”\n\nRose added: “Soon.”",
        "Rose: cooperation is key\n\nThe aim is peace.",
        "HOST: Good day.\n\nRose: “We will help.”",
        "Rose: “Yes.”\n\nRose: “No.”",
    ],
)
def test_a_person_quoted_in_the_text_has_no_turn(text):
    assert "Frank Rose" not in {turn.speaker for turn in parse_script(text, [ROSE])}


def test_a_person_who_is_pictured_has_a_turn_among_other_turns():
    turns = parse_script("HOST: Good day.\n\nRose: Thanks.", [ROSE])
    assert [turn.speaker for turn in turns] == ["Host", "Frank Rose"]
