"""The tale itself: what Alice of the bakery and Dora of the issuer do, page by page."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from tegoed.billing.models import Invoice
from tegoed.clients.models import Client
from tegoed.demo.bank import statement_file_paying
from tegoed.demo.browser import Browser, PageError
from tegoed.demo.excel import beneficiary_form_of
from tegoed.demo.people import InventedPerson, invented_people
from tegoed.flows.check_books import BooksReport, check_books
from tegoed.orders.models import Order
from tegoed.orders.queries import lines_of
from tegoed.outbox.models import Message, MessageState
from tegoed.rules.money import format_euro
from tegoed.wallets.queries import balances_of_order

WAIT_SECONDS_MAX = 120
POLL_SECONDS = 0.2
LANGUAGE = "en"
BY_HAND = 3
"""Beneficiaries that Alice types in; the others come by Excel."""


class Tale:
    """One run. The people work through `Browser`; figures printed at the end are read from the database."""

    def __init__(self, *, site: str, password: str, folder: Path, console: Console) -> None:
        self.password = password
        self.folder = folder
        self.console = console
        self.alice = Browser(site)
        self.dora = Browser(site)
        self.client = Client.objects.order_by("id")[0]
        self.portal = f"/c/{self.client.pk}/"

    def run(self) -> bool:
        """Tell it from sign-in to load; False when the books do not agree at the end."""
        try:
            with Progress(
                SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=self.console
            ) as self.progress:
                order = self._order()
                invoices = self._wait_for_invoices(order)
                paid_files = self._download(invoices)
                statement = self._pay(invoices)
                self._wait_until(order, "loaded", "Vouchers loaded by the worker")
                self._wait_for_mail()
        except PageError as fault:
            self.console.print(f"The tale stopped: {fault}", style="red")
            return False
        order.refresh_from_db()
        return self._print(order, invoices, [*paid_files, statement])

    @contextmanager
    def _step(self, words: str, total: int = 1) -> Iterator[TaskID]:
        task = self.progress.add_task(words, total=total)
        yield task
        self.progress.update(task, completed=total, description=f"[green]✓[/green] {words}")

    def _order(self) -> Order:
        people = invented_people()
        with self._step("Alice signs in"):
            self._sign_in(self.alice, "alice@bakkerij.example")
        by_hand, by_excel = people[-BY_HAND:], people[:-BY_HAND]
        with self._step(f"Alice registers {len(by_hand)} beneficiaries by hand", len(by_hand)) as task:
            for person in by_hand:
                self._register(person)
                self.progress.advance(task)
        with self._step(f"Alice sends {len(by_excel)} more in an Excel form, sees who is new and applies it"):
            self._send_form(by_excel)
        with self._step("Alice places an order in three steps"):
            return self._place_order(people[-1])

    def _sign_in(self, browser: Browser, email: str) -> None:
        browser.open("/account/sign-in/")
        browser.send({"login": email, "password": self.password}, form_with="login")

    def _register(self, person: InventedPerson) -> None:
        self.alice.open(f"{self.portal}beneficiaries/add/")
        sites = list(self.client.sites.order_by("id"))
        self.alice.send(
            {
                "identifier": person.niss,
                "last_name": person.last_name,
                "first_name": person.first_name,
                "birth_on": person.birth_on.isoformat(),
                "gender": person.gender,
                "card_delivery": "site",
                "site": str(sites[person.site_number].pk),
                "meal_count": "20",
                "meal_value": "8,00",
            },
            form_with="identifier",
        )

    def _send_form(self, people: list[InventedPerson]) -> None:
        """The form goes to the worker; what it would change is shown before anything is stored."""
        path = self.folder / "beneficiaries.xlsx"
        sites = list(self.client.sites.order_by("id").values_list("name", flat=True))
        path.write_bytes(beneficiary_form_of(people, site_names=sites))
        self.alice.open(f"{self.portal}beneficiaries/excel/")
        self.alice.send({}, form_with="file", files={"file": (path.name, path.read_bytes())})
        self._wait_for_upload("ready")
        self.alice.send({}, form_to="/apply/")
        self._wait_for_upload("applied")

    def _wait_for_upload(self, state: str) -> None:
        """Look at the page of the file until it shows that state."""
        address = self.alice.address
        began = time.monotonic()
        while not self.alice.page.xpath(f"//*[@data-state='{state}']"):
            if time.monotonic() - began > WAIT_SECONDS_MAX:
                raise PageError(f"the form is not {state} after {WAIT_SECONDS_MAX} s; see var/demo-serve.log")
            time.sleep(POLL_SECONDS)
            self.alice.open(address)

    def _place_order(self, with_other_value: InventedPerson) -> Order:
        """20 vouchers of 8 € for everybody (their usual amount), of 7.56 € for one; loaded today."""
        self.alice.open(f"{self.portal}orders/new/")
        self.alice.send({"product": "meal", "reference": "Demo"}, form_with="product")
        order = Order.objects.order_by("-id")[0]
        beneficiary = self.client.beneficiaries.get(
            last_name=with_other_value.last_name, first_name=with_other_value.first_name
        )
        field = f"value-{beneficiary.pk}"
        self.alice.send({field: "7,56"}, form_with=field, button=("action", "check"))
        self._print_costs()
        self.alice.send({}, form_with="confirmed_total_cents")
        return order

    def _print_costs(self) -> None:
        """What the page of the third step shows, as it shows it."""
        for table in self.alice.page.xpath("//table[.//tfoot]"):
            shown = Table(title=_words(table.xpath("./caption")), title_justify="left")
            for heading in table.xpath(".//thead//th"):
                shown.add_column(_words([heading]), justify="left" if not shown.columns else "right")
            for row in table.xpath(".//tr[td]"):
                cells = [_words([cell]) for cell in row.xpath("./td")]
                shown.add_row(cells[0], *[""] * (len(shown.columns) - len(cells)), *cells[1:])
            self.progress.console.print(shown)

    def _wait_for_invoices(self, order: Order) -> list[Invoice]:
        self._wait_until(order, "invoiced", "Invoices made by the worker")
        return list(Invoice.objects.filter(order=order).order_by("id"))

    def _wait_until(self, order: Order, state: str, words: str) -> None:
        """Look at the order's page until it shows the state (or a later one)."""
        with self._step(words):
            began = time.monotonic()
            while state not in self._states_seen(order):
                if time.monotonic() - began > WAIT_SECONDS_MAX:
                    raise PageError(
                        f"order {order.pk} is not {state} after {WAIT_SECONDS_MAX} s; see var/demo-serve.log"
                    )
                time.sleep(POLL_SECONDS)

    def _states_seen(self, order: Order) -> list[str]:
        page = self.alice.open(f"{self.portal}orders/{order.pk}/")
        return [str(state) for state in page.xpath("(//*[@id='order-progress']//*[@data-state])[1]/@data-state")]

    def _download(self, invoices: list[Invoice]) -> list[Path]:
        with self._step("Alice downloads the invoices as PDF and XML"):
            files = []
            for invoice in invoices:
                for kind in ("pdf", "xml"):
                    path = self.folder / f"{invoice.number}.{kind}"
                    path.write_bytes(self.alice.download(f"{self.portal}invoices/{invoice.pk}/{kind}/"))
                    files.append(path)
            return files

    def _pay(self, invoices: list[Invoice]) -> Path:
        with self._step("The bank reports the payments; Dora of the issuer uploads its CODA file"):
            path = self.folder / "bank-of-today.cod"
            path.write_bytes(statement_file_paying(invoices))
            self._sign_in(self.dora, "dora@demo.example")
            self.dora.open("/office/statements/")
            self.dora.send({}, form_with="file", files={"file": (path.name, path.read_bytes())})
            return path

    def _wait_for_mail(self) -> None:
        with self._step("Mails sent from the outbox"):
            began = time.monotonic()
            waiting = (Invoice.objects.filter(documents_at=None), Message.objects.filter(state=MessageState.QUEUED))
            while any(rows.exists() for rows in waiting):
                if time.monotonic() - began > WAIT_SECONDS_MAX:
                    raise PageError("mails still wait; see var/demo-serve.log")
                time.sleep(POLL_SECONDS)

    def _print(self, order: Order, invoices: list[Invoice], files: list[Path]) -> bool:
        self._print_invoices(invoices)
        self._print_balances(order)
        if order.paid_at and order.loaded_at:
            seconds = (order.loaded_at - order.paid_at).total_seconds()
            self.console.print(f"From payment matched to vouchers loaded: [bold]{seconds:.2f} s[/bold]")
        self.console.print(f"In {self.folder}: {', '.join(path.name for path in files)}")
        self.console.print(f"Mails: {Message.objects.count()} in {self.folder.parent / 'mail'}")
        return self._print_books(check_books())

    def _print_invoices(self, invoices: list[Invoice]) -> None:
        table = Table(title="Invoices", title_justify="left")
        for heading in ("number", "kind", "total", "state", "communication"):
            table.add_column(heading, no_wrap=True)
        for invoice in invoices:
            invoice.refresh_from_db()
            digits = invoice.structured_communication
            table.add_row(
                invoice.number,
                str(invoice.get_kind_display()),
                format_euro(invoice.total_cents, LANGUAGE),
                str(invoice.get_state_display()),
                f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++",
            )
        self.console.print(table)

    def _print_balances(self, order: Order) -> None:
        balances = balances_of_order(order.pk)
        table = Table(title=f"Balances of {len(balances)} beneficiaries", title_justify="left")
        for heading in ("name", "balance", "from", "until"):
            table.add_column(heading)
        for line in lines_of(order):
            table.add_row(
                str(line.beneficiary),
                format_euro(balances[line.pk], LANGUAGE),
                f"{line.lot.credited_at:%Y-%m-%d}",
                f"{line.lot.expires_on:%Y-%m-%d}",
            )
        table.add_section()
        table.add_row("together", format_euro(sum(balances.values()), LANGUAGE), "", "")
        self.console.print(table)

    def _print_books(self, report: BooksReport) -> bool:
        figures = ", ".join(f"{code} {format_euro(cents, LANGUAGE)}" for code, cents in report.figures.items())
        self.console.print(f"Books: {figures}")
        for finding in report.findings:
            self.console.print(f"does not agree: {finding.code}: {finding.facts}", style="red")
        if report.agree:
            self.console.print("[bold green]The books agree: what was loaded was paid, and the bank covers it.")
        return report.agree


def _words(elements: list[Any]) -> str:
    return " ".join(" ".join(element.text_content().split()) for element in elements)
