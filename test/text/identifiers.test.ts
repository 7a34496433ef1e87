import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findIdentifiers, type IdentifierKind } from '../../src/text/identifiers.js'

const NAMING: readonly (readonly [text: string, kind: IdentifierKind])[] = [
  ['Mr. Smith, pneumonia', 'name'],
  ['Mrs Jones with a pleural effusion', 'name'],
  ['mr smith with cough', 'name'],
  ['Dr. Patel asks for a chest film', 'name'],
  ['Frau Müller, Thorax', 'name'],
  ['chest radiograph of patient John Smith', 'name'],
  ['patient Smith has cardiomegaly', 'name'],
  ['Patient: Ostermeier, Xiu', 'name'],
  ['patient Xiu Ostermeier with right effusion', 'name'],
  ['john smith, pneumonia', 'name'],
  ['John Q. Public Smith, pneumonia', 'name'],
  ['Jane Doe, 45 year old female. Normal chest.', 'name'],
  ['X-ray of Angela Merkel', 'name'],
  ['Smith, John. Portable AP chest.', 'name'],
  ['DOE^JANE pa chest', 'name'],
  ['name: jane, pneumothorax', 'name'],
  ['The patient’s name is Xiu', 'name'],
  ['film for María García showing fibrosis', 'name'],
  ['chest film of Wolfgang Ostermeier', 'name'],
  ['baby Xander Quill, RDS', 'name'],
  ['JOHN SMITH PNEUMONIA', 'name'],
  ['DOB 03/12/65, pneumonia', 'date'],
  ['date of birth: 1965', 'date'],
  ['born 1965, emphysema', 'date'],
  ['born on 3.4.65', 'date'],
  ['12/03/1965 pneumonia', 'date'],
  ['compared with 2019-03-12', 'date'],
  ['on 12 March 1965', 'date'],
  ['March 12, 1965', 'date'],
  ['3rd of Sept. 1965', 'date'],
  ['12-Mar-65', 'date'],
  ['MRN 12345', 'record_number'],
  ['MRN: A-12345, effusion', 'record_number'],
  ['medical record number 998877', 'record_number'],
  ['patient ID 4711, nodule', 'record_number'],
  ['accession no. 556677', 'record_number'],
  ['p10000032 pneumonia, AB123456', 'record_number'],
  ['12345678 chest', 'record_number'],
  ['123-45-6789', 'record_number'],
  ['call (555) 123-4567', 'phone_number'],
  ['555-123-4567', 'phone_number'],
  ['+49 30 1234567', 'phone_number'],
  ['tel. 030 123', 'phone_number'],
  ['john@example.org pneumonia', 'email_address'],
]

const HARMLESS = [
  'chest radiograph, pneumonia',
  'Kerley B lines and a Swan-Ganz catheter',
  'patient with Kerley B lines',
  'Swan Ganz catheter in the right pulmonary artery',
  "Hampton's hump, Westermark sign, Fleischner sign",
  'Patient has Hampton hump.',
  'Ghon focus and Ranke complex of healed tuberculosis',
  'Kartagener syndrome with situs inversus',
  'patient Kartagener syndrome',
  'Sequelae of Churg Strauss syndrome',
  'Golden S sign; S sign of Golden',
  'Pancoast tumor, Bochdalek hernia, Morgagni hernia',
  'Dobhoff tube, Hickman catheter, Port-a-Cath',
  'tetralogy of Fallot, Blalock-Taussig shunt, Ebstein anomaly',
  'Sister Mary Joseph nodule',
  'Ann Arbor stage III Hodgkin lymphoma',
  'Swyer-James syndrome; Swyer James Macleod syndrome',
  'Graham Steell murmur, Austin Flint murmur',
  'St. Jude valve, Starr Edwards valve, Bjork Shiley valve',
  "Rigler's sign, Chilaiditi syndrome, Sengstaken-Blakemore tube",
  'Cobb angle of 35 degrees, Harrington rods',
  'Lady Windermere syndrome',
  'Hill Sachs lesion of the humeral head',
  'infection with Mycobacterium Avium Complex',
  'in the setting of Pneumocystis Jirovecii pneumonia',
  'Signs of Staphylococcus Aureus pneumonia',
  'angle of Louis; circle of Willis; ligament of Treitz',
  '54 year old BLACK female. No evidence of acute cardiopulmonary abnormalities .',
  '50 year old male. Normal chest radiograph.',
  'Portable AP Chest Radiograph Of A Patient With Right Lower Lobe Pneumonia',
  'Supine Patient Rotated To The Left',
  'MR angiography was normal. DR chest film.',
  'DR. Chest is clear. MR. Normal.',
  'No. 4 rib fracture, T4/5 level, 2.5 x 3.0 x 4.1 cm mass',
  'born premature at 28 weeks, day 3 of life',
  'A 1.5 cm nodule, 1024 x 1024, 120 kVp, 3 mAs',
  'May show March fracture; Will Rogers phenomenon',
  'Tip of endotracheal tube 3.5 cm above the carina',
  'Frontal And Lateral Views Of The Chest',
  'Impression: Findings Consistent With Moderate Pulmonary Edema',
  'Große Pleuraerguss rechts, Zustand nach Lobektomie',
  'Bilateral pulmonary infection, two infected areas, upper left lung and upper right lung.',
  'Patient White female. DR White-out of the left lung. patient Young male',
  'rib 2 marked 12 mm, 10 decubitus 45 degrees',
  'frank green sputum, frank pulmonary edema',
  'Patient is intubated. The name of the sign is unknown to me',
  'since 2019; 2010 to 2015; 100 mg; 12:30',
  '',
]

for (const [text, kind] of NAMING) {
  test(`found: ${text}`, () => assert.ok(findIdentifiers(text).includes(kind), findIdentifiers(text).join()))
}

test('radiology, its eponyms and its numbers pass', () => {
  const refused = HARMLESS.filter((text) => findIdentifiers(text).length > 0)
  assert.deepEqual(
    refused.map((text) => [text, findIdentifiers(text)]),
    [],
  )
})

test('no text of 100,000 characters takes long', () => {
  for (const piece of [
    'a',
    'A',
    'Aa ',
    'patient Aa',
    '1',
    '1-',
    '1 ',
    '+1',
    'a@',
    '(',
    'Mr. ',
    'name ',
    'jan 1 ',
    "o'",
    '^',
    'mrn ',
  ]) {
    const start = performance.now()
    findIdentifiers(piece.repeat(100_000 / piece.length))
    assert.ok(performance.now() - start < 1000, piece)
  }
})
