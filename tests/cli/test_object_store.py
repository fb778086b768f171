"""Reading from an object store and writing to one: moto's S3 on this machine."""

import pytest

boto3 = pytest.importorskip("boto3")
moto_server = pytest.importorskip("moto.server")


@pytest.fixture(scope="module")
def endpoint():
    """The address of an object store."""
    server = moto_server.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(endpoint, scans, monkeypatch):
    """A client; the bucket `batch` has the scans, one that is no image, and nothing else."""
    for name, value in [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ]:
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    client.create_bucket(Bucket="batch")
    for path in scans.iterdir():
        client.upload_file(str(path), "batch", f"scans/{path.name}")
    client.put_object(Bucket="batch", Key="scans/n3a.png", Body=b"no image")
    yield client
    for item in client.list_objects_v2(Bucket="batch")["Contents"]:
        client.delete_object(Bucket="batch", Key=item["Key"])
    client.delete_bucket(Bucket="batch")


def test_object_stores_are_read_and_written_as_folders_are(s3, scans, tmp_path, digitocr):
    (scans / "n3a.png").write_bytes(b"no image")
    local = digitocr("read", scans, "-j", "2", "-o", tmp_path / "numbers.csv")
    run = digitocr("read", "s3://batch/scans", "-j", "2", "-o", "s3://batch/out/numbers.csv")
    assert run.returncode == local.returncode == 3, run.stderr
    written = s3.get_object(Bucket="batch", Key="out/numbers.csv")["Body"].read()
    assert written == (tmp_path / "numbers.csv").read_bytes().replace(bytes(scans), b"s3://batch/scans")


def test_what_is_not_there_is_a_row(s3, digitocr):
    run = digitocr("read", "s3://batch/scans/n1.png", "s3://batch/none.png", "s3://nowhere/scans/*.png")
    assert run.returncode == 3
    assert b"s3://batch/none.png: cannot be fetched" in run.stdout
    assert b"s3://nowhere/scans/*.png" in run.stdout


def test_a_bucket_that_is_not_there_ends_the_run(s3, scans, digitocr):
    run = digitocr("read", scans / "n1.png", "-o", "s3://nowhere/numbers.csv")
    assert run.returncode == 5
    assert b"s3://nowhere/numbers.csv: cannot be written" in run.stderr
