import pytest

from ingest.index import fold_stem
from ingest.stems import RULES, find_stem, name_base


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", "defense defenses"),
        ("en", "run runs running"),
        ("de", "Haus Hauses Häuser"),
        ("fr", "continuer continuait continuée"),
        ("es", "hablar hablamos hablando"),
        ("pt", "falar falamos falando"),
        ("it", "parlare parlando parlato"),
        ("nl", "boeken boek"),
        ("sv", "flickor flickorna flicka"),
        ("da", "bøger bøgerne"),
        ("no", "båter båten"),
        ("fi", "talo talossa taloissa"),
        ("ru", "оборона обороны обороной"),
        ("tr", "kitap kitaplar kitapları"),
        ("hu", "házak házakat"),
        ("ro", "copil copilul"),
        ("ar", "كتاب الكتاب"),
        ("hi", "लड़का लड़के"),
        ("id", "membaca bacaan"),
        ("el", "λόγος λόγου"),
    ],
)
def test_forms_of_a_word_share_a_stem(language, forms):
    stems = {find_stem(form.lower(), language) for form in forms.split()}
    assert len(stems) == 1


def test_a_language_without_rules_keeps_its_words():
    assert find_stem("sitoto", "sw") == find_stem("sitoto", "") == "sitoto"


def test_every_rule_is_known_to_the_installed_snowball():
    import snowballstemmer

    assert set(RULES.values()) <= set(snowballstemmer.algorithms())


@pytest.mark.parametrize(("code", "base"), [("pt-BR", "pt"), ("EN", "en"), ("zh_Hant", "zh"), ("", "")])
def test_a_region_makes_no_other_language(code, base):
    assert name_base(code) == base


def test_a_stem_is_folded_as_words_are():
    assert fold_stem("häuser", "de") == "haus"
    assert fold_stem("обороной", "ru") == "оборон"
