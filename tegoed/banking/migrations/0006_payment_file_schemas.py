from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('banking', '0005_line_indexes'),
    ]

    operations = [
        migrations.AddField(
            model_name='bankaccount',
            name='collection_schema',
            field=models.CharField(choices=[('pain.008.001.08', 'pain.008.001.08'), ('pain.008.001.02', 'pain.008.001.02')], db_default='pain.008.001.08', default='pain.008.001.08', max_length=20),
        ),
        migrations.AddField(
            model_name='bankaccount',
            name='transfer_schema',
            field=models.CharField(choices=[('pain.001.001.09', 'pain.001.001.09'), ('pain.001.001.03', 'pain.001.001.03')], db_default='pain.001.001.09', default='pain.001.001.09', max_length=20),
        ),
    ]
