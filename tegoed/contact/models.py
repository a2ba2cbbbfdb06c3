"""Questions that people ask by the contact form, and the answers of staff (SPEC Q7)."""
