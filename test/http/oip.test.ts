import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readInfer } from '../../src/http/oip/infer-request.js'
import { writeInfer } from '../../src/http/oip/infer-reply.js'
import type { DType, Tensor, TensorData } from '../../src/tensor/tensor.js'
import { buildHttp } from './build-http.js'

const MODEL = { name: 'm', version: '1.0.0' }

/** What goes over the wire for one tensor of each datatype, byte by byte, little-endian. */
const GOLDENS: [string, DType, TensorData, unknown[] | undefined, string][] = [
  ['BOOL', 'bool', Uint8Array.of(1, 0), [true, false], '0100'],
  ['UINT8', 'uint8', Uint8Array.of(1, 255), [1, 255], '01ff'],
  ['UINT16', 'uint16', Uint16Array.of(1, 65534), [1, 65534], '0100feff'],
  ['UINT32', 'uint32', Uint32Array.of(1, 4294967294), [1, 4294967294], '01000000feffffff'],
  [
    'UINT64',
    'uint64',
    BigUint64Array.of(1n, 9007199254740991n),
    [1, 9007199254740991],
    '0100000000000000ffffffffffff1f00',
  ],
  ['INT8', 'int8', Int8Array.of(1, -2), [1, -2], '01fe'],
  ['INT16', 'int16', Int16Array.of(1, -2), [1, -2], '0100feff'],
  ['INT32', 'int32', Int32Array.of(1, -2), [1, -2], '01000000feffffff'],
  ['INT64', 'int64', BigInt64Array.of(1n, -2n), [1, -2], '0100000000000000feffffffffffffff'],
  ['FP16', 'float16', Uint16Array.of(0x3c00, 0xc000), undefined, '003c00c0'],
  ['FP32', 'float32', Float32Array.of(1, -2.5), [1, -2.5], '0000803f000020c0'],
  ['FP64', 'float64', Float64Array.of(1, -2.5), [1, -2.5], '000000000000f03f00000000000004c0'],
]

for (const [datatype, dtype, data, json, hex] of GOLDENS) {
  const tensor: Tensor = { dtype, dims: [2], data }
  const bytes = Buffer.from(hex, 'hex')

  test(`${datatype} is read and written in binary`, () => {
    // One byte more or less of JSON in front moves the tensor through every alignment.
    for (let padding = 0; padding < 8; padding++) {
      const input = { name: 'x', shape: [2], datatype, parameters: { binary_data_size: bytes.length } }
      const head = Buffer.from(JSON.stringify({ id: 'i'.repeat(padding), inputs: [input] }))
      const call = readInfer(Buffer.concat([head, bytes]), String(head.length), [])
      assert.deepEqual(call.inputs, { x: tensor })
    }
    const { body, jsonBytes } = writeInfer(MODEL, { id: undefined, outputs: undefined, isBinary: true }, { y: tensor })
    assert.equal(body.subarray(jsonBytes).toString('hex'), hex)
    assert.deepEqual(JSON.parse(body.toString('utf8', 0, jsonBytes)), {
      model_name: 'm',
      model_version: '1.0.0',
      outputs: [{ name: 'y', shape: [2], datatype, parameters: { binary_data_size: bytes.length } }],
    })
  })

  test(`${datatype} ${json === undefined ? 'has no form' : 'is read and written'} in JSON`, () => {
    const input = { name: 'x', shape: [2], datatype, data: json ?? [1, -2] }
    const read = () => readInfer(Buffer.from(JSON.stringify({ inputs: [input] })), undefined, []).inputs
    const write = () =>
      writeInfer(MODEL, { id: 'a', outputs: undefined, isBinary: false }, { y: tensor }).body.toString()
    if (json === undefined) {
      assert.throws(read, { code: 'invalid_tensor' })
      assert.throws(write, { code: 'invalid_option' })
      return
    }
    assert.deepEqual(read(), { x: tensor })
    assert.deepEqual((JSON.parse(write()) as { outputs: { data: unknown }[] }).outputs[0]?.data, json)
  })
}

