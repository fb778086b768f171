"""Which model is the one that came with digitocr: its card is known here, and has its files' SHA-256."""

from digitocr.errors import ModelError
from digitocr.options import Engine
from digitocr.recognition.classifier import find_model
from digitocr.recognition.contract import CONTRACT_FILE, file_sha256

# Of models/digits.json; whoever replaces the model writes the new one here, and a test tells which it is.
CARD_SHA256 = "50317f18444d8866593e855ba6dc64113e2cd3351da040a7a5f6ab7324748c36"


def is_built_in(engine: Engine = "litert") -> bool:
    """Whether the model that is found where no other is named is the one that this code was released with."""
    try:
        return file_sha256(find_model(None, engine).parent / CONTRACT_FILE) == CARD_SHA256
    except ModelError:
        return False
