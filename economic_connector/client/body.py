"""Take in a body piece by piece: never more than the limit, and never half of one."""

import zlib
from collections.abc import Iterable, Iterator, Mapping

from .errors import ContractError, RetryError

_GZIP = 16 + zlib.MAX_WBITS  # tells zlib to want a gzip header and to check the trailer


def announced_size(headers: Mapping[str, str]) -> int | None:
    """Return the number of bytes that Content-Length promises; None if it promises none."""
    length = headers.get('content-length', '')
    if 'transfer-encoding' in headers or not (length.isascii() and length.isdigit()):
        return None
    return int(length)


def read_body(headers: Mapping[str, str], chunks: Iterable[bytes], max_bytes: int) -> bytes:
    """Return the whole body, decompressed.

    :param headers: of the answer, names in lower case
    :param chunks: the body as it came, still compressed
    :raise ContractError: ``too_large`` above ``max_bytes``; ``malformed`` for an unknown encoding
    :raise RetryError: ``interrupted`` if fewer or more bytes come than announced, or the
        compressed stream is damaged or ends early
    """
    pieces = _measured(chunks, max_bytes, announced_size(headers))
    encoding = headers.get('content-encoding', 'identity').strip().lower()
    if encoding == 'gzip':
        return _gunzip(pieces, max_bytes)
    if encoding not in ('identity', ''):
        raise ContractError('malformed', f"content encoding {encoding}")
    return b''.join(pieces)


def _gunzip(pieces: Iterable[bytes], max_bytes: int) -> bytes:
    inflater = zlib.decompressobj(_GZIP)
    whole = bytearray()
    damage = ''
    try:
        for piece in pieces:
            # One byte above the limit is enough to know; a bomb is never unpacked.
            whole += inflater.decompress(piece, max_bytes - len(whole) + 1)
            if len(whole) > max_bytes:
                break
            if inflater.unused_data:
                damage = "bytes after the end of the gzip stream"
                break
    except zlib.error as exc:
        damage = str(exc)
    if len(whole) > max_bytes:
        raise _too_large(max_bytes)
    if damage or not inflater.eof:
        raise RetryError('interrupted', damage or "the gzip stream has no end")
    return bytes(whole)


def _measured(chunks: Iterable[bytes], max_bytes: int, expected: int | None) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise _too_large(max_bytes)
        yield chunk
    if expected is not None and size != expected:
        raise RetryError('interrupted', f"{size} of {expected} bytes came")


def _too_large(max_bytes: int) -> ContractError:
    return ContractError('too_large', f"more than {max_bytes} bytes")
