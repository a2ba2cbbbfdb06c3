"""Which colour and icon stand for which state, kind of message or button: one table, so that pages agree.

Its one law: a colour never speaks alone; the word stands beside it (WCAG 1.4.1). Codes are those of the state fields of
orders, invoices, cards, statements and mails; a code that is not in the table looks neutral.
"""

from typing import NamedTuple


class Look(NamedTuple):
    """The end of a `state-…` class in parts.css, and an icon of icons.txt."""

    tone: str
    icon: str


NEUTRAL = Look("quiet", "info-circle")

STATES = {
    # orders (SPEC O3) and invoices
    "draft": Look("quiet", "pencil"),
    "awaiting_approval": Look("wait", "user-check"),
    "processing": Look("busy", "refresh"),
    "on_hold": Look("stop", "player-pause"),
    "invoiced": Look("wait", "file-invoice"),
    "open": Look("wait", "clock"),
    "overdue": Look("stop", "alert-triangle"),
    "paid": Look("good", "check"),
    "credited": Look("quiet", "receipt"),
    "loaded": Look("done", "circle-check"),
    "cancelled": Look("quiet", "ban"),
    # beneficiaries and cards
    "active": Look("good", "check"),
    "inactive": Look("quiet", "user-off"),
    "awaiting_payment": Look("wait", "hourglass"),
    "requested": Look("busy", "clipboard-check"),
    "in_production": Look("busy", "settings"),
    "shipped": Look("busy", "truck"),
    "delivered": Look("good", "mail"),
    "to_print": Look("wait", "printer"),
    "printed": Look("busy", "truck"),
    "blocked": Look("stop", "lock"),
    "expired": Look("quiet", "calendar"),
    "replaced": Look("quiet", "refresh"),
    # bank statements and mails
    "received": Look("busy", "inbox"),
    "booked": Look("good", "check"),
    "refused": Look("stop", "alert-circle"),
    "matched": Look("good", "check"),
    "suspense": Look("wait", "help"),
    "outgoing": Look("quiet", "arrow-right"),
    "explained": Look("good", "check"),
    "returned": Look("stop", "arrow-left"),
    "claimed": Look("busy", "user-check"),
    # refunds, mandates, collections
    "asked": Look("wait", "user-check"),
    "approved": Look("busy", "clipboard-check"),
    "in_file": Look("busy", "building-bank"),
    "suspended": Look("stop", "player-pause"),
    "revoked": Look("quiet", "ban"),
    # files of clients
    "asking": Look("wait", "help"),
    "ready": Look("wait", "eye"),
    "applying": Look("busy", "refresh"),
    "applied": Look("done", "circle-check"),
    "discarded": Look("quiet", "trash"),
    "queued": Look("busy", "clock"),
    "sent": Look("good", "send"),
    "refused_by_rules": Look("stop", "alert-circle"),
    "by_mail": Look("quiet", "mail"),
    "failed": Look("stop", "alert-triangle"),
    # questions, leads, quotes
    "new": Look("wait", "inbox"),
    "in_progress": Look("busy", "eye"),
    "answered": Look("good", "send"),
    "closed": Look("quiet", "check"),
    "contacted": Look("busy", "mail"),
    "offered": Look("busy", "send"),
    "won": Look("good", "circle-check"),
    "lost": Look("quiet", "x"),
    "accepted": Look("good", "circle-check"),
    "declined": Look("stop", "x"),
    "withdrawn": Look("quiet", "ban"),
}

MESSAGES = {
    "debug": Look("quiet", "info-circle"),
    "info": Look("busy", "info-circle"),
    "success": Look("good", "circle-check"),
    "warning": Look("wait", "alert-triangle"),
    "error": Look("stop", "alert-circle"),
}

BUTTONS = {
    "primary": "btn-primary",
    "outline": "btn-outline-secondary",
    "danger": "btn-danger",
    "ghost": "btn-ghost-secondary",
}
