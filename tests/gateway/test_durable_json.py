"""What durable work keeps on disk."""

from contracts.errors import RateLimited
from gateway.durable_json import JSONSerializer


def test_an_error_is_kept_with_its_class_and_wait():
    serializer = JSONSerializer()

    kept = serializer.deserialize(
        serializer.serialize(RateLimited("wait", retry_after_s=7))
    )

    assert isinstance(kept, RateLimited)
    assert (kept.detail, kept.retry_after_s) == ("wait", 7)
