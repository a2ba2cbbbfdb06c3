"""The order of a step is checked a statement at a time (see `beneficiaries/0004_references`): orders are never deleted."""

import django.db.models.deletion
from django.db import migrations, models

CHECK = """
CREATE OR REPLACE TRIGGER transition_references_of_added AFTER INSERT ON orders_ordertransition
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION reference_refuse_unknown('order_id', 'orders_order');
CREATE OR REPLACE TRIGGER transition_references_of_changed AFTER UPDATE ON orders_ordertransition
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION reference_refuse_unknown('order_id', 'orders_order');
"""
UNCHECK = """
DROP TRIGGER transition_references_of_changed ON orders_ordertransition;
DROP TRIGGER transition_references_of_added ON orders_ordertransition;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_fewer_indexes"), ("beneficiaries", "0004_references")]
    operations = [
        migrations.RunSQL(CHECK, UNCHECK),
        migrations.AlterField(
            model_name="ordertransition",
            name="order",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="transitions",
                to="orders.order",
            ),
        ),
    ]
