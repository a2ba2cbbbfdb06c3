"""Where vouchers are spent: merchants, their acceptance points and online shops (SPEC M1)."""
