"""Our own instructions known again in a bank statement: refunds paid or returned, collections that came in or went back.

Its one law: an instruction is known by a reference that we gave and by its exact amount, or it is not known: then the
line goes the way of every other line. It books nothing; the rows it gives are locked, so that each is booked once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tegoed.banking.models import StatementLine
from tegoed.formats.bank_statement import BankMovement
from tegoed.treasury.models import Collection, CollectionState, Refund, RefundState
from tegoed.treasury.references import Mark

_MARKS = tuple(f"{mark}-" for mark in (Mark.REFUND, Mark.COLLECTION, Mark.COLLECTION_FILE))


class InstructedReason(StrEnum):
    """Why a line lies where it lies, when it answers an instruction of ours."""

    REFUND_PAID = "refund_paid"
    REFUND_RETURNED = "refund_returned"
    REFUND_FAILED = "refund_failed"
    REFUNDED = "refunded"
    COLLECTED = "collected"
    COLLECTION_RETURNED = "collection_returned"


@dataclass(slots=True)
class Instructed:
    """What the movements of a statement say of our instructions, by the place of the movement in it.

    `movements`: all of them, those that bring in one collection with the communication of its invoice. `totals`: one
    movement for all collections of a group; without those in `bounced`, which came and went in this same statement, by
    the place of the movement that takes them back.
    """

    movements: list[BankMovement]
    refunds_paid: dict[int, Refund] = field(default_factory=dict)
    refunds_returned: dict[int, Refund] = field(default_factory=dict)
    collected: dict[int, Collection] = field(default_factory=dict)
    totals: dict[int, list[Collection]] = field(default_factory=dict)
    bounced: dict[int, tuple[int, Collection]] = field(default_factory=dict)
    returned: dict[int, Collection] = field(default_factory=dict)
    refused: dict[int, Collection] = field(default_factory=dict)

    @property
    def invoice_ids(self) -> set[int]:
        """The invoices that these collections pay, or paid."""
        bounced = [collection for _place, collection in self.bounced.values()]
        return {collection.invoice_id for collection in (*self._paid(), *self.returned.values(), *bounced)}

    @property
    def booked_by_instruction(self) -> set[int]:
        """The movements (by place) that are booked by what they answer; one collection goes the way of every payment."""
        answers = (self.refunds_paid, self.refunds_returned, self.totals, self.bounced, self.returned)
        return {place for answer in answers for place in answer}

    def _paid(self) -> Iterable[Collection]:
        yield from self.collected.values()
        for collections in self.totals.values():
            yield from collections


def instructions_named_by(movements: Sequence[BankMovement]) -> Instructed:
    """What these movements say of our refunds and collections; those are locked in id order. At most five queries."""
    named = Instructed(movements=list(movements))
    references = {reference for movement in movements for reference in _references(movement)}
    mandates = {
        movement.mandate_reference
        for movement in movements
        if movement.amount_cents < 0 and movement.is_return and movement.mandate_reference.startswith(Mark.MANDATE)
    }
    if not references and not mandates:
        return named
    refunds = {
        refund.end_to_end: refund
        for refund in Refund.objects.select_for_update(of=("self",))
        .select_related("client", "line")
        .filter(end_to_end__in=references)
        .order_by("id")
    }
    known = _Known(references, mandates)
    for place, movement in enumerate(movements):
        refund = refunds.get(movement.end_to_end_reference)
        if refund is not None:
            _refund(named, place, movement, refund)
        else:
            known.look_at(named, place, movement)
    return named


def _references(movement: BankMovement) -> list[str]:
    """The references of a movement that can be ours: a bank puts that of a group in the place of either."""
    told = (movement.end_to_end_reference, movement.batch_reference)
    return [reference for reference in told if reference.startswith(_MARKS)]


def _refund(named: Instructed, place: int, movement: BankMovement, refund: Refund) -> None:
    if movement.amount_cents == -refund.amount_cents and refund.state == RefundState.IN_FILE:
        refund.state = RefundState.PAID
        named.refunds_paid[place] = refund
    elif movement.amount_cents == refund.amount_cents and refund.state == RefundState.PAID and movement.is_return:
        refund.state = RefundState.RETURNED
        refund.return_reason = movement.return_reason
        named.refunds_returned[place] = refund


class _Known:
    """The collections that a statement may name, locked; their states go on as its movements are read in order."""

    def __init__(self, references: set[str], mandates: set[str]) -> None:
        # Lock in id order whatever they are found by.
        by_any = Collection.objects.filter(end_to_end__in=references).values("pk")
        by_group = Collection.objects.filter(group_reference__in=references).values("pk")
        by_mandate = Collection.objects.filter(mandate__reference__in=mandates, state=CollectionState.PAID).values("pk")
        ids = {row["pk"] for row in by_any.union(by_group, by_mandate)}
        found = list(
            Collection.objects.select_for_update(of=("self",))
            .select_related("invoice", "client", "mandate", "line")
            .filter(pk__in=ids)
            .order_by("id")
        )
        paid_lines = [collection.line_id for collection in found if collection.line_id is not None]
        # Lines go before invoices, as where staff correct them; what is taken back may lie in suspense again.
        list(StatementLine.objects.select_for_update().filter(pk__in=paid_lines).order_by("id").values_list("pk"))
        self.by_reference: dict[str, Collection] = {}
        self.by_group: dict[str, list[Collection]] = defaultdict(list)
        self.by_mandate: dict[str, list[Collection]] = defaultdict(list)
        for collection in found:
            self.by_reference[collection.end_to_end] = collection
            self.by_group[collection.group_reference].append(collection)
            self.by_mandate[collection.mandate.reference].append(collection)
        self.place_of_total: dict[int, int] = {}

    def look_at(self, named: Instructed, place: int, movement: BankMovement) -> None:
        """Note what the movement says of a collection, if it says anything."""
        collection = self.by_reference.get(movement.end_to_end_reference)
        if collection is None and movement.amount_cents > 0 and not movement.is_return:
            self._total(named, place, movement)
        elif movement.amount_cents < 0:
            self._back(named, place, movement, collection)
        elif collection is not None and collection.state == CollectionState.IN_FILE:
            self._first_answer(named, place, movement, collection)

    def _first_answer(self, named: Instructed, place: int, movement: BankMovement, collection: Collection) -> None:
        """Money in, or a refusal without money."""
        if movement.is_return and movement.amount_cents == 0:
            collection.state = CollectionState.REFUSED
            collection.return_reason = movement.return_reason
            named.refused[place] = collection
        elif not movement.is_return and movement.amount_cents == collection.amount_cents:
            collection.state = CollectionState.PAID
            named.collected[place] = collection
            named.movements[place] = replace(movement, structured=collection.invoice.structured_communication)

    def _total(self, named: Instructed, place: int, movement: BankMovement) -> None:
        """All collections of a group that are still on their way, in one sum."""
        for reference in _references(movement):
            on_their_way = [one for one in self.by_group.get(reference, []) if one.state == CollectionState.IN_FILE]
            if on_their_way and sum(one.amount_cents for one in on_their_way) == movement.amount_cents:
                for one in on_their_way:
                    one.state = CollectionState.PAID
                    self.place_of_total[one.pk] = place
                named.totals[place] = on_their_way
                return

    def _back(self, named: Instructed, place: int, movement: BankMovement, collection: Collection | None) -> None:
        """The bank takes a collection back, named by its reference or, where that is missing, by mandate and amount."""
        if collection is None and movement.is_return and movement.mandate_reference:
            candidates = [
                one
                for one in self.by_mandate.get(movement.mandate_reference, [])
                if one.state == CollectionState.PAID and one.amount_cents == -movement.amount_cents
            ]
            collection = candidates[0] if len(candidates) == 1 else None
        if (
            collection is None
            or collection.state != CollectionState.PAID
            or collection.amount_cents != -movement.amount_cents
        ):
            return
        total_place = self.place_of_total.get(collection.pk)
        if total_place is not None:
            named.totals[total_place].remove(collection)
            named.bounced[place] = (total_place, collection)
        elif collection.line_id is None:
            return  # its own line is in this same statement: staff look at it
        else:
            named.returned[place] = collection
        collection.state = CollectionState.RETURNED
        collection.return_reason = movement.return_reason
