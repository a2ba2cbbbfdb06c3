"""Every account holds the constraint of 0006: looked at in a transaction of its own, while others read and write.

There is an account for each lot, so that takes a while; in the transaction of 0006 nobody could load or pay meanwhile.
"""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_lots_on_paper")]
    operations = [ValidateConstraint(model_name="account", name="ledger_account_has_its_owner")]
