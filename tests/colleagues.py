"""More people of the issuer than the cast has, for what takes four eyes."""

from tegoed.clients.models import User


def second_staff_member() -> User:
    """Eva, who decides about what Dora asks."""
    eva = User.objects.create_user("eva@uitgever.example", None, full_name="Eva", language="en")
    eva.is_staff = True
    eva.save()
    return eva
