/** The part of dcmjs, which has no types of its own, that is used here. */
declare module 'dcmjs' {
  /** By tag, `GGGGEEEE`. */
  type TagDictionary = Record<string, unknown>

  interface Dcmjs {
    readonly data: {
      readonly DicomDict: new (meta: TagDictionary) => { dict: TagDictionary; write(): ArrayBuffer }
      readonly DicomMetaDictionary: { denaturalizeDataset(dataset: object): TagDictionary }
    }
  }

  const dcmjs: Dcmjs
  export default dcmjs
}
