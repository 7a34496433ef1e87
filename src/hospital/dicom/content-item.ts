/** Content items of structured reports (PS3.3 C.17.3). */
import { codeItem, type Code } from './code.js'
import type { Dataset } from './write-object.js'

export type Relationship = 'CONTAINS' | 'HAS CONCEPT MOD' | 'HAS OBS CONTEXT'

export function textItem(relationship: Relationship, name: Code, value: string): Dataset {
  return { ...head(relationship, 'TEXT', name), TextValue: value }
}

export function codeContent(relationship: Relationship, name: Code, value: Code): Dataset {
  return { ...head(relationship, 'CODE', name), ConceptCodeSequence: [codeItem(value)] }
}

export function uidItem(relationship: Relationship, name: Code, uid: string): Dataset {
  return { ...head(relationship, 'UIDREF', name), UID: uid }
}

export function numberItem(name: Code, value: number, unit: Code): Dataset {
  return {
    ...head('CONTAINS', 'NUM', name),
    // A decimal string (DS) has 16 characters.
    MeasuredValueSequence: [
      { MeasurementUnitsCodeSequence: [codeItem(unit)], NumericValue: String(Number(value.toPrecision(6))) },
    ],
  }
}

export function imageItem(reference: Dataset): Dataset {
  return { RelationshipType: 'CONTAINS', ValueType: 'IMAGE', ReferencedSOPSequence: [reference] }
}

export function container(name: Code, items: readonly Dataset[]): Dataset {
  return { RelationshipType: 'CONTAINS', ...rootContainer(name, items) }
}

export function rootContainer(name: Code, items: readonly Dataset[]): Dataset {
  return {
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [codeItem(name)],
    ContinuityOfContent: 'SEPARATE',
    ContentSequence: items,
  }
}

function head(relationship: Relationship, type: string, name: Code): Dataset {
  return { RelationshipType: relationship, ValueType: type, ConceptNameCodeSequence: [codeItem(name)] }
}
