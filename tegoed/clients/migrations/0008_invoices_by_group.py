from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0007_peppol"),
    ]
    operations = [
        migrations.AddField(
            model_name="client",
            name="invoices_by_group",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
