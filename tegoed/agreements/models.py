"""Which agreement a voucher rests on (of the sector, the company, each employee), and what the client attests (SPEC Q6)."""
