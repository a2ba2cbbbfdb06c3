import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('clients', '0009_invitations_and_secretariats'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Lead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('company_name', models.CharField(max_length=120)),
                ('enterprise_number', models.CharField(blank=True, max_length=10)),
                ('contact_name', models.CharField(max_length=120)),
                ('email', models.EmailField(max_length=254)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('language', models.CharField(choices=[('nl', 'Nederlands'), ('fr', 'Français'), ('en', 'English'), ('de', 'Deutsch')], max_length=2)),
                ('state', models.CharField(choices=[('new', 'New'), ('contacted', 'Contacted'), ('offered', 'Offer sent'), ('won', 'Became a client'), ('lost', 'Lost')], default='new', max_length=10)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('client', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='clients.client')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LeadNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='quotes.lead')),
            ],
        ),
        migrations.CreateModel(
            name='Quote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('quote', 'Quote'), ('offer', 'Offer')], default='quote', max_length=10)),
                ('state', models.CharField(choices=[('draft', 'In preparation'), ('open', 'Open'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('replaced', 'Replaced by a newer version'), ('withdrawn', 'Withdrawn')], default='open', max_length=10)),
                ('token', models.CharField(max_length=43, unique=True)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('language', models.CharField(choices=[('nl', 'Nederlands'), ('fr', 'Français'), ('en', 'English'), ('de', 'Deutsch')], max_length=2)),
                ('has_same_people', models.BooleanField(default=True)),
                ('card_delivery', models.CharField(choices=[('site', 'To workplaces'), ('home', 'To each home')], default='site', max_length=10)),
                ('site_count', models.PositiveIntegerField(default=1)),
                ('total_cents', models.BigIntegerField(default=0)),
                ('message', models.TextField(blank=True)),
                ('made_on', models.DateField()),
                ('valid_until', models.DateField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('lead', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='quotes', to='quotes.lead')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('previous', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='next', to='quotes.quote')),
            ],
        ),
        migrations.CreateModel(
            name='QuoteAcceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('function', models.CharField(max_length=80)),
                ('statement', models.TextField()),
                ('language', models.CharField(max_length=2)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('ip_address', models.GenericIPAddressField(null=True)),
                ('user_agent', models.CharField(blank=True, max_length=200)),
                ('email', models.EmailField(max_length=254)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.client')),
                ('quote', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='acceptance', to='quotes.quote')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='QuoteLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('product', models.CharField(choices=[('meal', 'Meal vouchers'), ('eco', 'Eco vouchers'), ('gift', 'Gift vouchers'), ('sport_culture', 'Sport and culture vouchers'), ('consumption', 'Consumption vouchers')], max_length=20)),
                ('form', models.CharField(choices=[('electronic', 'Electronic'), ('paper', 'On paper')], default='electronic', max_length=12)),
                ('beneficiary_count', models.PositiveIntegerField()),
                ('voucher_count', models.PositiveSmallIntegerField(default=0)),
                ('face_value_cents', models.PositiveIntegerField(default=0)),
                ('amount_cents', models.BigIntegerField()),
                ('costs', models.JSONField(default=list)),
                ('quote', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='quotes.quote')),
                ('tariff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.tariff')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(fields=['state', '-created_at'], name='lead_by_state'),
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(fields=['state', '-created_at'], name='quote_by_state'),
        ),
        migrations.AddConstraint(
            model_name='quoteline',
            constraint=models.UniqueConstraint(fields=('quote', 'position'), name='quote_line_position_once'),
        ),
        migrations.AddConstraint(
            model_name='quoteline',
            constraint=models.UniqueConstraint(fields=('quote', 'product', 'form'), name='quote_line_once_per_product_and_form'),
        ),
    ]
