"""Lists of merchants taken over: shown first, once, whole or not at all."""

import pytest
from at_once import one_waits_for_the_other
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from tegoed.audit.models import Event
from tegoed.cli import main
from tegoed.demo.story import MERCHANTS
from tegoed.merchants.actions import MerchantParticulars, PointParticulars, add_merchant, add_point, change_merchant
from tegoed.merchants.importing import import_merchants
from tegoed.merchants.models import AcceptancePoint, Merchant, MerchantFile
from tegoed.rules.products import Product

HEAD = "Merchant;Enterprise number;Acceptance point;Street and number;Postcode;Town;Vouchers;Online shop\n"
TWO_SHOPS = (
    HEAD
    + "Bakker Jan;0403.170.701;Jan Gent;Veldstraat 1;9000;Gent;meal;\n"
    + "Bakker Jan;0403.170.701;Jan online;;;;meal, gift;jan.example\n"
)
BLAND = "<script>alert(1)</script>"
LISTS = "backoffice:merchants-import"


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.staff_member)


def send(browser, text: str, name: str = "list.csv"):
    return browser.post(reverse(LISTS), {"file": SimpleUploadedFile(name, text.encode())}, follow=True)


def taken_over(browser, text: str):
    answer = send(browser, text)
    return browser.post(answer.request["PATH_INFO"], {"action": "apply"}, follow=True)


def points() -> list[tuple[str, str, list[str], bool]]:
    return list(AcceptancePoint.objects.order_by("id").values_list("merchant_name", "name", "products", "is_active"))


def test_a_list_is_shown_then_taken_over(browser, cast) -> None:
    shown = send(browser, TWO_SHOPS)
    assert points() == []
    assert "Jan online" in shown.text
    taken_over(browser, TWO_SHOPS)
    assert points() == [
        ("Bakker Jan", "Jan Gent", ["meal"], True),
        ("Bakker Jan", "Jan online", ["meal", "gift"], True),
    ]
    shop, online = AcceptancePoint.objects.order_by("id")
    assert (round(shop.latitude, 1), round(shop.longitude, 1)) == (51.0, 3.7)
    assert (online.is_online, online.online_address, online.latitude) == (True, "https://jan.example", None)
    event = Event.objects.get(action="merchants:import")
    assert (event.actor_label, event.facts["new_point_count"]) == (cast.staff_member.email, 2)
    assert bytes(MerchantFile.objects.order_by("-id")[0].content) == b""


def test_the_same_list_twice_changes_nothing(browser) -> None:
    taken_over(browser, TWO_SHOPS)
    before = points()
    again = send(browser, TWO_SHOPS)
    assert again.context["difference"].is_empty
    assert 'value="apply"' not in again.text
    browser.post(again.request["PATH_INFO"], {"action": "apply"})
    assert points() == before


def test_what_a_list_changes_and_what_it_leaves(browser) -> None:
    taken_over(browser, TWO_SHOPS)
    merchant = Merchant.objects.get()
    change_merchant(
        merchant_id=merchant.pk,
        particulars=MerchantParticulars(
            name="Bakker Jan", enterprise_number="0403170701", website="https://jan.example"
        ),
        actor=None,
    )
    taken_over(browser, HEAD + "Bakkerij Jan;BE0403170701;Jan in Gent;VELDSTRAAT 1;9000;Gent;eco;\n")
    merchant.refresh_from_db()
    assert (merchant.name, merchant.website) == ("Bakkerij Jan", "https://jan.example")
    assert points() == [
        ("Bakkerij Jan", "Jan in Gent", ["eco"], True),
        ("Bakkerij Jan", "Jan online", ["meal", "gift"], True),
    ]


def test_a_merchant_without_number_gets_the_one_that_a_list_brings(browser) -> None:
    add_merchant(particulars=MerchantParticulars(name="bakker jan"), actor=None)
    taken_over(browser, TWO_SHOPS)
    assert list(Merchant.objects.values_list("name", "enterprise_number")) == [("Bakker Jan", "0403170701")]


def test_one_wrong_cell_keeps_the_whole_list_out(browser) -> None:
    answer = send(browser, TWO_SHOPS + f"{BLAND};;x;Veldstraat 1;9999;Gent;{BLAND};\n")
    assert answer.status_code == 422
    assert [(row, heading) for row, heading, _words in answer.context["faults"]] == [(4, "Postcode"), (4, "Vouchers")]
    assert BLAND not in answer.text
    assert (points(), MerchantFile.objects.count()) == ([], 0)


