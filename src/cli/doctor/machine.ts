import { constants, existsSync, readFileSync } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import { dirname } from 'node:path'
import type { Config } from '../../config.js'
import { failed, mebibytes, messageOf, ok, warning, type Check } from './check.js'

const NVIDIA_VERSION = '/proc/driver/nvidia/version'
const LEAST_NODE = [20, 19] as const
const LEAST_FREE_BYTES = 2 ** 30
/** Sockets of clients, and files of models and of the database. */
const LEAST_OPEN_FILES = 4096
/** Of the process, its image threads, the lane's runtime and the embedded database, before any model. */
const OWN_BYTES = 1.2 * 2 ** 30

export function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const found = `${process.version} on ${process.platform} ${process.arch}`
  const isOld = major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])
  return isOld ? failed('Node.js', found, `Install ${LEAST_NODE.join('.')} or later.`) : ok('Node.js', found)
}

export function checkCores({ THREADS_PER_LANE: threads }: Config): Check {
  const allowed = availableParallelism()
  const quota = cpuQuota()
  const found = `${allowed} of ${cpus().length}${quota === undefined ? '' : `, ${quota.toFixed(1)} by the control group`}`
  if (quota !== undefined && quota < allowed && (threads === 0 || threads > Math.ceil(quota)))
    return warning('cores', found, `Threads would wait for each other: set THREADS_PER_LANE=${Math.ceil(quota)}.`)
  return ok('cores', found)
}

export function checkMemory({ CACHE_BUDGET_BYTES: budget }: Config): Check {
  const limit = Math.min(totalmem(), controlGroup('memory.max', 'memory/memory.limit_in_bytes') ?? Infinity)
  const found = `${mebibytes(limit)} allowed, ${mebibytes(freemem())} free, ${mebibytes(budget)} for models`
  if (budget + OWN_BYTES <= limit) return ok('memory', found)
  const fitting = Math.max(64 * 2 ** 20, Math.floor(limit - OWN_BYTES))
  const advice = `A full cache would be killed by the kernel: set CACHE_BUDGET_BYTES=${fitting} or allow more.`
  return warning('memory', found, advice)
}

/** As Linux tells it; elsewhere nothing is known. */
export function checkOpenFiles(): Check {
  const line = readIfThere('/proc/self/limits')?.match(/^Max open files\s+(\S+)/m)?.[1]
  if (line === undefined) return ok('open files', 'not known on this system')
  const isLow = line !== 'unlimited' && Number(line) < LEAST_OPEN_FILES
  return isLow
    ? warning('open files', line, `Raise it: ulimit -n ${LEAST_OPEN_FILES}, or LimitNOFILE of the unit.`)
    : ok('open files', line)
}

export async function checkDataDir({ DATA_DIR: folder }: Config): Promise<Check> {
  try {
    // Not made here: nothing is before the first job. What must be writable is the nearest folder that is there.
    let there = folder
    while (!existsSync(there) && dirname(there) !== there) there = dirname(there)
    await access(there, constants.W_OK)
    const { bavail, bsize } = await statfs(there)
    const found = `${folder}, ${mebibytes(bavail * bsize)} free`
    return bavail * bsize < LEAST_FREE_BYTES
      ? warning('data', found, 'Jobs and indexes need room: free some, or point DATA_DIR elsewhere.')
      : ok('data', found)
  } catch (error) {
    return failed('data', messageOf(error), 'Make the folder writable, or point DATA_DIR elsewhere.')
  }
}

export function checkDrivers(): Check {
  const nvidia = readIfThere(NVIDIA_VERSION)?.match(/Kernel Module(?: for \S+)?\s+(\S+)/)?.[1]
  const hasRender = existsSync('/dev/dri')
  const found = [
    nvidia === undefined ? 'no NVIDIA driver' : `NVIDIA driver ${nvidia}`,
    hasRender ? '/dev/dri is there' : 'no /dev/dri',
  ].join(', ')
  return ok('drivers', found)
}

export function hasNvidiaDriver(): boolean {
  return existsSync(NVIDIA_VERSION)
}

/** Cores that the control group gives in a period. */
function cpuQuota(): number | undefined {
  const [quota, period] = readIfThere('/sys/fs/cgroup/cpu.max')?.trim().split(' ') ?? []
  return quota === undefined || quota === 'max' ? undefined : Number(quota) / Number(period)
}

/** Of version 2, or of version 1, whose "no limit" is a number larger than any memory. */
function controlGroup(two: string, one: string): number | undefined {
  const text = readIfThere(`/sys/fs/cgroup/${two}`) ?? readIfThere(`/sys/fs/cgroup/${one}`)
  const value = Number(text)
  return text === undefined || Number.isNaN(value) ? undefined : value
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
