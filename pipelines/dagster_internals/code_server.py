"""Talking to a code server."""

from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._grpc.client import DagsterGrpcClient


def is_reachable(*, socket: str | None = None, host: str = "localhost", port: int | None = None) -> bool:
    """Whether a code server answers at a socket, or at a host's port."""
    try:
        DagsterGrpcClient(socket=socket, host=host, port=port).ping("ready?")
    except DagsterUserCodeUnreachableError:
        return False
    return True
