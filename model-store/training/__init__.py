"""Training of radserve's embedded packs. Never needed to serve."""

import os

# ONNX Runtime tells its maker of its process and models unless this is set before it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
