/**
 * Must be imported before the runtime. On Node 24, which has a `Float16Array`, onnxruntime-node 1.30 takes float16 tensors
 * as that class in one place and as `Uint16Array` in another, and every float16 input fails with "not enough space"
 * (microsoft/onnxruntime#32323). Without the class it uses raw bits throughout, as on Node 20 and 22.
 */
Reflect.deleteProperty(globalThis, 'Float16Array')
