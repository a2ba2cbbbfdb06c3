"""The list of sessions. A row goes with Django's session, whoever deletes that: a foreign key of the database sees to it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BIND = """
ALTER TABLE clients_usersession ADD CONSTRAINT user_session_goes_with_its_session
    FOREIGN KEY (session_id) REFERENCES django_session (session_key) ON DELETE CASCADE;
"""
UNBIND = "ALTER TABLE clients_usersession DROP CONSTRAINT user_session_goes_with_its_session;"


class Migration(migrations.Migration):
    dependencies = [("clients", "0010_evidence_stays"), ("sessions", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="UserSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_agent", models.CharField(blank=True, max_length=200)),
                ("network", models.CharField(blank=True, max_length=50)),
                ("started_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                (
                    "session",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="sessions.session",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.RunSQL(BIND, UNBIND),
    ]
