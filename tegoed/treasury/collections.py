"""Collections, step by step. Callers (`tegoed.flows`) own the transaction.

Its one law: an invoice is on its way to the bank in one file at a time, for what is open of it; the first collection under
a mandate that the bank really carried out makes the following ones recurrent.
"""

from collections.abc import Sequence

from tegoed.clients.models import User
from tegoed.treasury.models import Collection, CollectionState, Mandate
from tegoed.treasury.queries import PlannedCollection
from tegoed.treasury.references import Mark, next_ids, reference
from tegoed.treasury.refusals import CollectionNotOnItsWay

FIRST, RECURRENT = "FRST", "RCUR"


def drawn_up(planned: Sequence[PlannedCollection], mandates: Sequence[Mandate]) -> list[Collection]:
    """The collections of these invoices, not stored yet: references and places in the sequence of each mandate.

    Two invoices under a new mandate: the earlier one is the first. `mandates`: the active ones of these clients, locked.
    """
    mandate_of = {mandate.client_id: mandate for mandate in mandates}
    used = set(
        Collection.objects.filter(mandate__in=mandates)
        .exclude(state__in=[CollectionState.REFUSED, CollectionState.CANCELLED])
        .values_list("mandate_id", flat=True)
    )
    drawn = []
    in_order = sorted(planned, key=lambda one: (one.collect_on, one.invoice.pk))
    for row_id, one in zip(next_ids("treasury_collection", len(in_order)), in_order, strict=True):
        mandate = mandate_of[one.invoice.client_id]
        drawn.append(
            Collection(
                id=row_id,
                client_id=one.invoice.client_id,
                invoice=one.invoice,
                mandate=mandate,
                amount_cents=one.invoice.open_cents,
                sequence_type=RECURRENT if mandate.pk in used else FIRST,
                collect_on=one.collect_on,
                end_to_end=reference(Mark.COLLECTION, row_id),
            )
        )
        used.add(mandate.pk)
    return drawn


def mark_collection_cancelled(*, collection_id: int, actor: User) -> Collection:
    """The bank was told not to carry it out. Raises `Collection.DoesNotExist`, `CollectionNotOnItsWay`."""
    collection = _locked(collection_id)
    if collection.state != CollectionState.IN_FILE:
        raise CollectionNotOnItsWay(reason=collection.state)
    return _ended(collection, CollectionState.CANCELLED, reason="", actor=actor)


def mark_collection_refused(*, collection_id: int, reason: str, actor: User) -> Collection:
    """The bank refused it before any money moved. Raises `Collection.DoesNotExist`, `CollectionNotOnItsWay`."""
    collection = _locked(collection_id)
    if collection.state != CollectionState.IN_FILE:
        raise CollectionNotOnItsWay(reason=collection.state)
    return _ended(collection, CollectionState.REFUSED, reason=reason, actor=actor)


def let_repeat(*, collection_id: int) -> Collection:
    """The invoice of a collection that failed may be collected again. Raises `CollectionNotOnItsWay`."""
    collection = _locked(collection_id)
    if collection.state not in {CollectionState.RETURNED, CollectionState.REFUSED}:
        raise CollectionNotOnItsWay(reason=collection.state)
    collection.may_repeat = True
    collection.save(update_fields=["may_repeat"])
    return collection


def _locked(collection_id: int) -> Collection:
    return (
        Collection.objects.select_for_update(of=("self",))
        .select_related("client", "invoice", "mandate")
        .get(pk=collection_id)
    )


def _ended(collection: Collection, state: CollectionState, *, reason: str, actor: User) -> Collection:
    collection.state = state
    collection.return_reason = reason
    collection.ended_by = actor
    collection.save(update_fields=["state", "return_reason", "ended_by"])
    return collection
