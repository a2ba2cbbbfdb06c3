"""The same workbook through django-import-export and openpyxl, as a small Django project of today would take it in.

Runs in an interpreter that has both (`TEGOED_BENCH_PEERS` names it; they are no dependencies of ours):
`python bench/peers_import.py WORKBOOK SHEET DATABASE_URL` prints seconds and peak memory as JSON. It stores the twelve columns as
they are in one table: no check digits, no encryption, no remarks, no difference with what was known.
"""

import json
import resource
import sys
import time

import django
from django.conf import settings

FIELDS = (
    "identifier", "last_name", "first_name", "birth_on", "language", "card_delivery", "site", "cost_centre",
    "product", "voucher_count", "face_value", "loading_on",
)  # fmt: skip


def main(workbook: str, sheet: str, database_url: str) -> None:
    from urllib.parse import parse_qsl, unquote, urlsplit

    address = urlsplit(database_url)
    options = dict(parse_qsl(address.query))
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": address.path.lstrip("/"),
                "USER": unquote(address.username or options.get("user", "")),
                "PASSWORD": unquote(address.password or ""),
                "HOST": unquote(address.hostname or options.get("host", "")),
                "PORT": address.port or options.get("port", ""),
            }
        },
        INSTALLED_APPS=["import_export"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()
    import openpyxl
    import tablib
    from django.db import connection, models
    from import_export import resources

    class PeerRow(models.Model):
        class Meta:
            app_label = "import_export"
            db_table = "bench_peer_row"

    for name in FIELDS:
        PeerRow.add_to_class(name, models.CharField(max_length=80, null=True, unique=name == "identifier"))

    class PeerResource(resources.ModelResource):
        class Meta:
            model = PeerRow
            fields = FIELDS
            import_id_fields = ("identifier",)
            use_bulk = True
            batch_size = 1_000
            skip_diff = True
            use_transactions = True

    with connection.schema_editor() as editor:
        editor.create_model(PeerRow)
    try:
        began = time.perf_counter()
        # As import-export's own XLSX format reads, but from the named sheet: ours opens on its guide.
        rows = openpyxl.load_workbook(workbook, read_only=True, data_only=True)[sheet].iter_rows(values_only=True)
        next(rows)
        named = tablib.Dataset(*[row[: len(FIELDS)] for row in rows], headers=FIELDS)
        read_seconds = time.perf_counter() - began
        result = PeerResource().import_data(named, dry_run=False, raise_errors=True)
        seconds = time.perf_counter() - began
        stored = PeerRow.objects.count()
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(PeerRow)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "read_seconds": read_seconds,
                "seconds": seconds,
                "rows": stored,
                "peak_mb": peak_mb,
                "is_complete": not result.has_errors(),
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
