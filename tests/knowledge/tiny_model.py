"""A tiny embedding model of our own: each letter has a vector, a text is the mean of its letters'."""

import random
import struct
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

DIMENSION = 16
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_FLOAT, _INT64 = 1, 7


def write_tiny_model(folder: Path, seed: int = 1) -> Path:
    """Write ``model.onnx`` and ``tokenizer.json`` into *folder*; another seed is another model."""
    folder.mkdir(parents=True)
    vocabulary = {"[UNK]": 0, "[PAD]": 1} | {
        letter: place + 2 for place, letter in enumerate(_LETTERS)
    }
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.enable_truncation(512)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(
        '{"max_length": 512, "pad_token": "[PAD]"}'
    )
    (folder / "config.json").write_text('{"pad_token_id": 1}')
    (folder / "special_tokens_map.json").write_text('{"pad_token": "[PAD]"}')
    (folder / "model.onnx").write_bytes(_model(len(vocabulary), seed))
    return folder


def _model(rows: int, seed: int) -> bytes:
    """ONNX's protocol buffers by hand: one Gather of a table of letters. Field numbers: onnx.proto3."""
    chance = random.Random(seed)
    table = [chance.gauss(0, 1) for _ in range(rows * DIMENSION)]
    tensor = (
        _number(1, rows)
        + _number(1, DIMENSION)
        + _number(2, _FLOAT)
        + _text(8, "letters")
        + _bytes(9, struct.pack(f"<{len(table)}f", *table))
    )
    node = (
        _text(1, "letters")
        + _text(1, "input_ids")
        + _text(2, "last_hidden_state")
        + _text(4, "Gather")
    )
    graph = (
        _bytes(1, node)
        + _text(2, "tiny")
        + _bytes(5, tensor)
        + _bytes(11, _value("input_ids", _INT64, ("batch", "length")))
        + _bytes(11, _value("attention_mask", _INT64, ("batch", "length")))
        + _bytes(
            12, _value("last_hidden_state", _FLOAT, ("batch", "length", DIMENSION))
        )
    )
    opset = _text(1, "") + _number(2, 13)
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, opset)


def _value(name: str, kind: int, shape: tuple[str | int, ...]) -> bytes:
    dims = b"".join(
        _bytes(1, _text(2, dim) if isinstance(dim, str) else _number(1, dim))
        for dim in shape
    )
    tensor = _number(1, kind) + _bytes(2, dims)
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _varint(value: int) -> bytes:
    parts = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())
