"""Bodies that are not what they should be: other ones, and right ones with something wrong in them.

Spoiling keeps the text of numbers as it is, and can put any text in a value's place.
"""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Mapping
from typing import Any

from .answer import JSON, Answer, Call, legacy_error, problem
from .openapi import Open

BODIES = ('json', 'problem', 'html', 'empty', 'garbage', 'null', 'list', 'deep', 'huge', 'bomb')
_HTML = (
    '<!DOCTYPE html><html><head><title>Driftsforstyrrelse</title></head>'
    '<body><h1>We are sorry</h1><p>e-conomic is down for maintenance.</p></body></html>'
)
_MIB = 1 << 20


class Verbatim(str):
    """Hold JSON text that is written as it is."""

    __slots__ = ()


def another_body(call: Call, spec: Mapping[str, Any]) -> Answer:
    """Return the answer that a script gives in place of the right one."""
    status = int(spec.get('status', 200))
    error = 'problem' if Open.serves(call.path) else 'json'
    kind = spec.get('body', error if status >= 400 else 'empty')
    size = int(spec.get('size_mb', 33)) * _MIB
    headers: dict[str, str] = {}
    body: str | bytes
    content_type = JSON
    if 'text' in spec:
        body = spec['text']
    elif kind == 'json':
        body = legacy_error(call, status, f"Scripted fault {status}.", code='E00500').body
    elif kind == 'problem':
        made = problem(call, status, 'ScriptedFault', f"Scripted fault {status}.")
        body, content_type = made.body, made.content_type
    elif kind == 'html':
        body, content_type = _HTML, 'text/html; charset=utf-8'
    elif kind == 'garbage':
        body = bytes(range(256)) + b'{"collection":[{"customerNumber":1'
    elif kind == 'deep':
        body = '[' * 100_000 + ']' * 100_000
    elif kind == 'huge':
        body = f'{{"collection":["{"a" * size}"]}}'
    elif kind == 'bomb':
        body, headers = _bomb(size), {'Content-Encoding': 'gzip'}
    else:
        body = {'empty': '', 'null': 'null', 'list': '[]'}[kind]
    return Answer(body, status, spec.get('content_type', content_type), headers)


def _bomb(size: int) -> bytes:
    """Return a little gzip that unpacks to so many bytes of JSON."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode='wb', compresslevel=9, mtime=0) as file:
        file.write(b'{"collection":["')
        for _ in range(size // _MIB):
            file.write(b'a' * _MIB)
        file.write(b'"]}')
    return packed.getvalue()


def spoil(call: Call, body: str, spec: Mapping[str, Any]) -> str | bytes:
    r"""Return a right body with something wrong in it.

    `patch`: one or a list of {"record": place | "*" | {name: value}, "set": {name: value},
        "raw": {name: JSON text, e.g. "NaN" or "1,\"name\":2"}, "drop": [name]}; names may be
        dotted. Without a record it is the first.
    `records`: "empty", "short" (half of them), "reverse", "repeat" (the first one twice).
    `page`: members to set in the pagination (legacy) or beside the items (open), null drops one;
        "{self}" and "{first}" in a text stand for this page and the first.
    `replace`: pairs of texts. `encoding`: a codec, or "broken" for bytes that are not UTF-8.
    """
    if {'patch', 'records', 'page'} & set(spec):
        document = json.loads(body, parse_float=Verbatim)
        _change_records(document, spec)
        if 'page' in spec:
            _change_page(call, document, spec['page'])
        body = written(document)
    for old, new in spec.get('replace', ()):
        body = body.replace(old, new)
    encoding = spec.get('encoding')
    if encoding == 'broken':
        encoded = body.encode()
        place = encoded.rindex(b'"')
        return encoded[:place] + b'\xff\xfe' + encoded[place:]
    return body.encode(encoding, 'replace') if encoding else body


def holds(body: str | bytes, record: Mapping[str, Any]) -> bool:
    """Tell whether a right body has a record with these values."""
    return bool(_meant(_rows(json.loads(body)), dict(record)))


def _change_records(document: Any, spec: Mapping[str, Any]) -> None:
    rows = _rows(document)
    how = spec.get('records')
    if how == 'empty':
        rows.clear()
    elif how == 'short':
        del rows[len(rows) // 2 :]
    elif how == 'reverse':
        rows.reverse()
    elif how == 'repeat' and rows:
        rows.insert(0, rows[0])
    patches = spec.get('patch', [])
    for patch in patches if isinstance(patches, list) else [patches]:
        for row in _meant(rows, patch.get('record', 0)):
            _patch(row, patch)


def _rows(document: Any) -> list[Any]:
    if isinstance(document, list):
        return document
    for name in ('collection', 'items'):
        if name in document:
            rows: list[Any] = document[name]
            return rows
    return [document]


def _meant(rows: list[Any], record: Any) -> list[Any]:
    if record == '*':
        return rows
    if isinstance(record, dict):
        return [row for row in rows if all(row.get(n) == value for n, value in record.items())]
    return rows[record : record + 1]


def _patch(row: dict[str, Any], patch: Mapping[str, Any]) -> None:
    values = dict(patch.get('set', {}))
    values |= {name: Verbatim(text) for name, text in patch.get('raw', {}).items()}
    for name, value in values.items():
        inside, last = _inside(row, name)
        inside[last] = value
    for name in patch.get('drop', ()):
        inside, last = _inside(row, name)
        inside.pop(last, None)


def _inside(row: dict[str, Any], name: str) -> tuple[dict[str, Any], str]:
    *path, last = name.split('.')
    for part in path:
        row = row.setdefault(part, {})
    return row, last


def _change_page(call: Call, document: dict[str, Any], members: Mapping[str, Any]) -> None:
    target = document.get('pagination', document)
    first = target.get('firstPage', call.url)
    for name, value in members.items():
        if value is None:
            target.pop(name, None)
        elif isinstance(value, str):
            target[name] = value.replace('{self}', call.url).replace('{first}', first)
        else:
            target[name] = value


def written(value: Any) -> str:
    """Return a document as JSON text, numbers and verbatim texts as they are."""
    if isinstance(value, dict):
        return '{' + ','.join(f'{json.dumps(k)}:{written(v)}' for k, v in value.items()) + '}'
    if isinstance(value, list):
        return '[' + ','.join(map(written, value)) + ']'
    if isinstance(value, Verbatim):
        return str(value)
    # A lone surrogate can be written as an escape only.
    lone = isinstance(value, str) and re.search('[\ud800-\udfff]', value)
    return json.dumps(value, ensure_ascii=bool(lone))
