"""Which texts of django-allauth our pages show in English because a language has no translation of them.

Texts of our own templates, those that stand before allauth's included, are the business of tools/messages.py.

Its one law: the list errs on the long side; a text too many costs a line in our catalogue, a text too few a page half
in English. Django looks in our catalogue first, so a missing text goes into `tegoed/locale/library_texts.txt`.

    python tools/allauth_texts.py        prints `language: msgid` for each text that is missing, exits 1 when one is
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import allauth
from django.template import engines
from django.template.base import Node, NodeList, Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation import trans_real

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

PACKAGE = Path(allauth.__file__).parent
TEMPLATES = PACKAGE / "templates"
LANGUAGES = ("nl", "fr", "de")

# What tegoed/public/urls.py does not route, nor settings switch on: no page or mail of ours shows it.
NOT_USED = (
    "account/base_confirm_code",
    "account/base_manage_email",
    "account/base_manage_phone",
    "account/confirm_",
    "account/email.",
    "account/email_c",
    "account/email/account_already",
    "account/email/email_",
    "account/email/login_code",
    "account/email/password_reset_code",
    "account/email/unknown",
    "account/messages/cannot_delete",
    "account/messages/email_",
    "account/messages/login_code",
    "account/messages/phone",
    "account/messages/primary",
    "account/messages/unverified",
    "account/phone",
    "account/request_login_code",
    "account/signup",
    "account/snippets/warn_no_email",
    "account/verif",
    "mfa/trust",
    "mfa/webauthn/signup",
)
PYTHON = ("account/adapter.py", "account/fields.py", "account/forms.py", "mfa")
IN_ARGUMENT = re.compile(r"""\b_\("([^"]+)"\)""")  # {% element badge title=_("…") %}
GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
GETTEXT_IN_CONTEXT = {"pgettext", "pgettext_lazy"}


def templates() -> Iterator[Template]:
    """The templates of allauth that our pages and mails use, without those that ours stand before."""
    for folder in ("account", "mfa"):
        for path in sorted((TEMPLATES / folder).rglob("*")):
            name = path.relative_to(TEMPLATES).as_posix()
            if path.is_file() and not name.startswith(NOT_USED):
                template = engines["django"].get_template(name).template
                if Path(template.origin.name).is_relative_to(PACKAGE):
                    yield template


def nodes_of(nodes: NodeList) -> Iterator[Node]:
    """All nodes of a template, also those inside `{% element %}` and `{% slot %}`."""
    for node in nodes:
        yield node
        for value in vars(node).values():
            if isinstance(value, NodeList):
                yield from nodes_of(value)
        for branch in getattr(node, "conditions_nodelists", ()):
            yield from nodes_of(branch[1])


def texts_of_template(template: Template) -> Iterator[str]:
    """Every msgid of one compiled template; of a plural the singular, which is its key."""
    yield from IN_ARGUMENT.findall(template.source)
    for node in nodes_of(template.nodelist):
        if isinstance(node, TranslateNode):
            yield str(node.filter_expression.var.literal)
        elif isinstance(node, BlockTranslateNode):
            text, _variables = node.render_token_list(node.singular)
            yield text if not node.trimmed else " ".join(text.split())


def texts_of_python(source: str) -> Iterator[str]:
    """Every msgid of one Python file (plain gettext calls with literals)."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        texts = [item.value for item in node.args if isinstance(item, ast.Constant) and isinstance(item.value, str)]
        if name in GETTEXT:
            yield from texts[:1]
        elif name in GETTEXT_IN_CONTEXT and len(texts) > 1:
            yield f"{texts[0]}\x04{texts[1]}"


def shown_texts() -> set[str]:
    """The msgids of allauth that our pages and mails can show."""
    found: set[str] = set()
    for template in templates():
        found.update(texts_of_template(template))
    for part in PYTHON:
        paths = [PACKAGE / part] if part.endswith(".py") else (PACKAGE / part).rglob("*.py")
        for path in paths:
            if "tests" not in path.parts:
                found.update(texts_of_python(path.read_text()))
    return {text for text in found if text.strip()}


def untranslated(language: str) -> list[str]:
    """The msgids without a translation in a language, ours and the packages' catalogues taken together."""
    catalogue = trans_real.translation(language)._catalog  # noqa: SLF001 - gettext itself hides what is missing
    known = {key if isinstance(key, str) else key[0] for key in catalogue.keys()}  # noqa: SIM118 - not a dict
    return sorted(shown_texts() - known)


def main() -> int:
    from tegoed.local import fill_environment  # noqa: PLC0415 - the path is set above

    fill_environment()
    import django  # noqa: PLC0415 - after the environment

    django.setup()
    missing = [(language, text) for language in LANGUAGES for text in untranslated(language)]
    for language, text in missing:
        print(f"{language}: {text!r}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
