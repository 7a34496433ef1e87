import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columnRuns } from '../../src/imaging/mask/coco-rle.js'
import { readNpy } from '../parity/npy.js'
import { answer, ask, decodeCounts, gray, pixelsOf, squareFilm, type Item } from './segmentation-client.js'
import { film, startService } from './service.js'

const HALVES = { DEFAULT_MODELS: 'tiny-halves' }

test('a square comes back where it was, on films of fifty odd sizes', async (t) => {
  const { url } = await startService(t, HALVES)
  let worst = 0
  for (let at = 0; at < 50; at++) {
    // Sides from 33 to 471, from 14 times as high as wide to 14 times as wide as high.
    const [width, height] = [33 + ((at * 97) % 439), 33 + ((at * at * 61 + at * 13) % 439)]
    const { bytes, square } = await squareFilm(width, height)
    const [item] = await answer(url, { image: bytes, text: 'both lungs' })
    assert.deepEqual(item!.size, { width, height })
    const { x, y, width: across, height: down } = item!.bounding_box!
    const edges = [x - square.left, y - square.top, x + across - square.right, y + down - square.bottom]
    worst = Math.max(worst, ...edges.map(Math.abs))
    assert.ok(Math.max(...edges.map(Math.abs)) <= 1, `${width}x${height}: ${edges.join()}`)
    const { data, info } = await pixelsOf(Buffer.from(item!.png!, 'base64'))
    assert.deepEqual([info.width, info.height], [width, height])
    assert.equal(data.filter((level) => level === 255).length, item!.area_px)
  }
  t.diagnostic(`worst displacement of an edge: ${worst} px`)
})

test('text chooses the side; the patient’s left is the right of the picture', async (t) => {
  const { url } = await startService(t, HALVES)
  const image = await gray(120, 90, () => 200)
  const items = await answer(url, { image, texts: ['left lung', 'right lung', 'both lungs'] })
  const [left, right, both] = items as [Item, Item, Item]
  assert.deepEqual(
    items.map(({ index, text, words }) => [index, text, words.used.join(' ')]),
    [
      [0, 0, 'left lung'],
      [1, 1, 'right lung'],
      [2, 2, 'both lungs'],
    ],
  )
  assert.ok(left.bounding_box!.x >= 59 && right.bounding_box!.x === 0)
  assert.deepEqual([left.regions[0]!.laterality, right.regions[0]!.laterality], ['left', 'right'])
  assert.equal(both.area_px, 120 * 90)
  assert.ok(Math.abs(left.area_px + right.area_px - both.area_px) <= 90)
  const [turned] = await answer(url, { image, text: 'left lung', patient_left: 'image_left' })
  assert.equal(turned!.regions[0]!.laterality, 'right')
})

test('PNG, run lengths, contours and probabilities tell of one mask', async (t) => {
  const { url } = await startService(t, HALVES)
  const image = film()
  const output = ['mask', 'contours', 'probabilities']
  const [item] = await answer(url, { image, text: 'both lungs', output, threshold: 0.6, pixel_spacing: [0.2, 0.1] })
  const { width, height } = item!.size
  const mask = (await pixelsOf(Buffer.from(item!.png!, 'base64'))).data.map((level) => level / 255)
  assert.deepEqual(item!.rle!.size, [height, width])
  assert.deepEqual(decodeCounts(item!.rle!.counts), columnRuns({ width, height, data: new Uint8Array(mask) }))
  const area = mask.reduce((sum, value) => sum + value, 0)
  assert.equal(item!.area_px, area)
  assert.ok(Math.abs(item!.area_mm2! - area * 0.02) < 1e-6)
  assert.ok(item!.region_count > 1 && item!.region_count <= 256)
  assert.equal(
    item!.regions.reduce((sum, region) => sum + region.area_px, 0),
    area,
  )
  const { outer } = item!.regions[0]!.contours!
  for (const [x, y] of outer) assert.equal(mask[y! * width + x!], 1)

  const map = await pixelsOf(Buffer.from(item!.probabilities!.png!, 'base64'))
  const raw = await ask(url, { image, text: 'both lungs' }, 'application/x-npy')
  assert.equal(raw.headers.get('content-type'), 'application/x-npy')
  const npy = readNpy(new Uint8Array(await raw.arrayBuffer()))
  assert.deepEqual(npy.shape, [height, width])
  let differing = 0
  for (let at = 0; at < mask.length; at++) {
    if (npy.data[at]! > 0.6 !== (mask[at] === 1)) differing++
    assert.ok(Math.abs(map.data[at]! / 65_535 - npy.data[at]!) < 1e-5)
  }
  assert.equal(differing, 0, 'the mask is the map of the film above the threshold, strictly')

  const [bare] = await answer(url, { image, text: 'both lungs', output: [] })
  assert.deepEqual([bare!.rle, bare!.png, bare!.probabilities, bare!.regions[0]?.contours], Array(4).fill(undefined))
  assert.equal(bare!.area_mm2, undefined, 'a PNG says nothing of millimetres')
  const [rle] = await answer(url, { image, text: 'both lungs', mask_format: 'rle' })
  assert.ok(rle!.rle !== undefined && rle!.png === undefined)
})