def test_what_changed_since_it_was_shown_is_shown_again(browser) -> None:
    address = send(browser, TWO_SHOPS).request["PATH_INFO"]
    import_merchants(file_name="other.csv", content=TWO_SHOPS.replace("meal, gift", "eco").encode(), actor=None)
    answer = browser.post(address, {"action": "apply"}, follow=True)
    assert answer.context["difference"].changed_point_count == 1
    assert points()[1][2] == ["eco"]
    browser.post(address, {"action": "apply"})
    assert points()[1][2] == ["meal", "gift"]
    browser.post(address, {"action": "apply"})
    assert Event.objects.filter(action="merchants:import").count() == 2


def test_a_newer_list_of_the_same_person_replaces_the_one_that_waits(browser) -> None:
    first = send(browser, TWO_SHOPS).request["PATH_INFO"]
    send(browser, TWO_SHOPS.replace("Gent;meal", "Gent;eco"))
    browser.post(first, {"action": "apply"})
    assert points() == []
    assert [file.state for file in MerchantFile.objects.order_by("id")] == ["discarded", "ready"]


def test_what_is_downloaded_can_be_sent_back_unchanged_and_is_no_formula(browser) -> None:
    taken_over(browser, HEAD + '"=HYPERLINK(""x"")";;+32 shop;Veldstraat 1;9000;Gent;meal, sport and culture;\n')
    content = browser.get(reverse("backoffice:merchants-csv")).content.decode("utf-8-sig")
    assert "\"'=HYPERLINK" in content
    assert ";'+32 shop;" in content
    assert send(browser, content).context["difference"].is_empty
    assert Event.objects.filter(action="merchants:export").exists()


def test_thousands_of_rows_take_the_same_number_of_statements(db, django_assert_max_num_queries) -> None:
    rows = "".join(f"Shop {number};;;Street {number};9000;Gent;meal;\n" for number in range(2000))
    with django_assert_max_num_queries(25):
        done = import_merchants(file_name="many.csv", content=(HEAD + rows).encode(), actor=None)
    assert (done.new_merchant_count, done.new_point_count, AcceptancePoint.objects.count()) == (2000, 2000, 2000)


def test_the_command_takes_a_list_over_and_says_what_is_wrong(db, tmp_path, capsys) -> None:
    path = tmp_path / "list.csv"
    path.write_text(TWO_SHOPS)
    for expected in ("2 new", "0 new"):
        with pytest.raises(SystemExit) as ended:
            main(["import-merchants", str(path)])
        assert (ended.value.code, expected in capsys.readouterr().out) == (0, True)
    path.write_text(TWO_SHOPS.replace("9000", "9999"))
    with pytest.raises(SystemExit) as ended:
        main(["import-merchants", str(path)])
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "Row 2, Postcode" in said
    assert "9999" in said


def test_the_merchants_of_the_demo_are_many_all_over_and_say_that_they_are_invented(db) -> None:
    done = import_merchants(file_name="demo.csv", content=MERCHANTS.read_bytes(), is_invented=True, actor=None)
    assert done.new_point_count >= 60
    assert not Merchant.objects.filter(is_invented=False).exists()
    assert AcceptancePoint.objects.values("postcode").distinct().count() > 40
    assert AcceptancePoint.objects.filter(is_online=True).count() >= 5
    hosts = AcceptancePoint.objects.filter(is_online=True).values_list("online_address", flat=True)
    assert all(".example" in address for address in hosts)


@pytest.mark.parametrize(
    "wrong",
    [
        {"products": []},
        {"products": ["beer"]},
        {"latitude": None},
        {"latitude": 3.7},
        {"street": ""},
        {"is_online": True},
        {"online_address": "https://x.example"},
        {"merchant_name": "Another"},
    ],
)
def test_the_database_itself_refuses_a_point_that_makes_no_sense(wrong, db) -> None:
    merchant = add_merchant(particulars=MerchantParticulars(name="Jan"), actor=None)
    particulars = PointParticulars(name="Jan", products=(Product.MEAL,), street="Kaai 1", postcode="9000", town="Gent")
    point = add_point(merchant_id=merchant.pk, particulars=particulars, actor=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        AcceptancePoint.objects.filter(pk=point.pk).update(**wrong)
        connection.check_constraints()


def test_a_list_waits_for_who_is_changing_a_merchant(committed_database) -> None:
    import_merchants(file_name="list.csv", content=TWO_SHOPS.encode(), actor=None)
    renamed = TWO_SHOPS.replace("Bakker Jan;", "Bakkerij Jan;")

    def hold() -> Merchant:
        return Merchant.objects.select_for_update().get()

    one_waits_for_the_other(
        hold,
        lambda: import_merchants(file_name="list.csv", content=renamed.encode(), actor=None),
        then=lambda: Merchant.objects.update(website="https://jan.example"),
    )
    assert Merchant.objects.values_list("name", "website").get() == ("Bakkerij Jan", "https://jan.example")
