"""What is kept of somebody who agreed to something: name, function, tick, time and address (SPEC Q3)."""

from django.db import models


class Evidence(models.Model):
    """Who said yes: `statement` is the very sentence that was ticked, `language` the one it was read in.

    `ip_address` and `user_agent` are those of the request, as far as known.
    """

    name = models.CharField(max_length=120)
    function = models.CharField(max_length=80)
    statement = models.TextField()
    language = models.CharField(max_length=2)
    at = models.DateTimeField(auto_now_add=True)
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True
