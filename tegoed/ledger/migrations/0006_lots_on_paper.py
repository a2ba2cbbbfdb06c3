"""A lot lies in a wallet, or it is vouchers on paper, and then its order says whose it is.

The new constraint is milder than the old one, so every row holds it; that is looked at in 0007.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

CLIENT_KINDS = ("receivable", "funds_due", "client_funds", "client_credit")
HAS_ITS_OWNER = (
    (~models.Q(kind__in=CLIENT_KINDS) | models.Q(client_id__isnull=False))
    & (~models.Q(kind="merchant_payable") | models.Q(merchant_id__isnull=False))
    & (
        ~models.Q(kind="lot")
        | models.Q(product__isnull=False, expires_on__isnull=False)
        & (models.Q(wallet_id__isnull=False) | models.Q(order_id__isnull=False))
    )
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_transfers_by_event")]
    operations = [
        migrations.RemoveConstraint(model_name="account", name="ledger_account_has_its_owner"),
        AddConstraintNotValid(
            model_name="account",
            constraint=models.CheckConstraint(condition=HAS_ITS_OWNER, name="ledger_account_has_its_owner"),
        ),
    ]
