"""The types of a message: a sentence that is translated when it is read, or one for each `reason`."""

from collections.abc import Mapping

from django.utils.functional import Promise

Sentence = str | Promise
Message = Sentence | Mapping[str, Sentence]
