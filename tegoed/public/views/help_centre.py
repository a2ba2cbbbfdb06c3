"""The help centre: first page, search, an article, the guides to the Excel forms. Open to everybody (SPEC H1, H2).

A question comes by POST: it may hold a national number, and must not stand in an address that somebody logs.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from tegoed.help.articles import AUDIENCES, LANGUAGES, TOPICS, articles, entries, topics
from tegoed.help.guides import FORMS, guide_pdf
from tegoed.help.pages import article_page
from tegoed.help.search import QUESTION_LENGTH_MAX, search
from tegoed.public.downloads import reader_language
from tegoed.rules.dates import brussels_today

SECTION = "help"
GUIDE_KEPT_SECONDS = 3600


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The search box, what is asked often, and all questions by topic."""
    known = articles(reader_language())
    return render(
        request,
        "public/help/start.html",
        {
            "section": SECTION,
            "question_length_max": QUESTION_LENGTH_MAX,
            "popular": [known[slug] for slug, entry in entries().items() if entry.is_popular],
            "topics": [(topic, [known[entry.slug] for entry in topic.entries]) for topic in topics()],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def search_results(request: HttpRequest) -> HttpResponse:
    """What was found. Asked without a question (after the language was switched), the first page."""
    question = " ".join(request.POST.get("question", "").split())[:QUESTION_LENGTH_MAX]
    if not question:
        return redirect("help")
    found = search(question, language=reader_language())
    return render(
        request,
        "public/help/results.html",
        {"section": SECTION, "question_length_max": QUESTION_LENGTH_MAX, "question": question, "found": found},
    )


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """An article in the reader's language; its address is the same in every language."""
    entry = entries().get(slug)
    if entry is None:
        raise Http404
    language = reader_language()
    known = articles(language)
    title, icon = TOPICS[entry.topic]
    siblings = next(topic.entries for topic in topics() if topic.key == entry.topic)
    return render(
        request,
        "public/help/article.html",
        {
            "section": SECTION,
            "question_length_max": QUESTION_LENGTH_MAX,
            "page": article_page(slug, language, brussels_today()),
            "audiences": [AUDIENCES[audience] for audience in entry.audiences],
            "topic_key": entry.topic,
            "topic_title": title,
            "topic_icon": icon,
            "siblings": [known[sibling.slug] for sibling in siblings],
            "related": [known[other] for other in entry.related],
        },
    )


@require_safe
def guide(_request: HttpRequest, form: str, language: str) -> HttpResponse:
    """The guide to a form, shown in the browser."""
    if form not in FORMS or language not in LANGUAGES:
        raise Http404
    answer = HttpResponse(guide_pdf(form, language), content_type="application/pdf")
    answer["Content-Disposition"] = str(
        content_disposition_header(as_attachment=False, filename=f"{form}.{language}.pdf")
    )
    answer["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(answer, public=True, max_age=GUIDE_KEPT_SECONDS)
    return answer
