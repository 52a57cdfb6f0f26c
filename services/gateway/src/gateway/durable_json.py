"""How durable work keeps arguments, results and errors: as JSON."""

import json
from typing import Any

from dbos import Serializer

from contracts.errors import Broken, Problem, ServiceError, error_from


class JSONSerializer(Serializer):
    """Keeps values as JSON, and errors as the problem details that `contracts.errors` makes them from again."""

    def name(self) -> str:
        return "json"

    def serialize(self, data: Any) -> str:
        if isinstance(data, Exception):
            error = data if isinstance(data, ServiceError) else Broken(repr(data))
            return error.problem("").model_dump_json()
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    def deserialize(self, serialized_data: str) -> Any:
        value = json.loads(serialized_data)
        if isinstance(value, dict) and str(value.get("type")).startswith("urn:etm:"):
            return error_from(Problem.model_validate(value))
        return value
