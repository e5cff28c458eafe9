"""The frames of Feishu's long connection: a protobuf message described here, read and written by protobuf's own runtime.

Source: the descriptor in github.com/larksuite/oapi-sdk-python (lark_oapi/ws/pb).
"""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from publishers.streams.stream import Unreadable

CONTROL, DATA = 0, 1
_Field = descriptor_pb2.FieldDescriptorProto
_HEADER = ((1, "key", _Field.TYPE_STRING, _Field.LABEL_REQUIRED), (2, "value", _Field.TYPE_STRING, _Field.LABEL_REQUIRED))
_FRAME = (
    (1, "SeqID", _Field.TYPE_UINT64, _Field.LABEL_REQUIRED), (2, "LogID", _Field.TYPE_UINT64, _Field.LABEL_REQUIRED),
    (3, "service", _Field.TYPE_INT32, _Field.LABEL_REQUIRED), (4, "method", _Field.TYPE_INT32, _Field.LABEL_REQUIRED),
    (5, "headers", _Field.TYPE_MESSAGE, _Field.LABEL_REPEATED),
    (6, "payload_encoding", _Field.TYPE_STRING, _Field.LABEL_OPTIONAL),
    (7, "payload_type", _Field.TYPE_STRING, _Field.LABEL_OPTIONAL), (8, "payload", _Field.TYPE_BYTES, _Field.LABEL_OPTIONAL),
    (9, "LogIDNew", _Field.TYPE_STRING, _Field.LABEL_OPTIONAL),
)


def _described() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="pbbp2.proto", package="pbbp2", syntax="proto2")
    for name, fields in (("Header", _HEADER), ("Frame", _FRAME)):
        kind = file.message_type.add(name=name)
        for number, field, held, label in fields:
            more = {"type_name": ".pbbp2.Header"} if held == _Field.TYPE_MESSAGE else {}
            kind.field.add(name=field, number=number, type=held, label=label, **more)
    # A pool of its own: Feishu's SDK, should it be installed, puts the same names into the common one.
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("pbbp2.Frame"))


_Frame: Any = _described()


def read(content: str | bytes) -> Any:
    """The frame in these bytes. Raises Unreadable."""
    if isinstance(content, str):
        raise Unreadable("it is text")
    frame = _Frame()
    try:
        frame.ParseFromString(content)
    except DecodeError:
        raise Unreadable("it is no frame") from None
    if not frame.IsInitialized():
        raise Unreadable("it lacks what every frame has")
    return frame


def headers(frame: Any) -> dict[str, str]:
    """A frame's headers; of one that comes twice the last counts. The runtime gives bytes for what is no text."""
    return {str(header.key): str(header.value) for header in frame.headers}


def ping(service: int) -> bytes:
    """What is answered with a pong."""
    frame = _Frame(SeqID=0, LogID=0, service=service, method=CONTROL)
    frame.headers.add(key="type", value="ping")
    return bytes(frame.SerializeToString())


def answered(frame: Any, payload: bytes, took_ms: int) -> bytes:
    """The answer to a frame: the very same with another payload, and how long it took."""
    frame.headers.add(key="biz_rt", value=str(took_ms))
    frame.payload = payload
    return bytes(frame.SerializeToString())
