"""The form with which a client sends an Excel file."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tegoed.refusals import message_of
from tegoed.uploads.actions import too_large


class WorkbookUploadForm(forms.Form):
    """One file. Its size is looked at before a byte of it is read; what is in it is judged by `flows.receive_upload`."""

    file = forms.FileField(
        label=_("Excel file"),
        help_text=_(
            "The form you downloaded here, or your own file with the same headings: .xlsx, .xls, .ods or .csv."
        ),
        allow_empty_file=True,
        max_length=None,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
        error_messages={"required": _("Choose the file first.")},
    )

    def clean_file(self) -> UploadedFile:
        """Refuses what is larger than `settings.UPLOAD_BYTES_MAX`."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_BYTES_MAX:
            raise ValidationError(message_of(too_large(file.size or 0)))
        return file