test('64-bit integers keep every digit in JSON, numbers that are none become null', () => {
  const big: Tensor = { dtype: 'int64', dims: [1], data: BigInt64Array.of(9223372036854775807n) }
  const none: Tensor = { dtype: 'float32', dims: [3], data: Float32Array.of(NaN, -Infinity, 1e-7) }
  const { body } = writeInfer(MODEL, { id: undefined, outputs: undefined, isBinary: false }, { big, none })
  assert.match(body.toString(), /"data":\[9223372036854775807\]/)
  assert.deepEqual((JSON.parse(body.toString()) as { outputs: { data: unknown }[] }).outputs[1]?.data, [
    null,
    null,
    Math.fround(1e-7),
  ])
})

test('outputs keep the order in which they were asked for, each in its own form', () => {
  const a: Tensor = { dtype: 'uint8', dims: [1], data: Uint8Array.of(1) }
  const b: Tensor = { dtype: 'uint8', dims: [2], data: Uint8Array.of(2, 3) }
  const outputs = [
    { name: 'b', isBinary: true },
    { name: 'a', isBinary: false },
    { name: 'a', isBinary: true },
  ]
  const { body, jsonBytes } = writeInfer(MODEL, { id: undefined, outputs, isBinary: false }, { a, b })
  assert.equal(body.subarray(jsonBytes).toString('hex'), '020301')
})

const FAULTS: [string, object, string, string?][] = [
  ['a length that does not fit the shape', { name: 'x', shape: [2], datatype: 'FP32', data: [1] }, 'invalid_tensor'],
  ['a value out of range', { name: 'x', shape: [1], datatype: 'UINT8', data: [256] }, 'invalid_tensor'],
  ['a fraction', { name: 'x', shape: [1], datatype: 'INT32', data: [1.5] }, 'invalid_tensor'],
  [
    'an integer that a JSON number cannot hold',
    { name: 'x', shape: [1], datatype: 'INT64', data: [2 ** 53] },
    'invalid_tensor',
  ],
  ['a text', { name: 'x', shape: [1], datatype: 'FP32', data: ['1'] }, 'invalid_tensor'],
  ['a string tensor', { name: 'x', shape: [1], datatype: 'BYTES', data: ['a'] }, 'invalid_tensor'],
  ['no data', { name: 'x', shape: [1], datatype: 'FP32' }, 'malformed_body'],
  [
    'data twice',
    { name: 'x', shape: [1], datatype: 'FP32', data: [1], parameters: { binary_data_size: 4 } },
    'malformed_body',
  ],
  [
    'a tail that is too short',
    { name: 'x', shape: [2], datatype: 'FP32', parameters: { binary_data_size: 8 } },
    'malformed_body',
    '00000000',
  ],
  [
    'a tail that is too long',
    { name: 'x', shape: [1], datatype: 'UINT8', parameters: { binary_data_size: 1 } },
    'malformed_body',
    '0000',
  ],
  [
    'a size that is not the shape',
    { name: 'x', shape: [1], datatype: 'FP32', parameters: { binary_data_size: 2 } },
    'invalid_tensor',
    '0000',
  ],
  [
    'a bool of 2',
    { name: 'x', shape: [1], datatype: 'BOOL', parameters: { binary_data_size: 1 } },
    'invalid_tensor',
    '02',
  ],
  ['a negative dim', { name: 'x', shape: [-1], datatype: 'FP32', data: [] }, 'malformed_body'],
]
for (const [title, input, code, tail = ''] of FAULTS) {
  test(`${title} is refused`, () => {
    const head = Buffer.from(JSON.stringify({ inputs: [input] }))
    const body = Buffer.concat([head, Buffer.from(tail, 'hex')])
    assert.throws(() => readInfer(body, String(head.length), []), { code })
  })
}

