"""Take in a body piece by piece: never more than the limit, and never half of one."""

import zlib
from collections.abc import Iterable, Mapping

from .errors import ContractError, RetryError

_GZIP = 16 + zlib.MAX_WBITS  # tells zlib to want a gzip header and to check the trailer


def read_body(headers: Mapping[str, str], chunks: Iterable[bytes], max_bytes: int) -> bytes:
    """Return the whole body, decompressed.

    :param headers: of the answer, names in lower case
    :param chunks: the body as it came, still compressed
    :raise ContractError: ``too_large`` above ``max_bytes``; ``malformed`` for an unknown encoding
    :raise RetryError: ``interrupted`` if the compressed stream is damaged or ends early
    """
    encoding = headers.get('content-encoding', 'identity').strip().lower()
    if encoding == 'gzip':
        return _gunzip(chunks, max_bytes)
    if encoding not in ('identity', ''):
        raise ContractError('malformed', f"content encoding {encoding}")
    return b''.join(_limited(chunks, max_bytes))


def _gunzip(chunks: Iterable[bytes], max_bytes: int) -> bytes:
    inflater = zlib.decompressobj(_GZIP)
    whole = bytearray()
    damage = ''
    try:
        for chunk in _limited(chunks, max_bytes):
            # One byte above the limit is enough to know; a bomb is never unpacked.
            whole += inflater.decompress(chunk, max_bytes - len(whole) + 1)
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


def _limited(chunks: Iterable[bytes], max_bytes: int) -> Iterable[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise _too_large(max_bytes)
        yield chunk


def _too_large(max_bytes: int) -> ContractError:
    return ContractError('too_large', f"more than {max_bytes} bytes")
