"""What can go wrong, one class a cause that a caller could act on.

    AirquoteError
    ├── SourceError        a source cannot be taken in: missing, unreadable, not what it claims
    │   ├── AudioError     … because its sound cannot be decoded
    │   ├── FeedError      … because it is no feed
    │   └── FetchError     … because its address gives nothing that can be taken in
    │       ├── Gone           the server says that it is not there, or not any more
    │       ├── Forbidden      the server lets nobody in, or not us
    │       ├── Unreachable    nobody answers, or not in time, safely or without an error; it may pass
    │       ├── TooLarge       more than is taken in, or more than can be unpacked
    │       ├── WrongContent   a page where a recording should be, and the like
    │       └── PrivateAddress an address that somebody else wrote leads into the local network
    ├── FactsError         a sidecar, an option or a page states a fact that cannot be read
    ├── ScriptError        the published text is not what the recording says
    ├── EngineError        an engine cannot run here: not installed, no device, bad model file
    │   └── WeightsMissing … because its model's weights are neither here nor to be downloaded
    ├── TranscriptError    a clip's folder under transcripts/ is incomplete or unreadable
    └── SiteError          a file with which Datasette is set up cannot be read

Every message is one line that names the file and says what to do. Only the command line prints
it and turns it into an exit status.
"""


class AirquoteError(Exception):
    """Something a person can mend; the message says how."""


class SourceError(AirquoteError):
    pass


class AudioError(SourceError):
    pass


class FeedError(SourceError):
    pass


class FetchError(SourceError):
    pass


class Gone(FetchError):
    pass


class Forbidden(FetchError):
    pass


class Unreachable(FetchError):
    pass


class TooLarge(FetchError):
    pass


class WrongContent(FetchError):
    pass


class PrivateAddress(FetchError):
    pass


class FactsError(AirquoteError):
    pass


class ScriptError(AirquoteError):
    pass


class EngineError(AirquoteError):
    pass


class WeightsMissing(EngineError):
    pass


class TranscriptError(AirquoteError):
    pass


class SiteError(AirquoteError):
    pass
