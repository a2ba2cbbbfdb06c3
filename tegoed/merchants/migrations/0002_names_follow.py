"""A point carries its merchant's name, and the database keeps the copy: a foreign key that follows the merchant."""

from django.db import migrations

FORWARD = """
ALTER TABLE merchants_merchant ADD CONSTRAINT merchant_with_its_name UNIQUE (id, name);
ALTER TABLE merchants_acceptancepoint ADD CONSTRAINT point_carries_the_name_of_its_merchant
    FOREIGN KEY (merchant_id, merchant_name) REFERENCES merchants_merchant (id, name) ON UPDATE CASCADE;
"""
BACKWARD = """
ALTER TABLE merchants_acceptancepoint DROP CONSTRAINT point_carries_the_name_of_its_merchant;
ALTER TABLE merchants_merchant DROP CONSTRAINT merchant_with_its_name;
"""


class Migration(migrations.Migration):

    dependencies = [("merchants", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
