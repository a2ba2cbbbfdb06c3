"""Kinds for refunds, returned payments, write-offs and the issuer's own money."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_payment_freed'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='account',
            name='ledger_account_guarded_not_below_zero',
        ),
        migrations.RemoveConstraint(
            model_name='account',
            name='ledger_account_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='transfer',
            name='ledger_transfer_kind_known',
        ),
        migrations.AlterField(
            model_name='account',
            name='kind',
            field=models.TextField(choices=[('lot', 'Vouchers of one load'), ('client_funds', 'Paid by the client, not yet loaded'), ('funds_due', 'Face value invoiced, not yet paid'), ('receivable', 'To be paid by the client'), ('client_credit', 'Over-payment owed to the client'), ('suspense', 'Received, not yet placed'), ('outgoing_unplaced', 'Left the bank, not yet explained'), ('refund_due', 'To be paid back, on its way to the bank'), ('written_off', 'Differences of a few cents written off'), ('issuer_own', "The issuer's own money: bank charges, taxes, withdrawals"), ('bank', 'Bank account'), ('revenue', 'Fees earned'), ('vat', 'VAT to be paid'), ('opening', 'Counterpart of an opening balance'), ('breakage', 'Vouchers expired'), ('merchant_payable', 'Owed to the merchant')]),
        ),
        migrations.AlterField(
            model_name='transfer',
            name='kind',
            field=models.TextField(choices=[('invoice_face_value', 'Face value invoiced'), ('invoice_fees', 'Fees invoiced'), ('invoice_vat', 'VAT invoiced'), ('payment', 'Payment of an invoice'), ('payment_unplaced', 'Payment not yet placed'), ('over_payment', 'Over-payment'), ('placement', 'Payment placed'), ('placement_undone', 'Placement undone'), ('payment_returned', 'Payment taken back by the bank'), ('credit_used', 'Credit on account used for an invoice'), ('write_off', 'Difference of a few cents written off'), ('write_off_undone', 'Write-off undone'), ('payment_freed', 'Payment of a credited invoice, now on account'), ('funds_paid', 'Face value paid'), ('funds_undone', 'Face value no longer paid'), ('load', 'Vouchers loaded'), ('spend', 'Vouchers spent'), ('expiry', 'Vouchers expired'), ('refund', 'Refund decided'), ('refund_paid', 'Refund paid by the bank'), ('refund_returned', 'Refund that could not be paid'), ('settlement', 'Merchant paid'), ('outgoing', 'Left the bank'), ('outgoing_explained', 'Left the bank, explained'), ('issuer_money', "The issuer's own money received"), ('opening_balance', 'Opening balance'), ('reversal', 'Reversal')]),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('lot', 'client_funds', 'client_credit', 'suspense', 'refund_due')), _negated=True), ('credits_cents__gte', models.F('debits_cents')), _connector='OR'), name='ledger_account_guarded_not_below_zero'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['lot', 'client_funds', 'funds_due', 'receivable', 'client_credit', 'suspense', 'outgoing_unplaced', 'refund_due', 'written_off', 'issuer_own', 'bank', 'revenue', 'vat', 'opening', 'breakage', 'merchant_payable'])), name='ledger_account_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['invoice_face_value', 'invoice_fees', 'invoice_vat', 'payment', 'payment_unplaced', 'over_payment', 'placement', 'placement_undone', 'payment_returned', 'credit_used', 'write_off', 'write_off_undone', 'payment_freed', 'funds_paid', 'funds_undone', 'load', 'spend', 'expiry', 'refund', 'refund_paid', 'refund_returned', 'settlement', 'outgoing', 'outgoing_explained', 'issuer_money', 'opening_balance', 'reversal'])), name='ledger_transfer_kind_known'),
        ),
    ]
