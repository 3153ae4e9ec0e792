"""The Redis server of the tests."""

import os

import redis

SERVER = os.environ.get("VIGIL_TEST_REDIS", "redis://127.0.0.1:6379/15")


def missing() -> str | None:
    """Why there is no server to test on, None where there is one."""
    client = redis.Redis.from_url(SERVER, socket_timeout=3)
    try:
        client.ping()
    except redis.RedisError:
        address = client.connection_pool.connection_kwargs
        return f"no server at {address.get('host')}:{address.get('port')}"
    finally:
        client.close()
    return None
