"""Writes on beneficiaries. Each is one transaction; nothing here shows or logs an identifier.

Its one law: a change of a person is written down with what it was before (`changed`: field -> [old, new]), in the same
transaction. `registration` adds, `changes` edits one person, `many` several at once, `identifiers` are the numbers,
`groups` the billing groups of cost centres.
"""

from tegoed.beneficiaries.actions.changes import (
    HomeAddress,
    change_beneficiary,
    deactivate_beneficiary,
    reactivate_beneficiary,
)
from tegoed.beneficiaries.actions.groups import set_billing_groups
from tegoed.beneficiaries.actions.identifiers import (
    ask_identifier_change,
    lock_persons,
    rotate_identifier_keys,
)
from tegoed.beneficiaries.actions.many import change_many, rename_cost_centre
from tegoed.beneficiaries.actions.registration import (
    BeneficiaryParticulars,
    UsualAmount,
    add_beneficiary,
    check_delivery_place,
)
from tegoed.beneficiaries.refusals import DeliveryPlaceMissing, NissAlreadyKnown

__all__ = [
    "BeneficiaryParticulars",
    "DeliveryPlaceMissing",
    "HomeAddress",
    "NissAlreadyKnown",
    "UsualAmount",
    "add_beneficiary",
    "ask_identifier_change",
    "change_beneficiary",
    "change_many",
    "check_delivery_place",
    "deactivate_beneficiary",
    "lock_persons",
    "reactivate_beneficiary",
    "rename_cost_centre",
    "rotate_identifier_keys",
    "set_billing_groups",
]