test('nested data is flat data', () => {
  const body = {
    inputs: [
      {
        name: 'x',
        shape: [2, 2],
        datatype: 'INT32',
        data: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
  }
  const { inputs } = readInfer(Buffer.from(JSON.stringify(body)), undefined, [])
  assert.deepEqual(inputs['x']?.data, Int32Array.of(1, 2, 3, 4))
})

test('a raw body is the only input, its one open dim told by the number of bytes', () => {
  const spec = { name: 'x', dtype: 'float32', dims: ['n', 2], kind: 'x' } as const
  const { inputs, isBinary } = readInfer(Buffer.from(Float32Array.of(1, 2, 3, 4).buffer), '0', [
    { ...spec, dims: ['n', 2] },
  ])
  assert.deepEqual(inputs['x'], { dtype: 'float32', dims: [2, 2], data: Float32Array.of(1, 2, 3, 4) })
  assert.equal(isBinary, true)
  assert.throws(() => readInfer(Buffer.alloc(12), '0', [{ ...spec, dims: ['n', 2] }]), { code: 'invalid_tensor' })
  assert.throws(() => readInfer(Buffer.alloc(16), '0', [{ ...spec, dims: ['n', 'm'] }]), { code: 'invalid_tensor' })
  for (const length of ['-1', 'x', '99999', '1e3'])
    assert.throws(() => readInfer(Buffer.from('{}'), length, []), { code: 'malformed_body' }, length)
})

test('a graph is reached by pack and component, by the pack alone, and by version', async (t) => {
  const { app } = await buildHttp(t)
  for (const url of ['/v2/models/tiny.double', '/v2/models/tiny', '/v2/models/tiny.double/versions/1.0.0']) {
    assert.deepEqual((await app.inject(url)).json(), {
      name: url.includes('.double') ? 'tiny.double' : 'tiny',
      versions: ['1.0.0'],
      platform: 'onnxruntime_onnx',
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
      outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 2] }],
    })
  }
  assert.deepEqual((await app.inject('/v2/models')).json(), { models: ['tiny', 'tiny.double', 'tiny.add'] })
  const config = await app.inject('/v2/models/tiny.double/config')
  assert.equal(config.json<{ max_batch_size: number }>().max_batch_size, 16)
  assert.deepEqual(config.json<{ input: unknown }>().input, [{ name: 'x', data_type: 'TYPE_FP32', dims: [2] }])
  for (const url of [
    '/v2/models/none',
    '/v2/models/tiny.none',
    '/v2/models/tiny/versions/9.9.9',
    '/v2/models/tiny.__proto__',
  ]) {
    const reply = await app.inject(url)
    assert.equal(reply.statusCode, 404, url)
    assert.deepEqual(Object.keys(reply.json<object>()), ['error'])
  }
})

test('inference in JSON and in binary, with the id given back', async (t) => {
  const { app } = await buildHttp(t)
  const json = await app.inject({
    method: 'POST',
    url: '/v2/models/tiny.add/infer',
    payload: {
      id: '7',
      inputs: [
        { name: 'a', shape: [2], datatype: 'INT64', data: [1, 2] },
        { name: 'b', shape: [2], datatype: 'INT64', data: [10, 20] },
      ],
    },
  })
  assert.deepEqual(json.json(), {
    model_name: 'tiny.add',
    model_version: '1.0.0',
    id: '7',
    outputs: [{ name: 'sum', shape: [2], datatype: 'INT64', data: [11, 22] }],
  })
  assert.match(String(json.headers['content-type']), /application\/json/)
  const raw = await app.inject({
    method: 'POST',
    url: '/v2/models/tiny/infer',
    headers: { 'inference-header-content-length': '0', 'content-type': 'application/octet-stream' },
    payload: Buffer.from(Float32Array.of(1, 2).buffer),
  })
  const length = Number(raw.headers['inference-header-content-length'])
  assert.deepEqual(raw.rawPayload.subarray(length), Buffer.from(Float32Array.of(2, 4).buffer))
  assert.equal(raw.headers['content-type'], 'application/octet-stream')
})

