"""What formats accept, what may still become a value, and what is said of those that cannot be used."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitocr.errors import UsageError
from digitocr.formats.formats import format_of, make_format

VALUES = (
    ({"format": "us-zip"}, ["90210", "902101234"], ["9021", "9021012", "902101"]),
    ({"format": "de-plz"}, ["01067"], ["1067", "010671"]),
    ({"format": "in-pin"}, ["110001"], ["11001"]),
    ({"format": "jp-postal"}, ["1540023"], ["154002"]),
    ({"format": "hu-postal"}, ["4028"], ["428", "40281"]),
    ({"format": "LV-postal"}, ["1073"], ["107"]),
    ({"format": "ad-postal"}, ["100"], ["800", "10"]),
    ({"format": "luhn"}, ["79927398713"], ["79927398710", ""]),
    ({"format": "isbn"}, ["9789024538270"], ["9789024538271", "978902453827"]),
    ({"format": "nl.bsn"}, ["111222333"], ["111222334", "11122233"]),
    ({"format": "de.vat"}, ["136695976"], ["136695977"]),
    ({"format": "de-iban"}, ["89370400440532013000"], ["89370400440532013001"]),
    ({"checksum": "mod-97"}, ["3214282912345698765432161182"], ["3214282912345698765432161183"]),
    ({"format": "%d%m%Y"}, ["29022024", "31121999"], ["29022023", "31042020", "2922024"]),
    ({"date": "%d.%m.%y"}, ["290224"], ["290223", "320101"]),
    ({"date": "%Y"}, ["1999"], ["3999", "199"]),
    ({"pattern": "[1-9][0-9]{2}"}, ["100"], ["010", "1000"]),
    ({"length": 3}, ["000"], ["00", "0000"]),
    ({"length": [2, 3]}, ["12", "123"], ["1", "1234"]),
    ({"min": 5, "max": 120}, ["5", "120", "007"], ["4", "121"]),
    ({"min": 50, "length": 3}, ["050", "999"], ["049", "50"]),
    ({"values": ["12.50", 7]}, ["1250", "7"], ["12", "125"]),
    ({"date": "%d.%m.%Y", "min": "2020-03-01"}, ["01032020", "31012021"], ["29022020", "31122019"]),
    ({"date": "%d%m%Y", "max": date(2021, 6, 30)}, ["30062021", "31121999"], ["01072021", "30062022"]),
    (
        {"format": "%d%m%y", "min": "2019-11-05", "max": "2020-02-01"},
        ["051119", "010220"],
        ["041119", "020220"],
    ),
    ({"date": "%Y%j"}, ["2024366"], ["2023366"]),
    ({"date": "%Y%j", "max": "2023-02-01"}, ["2023032"], ["2023033"]),
    ({"date": "%H%M", "min": 900, "max": 1700}, ["0900", "1659"], ["0859", "1701", "1262"]),
    ({"length": 4, "checksum": "luhn", "min": 2000}, ["2006"], ["1008", "2007"]),
)


@pytest.mark.parametrize(("spec", "right", "wrong"), VALUES)
def test_a_format_accepts_its_values_alone(spec, right, wrong):
    made = make_format(spec)
    assert [text for text in right if not made.accepts(text)] == []
    assert [text for text in wrong if made.accepts(text)] == []
    assert all(made.viable(text[:end]) for text in right for end in range(len(text) + 1))


@pytest.mark.parametrize(("spec", "right"), [(spec, right) for spec, right, _ in VALUES])
def test_no_value_is_shorter_than_is_told(spec, right):
    assert 1 <= make_format(spec).shortest <= min(map(len, right))


def test_how_short_a_value_may_be_is_told_of_most_patterns():
    names = ("us-zip", "in-pin", "jp-postal", "%d%m%Y")
    assert [make_format({"format": name}).shortest for name in names] == [5, 6, 7, 8]
    assert make_format({"pattern": "20[0-9]{2}|1"}).shortest == 1
    assert make_format({"pattern": "(?=1)[0-9]{3}"}).shortest == 1  # what it looks ahead for is not known
    assert make_format({"length": [2, 3], "min": 5}).shortest == 2


def test_the_digits_that_may_follow():
    pin = make_format({"format": "in-pin"})
    assert (pin.following("11000"), pin.following("110001")) == ("0123456789", "")
    assert make_format({"pattern": "20[0-3]"}).following("20") == "0123"


@given(spec=st.sampled_from([spec for spec, _, _ in VALUES]), text=st.text("0123456789", max_size=14))
def test_whatever_is_accepted_was_viable_at_each_digit(spec, text):
    made = make_format(spec)
    if made.accepts(text):
        assert all(made.viable(text[:end]) for end in range(len(text) + 1))


@given(least=st.integers(0, 3000), more=st.integers(0, 3000), length=st.integers(1, 5) | st.none())
def test_of_numbers_in_a_range_only_what_leads_there_is_viable(least, more, length):
    try:
        made = make_format({"min": least, "max": least + more, "length": length})
    except UsageError:
        assert least > 10**length - 1
        return
    assert made.accepts(str(least).zfill(length or 0))
    assert not made.accepts(str(least + more + 1))
    assert not made.viable(str(least + more + 1) + "0")


@given(day=st.dates(date(1901, 1, 1), date(2099, 12, 31)))
def test_all_days_are_dates(day):
    for written in ("%d%m%Y", "%Y-%m-%d", "%d/%m/%y", "%j", "%m"):
        assert make_format({"date": written}).accepts(re.sub(r"\D", "", day.strftime(written)))


@given(
    day=st.dates(date(1950, 1, 1), date(2049, 12, 31)), least=st.dates(date(1950, 1, 1), date(2049, 12, 31))
)
def test_days_come_one_after_the_other_however_they_are_written(day, least):
    for written in ("%d%m%Y", "%Y%m%d", "%m%d%Y", "%Y%j"):
        made = make_format({"date": written, "min": least.isoformat()})
        text = day.strftime(written)
        assert made.accepts(text) == (day >= least)
        if day >= least:
            assert all(made.viable(text[:end]) for end in range(len(text) + 1))


def test_no_more_digits_than_there_is_room_for():
    made = make_format({}, digits=(1, 3))
    assert made.accepts("7")
    assert made.accepts("007")
    assert not made.viable("1234")
    assert not make_format({}, digits=(2, 3)).accepts("7")
    assert not make_format({"min": 50}, digits=(1, 2)).viable("100")
    narrower = make_format({"checksum": "luhn"}).narrowed(made)
    assert [narrower.accepts(text) for text in ("018", "17", "79927398713")] == [True, False, False]
    with pytest.raises(UsageError, match="no digits satisfy"):
        make_format({"format": "us-zip"}, digits=(1, 4))


def test_no_keys_no_format():
    assert make_format({}) is None
    assert format_of(None, None) is None


def test_postal_codes_are_known_as_such():
    assert make_format({"format": "fr-postal"}).postal
    assert not make_format({"format": "luhn"}).postal


def test_a_list_may_be_a_file(tmp_path):
    (tmp_path / "codes.txt").write_text("1011\n\n10-12\n", "utf-8")
    made = make_format({"values": "codes.txt"}, folder=tmp_path)
    assert made.accepts("1011")
    assert made.accepts("1012")
    assert not made.accepts("1013")


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ({"format": "us-zpi"}, "did you mean us-zip"),
        ({"format": "gb-postal"}, "hold letters (EC1Y 8SY)"),
        ({"format": "nl-postal"}, "hold letters"),
        ({"format": "zz-postal"}, 'no postal codes are known of "ZZ"'),
        ({"format": "iban"}, "de-iban"),
        ({"format": "us-iban"}, "no IBAN begins with US"),
        ({"format": "date"}, "%d%m%Y"),
        ({"format": ""}, "a text was expected"),
        ({"checksum": "lhun"}, "did you mean luhn"),
        ({"pattern": "[0-"}, "no regular expression"),
        ({"pattern": "[A-Z]{2}"}, "no digits satisfy"),
        ({"lenght": 3}, "did you mean length"),
        ({"length": [4, 2]}, "the least comes first"),
        ({"length": "four"}, "a number of digits"),
        ({"min": 9, "max": 3}, "exchange them"),
        ({"max": 1.5}, "a whole number was expected"),
        ({"length": 2, "min": 100}, "no digits satisfy"),
        ({"date": "%d%B"}, '"%B"'),
        ({"date": "%d%d"}, "twice"),
        ({"date": "20"}, "none of"),
        ({"date": "%d%m%Y", "min": 2020}, 'as in min = "2026-01-31"'),
        ({"date": "%d%m%Y", "max": "01.02.2020"}, 'as in max = "2026-01-31"'),
        ({"date": "%d%m%Y", "min": "2020-02-02", "max": "2020-02-01"}, "exchange them"),
        ({"date": "%d%m", "min": "2020-02-02"}, "without a year"),
        ({"min": "2020-02-02"}, 'as in date = "%d%m%Y"'),
        ({"values": []}, "values were expected"),
        ({"values": ["12", "1a"]}, "value 2 is no number"),
        ({"values": "nowhere.txt"}, "cannot be read"),
    ],
)
def test_what_is_no_format_is_told(spec, says):
    with pytest.raises(UsageError) as told:
        make_format(spec, 'form.toml, field "code"')
    assert says in str(told.value)
    assert str(told.value).startswith('form.toml, field "code": ')


def test_of_several_formats_a_value_has_one():
    either = format_of(("luhn", "us-zip"), None)
    assert [either.accepts(text) for text in ("79927398713", "90210", "79927398712")] == [True, True, False]
    assert either.viable("9021")
    assert either.shortest == 4
    assert "luhn" in either.name
    assert "us-zip" in either.name
    assert not either.postal
    assert format_of(("us-zip", "de-plz"), None).postal
    assert format_of("luhn", None).accepts("79927398713")
    assert format_of(["luhn"], None).name == format_of("luhn", None).name


def test_a_pattern_holds_all_of_several_formats():
    narrowed = format_of(("us-zip", "in-pin"), "9.*")
    assert [narrowed.accepts(text) for text in ("90210", "10210")] == [True, False]
    assert [narrowed.accepts(text) for text in ("911001", "110001")] == [True, False]


def test_of_several_formats_each_must_exist():
    with pytest.raises(UsageError, match="us-zpi"):
        format_of(("luhn", "us-zpi"), None)


def test_a_check_digit_alone_makes_no_number_of_one_digit():
    for name in ("luhn", "verhoeff", "damm"):
        made = make_format({"format": name})
        assert made.shortest == 4
        assert not any(made.accepts(digits) for digits in ("0", "00", "000", "18"))
        assert make_format({"checksum": name, "length": 1}).accepts("0")
    assert make_format({"checksum": "luhn"}, digits=(1, 3)).accepts("18")


@pytest.mark.parametrize(
    ("name", "shortest", "longest"),
    [("isbn", 10, 13), ("ean", 8, 14), ("imei", 14, 16), ("nl.bsn", 9, 9), ("luhn", 4, 40)],
)
def test_a_kind_of_number_has_as_many_digits_as_it_says(name, shortest, longest):
    made = make_format({"format": name})
    assert made.shortest == shortest
    assert made.viable("1" * longest)
    assert not made.viable("1" * (longest + 1))
