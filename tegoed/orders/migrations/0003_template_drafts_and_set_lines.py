"""Drafts made by a monthly template, and whether somebody said who gets how much."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0002_months_occasions_templates'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='lines_are_set',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='order',
            name='template',
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='orders.ordertemplate'
            ),
        ),
        migrations.AddField(
            model_name='order',
            name='template_month_on',
            field=models.DateField(null=True),
        ),
        # Whoever has lines said who gets how much.
        migrations.RunSQL(
            "UPDATE orders_order SET lines_are_set = true WHERE EXISTS "
            "(SELECT FROM orders_orderline line WHERE line.order_id = orders_order.id); SET CONSTRAINTS ALL IMMEDIATE",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(
                fields=('template', 'template_month_on'), name='one_order_per_template_and_month'
            ),
        ),
    ]
