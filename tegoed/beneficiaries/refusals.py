"""Why something about a beneficiary can't be done. The sentences stand in `tegoed.refusals`."""

from tegoed.errors import Refusal


class NissAlreadyKnown(Refusal):
    """This client already has a beneficiary with that identifier. `beneficiary_id` and `is_active` tell which."""

    code = "niss-already-known"


class DeliveryPlaceMissing(Refusal):
    """A card delivered at work needs one of the client's open sites; at home it needs a full address."""

    code = "delivery-place-missing"


class DeliveryPlaceClosed(Refusal):
    """The card of this person goes to a workplace that was closed. Params: `beneficiary`, `site`."""

    code = "delivery-place-closed"


class IdentifierChangeNotNeeded(Refusal):
    """The number can't be replaced. Reasons: `final` (it is a national number), `same`, `temporary` (the new one is)."""

    code = "identifier-change-not-needed"


class IdentifierChangeAsked(Refusal):
    """A change was asked for already and nobody decided yet."""

    code = "identifier-change-asked"


class IdentifierChangeDecided(Refusal):
    """Somebody decided in between. Param: `is_approved`."""

    code = "identifier-change-decided"


class IdentifierRegisteredMeanwhile(Refusal):
    """Somebody was added with the number between the look and the decision."""

    code = "identifier-registered-meanwhile"


class PersonsEmployedTogether(Refusal):
    """Both persons are beneficiaries of one client, so they can't become one. Param: `client_name`."""

    code = "persons-employed-together"


class PersonsBothInUse(Refusal):
    """Both persons have cards or vouchers, so joining them needs more than another number."""

    code = "persons-both-in-use"
