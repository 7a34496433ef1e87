/**
 * Since 1.29 ONNX Runtime tells its maker of its process, sessions and models, and keeps an id of the machine below `~/.cache`, unless
 * this is set when it is loaded: no call of its API comes early enough (microsoft/onnxruntime#27379). Nobody can turn it on.
 */
export const NO_TELEMETRY = { ORT_DISABLE_TELEMETRY: '1' }
