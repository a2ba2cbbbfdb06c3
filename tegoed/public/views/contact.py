"""How can we help you? A question for staff, without signing in (SPEC Q7)."""

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tegoed.contact.actions import NewQuestion
from tegoed.contact.models import Asker, ContactQuestion
from tegoed.contact.topics import HINTS, TOPICS
from tegoed.flows.contact_questions import ask_question
from tegoed.public.contact_forms import ContactForm
from tegoed.public.rate_limits import within_limit

ICONS = {
    Asker.EMPLOYER: "briefcase",
    Asker.EMPLOYEE: "user",
    Asker.MERCHANT: "shopping-cart",
    Asker.SECRETARIAT: "users",
    Asker.OTHER: "help",
}
SALT = "contact-question"
UNPROCESSABLE = 422
TOO_MANY = 429


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """First who asks (`?who=`), then the form with the topics that fit."""
    asker = request.GET.get("who", "")
    if asker not in Asker.values:
        askers = [(one, ICONS[one]) for one in Asker]
        return render(request, "public/contact/who.html", {"section": "contact", "askers": askers})
    form = ContactForm(request.POST or None, asker=asker, initial=_known_of(request))
    status = 200
    if form.is_valid():
        if within_limit(request, action="contact"):
            question = ask_question(
                asked=_asked(form, asker),
                is_confirmed=within_limit(request, action="contact-mail", key=form.cleaned_data["email"].lower()),
            )
            return redirect("contact-received", receipt=signing.dumps(question.pk, salt=SALT))
        form.add_error(
            None, _("You sent several questions in a short time. Wait ten minutes, then send this one again.")
        )
        status = TOO_MANY
    elif form.is_bound:
        status = UNPROCESSABLE
    return render(
        request,
        "public/contact/form.html",
        {
            "section": "contact",
            "asker": Asker(asker),
            "form": form,
            "hints": [(topic.label, HINTS[topic]) for topic in TOPICS[asker] if topic in HINTS],
        },
        status=status,
    )


def _known_of(request: HttpRequest) -> dict[str, str]:
    """What who is signed in need not type."""
    if not request.user.is_authenticated:
        return {}
    return {"name": request.user.full_name, "email": request.user.email}


def _asked(form: ContactForm, asker: str) -> NewQuestion:
    typed = {name: form.cleaned_data[name] for name in ("topic", "name", "email", "company", "message")}
    return NewQuestion(asker=asker, language=(get_language() or "")[:2], **typed)


@require_safe
def received(request: HttpRequest, receipt: str) -> HttpResponse:
    """The number of a question that came in; the address is good for nothing else."""
    try:
        question_id = signing.loads(receipt, salt=SALT)
    except signing.BadSignature as wrong:
        raise Http404 from wrong
    question = ContactQuestion(pk=question_id)
    return render(request, "public/contact/received.html", {"section": "contact", "reference": question.reference})
