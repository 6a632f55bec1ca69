"""Files in object storage and the like: s3://, gs://, ftp://, sftp:// and what else fsspec knows.

They are reached with the user's credentials, so the user alone may name them: an address that a feed
or a page holds has to be one of the web, or it could have his own files published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ingest.errors import FetchError, Forbidden, Gone, PrivateAddress, Unreachable
from ingest.network.failures import Passing, hide_login
from ingest.network.validators import Validators

PIECE = 1024 * 1024  # bytes that are read at once
# What tells one version of a file from another, as the different storages call it.
MARKS = ("ETag", "etag", "md5Hash", "generation", "LastModified", "mtime", "modify", "updated", "created")


class RemoteFile:
    """A file in a storage.

    label       what messages call it
    validators  made of what the storage says of its version; length: bytes, 0 when it does not say
    """

    def __init__(self, url: str, trusted: bool) -> None:
        """Find the file.

        trusted  whether the user named it
        raises   FetchError; Passing when the failure may pass
        """
        self.label = hide_login(url)
        if not trusted:
            raise PrivateAddress(
                f"{self.label}: is not an address on the web; add --allow-private if you trust who wrote it"
            )
        with _explain(self.label):
            from fsspec.core import url_to_fs

            self._system, self._path = url_to_fs(url)
            info: dict[str, Any] = self._system.info(self._path)
        if info.get("type") == "directory":
            raise FetchError(f"{self.label}: is a folder; name the files in it")
        self.length = int(info.get("size") or 0)
        marks = [f"{key} {info[key]}" for key in MARKS if info.get(key)]
        digest = hashlib.sha256("\n".join([str(self.length), *marks]).encode()).hexdigest()
        self.validators = Validators(digest if marks else "")

    def read(self, begun: int = 0) -> Iterator[bytes]:
        """Give its bytes piece by piece, from one of them on.

        raises  as the constructor does
        """
        with _explain(self.label):
            file = self._system.open(self._path, "rb")
        with file:
            while True:
                with _explain(self.label):
                    file.seek(begun)
                    piece: bytes = file.read(PIECE)
                if not piece:
                    return
                begun += len(piece)
                yield piece


@contextmanager
def _explain(label: str) -> Iterator[None]:
    """Turn what fsspec and the libraries behind it raise into what went wrong and what to do."""
    try:
        yield
    except ImportError as error:
        raise FetchError(
            f"{label}: needs a package that is not installed ({error}); pip install it, "
            "or 'airquote[remote]', which has all for s3://"
        ) from error
    except (FileNotFoundError, IsADirectoryError) as error:
        raise Gone(f"{label}: there is no such file; look for where it is now") from error
    except PermissionError as error:
        raise Forbidden(f"{label}: may not be fetched ({error}); check your credentials") from error
    except ValueError as error:  # a protocol that nobody knows, a bucket without a name
        raise FetchError(f"{label}: is not an address that can be fetched ({error}); correct it") from error
    except OSError as error:
        raise Passing(Unreachable(f"{label}: cannot be read ({error}); try again later")) from error
    except Exception as error:  # each storage's library has errors of its own
        raise Unreachable(
            f"{label}: cannot be reached ({type(error).__name__}: {error}); check address and credentials"
        ) from error
