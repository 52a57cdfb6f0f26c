"""A tiny embedding model of our own: each letter has a vector, a text is the mean of its letters'."""

import random
import struct
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

DIMENSION = 16
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_FLOAT, _INT64 = 1, 7
_INT, _INTS = 2, 7


def write_tiny_model(folder: Path, seed: int = 1) -> Path:
    """Write an embedding model into *folder*; another seed is another model."""
    chance = random.Random(seed)
    rows = _write_tokenizer(folder)
    table = [chance.gauss(0, 1) for _ in range(rows * DIMENSION)]
    hidden = _value("last_hidden_state", _FLOAT, ("batch", "length", DIMENSION))
    (folder / "model.onnx").write_bytes(
        _model(table, DIMENSION, [_gather("last_hidden_state")], hidden)
    )
    return folder


def write_tiny_reranker(folder: Path, letter: str, weight: float = 20.0) -> Path:
    """Write a cross-encoder into *folder* that likes texts with many of *letter*."""
    rows = _write_tokenizer(folder)
    table = [0.0] * rows
    table[2 + _LETTERS.index(letter)] = weight
    mean = (
        _text(1, "values")
        + _text(2, "logits")
        + _text(4, "ReduceMean")
        + _bytes(5, _text(1, "axes") + _number(8, 1) + _number(20, _INTS))
        + _bytes(5, _text(1, "keepdims") + _number(3, 0) + _number(20, _INT))
    )
    logits = _value("logits", _FLOAT, ("batch", 1))
    (folder / "model.onnx").write_bytes(
        _model(table, 1, [_gather("values"), mean], logits)
    )
    return folder


def _write_tokenizer(folder: Path) -> int:
    """Write what a hub has beside the weights; returns the number of tokens."""
    folder.mkdir(parents=True, exist_ok=True)
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
    return len(vocabulary)


def _gather(output: str) -> bytes:
    return (
        _text(1, "letters")
        + _text(1, "input_ids")
        + _text(2, output)
        + _text(4, "Gather")
    )


def _model(table: list[float], width: int, nodes: list[bytes], output: bytes) -> bytes:
    """ONNX's protocol buffers by hand. Field numbers: onnx.proto3."""
    tensor = (
        _number(1, len(table) // width)
        + _number(1, width)
        + _number(2, _FLOAT)
        + _text(8, "letters")
        + _bytes(9, struct.pack(f"<{len(table)}f", *table))
    )
    graph = (
        b"".join(_bytes(1, node) for node in nodes)
        + _text(2, "tiny")
        + _bytes(5, tensor)
        + _bytes(11, _value("input_ids", _INT64, ("batch", "length")))
        + _bytes(11, _value("attention_mask", _INT64, ("batch", "length")))
        + _bytes(12, output)
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
