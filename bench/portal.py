"""The portal with a large client: pages over HTTP from a running server, one after the other, signed in as owner.

100,000 beneficiaries with cards, workplaces, cost centres and usual amounts; 5,000 orders, one of them with a line for
everybody. The reference is the sign-in page of the same server: a page that asks the database for next to nothing.
"""

import os
import statistics
import time

from bench.scratch import row, scratch_database, set_up_client
from bench.serving import Visitor, free_port, serving, signed_in_owner

PEOPLE = int(os.environ.get("TEGOED_BENCH_ROWS", "100000"))
ORDERS = 5_000
LINES_OF_ORDER = 40
SITES = 20
COST_CENTRES = 200
ROUNDS = 40
WARM_UP = 4
PAGE_MS_MOST = 150


def run() -> list[dict]:
    with scratch_database("portal"):
        client = set_up_client()
        _fill(client)
        cookie = signed_in_owner(client)
        pages = _pages(client)
        port = free_port()
        with serving(port):
            bare_ms = _times(port, _sign_in_path(), cookie="")
            bare_p95 = _p95(bare_ms)
            measured = [(name, _times(port, path, cookie=cookie)) for name, path in pages]
    rows = [_row(name, times, bare_p95=bare_p95) for name, times in measured]
    return [row("reference: the sign-in page, p95", bare_p95, "ms"), *rows]


