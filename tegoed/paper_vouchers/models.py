"""Vouchers on paper: numbered, printed in batches, brought to a delivery place (SPEC Q4)."""
