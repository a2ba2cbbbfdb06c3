"""A staged form of beneficiaries is compared with what the client has, and remarked on (SPEC B6)."""

from typing import Any

from tegoed.beneficiaries.staged.checks import errors_of, warnings_of
from tegoed.beneficiaries.staged.difference import compare, digest_of_comparison, forget_closed_sites, keep_verdicts
from tegoed.rules.dates import brussels_today
from tegoed.uploads.actions import add_remarks
from tegoed.uploads.models import Upload


def check_beneficiaries(*, upload: Upload) -> tuple[dict[str, Any], str]:
    """Add the remarks, write the verdicts down; the counts to show and the digest of what the preview shows.

    Runs in the caller's transaction with the upload locked. With errors there is nothing to preview and no digest.
    """
    today = brussels_today()
    forget_closed_sites(upload)
    compare(upload)
    add_remarks(upload=upload, remarks=errors_of(upload, today=today))
    if upload.remark_count:
        return {}, ""
    add_remarks(upload=upload, remarks=warnings_of(upload, today=today))
    return {"counts": keep_verdicts(upload)}, digest_of_comparison()
