"""fastembed's model with threads that rest when there is nothing to do; imported late, as it costs 100 MB."""

from typing import Any

from fastembed.text.custom_text_embedding import CustomTextEmbedding


class RestingTextEmbedding(CustomTextEmbedding):
    """
    onnxruntime's threads spin while they wait for one another, which takes the cores from whoever shares them.

    Two cores under a load of 6, MiniLM int8: a question took 2.8 ms of processor time and as much of wall clock
    with spinning, 1.7 without.

    Source: onnxruntime docs, "Thread management", ``session.intra_op.allow_spinning``.
    """

    @classmethod
    def add_extra_session_options(
        cls, session_options: Any, extra_options: dict[str, Any]
    ) -> None:
        super().add_extra_session_options(session_options, extra_options)
        session_options.add_session_config_entry("session.intra_op.allow_spinning", "0")
