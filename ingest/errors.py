"""What can go wrong, one class a cause that a caller could act on.

    AirquoteError
    ├── SourceError        a source cannot be taken in: missing, unreadable, not what it claims
    │   ├── AudioError     … because its sound cannot be decoded
    │   └── FeedError      … because it is no feed
    ├── FactsError         a sidecar, an option or a page states a fact that cannot be read
    ├── ScriptError        the published text is not what the recording says
    ├── EngineError        an engine cannot run here: not installed, no device, bad model file
    │   └── WeightsMissing … because its model's weights are neither here nor to be downloaded
    └── TranscriptError    a clip's folder under transcripts/ is incomplete or unreadable

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
