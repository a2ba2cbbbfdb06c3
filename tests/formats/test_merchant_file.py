"""Lists of merchants as CSV: what is read, what is refused, and with which remedy."""

import pytest
from django.utils import translation

from tegoed.formats.merchant_file import ROWS_MAX, MerchantFileRefused, read_merchant_file
from tegoed.refusals import message_of

HEAD = "Merchant;Enterprise number;Acceptance point;Street and number;Postcode;Town;Vouchers;Online shop\n"
GOOD = "Bakker Jan;0403.170.701;Jan Gent;Veldstraat 1;9000;Gent;meal, eco;\n"


def faults(row: str, head: str = HEAD) -> list[tuple[int, str, str]]:
    return [
        (fault.row, fault.heading, str(fault.refusal.params.get("reason")))
        for fault in read_merchant_file((head + row).encode()).faults
    ]


@pytest.mark.parametrize("parted_by", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_every_usual_way_to_save_a_list_is_read(parted_by, encoding) -> None:
    text = (
        HEAD.replace(";", parted_by)
        + f'Épicerie{parted_by}{parted_by}{parted_by}"Rue Haute, 1"{parted_by}4000{parted_by}Liège{parted_by}éco-chèques{parted_by}\r\n'
    )
    [row] = read_merchant_file(text.encode(encoding)).rows
    assert (row.merchant, row.point, row.street, row.town, row.products) == (
        "Épicerie",
        "Épicerie",
        "Rue Haute, 1",
        "Liège",
        ("eco",),
    )


@pytest.mark.parametrize(
    "head",
    [
        "Handelaar;KBO-nummer;Verkooppunt;Straat en nummer;Postcode;Gemeente;Cheques;Webwinkel\n",
        "COMMERÇANT;N° d'entreprise;Point de vente;Rue et numéro;Code postal;Localité;Chèques;Boutique en ligne\n",
        "Händler;Unternehmensnummer;Akzeptanzstelle;Straße und Hausnummer;PLZ;Ort;Schecks;Onlineshop\n",
        "sep=;\n" + HEAD,
        "Our list of 2026;;;;;;;\n" + HEAD,
    ],
)
def test_headings_of_four_languages_mean_the_same(head) -> None:
    [row] = read_merchant_file((head + GOOD).encode()).rows
    assert (row.enterprise_number, row.postcode, row.products, row.website) == (
        "0403170701",
        "9000",
        ("meal", "eco"),
        None,
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"  \r\n ", "empty"),
        (b"x" * 15_000_001, "too-large"),
        (b"PK\x03\x04" + b"x" * 90, "kind"),
        (HEAD.encode("utf-16"), "kind"),
        (b"a\x00b;c", "encoding"),
        (b"\x81\x8d\x8f;\n", "encoding"),
        ((HEAD + '"never closed;' + "x" * 40).encode(), "quotes"),
        ((HEAD + '"' + "x" * 200_000 + '"').encode(), "quotes"),
        (b"a;b;c\n1;2;3\n", "header"),
        (b"Merchant;Postcode\nx;9000\n", "column-missing"),
        (b"Merchant;Vouchers;Vouchers\nx;meal;eco\n", "heading-twice"),
        (HEAD.encode(), "no-rows"),
        ((HEAD + ";" * 70).encode(), "too-many-columns"),
        ((HEAD + "x;;;;;;;\n" * (ROWS_MAX + 1)).encode(), "too-many-rows"),
    ],
)
def test_a_list_that_cannot_be_made_out_is_refused_with_the_remedy(content, reason) -> None:
    with pytest.raises(MerchantFileRefused) as refused:
        read_merchant_file(content)
    assert refused.value.params["reason"] == reason
    assert "…" not in message_of(refused.value)


