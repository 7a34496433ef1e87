// An OCI bundle for runc from what an image says of itself: read-only root, no capability, no new privileges; /data is written to.
import { chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const MOUNTS = [
  { destination: '/proc', type: 'proc', source: 'proc' },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  },
  {
    destination: '/dev/shm',
    type: 'tmpfs',
    source: 'shm',
    options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'],
  },
  {
    destination: '/tmp',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=262144k'],
  },
]

/**
 * `config` is the image's own (`docker inspect`'s Config); `environment` is added to its. The network is this machine's unless there is
 * to be none.
 */
export function writeBundle(folder, { root, config, environment, hasNetwork = true }) {
  const [uid, gid] = config.User.split(':').map(Number)
  const data = join(folder, 'data')
  mkdirSync(data, { recursive: true })
  chownSync(data, uid, gid)
  const bundle = {
    ociVersion: '1.0.2',
    root: { path: root, readonly: true },
    mounts: [
      ...MOUNTS,
      { destination: '/data', type: 'bind', source: data, options: ['bind', 'rw', 'nosuid', 'nodev'] },
    ],
    process: {
      user: { uid, gid },
      args: [...config.Entrypoint, ...config.Cmd],
      cwd: config.WorkingDir,
      env: [...config.Env, ...Object.entries(environment).map((pair) => pair.join('='))],
      capabilities: { bounding: [], effective: [], inheritable: [], permitted: [], ambient: [] },
      noNewPrivileges: true,
    },
    linux: { namespaces: ['pid', 'mount', 'ipc', 'uts', ...(hasNetwork ? [] : ['network'])].map((type) => ({ type })) },
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(bundle))
  return data
}
