import { lookup as lookUp, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { AppError } from '../errors.js'

/** Not of the public internet, as IANA's special-purpose registries have them (RFC 6890 and its updates). */
const RESERVED_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
/** Within global unicast: tunnels that end at any IPv4 address, and examples. */
const RESERVED_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']
const GLOBAL_IPV6 = ['2000::/3']
const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** Which addresses the service may be made to call. */
export interface AddressGuard {
  allows(address: string): boolean
  /** For `node:http`: fails for a name that has an address which is not allowed, with nothing between check and use. */
  readonly lookup: LookupFunction
}

/** `exceptions` are ranges such as `10.1.0.0/16` that may be called although they are not public. Throws `configuration`. */
export function createAddressGuard(exceptions: readonly string[]): AddressGuard {
  const allowed = rangesOf(exceptions)
  const reserved = rangesOf([...RESERVED_IPV4, ...RESERVED_IPV6])
  const global = rangesOf(GLOBAL_IPV6)
  const allows = (given: string): boolean => {
    const address = MAPPED_IPV4.exec(given)?.[1] ?? given
    const version = isIP(address)
    if (version === 0) return false
    const family = version === 4 ? 'ipv4' : 'ipv6'
    if (allowed.check(address, family)) return true
    return !reserved.check(address, family) && (version === 4 || global.check(address, family))
  }
  return {
    allows,
    lookup(name, options, done) {
      lookUp(name, { ...options, all: true }, (error, addresses) => {
        const [first] = addresses as LookupAddress[] | []
        if (error !== null || first === undefined) done(error ?? refused(), '')
        else if (!addresses.every(({ address }) => allows(address))) done(refused(), '')
        else if (options.all === true) done(null, addresses)
        else done(null, first.address, first.family)
      })
    },
  }
}

function refused(): NodeJS.ErrnoException {
  return new Error('The name has an address that must not be called.')
}

function rangesOf(texts: readonly string[]): BlockList {
  const list = new BlockList()
  for (const text of texts) {
    const [address = '', bits = ''] = text.split('/')
    const version = isIP(address)
    if (version === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (version === 4 ? 32 : 128))
      throw new AppError('configuration', `${text} is not a range of addresses such as 10.0.0.0/8.`)
    list.addSubnet(address, Number(bits), version === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}
