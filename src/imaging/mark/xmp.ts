import { markRecord, promptInformation, type SyntheticMark } from './mark.js'
import { sourceUri } from './source.js'

/** Our own properties, beside those that others know. */
const NAMESPACE = 'urn:radserve:mark:1'

/**
 * The mark as an XMP packet (ISO 16684-1), in UTF-8: IPTC's `DigitalSourceType`, and of its Photo Metadata Standard 2025.1
 * `AISystemUsed`, `AISystemVersionUsed` and `AIPromptInformation`.
 */
export function xmpPacket(mark: SyntheticMark): string {
  const prompt = promptInformation(mark)
  const { making } = mark
  const properties: readonly (readonly [name: string, value: string])[] = [
    ['Iptc4xmpExt:DigitalSourceType', sourceUri(mark.source)],
    ...(making === undefined
      ? []
      : ([
          ['Iptc4xmpExt:AISystemUsed', making.model.name],
          ['Iptc4xmpExt:AISystemVersionUsed', making.model.version],
        ] as const)),
    ...(prompt === undefined ? [] : [['Iptc4xmpExt:AIPromptInformation', prompt] as const]),
    ['xmp:CreatorTool', 'radserve'],
    ['radserve:Record', markRecord(mark)],
  ]
  return [
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"' +
      ` xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:radserve="${NAMESPACE}">`,
    ...properties.map(([name, value]) => `<${name}>${escaped(value)}</${name}>`),
    '</rdf:Description></rdf:RDF></x:xmpmeta>',
    '<?xpacket end="r"?>',
  ].join('\n')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