test("Triton's priority and timeout become the demand", async (t) => {
  const demands: unknown[] = []
  const { app, services } = await buildHttp(t)
  const { infer } = services.catalogue
  Object.assign(services.catalogue, {
    infer: (request: Parameters<typeof infer>[0]) => {
      demands.push([request.demand.priority, Math.round((request.demand.deadlineMs! - services.clock.nowMs()) / 1000)])
      return infer(request)
    },
  })
  for (const parameters of [{}, { priority: 1, timeout: 5_000_000 }, { priority: 9 }]) {
    const inputs = [{ name: 'x', shape: [1, 2], datatype: 'FP32', data: [1, 2] }]
    await app.inject({ method: 'POST', url: '/v2/models/tiny/infer', payload: { inputs, parameters } })
  }
  assert.deepEqual(demands, [
    ['routine', 60],
    ['stat', 5],
    ['batch', 60],
  ])
})

test('the server, its health and its repository', async (t) => {
  const { app } = await buildHttp(t)
  assert.equal((await app.inject('/v2')).json<{ name: string }>().name, 'radserve')
  assert.deepEqual((await app.inject('/v2/health/ready')).json(), { live: true, ready: true })
  assert.deepEqual((await app.inject({ method: 'POST', url: '/v2/repository/index' })).json(), [
    { name: 'tiny', version: '1.0.0', state: 'READY', reason: '' },
  ])
  const unload = await app.inject({ method: 'POST', url: '/v2/repository/models/tiny/unload', payload: {} })
  assert.deepEqual([unload.statusCode, unload.body], [200, ''])
  assert.deepEqual((await app.inject('/v2/health/ready')).statusCode, 503)
  assert.deepEqual((await app.inject('/v2/health/live')).json(), { live: true, ready: false })
  assert.equal((await app.inject('/v2/models/tiny/ready')).statusCode, 503)
  assert.deepEqual(
    (await app.inject({ method: 'POST', url: '/v2/repository/index', payload: { ready: true } })).json(),
    [],
  )
  const override = await app.inject({
    method: 'POST',
    url: '/v2/repository/models/tiny/load',
    payload: { parameters: { config: '{}' } },
  })
  assert.equal(override.statusCode, 400)
  assert.equal((await app.inject({ method: 'POST', url: '/v2/repository/models/tiny/load' })).statusCode, 200)
  assert.equal((await app.inject('/v2/models/tiny/ready')).statusCode, 200)
})

test('statistics are what the engine counted: failures, durations, and the runs by their rows', async (t) => {
  const { app } = await buildHttp(t)
  for (const url of ['/v2/models/stats', '/v2/models/tiny/stats']) {
    const reply = await app.inject(url)
    const [stats] = reply.json<{ model_stats: Record<string, unknown>[] }>().model_stats
    assert.ok(Date.now() - Number(stats!['last_inference']) < 60_000)
    const compute = (count: number, inferNs: number) => ({
      compute_input: { count, ns: count * 250_000 },
      compute_infer: { count, ns: inferNs },
      compute_output: { count, ns: count * 500_000 },
    })
    assert.deepEqual(
      { ...stats, last_inference: 0 },
      {
        name: 'tiny',
        version: '1.0.0',
        last_inference: 0,
        inference_count: 6,
        execution_count: 2,
        inference_stats: {
          success: { count: 3, ns: 60_000_000 },
          fail: { count: 2, ns: 10_000_000 },
          queue: { count: 2, ns: 1_500_000 },
          ...compute(2, 20_000_000),
        },
        batch_stats: [
          { batch_size: 2, ...compute(1, 5_000_000) },
          { batch_size: 4, ...compute(1, 15_000_000) },
        ],
      },
    )
  }
})
