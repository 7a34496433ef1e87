import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { packComponents } from '../../docker/sbom/packs.js'
import { debianComponents, nodeComponent } from '../../docker/sbom/system.js'
import { temporaryFolder } from '../folder.js'

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

test('each pack is a model in the bill of materials, with the digests of its files as they are and its licence', () => {
  const models = packComponents('model-store')
  assert.deepEqual(
    models.map(({ name }) => name),
    ['cxr-align', 'lvit-lung', 'refers-mini', 'roentgen-mini'],
  )
  for (const { name, version, hashes, licenses, components } of models) {
    const folder = join('model-store', name, version!)
    assert.equal(hashes![0]!.content, sha256(join(folder, 'model.json')))
    assert.ok(licenses!.length > 0)
    const files = components!.filter((file) => file.name.endsWith('.onnx'))
    assert.equal(files.length, readdirSync(folder).filter((file) => file.endsWith('.onnx')).length)
    for (const file of components!) assert.equal(file.hashes![0]!.content, sha256(join(folder, file.name)), file.name)
  }
})

test('Debian packages are those that are installed', () => {
  const folder = temporaryFolder('dpkg')
  const entry = (name: string, status: string): string =>
    `Package: ${name}\nStatus: ${status}\nArchitecture: amd64\nVersion: 1:2.36-9+deb12u1\n`
  writeFileSync(
    join(folder, 'status'),
    [entry('libc6', 'install ok installed'), entry('gone', 'deinstall ok config-files')].join('\n'),
  )
  assert.deepEqual(
    debianComponents(folder).map(({ purl }) => purl),
    ['pkg:deb/debian/libc6@1%3A2.36-9%2Bdeb12u1?arch=amd64'],
  )
  assert.deepEqual(debianComponents(join(folder, 'nowhere')), [])
})

test('what is added is CycloneDX 1.6', async () => {
  const components = [nodeComponent(), ...packComponents('model-store')]
  const bom = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components }
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)
  assert.equal(await validator.validate(JSON.stringify(bom)), null)
  const wrong = { ...bom, components: [{ ...components[1], hashes: [{ alg: 'SHA-256', content: 'none' }] }] }
  assert.notEqual(await validator.validate(JSON.stringify(wrong)), null)
})
