"""The PDF of a print batch: its vouchers as they are printed, cut and handed out (SPEC Q4).

Its one law: it is written for who asks, from what is stored, and kept nowhere: numbers of vouchers are as good as money.
Each download is in the trail. A batch is small enough to be written at one go (`BATCH_VOUCHERS_MAX`).
"""

from collections.abc import Iterator

from django.db import transaction
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext, override

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import ProductChoice, User
from tegoed.clients.queries import the_issuer
from tegoed.formats.voucher_pdf import VoucherFace, VoucherSheets, write_voucher_pdf
from tegoed.paper_vouchers.models import PrintBatch
from tegoed.paper_vouchers.queries import vouchers_to_print
from tegoed.rules.money import format_euro
from tegoed.rules.paper_vouchers import pretty_voucher_number


@transaction.atomic
def voucher_sheets(*, batch_id: int, language: str, actor: User) -> bytes:
    """The PDF; its cover in that language, each voucher in that of its person. Raises `PrintBatch.DoesNotExist`."""
    batch = PrintBatch.objects.select_related("order__client").get(pk=batch_id)
    record_event(
        actor=actor,
        action=Action.PRINT_BATCH_DOWNLOADED,
        client_id=batch.order.client_id,
        subject_id=batch.pk,
        order_id=batch.order_id,
        voucher_count=batch.voucher_count,
    )
    return write_voucher_pdf(sheets_of(batch, language=language))


def sheets_of(batch: PrintBatch, *, language: str) -> VoucherSheets:
    """Everything that stands in the PDF, in words."""
    client = batch.order.client
    with override(language):
        return VoucherSheets(
            language=language,
            title=gettext("Print batch %(number)s") % {"number": batch.pk},
            issuer=the_issuer().name,
            place=client.name if batch.place_name == client.name else f"{batch.place_name} · {client.name}",
            cover=list(_cover(batch, language)),
            page_label=gettext("Print batch %(number)s") % {"number": batch.pk},
            vouchers=list(_faces(batch)),
            made_at=batch.created_at,
        )


def _cover(batch: PrintBatch, language: str) -> Iterator[tuple[str, str]]:
    yield gettext("Client"), batch.order.client.name
    yield gettext("Order"), str(batch.order_id)
    yield gettext("Product"), str(batch.order.get_product_display())
    yield gettext("Bring to"), batch.place_name
    yield gettext("Address"), f"{batch.street}, {batch.postcode} {batch.town}"
    if batch.contact_name:
        yield gettext("Contact"), batch.contact_name
    if batch.part > 1:
        yield gettext("Part"), str(batch.part)
    count = ngettext("%(count)s voucher", "%(count)s vouchers", batch.voucher_count) % {
        "count": number_format(batch.voucher_count, force_grouping=True)
    }
    yield gettext("Holds"), f"{count}, {format_euro(batch.face_value_cents, language)}"


def _faces(batch: PrintBatch) -> Iterator[VoucherFace]:
    expires_on = batch.vouchers.values_list("expires_on", flat=True)[0]
    words: dict[str, tuple[str, str, str]] = {}
    for voucher in vouchers_to_print(batch):
        if voucher.language not in words:
            with override(voucher.language):
                day = date_format(expires_on, "j. F Y" if voucher.language == "de" else "j F Y")
                words[voucher.language] = (
                    str(ProductChoice(batch.order.product).label),
                    gettext("Valid until %(day)s") % {"day": day},
                    gettext("To be spent in Belgium only."),
                )
        product, valid_until, usage = words[voucher.language]
        yield VoucherFace(
            number=voucher.number,
            number_shown=pretty_voucher_number(voucher.number),
            language=voucher.language,
            product=product,
            value=format_euro(voucher.face_value_cents, voucher.language),
            person=f"{voucher.last_name} {voucher.first_name}",
            valid_until=valid_until,
            usage=usage,
        )