test('pictures: overlay, mask and probabilities of one film and one text', async (t) => {
  const { url } = await startService(t, HALVES)
  const image = await gray(60, 40, (x) => (x < 30 ? 40 : 220))
  const picture = async (body: object) => {
    const reply = await ask(url, { image, text: 'both lungs', ...body }, 'image/png')
    assert.equal(reply.status, 200)
    assert.equal(reply.headers.get('content-type'), 'image/png')
    return { reply, ...(await pixelsOf(Buffer.from(await reply.arrayBuffer()))) }
  }
  const overlay = await picture({})
  assert.deepEqual([overlay.info.width, overlay.info.height, overlay.info.channels], [60, 40, 3])
  const at = (x: number, y: number): number[] => [...overlay.data.slice((y * 60 + x) * 3, (y * 60 + x) * 3 + 3)]
  assert.deepEqual(at(10, 20), [40, 40, 40], 'outside, the film as it is')
  assert.ok(at(45, 20)[2]! > at(45, 20)[0]!, 'inside, a tint of blue')
  const mask = await picture({ picture: 'mask' })
  assert.equal(mask.info.channels, 1)
  assert.deepEqual([mask.data[20 * 60 + 10], mask.data[20 * 60 + 45]], [0, 255])
  const map = await picture({ picture: 'probabilities' })
  assert.ok(Math.abs(map.data[20 * 60 + 45]! / 65_535 - 220 / 255) < 0.01)
  const unknown = await picture({ text: 'heart' })
  assert.match(unknown.reply.headers.get('x-warnings') ?? '', /unknown_text/)
  for (const body of [
    { texts: ['left lung', 'right lung'], text: undefined },
    { images: [image, image], image: undefined },
  ])
    assert.equal((await ask(url, { image, text: 'lung', ...body }, 'image/png')).status, 400)
})

test('a film answers the same alone and among fifteen others, and bit for bit when asked to', async (t) => {
  const { url } = await startService(t, { DEFAULT_MODELS: 'tiny-halves,tiny-lvit' })
  const names = ['nih_00001362_001.jpg', 'hannover_1052b0fe.jpg', 'kermany_person388_virus_775.jpg']
  for (const model of ['tiny-halves', 'tiny-lvit']) {
    const text = 'Left lung, and two infected areas in the lower lobe.'
    const body = { model, image: film(), text }
    const [alone] = await answer(url, body)
    const crowd = Array.from({ length: 15 }, (_, at) =>
      answer(url, {
        model,
        image: film(names[at % 3]),
        text: at % 2 === 0 ? text : 'Right lung, one infected area, upper right lung.',
      }),
    )
    const [[amid]] = (await Promise.all([answer(url, body), ...crowd])) as [[Item]]
    assert.equal(amid.png, alone!.png, `${model}: the same mask`)
    assert.equal(amid.area_px, alone!.area_px)
    const exact = () =>
      answer(url, { ...body, deterministic: true, output: ['probabilities'], probability_format: 'npy' })
    const [[first], [second]] = (await Promise.all([exact(), exact(), ...crowd])) as [[Item], [Item]]
    assert.equal(first.probabilities!.npy, second.probabilities!.npy)
  }
})

