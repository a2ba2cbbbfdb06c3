import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0008_invoices_by_group'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContractSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('function', models.CharField(max_length=80)),
                ('statement', models.TextField()),
                ('language', models.CharField(max_length=2)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('ip_address', models.GenericIPAddressField(null=True)),
                ('user_agent', models.CharField(blank=True, max_length=200)),
                ('quote_id', models.BigIntegerField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('full_name', models.CharField(blank=True, max_length=120)),
                ('language', models.CharField(choices=[('nl', 'Nederlands'), ('fr', 'Français'), ('en', 'English'), ('de', 'Deutsch')], max_length=2)),
                ('role', models.CharField(blank=True, choices=[('owner', 'Owner'), ('orderer', 'Orderer'), ('approver', 'Approver'), ('accountant', 'Accountant'), ('viewer', 'Viewer')], max_length=10)),
                ('is_welcome', models.BooleanField(default=False)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SecretariatMandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('function', models.CharField(max_length=80)),
                ('statement', models.TextField()),
                ('language', models.CharField(max_length=2)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('ip_address', models.GenericIPAddressField(null=True)),
                ('user_agent', models.CharField(blank=True, max_length=200)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SecretariatUser',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_manager', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='SocialSecretariat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('enterprise_number', models.CharField(max_length=10, unique=True)),
                ('email', models.EmailField(max_length=254)),
                ('language', models.CharField(choices=[('nl', 'Nederlands'), ('fr', 'Français'), ('en', 'English'), ('de', 'Deutsch')], default='nl', max_length=2)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AddField(
            model_name='tariff',
            name='is_negotiated',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='tariff',
            name='is_standard',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='tariff',
            name='paper_delivery_per_site_cents',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='tariff',
            name='paper_printing_per_voucher_cents',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='tariff',
            constraint=models.UniqueConstraint(condition=models.Q(('is_standard', True)), fields=('is_standard',), name='one_standard_tariff'),
        ),
        migrations.AddField(
            model_name='contractsignature',
            name='contract',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='signature', to='clients.contract'),
        ),
        migrations.AddField(
            model_name='contractsignature',
            name='signed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='client',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='clients.client'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='invited_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='replaces',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='clients.invitation'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='used_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='secretariatmandate',
            name='client',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='secretariat_mandates', to='clients.client'),
        ),
        migrations.AddField(
            model_name='secretariatmandate',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='secretariatmandate',
            name='signed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='membership',
            name='mandate',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='clients.secretariatmandate'),
        ),
        migrations.AddField(
            model_name='secretariatuser',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='secretariats', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='secretariatuser',
            name='secretariat',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='users', to='clients.socialsecretariat'),
        ),
        migrations.AddField(
            model_name='secretariatmandate',
            name='secretariat',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to='clients.socialsecretariat'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='secretariat',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='clients.socialsecretariat'),
        ),
        migrations.AddConstraint(
            model_name='secretariatuser',
            constraint=models.UniqueConstraint(fields=('secretariat', 'user'), name='secretariat_user_once'),
        ),
        migrations.AddConstraint(
            model_name='secretariatmandate',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('client', 'secretariat'), name='one_running_mandate_per_client_and_secretariat'),
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(fields=['email', '-created_at'], name='invitation_by_address'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('client__isnull', False), ('secretariat__isnull', True)), models.Q(('client__isnull', True), ('secretariat__isnull', False)), _connector='OR'), name='invitation_for_a_client_or_a_secretariat'),
        ),
    ]
