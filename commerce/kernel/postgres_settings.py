"""PostgreSQL tuned for one shop on one small machine, durable before quick."""

from pathlib import Path

PORT = 5432
"""Part of the socket's name; named, because else a PGPORT of the environment would choose it."""


def server_settings(socket_folder: Path) -> dict[str, str]:
    """Return the settings that the server starts with.

    Nothing listens on the network: the socket's folder is closed to other users, and that is the
    lock on the door. What was acknowledged survives a power cut (fsync, full_page_writes,
    synchronous_commit); data checksums were chosen when the cluster was made.
    """
    return {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": "256MB",
        "effective_cache_size": "1GB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "random_page_cost": "1.1",  # an SSD
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "wal_level": "replica",  # pg_basebackup and archiving stay possible
        "max_wal_size": "1GB",
        "min_wal_size": "128MB",
        "checkpoint_timeout": "15min",
        "max_logical_replication_workers": "0",
        "jit": "off",  # a shop's queries are shorter than their compilation
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %q%a ",
        "log_min_duration_statement": "1s",
        "log_parameter_max_length": "0",  # parameters may be personal
        "log_parameter_max_length_on_error": "0",
        "log_error_verbosity": "terse",  # a DETAIL quotes the values of a row that was refused
    }
