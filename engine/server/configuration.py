"""The configuration of the managed Neo4j: memory sized to the machine, loopback only, nothing phones home."""

from dataclasses import dataclass

import psutil

from engine.settings import Settings

MIB = 1 << 20


ALIVE_EVERY_S = 5
"""Seconds between two signs of life of a server that works on a statement."""
MISSED = 3
"""Signs of life that may be missing: a large heap on a slow machine is collected for some seconds."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory of the managed server, in MiB."""

    heap: int
    page_cache: int


def memory(settings: Settings, total_mib: int | None = None) -> Memory:
    """Heap: a sixth of the machine's memory, 512 MiB to 4 GiB; page cache: an eighth, 256 MiB to 3 GiB.

    Measured: a run of a million members needs about 4 GiB of heap. Its standings take a quarter less
    processor time where the store of two months fits into the page cache, for which 2 GiB are too little.
    `Settings.heap_mib` overrides the heap.
    """
    machine = total_mib or psutil.virtual_memory().total // MIB
    heap = settings.heap_mib or min(max(machine // 6, 512), 4096)
    return Memory(heap, min(max(machine // 8, 256), 3072))


def configuration(port: int, sizes: Memory, *, brief: bool = False, tolerant: bool = False) -> str:
    """The text of neo4j.conf; `brief` is Settings.brief.

    `tolerant`: recovery leaves out what follows the first damaged record of the transaction log.
    """
    lines = {
        "server.default_listen_address": "127.0.0.1",
        "server.bolt.listen_address": f"127.0.0.1:{port}",
        "server.bolt.advertised_address": f"127.0.0.1:{port}",
        "server.http.enabled": "false",
        "server.https.enabled": "false",
        "dbms.security.auth_enabled": "true",
        # No statement can reach files or addresses: tables come in through the engine alone.
        "dbms.security.allow_csv_import_from_file_urls": "false",
        "internal.dbms.cypher_ip_blocklist": "0.0.0.0/0,::/0",
        "dbms.usage_report.enabled": "false",
        "dbms.fleet_manager.enabled": "false",
        "server.fleet_discovery.enabled": "false",
        "client.allow_telemetry": "false",
        "server.memory.pagecache.size": f"{sizes.page_cache}m",
        # A statement that needs too much memory is refused before it brings the whole server down.
        "db.memory.transaction.max": f"{sizes.heap * 6 // 10}m",
        "dbms.memory.transaction.total.max": f"{sizes.heap * 3 // 4}m",
        # The log is for recovery alone, so one file behind the checkpoint is enough.
        "db.tx_log.rotation.retention_policy": "1 files",
        "db.tx_log.rotation.size": "128m",
        "db.tx_log.preallocate": "false",
        # Recovery repeats what came after the last checkpoint: at most five minutes of bulk writing.
        "db.checkpoint.interval.time": "5m",
        "db.checkpoint.iops.limit": "-1",
        # While a statement runs, the server says every few seconds that it is there, and tells the driver how
        # many of these may be missing: a server that is halted is given up, one that works is waited for.
        "server.bolt.connection_keep_alive": f"{ALIVE_EVERY_S}s",
        "server.bolt.connection_keep_alive_streaming_scheduling_interval": f"{ALIVE_EVERY_S}s",
        "server.bolt.connection_keep_alive_probes": str(MISSED),
        # A stop waits for transactions under way: for their end, then for their clients to notice that they
        # were ended. A client that merely holds one open never does: Neo4j waits for more than a minute.
        "db.shutdown_transaction_end_timeout": "5s",
        "internal.db.transaction.shutdown_terminated_transaction_wait_timeout": "5s",
        # Stores are closed before these waits begin, and they would make each stop ten seconds longer.
        "internal.server.bolt.thread_pool_shutdown_wait_time": "0s",
        "internal.server.bolt.connection_shutdown_wait_time": "0s",
    }
    if tolerant:
        lines["internal.dbms.tx_log.fail_on_corrupted_log_files"] = "false"
    if brief:
        # Otherwise Neo4j would plan all statements anew each time a small store is emptied and filled again.
        lines["dbms.cypher.min_replan_interval"] = "1h"
    return "".join(f"{key}={value}\n" for key, value in lines.items())
