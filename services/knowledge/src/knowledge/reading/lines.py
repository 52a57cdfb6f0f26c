"""What the reader of a document writes for the service: one line of JSON after the other."""

import json

from knowledge.reading.blocks import Block


def line(**fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False)


def block_line(block: Block) -> str:
    return f'{{"block": {block.to_json()}}}'
