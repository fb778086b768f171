"""A Ray cluster of several machines, played by several of Ray's node managers on one, and an object store."""

import os
import sys
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.ray]
ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'digitocr[ray]'")
parquet = pytest.importorskip("pyarrow.parquet")
cluster_utils = pytest.importorskip("ray.cluster_utils")

ROOT = Path(__file__).parents[2]
BATCH_TESTS = str(ROOT / "tests" / "batch")
sys.path.insert(0, BATCH_TESTS)

from test_documents import open_echo  # noqa: E402

from digitocr.batch.run import read_documents  # noqa: E402
from digitocr.batch.task import Settings  # noqa: E402
from digitocr.cluster import parts  # noqa: E402
from digitocr.cluster.parts import plan_parts  # noqa: E402
from digitocr.cluster.ray import connect, read_parts  # noqa: E402
from digitocr.output.write import RunInfo  # noqa: E402

RUN = RunInfo("1", "echo", {"layout": "auto"})
FILES = 200


@pytest.fixture
def machines(monkeypatch):
    """A head that computes nothing, and two machines of one CPU each."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([BATCH_TESTS, str(ROOT)]))
    cluster = cluster_utils.Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    workers = [cluster.add_node(num_cpus=1) for _ in range(2)]
    cluster.wait_for_nodes()
    yield cluster, workers
    ray.shutdown()
    cluster.shutdown()


def rows_in(folder):
    tables = [parquet.read_table(path).to_pylist() for path in sorted(Path(folder).glob("*.parquet"))]
    return [row for table in tables for row in table]


def test_a_machine_that_is_lost_costs_no_row(machines, tmp_path, monkeypatch):
    cluster, workers = machines
    names = []
    for number in range(FILES):
        names.append(str(tmp_path / f"{number}.png"))
        cv2.imwrite(names[-1], np.full((20, 100), 30 + number, np.uint8))
    monkeypatch.setattr(parts, "FILES_MIN", 20)
    folder = tmp_path / "numbers"
    folder.mkdir()
    assert connect(cluster.address) == 2
    lost = []

    def lose_one():
        while not lost:
            if any(folder.glob("part-*.parquet")):
                cluster.remove_node(workers[0], allow_graceful=False)
                lost.append(workers[0])
            time.sleep(0.05)

    threading.Thread(target=lose_one, daemon=True).start()
    answers = list(
        read_parts(list(plan_parts(names, str(folder), set())), Settings(), RUN, workers=2, opener=open_echo)
    )
    assert lost
    assert sum(tally.files for tally, _ in answers) == FILES
    expected = [row for document in read_documents(names, opener=open_echo) for row in document.rows()]
    assert rows_in(folder) == expected


def test_the_command_joins_machines_and_reads_and_writes_an_object_store(
    machines, scans, tmp_path, digitocr, monkeypatch
):
    boto3 = pytest.importorskip("boto3")
    moto_server = pytest.importorskip("moto.server")
    cluster, _ = machines
    server = moto_server.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    account = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    try:
        for name, value in account.items():
            monkeypatch.setenv(name, value)
        # A machine's processes have its environment: these come after the account is known.
        newcomer = cluster.add_node(num_cpus=1, env_vars=account)
        for node in cluster.worker_nodes - {newcomer}:
            cluster.remove_node(node)
        (scans / "n3.png").write_bytes(b"no image")
        client = boto3.client("s3")
        client.create_bucket(Bucket="batch")
        for path in scans.iterdir():
            client.upload_file(str(path), "batch", f"scans/{path.name}")
        digitocr("read", scans, "-o", tmp_path / "here.parquet")
        command = ("read", "s3://batch/scans", "--ray", cluster.address, "-o", "s3://batch/numbers/")
        run = digitocr(*command)
        assert run.returncode == 3, run.stderr
        (tmp_path / "numbers").mkdir()
        for item in client.list_objects_v2(Bucket="batch", Prefix="numbers/")["Contents"]:
            client.download_file("batch", item["Key"], str(tmp_path / "numbers" / Path(item["Key"]).name))
        here = parquet.read_table(tmp_path / "here.parquet").to_pylist()
        for row in here:
            for column in ("source", "error"):
                row[column] = row[column].replace(str(scans), "s3://batch/scans")
        assert rows_in(tmp_path / "numbers") == here
        again = digitocr(*command)
        assert b"10 read before" in again.stderr
    finally:
        server.stop()
