"""What every importer does: from a checkpoint that fits to a folder with graphs and `model.json`."""

import os

# ONNX Runtime tells its maker of its process and models unless this is set before it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
