"""Contracts of a client: what runs, what can be signed, what the law doesn't allow; signing; the PDF (SPEC Q4)."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tegoed.clients.contract_words import Price, included_in_words, prices_in_words, sentence_to_sign
from tegoed.clients.contracts import ContractChoice, contract_choices, sign_missing_contract
from tegoed.clients.models import Contract, FormChoice, Membership, ProductChoice, Role
from tegoed.clients.queries import owners_of
from tegoed.clients.signatures import Signer
from tegoed.errors import Refusal
from tegoed.flows.contract_paper import contract_pdf
from tegoed.portal.access import for_members, for_owners, page
from tegoed.portal.forms.contract import ContractForm
from tegoed.portal.signing import way_back
from tegoed.public.downloads import as_download, reader_language
from tegoed.public.visitor import evidence_of
from tegoed.refusals import message_of
from tegoed.rules.products import Form, Product

UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A product in a form with all its words."""

    choice: ContractChoice
    product: str
    form: str
    prices: list[Price]
    included: list[str]
    reason: str


@for_members
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """What runs, what can be signed, and what can't, with the reason."""
    shown = [_in_words(choice) for choice in contract_choices(membership.client)]
    return page(
        request,
        membership,
        "contracts/overview.html",
        section="company",
        running=[each for each in shown if each.choice.contract],
        open=[each for each in shown if each.choice.tariff],
        refused=[each for each in shown if each.reason],
        owners=owners_of(membership.client),
        is_owner=membership.role == Role.OWNER,
        languages=settings.LANGUAGES,
    )


@for_owners
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, membership: Membership, product: str, form: str) -> HttpResponse:
    """What a contract includes and costs, and its signature; owners only. `?next=` is where to go then."""
    choice = _choice_or_404(membership, product, form)
    back = way_back(request, membership.client_id)
    if choice.contract:
        messages.info(request, _("This contract is signed already. You can go on."))
        return redirect(back)
    shown = _in_words(choice)
    sentence = ""
    if choice.tariff:
        sentence = sentence_to_sign(
            company=membership.client.name, product=choice.product, form=choice.form, tariff=choice.tariff
        )
    filled = ContractForm(request.POST or None, sentence=sentence, initial={"name": membership.user.full_name})
    if choice.tariff and filled.is_valid():
        if request.POST.get("sentence") != sentence:
            messages.warning(request, _("The prices changed since you opened this page. Read them again, then sign."))
        elif _sign(request, membership, choice, filled, sentence):
            return redirect(back)
    return page(
        request,
        membership,
        "contracts/sign.html",
        section="company",
        status=UNPROCESSABLE if filled.errors else 200,
        shown=shown,
        form=filled,
        sentence=sentence,
        back=back,
    )


def _sign(
    request: HttpRequest, membership: Membership, choice: ContractChoice, filled: ContractForm, sentence: str
) -> bool:
    """Whether it is signed now; else the form says why not."""
    try:
        sign_missing_contract(
            client=membership.client,
            product=choice.product,
            form=choice.form,
            signer=Signer(
                name=filled.cleaned_data["name"],
                function=filled.cleaned_data["function"],
                statement=sentence,
                **evidence_of(request),
            ),
            actor=membership.user,
        )
    except Refusal as refusal:
        filled.add_error(None, message_of(refusal))
        return False
    facts = {"product": ProductChoice(choice.product).label, "form": FormChoice(choice.form).label}
    messages.success(request, _("Signed: %(product)s (%(form)s). You can order from now on.") % facts)
    return True


@for_members
@require_safe
def pdf(request: HttpRequest, membership: Membership, contract_id: int) -> HttpResponse:
    """The contract as PDF; `?language=` nl, fr, en or de, else the reader's."""
    contract = (
        Contract.objects.select_related("client", "tariff").filter(client=membership.client, pk=contract_id).first()
    )
    language = request.GET.get("language", reader_language())
    if contract is None or language not in dict(settings.LANGUAGES):
        raise Http404
    content = contract_pdf(contract, language=language)
    return as_download(HttpResponse(content, content_type="application/pdf"), f"contract-{contract.pk}.pdf")


def _choice_or_404(membership: Membership, product: str, form: str) -> ContractChoice:
    if product not in set(Product) or form not in set(Form):
        raise Http404
    choices = contract_choices(membership.client)
    return next(choice for choice in choices if (choice.product, choice.form) == (product, form))


def _in_words(choice: ContractChoice) -> ShownChoice:
    tariff = choice.contract.tariff if choice.contract else choice.tariff
    return ShownChoice(
        choice=choice,
        product=str(ProductChoice(choice.product).label),
        form=str(FormChoice(choice.form).label),
        prices=prices_in_words(tariff, choice.form) if tariff else [],
        included=included_in_words(choice.product, choice.form) if tariff else [],
        reason=message_of(choice.refusal) if choice.refusal else "",
    )
