"""Why a file isn't taken in, or not applied."""

from tegoed.errors import Refusal


class UploadTooLarge(Refusal):
    """More bytes than `settings.UPLOAD_BYTES_MAX`. Params: `megabytes`, `megabytes_max`."""

    code = "upload-too-large"


class UploadsWaiting(Refusal):
    """So many files of this client are being read that another one must wait. Params: `waiting_count_max`."""

    code = "uploads-waiting"


class UploadsUndecided(Refusal):
    """So many files of this client wait for a decision that another one isn't kept. Params: `undecided_count_max`."""

    code = "uploads-undecided"


class UploadNotInState(Refusal):
    """The upload isn't where it would have to be for this step. Params: `upload_state`."""

    code = "upload-not-in-state"


class UploadTriedTooOften(Refusal):
    """Reading or storing it failed again and again, by no fault of the file that we can name. Params: `attempt_count`."""

    code = "upload-tried-too-often"


class UploadEmpty(Refusal):
    """The form is the right one and there is no row in it."""

    code = "upload-empty"
