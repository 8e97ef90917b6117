"""What is masked before anything is stored or logged, and what must stay readable."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalpsam.content.written import normalise
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.nlu.danger import DangerNet
from hjalpsam.paths import ROOT
from hjalpsam.storage.privacy import mask

KEEP = ["020-100 200", "112", "114 14", "90101"]

often = settings(max_examples=300)


def has_digits(text):
    return any(character.isdecimal() for character in text)


# --- examples --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        # personal numbers
        "19121212-1212",
        "19121212 1212",
        "191212121212",
        "121212-1212",
        "121212+1212",
        "121212 1212",
        "121212 - 1212",
        "12 12 12-1212",
        "1912-12-12-1212",
        "1212121212",
        "19121272-1212",  # samordningsnummer: day + 60
        "121291-1212",
        # with the dashes that telephones and word processors put in
        "121212–1212",
        "121212—1212",
        "121212‑1212",
        "121212−1212",
        # mobile telephones
        "070-123 45 67",
        "070 123 45 67",
        "070-1234567",
        "070 - 123 45 67",
        "070–123 45 67",
        "070‑123 45 67",
        "070/123 45 67",
        "0701234567",
        "0701-23 45 67",
        "+46 70 123 45 67",
        "+46701234567",
        "+46 (0)70-123 45 67",
        "0046701234567",
        "0046 70 123 45 67",
        "46701234567",
        # landlines
        "08-123 456 78",
        "08-12 34 56",
        "033-12 34 56",
        "033 12 34 56",
        "033 - 12 34 56",
        "033‑12 34 56",
        "033123456",
        "(033) 12 34 56",
        # two in a row
        "033-12 34 56 070-123 45 67",
        "0701234567, 0707654321",
        # other long numbers
        "4111 1111 1111 1111",
        "1234567",
        "123-456-789",
    ],
)
def test_a_number_that_points_to_somebody_is_masked(number):
    masked = mask(f"Det är {number}, tror jag.", KEEP)
    assert not has_digits(masked)
    assert masked.startswith("Det är ")
    assert masked.endswith(", tror jag.")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("jag är 19121212-1212", "jag är [personnummer]"),
        ("ring 070-123 45 67!", "ring [telefonnummer]!"),
        ("ärende 7123456", "ärende [nummer]"),
        ("mejla anna@exempel.se", "mejla [e-post]"),
        ("anna.svensson+chatt@post.exempel.co.uk.", "[e-post]."),
        ("<åsa-maria@exempel.se>", "<[e-post]>"),
        ("a@b.se, b@c.se", "[e-post], [e-post]"),
        ("anna@exempel.se 070-123 45 67", "[e-post] [telefonnummer]"),
        ("Nu.0701111111", "Nu.[personnummer]"),  # that it is masked matters, not as what
        ("pnr121212-1212x", "pnr[personnummer]x"),
        ("121212-1212\n070-123 45 67", "[personnummer]\n[telefonnummer]"),
    ],
)
def test_the_mask_says_what_it_hides(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        # times
        "öppet 9.00-12.00",
        "öppet 09.00–12.00 och 13.00–16.00",
        "mellan 09:00-12:00",
        "kl 12.30",
        "13-16",
        "9-12 och 13-16",
        # dates and years
        "2022",
        "2022-2023",
        "2022–2023",
        "2022-10",
        "2026-12-24",
        "2026-12-24 kl 12.30",
        "den 6 juni",
        "den 24/12 2026",
        "24/12-26",
        "1 maj 2026",
        # ages and other small numbers
        "jag är 17 år",
        "mellan 15 och 25",
        "2+2",
        "503 31",
        "på Storgatan",
        "väg 40",
        "2022 Borås",
        "SOS 112",
        "100 000 kr",
        # the short numbers everybody may call, even unless told to keep them
        "112",
        "114 14",
        "90101",
    ],
)
def test_what_points_to_nobody_stays(text):
    assert mask(text) == text
    assert mask(f"Det är {text}, tror jag.", KEEP) == f"Det är {text}, tror jag."


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("han bor på Storgatan 12", "han bor på [adress]"),
        ("Allégatan 3 B lgh 1102, kom fort", "[adress], kom fort"),
        ("norra kyrkogatan 5b", "norra [adress]"),
        ("Kungsgatan 57-59", "[adress]"),
        ("Storgatan nr 12", "[adress]"),
        ("Sven Erikssons väg 7", "Sven Erikssons väg 7"),  # what rules cannot do
        ("503 31 Borås", "[adress]"),
        ("bilen är ABC 123", "bilen [registreringsnummer]"),
        ("ABC12D stod utanför", "[registreringsnummer] stod utanför"),
        ("regnr abc 123", "regnr [registreringsnummer]"),
        ("kortet 4111 1111 1111 1111", "kortet [nummer]"),
        ("skriv till @anna_svensson", "skriv till [konto]"),
        ("instagram.com/annasvensson", "[konto]"),
        ("anna(at)exempel.se", "[e-post]"),
        ("född 1912-12-12", "född [födelsedatum]"),
        ("12.12.12-1212", "[personnummer]"),
        ("121212-TF12", "[personnummer]"),
        ("070-123.45.67", "[telefonnummer]"),
        ("+46.70.123.45.67", "[telefonnummer]"),
    ],
)
def test_addresses_plates_and_accounts_are_masked(text, masked):
    assert mask(text, KEEP) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("jag heter Anna Svensson och är orolig", "jag heter [namn] och är orolig"),
        ("jag heter anna svensson", "jag heter [namn]"),
        ("jag heter zoran", "jag heter [namn]"),
        ("jag heter Max", "jag heter [namn]"),
        ("jag heter: Maximiliana", "jag heter: [namn]"),
        ("JAG HETER ANNA SVENSSON", "JAG HETER [namn]"),
        ("han heter Abdi-Karim Ali Warsame.", "han heter [namn]."),
        ("hon heter Anna von Essen", "hon heter [namn]"),
        ("mitt namn är Ebba K.", "mitt namn är [namn]"),
        ("min son ahmed har slutat skolan", "min son [namn] har slutat skolan"),
        ("det är min bror Ahmed", "det är min bror [namn]"),
        ("jag är hans mamma Fatima", "jag är hans mamma [namn]"),
        ("Min lillebror Zlatko hatar alla", "Min lillebror [namn] hatar alla"),
        ("vår äldsta dotter Linnea är borta", "vår äldsta dotter [namn] är borta"),
        ("min 16-åriga son Ali", "min 16-åriga son [namn]"),
        ("min granne, Sven Eriksson, har vapen", "min granne, [namn], har vapen"),
        ("min moster Gunilla", "min moster [namn]"),
        ("en kille som heter Ahmed", "en kille som heter [namn]"),
        ("Hej, jag är Maria", "Hej, jag är [namn]"),
        ("my name is John Smith", "my name is [namn]"),
        ("my son is called Tyrone", "my son is called [namn]"),
        ("I’m Ahmed", "I’m [namn]"),
        ("my brother Yusuf wants to leave", "my brother [namn] wants to leave"),
        ("mvh Gun-Britt", "mvh [namn]"),
        ("Med vänlig hälsning Anna", "Med vänlig hälsning [namn]"),
    ],
)
def test_names_are_masked_where_the_sentence_says_that_one_comes(text, masked):
    assert mask(text, KEEP) == masked


@pytest.mark.parametrize(
    "text",
    [
        "vad heter numret",
        "vad heter Orostelefonens nummer",
        "hur heter det på svenska",
        "vad är det den heter nu",
        "måste jag säga vad jag heter när jag ringer",
        "min son har en kniv",
        "MIN SON HAR EN KNIV",
        "Min Son Har En Kniv",
        "min sambo Knivhögg mig",
        "min son Självskadar",
        "min son Är hemma",
        "jag är muslim",
        "jag är Muslim",
        "jag är Nynazist",
        "han kallas nynazist",
        "jag är orolig för min bror",
        "det är Nazister i skolan",
        "det är hans vapen",
        "hur ska min son klara skolan",
        "kan min son bo hemma",
        "min chef per mail skriver hot",
        "min kompis och jag",
        "my brother has a gun",
        "HAN HAR 500 PATRONER",
        "DET ÄR MAX 100 PERSONER",
        "NMR 123",
        "de skickade iväg 3 killar",
        "på arbetsplatsen 20 personer",
        "Riksväg 40",
        "20000 Muslimer",
        "den 01/02 2026",
        "öppet 09-12 13-16",
        "åren 2001 2002 2003",
        "1 000 000 kr",
    ],
)
def test_what_only_looks_like_it_stays(text):
    """Above all the words that tell of danger or of a group."""
    assert mask(text, KEEP) == text


def test_masking_takes_no_word_by_which_danger_is_noticed():
    net = DangerNet(read_yaml(ROOT / "data" / "danger.yml"))
    lines = [line for pattern in read_yaml(ROOT / "data" / "danger.yml")["patterns"] for line in pattern["fires"]]
    for text in [*lines, *map(str.upper, lines), *map(str.title, lines)]:
        assert net.find(normalise(mask(text, KEEP))) == net.find(normalise(text)), text


@pytest.mark.parametrize(
    "number", ["020-100 200", "020-100200", "020100200", "020 100 200", "020 10 02 00", "020 - 100 200", "020/100200"]
)
def test_the_assistants_own_number_stays_in_any_spacing(number):
    assert mask(f"är det {number}?", KEEP) == f"är det {number}?"
    assert has_digits(mask(f"är det {number} eller 070-123 45 67?", KEEP))


def test_the_assistants_own_number_is_masked_unless_it_is_to_be_kept():
    assert mask("är det 020-100 200?") == "är det [telefonnummer]?"


# --- for any text ----------------------------------------------------------------------------

around = st.text("abcdefghijklmnopqrstuvwxyzåäöÅÄÖ .,;:!?()–-'\"\n", max_size=40)
digits = st.integers(0, 9999).map("{:04}".format)


@st.composite
def personal_numbers(draw):
    born = draw(st.dates(datetime.date(1900, 1, 1), datetime.date(2029, 12, 31)))
    day = born.day + draw(st.sampled_from([0, 60]))
    date = f"{born:%Y%m}{day:02}"[draw(st.sampled_from([0, 2])) :]
    return date + draw(st.sampled_from(["", "-", "+", " ", "–", " - "])) + draw(digits)


@st.composite
def mobile_numbers(draw):
    first, rest = draw(st.sampled_from("02369")), draw(st.integers(0, 9_999_999).map("{:07}".format))
    prefix = draw(st.sampled_from(["07", "+467", "+46 7", "00467", "0046 7"])) + first
    grouped = f"{rest[:3]} {rest[3:5]} {rest[5:]}"
    return prefix + draw(st.sampled_from([rest, f"-{rest}", f"-{grouped}", f" {grouped}", f"/{grouped}"]))


@often
@given(before=around, number=personal_numbers() | mobile_numbers(), after=around)
def test_no_digit_of_such_a_number_survives(before, number, after):
    assert not has_digits(mask(before + number + after, KEEP))


@often
@given(before=around, number=personal_numbers() | mobile_numbers(), after=around)
def test_what_stands_around_a_number_survives(before, number, after):
    masked = mask(f"{before} {number} {after}", KEEP)
    assert masked.startswith(before.rstrip(" .,;:!?()–-'\"\n"))
    assert masked.endswith(after.lstrip(" .,;:!?()–-'\"\n"))


@often
@given(st.text() | st.text("0123456789 -+–/().,@abcå\n", max_size=60))
def test_masking_again_changes_nothing(text):
    assert mask(mask(text)) == mask(text)
    assert mask(mask(text, KEEP), KEEP) == mask(text, KEEP)
