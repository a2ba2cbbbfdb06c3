"""What order lines refer to is checked a statement at a time (see `beneficiaries/0004_references`)."""

import django.db.models.deletion
from django.db import migrations, models

CHECK = """
CREATE OR REPLACE TRIGGER order_never_goes BEFORE DELETE OR TRUNCATE OR UPDATE OF id ON orders_order
    FOR EACH STATEMENT EXECUTE FUNCTION reference_refuse_to_go();
CREATE OR REPLACE TRIGGER order_line_references_of_added AFTER INSERT ON orders_orderline
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION reference_refuse_unknown(
        'order_id', 'orders_order', 'beneficiary_id', 'beneficiaries_beneficiary');
CREATE OR REPLACE TRIGGER order_line_references_of_changed AFTER UPDATE ON orders_orderline
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION reference_refuse_unknown(
        'order_id', 'orders_order', 'beneficiary_id', 'beneficiaries_beneficiary');
"""
UNCHECK = """
DROP TRIGGER order_line_references_of_changed ON orders_orderline;
DROP TRIGGER order_line_references_of_added ON orders_orderline;
DROP TRIGGER order_never_goes ON orders_order;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0005_orders_by_load"),
        ("beneficiaries", "0004_references"),
    ]
    operations = [
        migrations.RunSQL(CHECK, UNCHECK),
        migrations.AlterField(
            model_name="orderline",
            name="order",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="orders.order",
            ),
        ),
        migrations.AlterField(
            model_name="orderline",
            name="beneficiary",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="order_lines",
                to="beneficiaries.beneficiary",
            ),
        ),
    ]
