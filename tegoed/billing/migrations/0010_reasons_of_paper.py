from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0009_fewer_indexes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='costshare',
            name='reason',
            field=models.CharField(choices=[('face_value', 'Face value of the vouchers'), ('service', 'Service'), ('loading', 'Loading per beneficiary'), ('paper_printing', 'Printing on paper'), ('paper_delivery', 'Delivery of vouchers on paper'), ('card_production', 'Card production'), ('card_replacement', 'Card replacement'), ('card_delivery_site', 'Card delivery per workplace'), ('card_delivery_home', 'Card delivery at home')], max_length=20),
        ),
        migrations.AlterField(
            model_name='invoicerow',
            name='reason',
            field=models.CharField(choices=[('face_value', 'Face value of the vouchers'), ('service', 'Service'), ('loading', 'Loading per beneficiary'), ('paper_printing', 'Printing on paper'), ('paper_delivery', 'Delivery of vouchers on paper'), ('card_production', 'Card production'), ('card_replacement', 'Card replacement'), ('card_delivery_site', 'Card delivery per workplace'), ('card_delivery_home', 'Card delivery at home')], max_length=20),
        ),
    ]