def _row(name: str, times: list[float], *, bare_p95: float) -> dict:
    p95 = _p95(times)
    return row(
        f"{name}, p95 (p50 {statistics.median(times):.0f} ms)",
        p95,
        "ms",
        reference_name="sign-in page, ms",
        reference_value=round(bare_p95, 1),
        ratio=p95 / bare_p95,
        target=f"≤ {PAGE_MS_MOST}",
        is_met=p95 <= PAGE_MS_MOST,
    )


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _pages(client) -> list[tuple[str, str]]:
    """What is asked, by name: the addresses as the pages themselves make them."""
    from django.conf import settings
    from django.urls import reverse

    from tegoed.orders.models import Order
    from tegoed.portal.people_list import PeopleWish

    def of_client(name: str, query: str = "", **names: int) -> str:
        return reverse(f"portal:{name}", kwargs={"client_id": client.pk, **names}) + (f"?{query}" if query else "")

    def people(**wish: str) -> str:
        return of_client("beneficiaries", PeopleWish(**wish).as_query())

    site = client.sites.order_by("id").last()
    last_page = -(-PEOPLE // settings.PAGE_ROWS_MAX)
    orders = Order.objects.filter(client=client)
    large, usual = orders.order_by("-beneficiary_count")[0], orders.filter(state="loaded").order_by("id")[100]
    return [
        ("beneficiaries: overview", people()),
        ("beneficiaries: last page", of_client("beneficiaries", f"show=all&page={last_page}")),
        ("beneficiaries: search, many found (jan)", people(q="jan")),
        ("beneficiaries: search, one found", people(q=f"S{PEOPLE // 2:06d}")),
        ("beneficiaries: search, nobody found", people(q="zzyzx")),
        ("beneficiaries: one workplace", people(site=str(site.pk))),
        ("beneficiaries: one cost centre", people(centre="KP 117")),
        ("beneficiaries: card on its way", people(card="coming")),
        ("beneficiaries: card blocked", people(card="blocked")),
        ("beneficiaries: card expires soon", people(card="expiring")),
        ("beneficiaries: no card", people(card="none")),
        ("beneficiaries: temporary number", people(number="temporary")),
        ("cards: overview", of_client("cards")),
        ("cards: blocked", of_client("cards", "show=blocked")),
        ("cards: expiring, with ticks", of_client("cards-expiring")),
        ("orders: overview", of_client("orders")),
        ("orders: last page", of_client("orders", f"page={ORDERS // settings.PAGE_ROWS_MAX}")),
        ("orders: drafts only", of_client("orders", "state=draft")),
        ("orders: on hold only", of_client("orders", "state=on_hold")),
        (f"order of {LINES_OF_ORDER} people", of_client("order", order_id=usual.pk)),
        (f"order of {PEOPLE:,} people", of_client("order", order_id=large.pk)),
    ]


# ---- measuring ----


def _sign_in_path() -> str:
    from django.urls import reverse

    return reverse("account_login")


def _times(port: int, path: str, *, cookie: str) -> list[float]:
    """Milliseconds of each request; the first few don't count."""
    visitor = Visitor(port, cookie=cookie)
    times = []
    for number in range(WARM_UP + ROUNDS):
        began = time.perf_counter()
        visitor.get(path)
        if number >= WARM_UP:
            times.append((time.perf_counter() - began) * 1_000)
    return times


# ---- the large client, written straight into the tables ----


def _execute(sql: str, parameters=None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def _insert(model, values: dict[str, str], source: str, facts: dict) -> None:
    """`INSERT ... SELECT` of these columns; the others get what the model gives them by itself."""
    own = dict(values)
    defaults = {}
    for field in model._meta.concrete_fields:
        if field.column in own or field.primary_key or field.null or field.generated:
            continue
        if getattr(field, "auto_now_add", False):
            own[field.column] = "now()"
        else:
            own[field.column] = f"%(default_{field.column})s"
            defaults[f"default_{field.column}"] = field.get_default()
    sql = f"INSERT INTO {model._meta.db_table} ({', '.join(own)}) SELECT {', '.join(own.values())} FROM {source}"
    _execute(sql, facts | defaults)


LAST_NAMES = [
    *("Janssens", "Peeters", "Maes", "Jacobs", "Mertens", "Willems", "Claes", "Goossens", "Wouters", "De Smet"),
    *("Dubois", "Lambert", "Dupont", "Van den Broeck", "El Amrani"),
]
FIRST_NAMES = ["Jan", "Noor", "Emma", "Louis", "Fatima", "Élodie", "Pieter", "Sofie", "Mohamed", "Hannah"]
STEPS = ["draft", "processing", "invoiced", "paid", "loaded"]


def _fill(client) -> None:
    from tegoed.clients.models import Site

    Site.objects.bulk_create(
        Site(client=client, name=f"Werkplek {number:02d}", street="Kaai 1", postcode="9000", town="Gent")
        for number in range(SITES)
    )
    facts = {
        "client": client.pk,
        "contract": client.contracts.get(product="meal").pk,
        "sites": list(client.sites.order_by("id").values_list("pk", flat=True)),
        "last_names": LAST_NAMES,
        "first_names": FIRST_NAMES,
        "steps": STEPS,
        "people": PEOPLE,
        "centres": COST_CENTRES,
        "orders": ORDERS,
        "lines": LINES_OF_ORDER,
    }
    _fill_people(facts)
    _fill_cards(facts)
    _fill_orders(facts)
    _execute("VACUUM ANALYZE")


def _fill_people(facts: dict) -> None:
    """One in 25 left; one in ten has cards sent home; one in 500 has a temporary number."""
    from tegoed.beneficiaries.models import Beneficiary, BeneficiaryProduct, Person, PersonIdentifier

    _insert(Person, {}, "generate_series(1, %(people)s)", facts)
    _insert(
        PersonIdentifier,
        {
            "person_id": "id",
            "kind": "CASE WHEN id %% 500 = 0 THEN 'temporary' ELSE 'niss' END",
            "lookup_hash": "sha256(id::text::bytea)",
            "ciphertext": "'\\x00'",
            "key_id": "'bench'",
            "masked": "'88.02.**-***.**'",
        },
        "beneficiaries_person",
        facts,
    )
    _insert(
        Beneficiary,
        {
            "client_id": "%(client)s",
            "person_id": "id",
            "last_name": "(%(last_names)s::text[])[1 + (n * 7919) %% cardinality(%(last_names)s::text[])]"
            " || CASE WHEN n %% 3 = 0 THEN '-' || n %% 997 ELSE '' END",
            "first_name": "(%(first_names)s::text[])[1 + n %% cardinality(%(first_names)s::text[])]",
            "birth_on": "date '1960-01-01' + (n %% 15000)::int",
            "staff_number": "'S' || lpad(n::text, 6, '0')",
            "cost_centre": "'KP ' || n %% %(centres)s",
            "card_delivery": "CASE WHEN n %% 10 = 0 THEN 'home' ELSE 'site' END",
            "site_id": "CASE WHEN n %% 10 <> 0 THEN (%(sites)s::bigint[])[1 + n %% cardinality(%(sites)s::bigint[])] END",
            "home_street": "'Dorp 1'",
            "home_postcode": "'9000'",
            "home_town": "'Gent'",
            "is_active": "n %% 25 <> 0",
        },
        "(SELECT id, row_number() OVER (ORDER BY id) AS n FROM beneficiaries_person) person",
        facts,
    )
    _insert(
        BeneficiaryProduct,
        {
            "beneficiary_id": "id",
            "product": "product",
            "voucher_count": "CASE product WHEN 'meal' THEN 20 ELSE 0 END",
            "face_value_cents": "CASE product WHEN 'meal' THEN 800 ELSE 0 END",
            "amount_cents": "CASE product WHEN 'meal' THEN 0 ELSE 25000 END",
        },
        "beneficiaries_beneficiary CROSS JOIN unnest(ARRAY['meal', 'eco']) product",
        facts,
    )


def _fill_cards(facts: dict) -> None:
    """One in a hundred has none yet; most are active, with last days spread over five years."""
    from tegoed.cards.models import Card, CardRequest

    _insert(
        Card,
        {
            "person_id": "person_id",
            "state": "CASE WHEN n %% 301 = 0 THEN 'blocked' WHEN n %% 203 = 0 THEN 'expired'"
            " WHEN n %% 50 = 1 THEN 'requested' WHEN n %% 50 = 2 THEN 'shipped' ELSE 'active' END",
            "blocked_reason": "CASE WHEN n %% 301 = 0 THEN 'lost' ELSE '' END",
            "expires_on": "CASE WHEN n %% 203 = 0 THEN current_date - 5 WHEN n %% 50 = 1 THEN NULL"
            " ELSE current_date + (n %% 1800)::int END",
        },
        "(SELECT person_id, row_number() OVER (ORDER BY id) AS n FROM beneficiaries_beneficiary) person WHERE n %% 101 <> 99",
        facts,
    )
    _insert(
        CardRequest,
        {
            "card_id": "card.id",
            "client_id": "%(client)s",
            "beneficiary_id": "beneficiary.id",
            "reason": "'new_beneficiary'",
            "delivery": "beneficiary.card_delivery",
            "site_id_then": "beneficiary.site_id",
            "address": "'{}'::jsonb",
            "expected_on": "current_date + (card.id %% 20)::int - 5",
        },
        "cards_card card JOIN beneficiaries_beneficiary beneficiary USING (person_id)",
        facts,
    )


def _fill_orders(facts: dict) -> None:
    """Orders of four a day; the fifth has a line for everybody. One in a hundred is a draft, one in a hundred on hold."""
    from tegoed.orders.models import Order, OrderLine, OrderTransition

    _insert(
        Order,
        {
            "client_id": "%(client)s",
            "contract_id": "%(contract)s",
            "product": "'meal'",
            "reference": "'Bestelling ' || n",
            "loading_on": "current_date - (n / 4)::int",
            "month_on": "date_trunc('month', current_date - (n / 4)::int)",
            "state": "CASE WHEN n %% 100 = 0 THEN 'draft' WHEN n %% 100 = 1 THEN 'on_hold' WHEN n %% 50 = 3 THEN 'cancelled'"
            " WHEN n %% 10 = 4 THEN 'invoiced' ELSE 'loaded' END",
            "created_at": "now() - n * interval '6 hours'",
            "confirmed_at": "now() - n * interval '6 hours'",
        },
        "generate_series(1, %(orders)s) n",
        facts,
    )
    _insert(
        OrderLine,
        {
            "order_id": "orders.id",
            "beneficiary_id": "person.id",
            "voucher_count": "20",
            "face_value_cents": "800",
            "amount_cents": "16000",
        },
        """
        (SELECT id, row_number() OVER (ORDER BY id) AS n FROM orders_order) orders
        CROSS JOIN LATERAL generate_series(1, CASE WHEN orders.n = 5 THEN %(people)s ELSE %(lines)s END) place
        JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM beneficiaries_beneficiary) person
            ON person.n = 1 + (orders.n * 19 + place) %% %(people)s
        """,
        facts,
    )
    _insert(
        OrderTransition,
        {"order_id": "id", "from_state": "''", "to_state": "step", "reason": "''", "at": "created_at"},
        "orders_order CROSS JOIN unnest(%(steps)s::text[]) step",
        facts,
    )
    _execute(
        """
        UPDATE orders_order SET beneficiary_count = sums.people, voucher_count = 20 * sums.people,
            face_value_cents = sums.cents, total_cents = sums.cents
        FROM (SELECT order_id, count(*) AS people, sum(amount_cents) AS cents FROM orders_orderline GROUP BY order_id) sums
        WHERE sums.order_id = orders_order.id
        """
    )