@pytest.mark.parametrize(
    ("row", "heading", "reason"),
    [
        (";;x;Veldstraat 1;9000;Gent;meal;", "Merchant", "missing"),
        ("Jan;;x;Veldstraat 1;9000;Gent;;", "Vouchers", "missing"),
        ("Jan;;x;Veldstraat 1;9000;Gent;beer;", "Vouchers", "product-unknown"),
        ("Jan;0403.170.702;x;Veldstraat 1;9000;Gent;meal;", "Enterprise number", "check-digits"),
        ("Jan;;x;Veldstraat 1;9999;Gent;meal;", "Postcode", "postcode-unknown"),
        ("Jan;;x;Veldstraat 1;٩٠٠٠;Gent;meal;", "Postcode", "postcode-unknown"),
        ("Jan;;x;Veldstraat 1;;Gent;meal;", "Postcode", "missing"),
        ("Jan;;x;;;;meal;", "", "neither-place-nor-online"),
        ("Jan;;x;Veldstraat 1;9000;Gent;meal;https://jan.example", "Online shop", "place-and-online"),
        ("Jan;;x;;;;meal;javascript:alert(1)", "Online shop", "web-address"),
        ("Jan;;x;;;;meal;https://a@b.example", "Online shop", "web-address"),
        ("Jan;;85.07.30-033.28;Veldstraat 1;9000;Gent;meal;", "Acceptance point", "national-number"),
        (f"{'J' * 121};;x;Veldstraat 1;9000;Gent;meal;", "Merchant", "too-long"),
    ],
)
def test_a_wrong_cell_is_named_by_row_column_and_reason(row, heading, reason) -> None:
    assert faults(GOOD + row) == [(3, heading, reason)]


def test_rows_that_contradict_each_other_are_named() -> None:
    assert faults(GOOD + GOOD.replace("Jan Gent", "Other")) == [(3, "", "twice")]
    assert faults(GOOD + GOOD.replace("Bakker Jan", "Piet").replace("9000", "9030")) == [
        (3, "Merchant", "told-otherwise")
    ]
    greek = GOOD.replace("0403.170.701", "")  # one name in the database: a capital sigma has two small ones
    assert faults(
        greek.replace("Bakker Jan", "ΟΔΟΣ") + greek.replace("Bakker Jan", "οδοσ").replace("9000", "9030")
    ) == [(3, "Merchant", "told-otherwise")]
    assert faults(GOOD + "Bakker Jan;;Jan;Kaai 2;9000;Gent;meal;\n") == [
        (3, "Enterprise number", "with-and-without-number")
    ]


def test_every_reason_has_a_sentence_with_its_facts() -> None:
    table = read_merchant_file((HEAD + GOOD + GOOD + "Jan;;x;Veldstraat 1;9999;Gent;beer;\n").encode())
    with translation.override("en"):
        words = [message_of(fault.refusal) for fault in table.faults]
    assert ["row 2" in words[0], "9999" in words[1], "beer" in words[2]] == [True] * 3
    assert all("…" not in sentence for sentence in words)


def test_coordinates_are_read_with_comma_or_point_and_lie_in_belgium() -> None:
    head = "Merchant;Street;Postcode;Town;Latitude;Longitude;Vouchers\n"
    [row] = read_merchant_file((head + "Jan;Veldstraat 1;9000;Gent;51,05;3.72;meal").encode()).rows
    assert (row.latitude, row.longitude) == (51.05, 3.72)
    assert faults("Jan;Veldstraat 1;9000;Gent;3.72;51.05;meal", head) == [
        (2, "Latitude", "outside-belgium"),
        (2, "Longitude", "outside-belgium"),
    ]
    assert faults("Jan;Veldstraat 1;9000;Gent;nan;3.7;meal", head) == [(2, "Latitude", "coordinate")]
    assert faults("Jan;Veldstraat 1;9000;Gent;51.05;;meal", head) == [(2, "Latitude", "one-coordinate")]


def test_invisible_characters_do_not_survive() -> None:
    [row] = read_merchant_file((HEAD + GOOD.replace("Jan Gent", "Jan\u202e\u200b Gent")).encode()).rows
    assert row.point == "Jan Gent"