test('cleaning: holes, small regions, the largest', async (t) => {
  const { url } = await startService(t, HALVES)
  // A frame with a hole, and a spot.
  const image = await gray(96, 96, (x, y) => {
    const isFrame = x >= 10 && x < 60 && y >= 10 && y < 60 && !(x >= 25 && x < 45 && y >= 25 && y < 45)
    const isSpot = x >= 80 && x < 88 && y >= 80 && y < 88
    return isFrame || isSpot ? 255 : 0
  })
  const areas = async (body: object): Promise<number[]> =>
    (await answer(url, { image, text: 'both lungs', ...body }))[0]!.regions.map(({ area_px }) => area_px)
  const [frame, spot] = [50 * 50 - 20 * 20, 64]
  assert.deepEqual(await areas({}), [frame, spot])
  assert.deepEqual(await areas({ fill_holes: true }), [2500, spot])
  assert.deepEqual(await areas({ largest: 1 }), [frame])
  assert.deepEqual(await areas({ min_area_px: 65 }), [frame])
  assert.deepEqual(await areas({ min_area_px: 64 }), [frame, spot])
  const [item] = await answer(url, { image, text: 'both lungs' })
  assert.deepEqual(item!.regions[0]!.bounding_box, { x: 10, y: 10, width: 50, height: 50 })
  assert.deepEqual(item!.regions[0]!.centroid, { x: 35, y: 35 })
  const square = (a: number, b: number): number[][] => [
    [a, a],
    [a, b],
    [b, b],
    [b, a],
  ]
  assert.deepEqual(item!.regions[0]!.contours!.outer, square(10, 59))
  assert.equal(item!.regions[0]!.contours!.holes.length, 1)
  assert.equal(item!.regions[0]!.mean_probability, 1)
})

test('a ground truth is compared with, as JSON and as a part of a form', async (t) => {
  const { url } = await startService(t, HALVES)
  const image = await gray(96, 96, (x) => (x >= 48 ? 255 : 0))
  const truth = await gray(96, 96, (x) => (x >= 58 ? 255 : 0))
  const body = { image, text: 'both lungs', ground_truth: truth, pixel_spacing: [0.5, 0.25] }
  const [item] = await answer(url, body)
  const [a, b] = [48 * 96, 38 * 96]
  const found = item!.ground_truth!
  assert.ok(Math.abs(found.dice - (2 * b) / (a + b)) < 1e-9 && Math.abs(found.iou - b / a) < 1e-9)
  assert.equal(found.ground_truth_area_px, b)
  assert.equal(found.hd95_px, 10)
  assert.equal(found.hd95_mm, 2.5)
  assert.ok(found.mean_surface_distance_px! > 0 && found.mean_surface_distance_px! < 10)

  const form = new FormData()
  const part = (bytes: Buffer) => new Blob([new Uint8Array(bytes)], { type: 'image/png' })
  form.append('image', part(image), 'film.png')
  form.append('ground_truth', part(truth), 'mask.png')
  form.append('text', 'both lungs')
  form.append('output', 'contours')
  const reply = await fetch(`${url}/v1/segmentations`, { method: 'POST', body: form })
  const [fromForm] = ((await reply.json()) as { data: Item[] }).data
  assert.deepEqual([reply.status, fromForm!.ground_truth!.dice, fromForm!.png], [200, found.dice, undefined])

  const [empty] = await answer(url, { ...body, threshold: 1, ground_truth: await gray(96, 96, () => 0) })
  assert.deepEqual(empty!.ground_truth, { dice: 1, iou: 1, ground_truth_area_px: 0 })
  const each = await answer(url, { image, texts: ['left lung', 'right lung'], ground_truths: [image, image] })
  assert.deepEqual(
    each.map(({ ground_truth: agreement }) => agreement!.dice),
    [1, 0],
  )
  assert.equal((await ask(url, { image, texts: ['left lung', 'right lung'], ground_truth: truth })).status, 400)
})

test('a raw film with its options in the query', async (t) => {
  const { url } = await startService(t, HALVES)
  const image = await gray(50, 40, () => 255)
  const query = 'text=left%20lung&output=mask&mask_format=rle&threshold=0.3&fill_holes=true'
  const reply = await fetch(`${url}/v1/segmentations?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'image/png' },
    body: new Uint8Array(image),
  })
  assert.equal(reply.status, 200)
  const [item] = ((await reply.json()) as { data: Item[] }).data
  assert.deepEqual([item!.threshold, item!.png, item!.regions[0]!.contours], [0.3, undefined, undefined])
  assert.equal(item!.rle!.size.join(), '40,50')
})

test('a text that comes again is not run again', async (t) => {
  const { url } = await startService(t, HALVES)
  const rows = async (outcome: string): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text()
    return Number(new RegExp(`radserve_text_rows_total{outcome="${outcome}"} (\\d+)`).exec(text)?.[1] ?? 0)
  }
  const image = await gray(30, 30, () => 255)
  const [first] = await answer(url, { image, texts: ['left lung', 'right lung'] })
  assert.deepEqual([await rows('run'), await rows('remembered')], [2, 0])
  const [again] = await answer(url, { image, texts: ['left lung', 'both lungs'] })
  assert.deepEqual([await rows('run'), await rows('remembered')], [3, 1])
  assert.equal(again!.png, first!.png)
})
