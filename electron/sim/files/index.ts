import type { NodeModel } from '../model/node-model';
import { lines } from '../tools/tool';
import { amdFiles } from './amd';
import type { FileEntry } from './file-entry';
import { liveNicFiles, nicFiles } from './nic';
import { platformFiles } from './platform';
import { liveProcFiles, procFiles } from './proc';
import { softwareFiles } from './software';
import { storageFiles } from './storage';
import { sysFiles } from './sys';

export interface LoginAccount {
  readonly name: string;
  readonly uid: number;
}

/** Every file of the node, by its path there. */
export function nodeFiles(model: NodeModel, accounts: readonly LoginAccount[]): Map<string, FileEntry> {
  return new Map([
    ...etcFiles(model, accounts),
    ...procFiles(model),
    ...sysFiles(model),
    ...nicFiles(model),
    ...liveNicFiles(model),
    ...amdFiles(model),
    ...platformFiles(model),
    ...deviceFiles(model),
    ...storageFiles(model),
    ...cudaFiles(model),
    ...softwareFiles(model),
    ...Object.entries(model.profile.files ?? {}),
  ]);
}

/** The files that change by time alone: counters, loads, the uptime. */
export function liveFiles(model: NodeModel): Map<string, FileEntry> {
  return new Map([...liveProcFiles(model), ...liveNicFiles(model), ...amdFiles(model)]);
}

function etcFiles(model: NodeModel, accounts: readonly LoginAccount[]): [string, FileEntry][] {
  const { profile } = model;
  const release = lines(
    // Only Ubuntu leaves its code name out here.
    `PRETTY_NAME="${profile.osName} ${profile.osId === 'ubuntu' ? profile.osVersion.replace(/ \(.*/, '') : profile.osVersion}"`,
    `NAME="${profile.osName}"`,
    `VERSION_ID="${profile.osVersionId}"`,
    `VERSION="${profile.osVersion}"`,
    ...(profile.osCodename === '' ? [] : [`VERSION_CODENAME=${profile.osCodename}`]),
    `ID=${profile.osId}`,
    ...(profile.osId === 'ubuntu'
      ? ['ID_LIKE=debian']
      : profile.osId === 'rocky'
        ? ['ID_LIKE="rhel centos fedora"']
        : []),
  );
  const people = [...accounts, ...profile.users].filter(
    (each, index, all) => each.name !== 'root' && all.findIndex((other) => other.name === each.name) === index,
  );
  const files: [string, FileEntry][] = [
    ['/etc/os-release', release],
    ['/usr/lib/os-release', release],
    ['/etc/hostname', `${model.name}\n`],
    ['/etc/machine-id', `${model.machineId}\n`],
    [
      '/etc/passwd',
      lines(
        'root:x:0:0:root:/root:/bin/bash',
        ...people.map((each) => `${each.name}:x:${each.uid}:${each.uid}::/home/${each.name}:/bin/bash`),
      ),
    ],
    ['/etc/shadow', { rootOnly: 'root:*:19700:0:99999:7:::\n' }],
    ['/etc/profile', '# system-wide profile\n'],
    [
      '/var/log/kern.log',
      {
        rootOnly: lines(
          ...model.kernelLog.map(
            (line) => `${new Date(line.atMs).toISOString()} ${model.name} kernel: ${line.message}`,
          ),
        ),
      },
    ],
  ];
  if (profile.docker) {
    const runtimes = profile.docker.hasNvidiaRuntime
      ? { runtimes: { nvidia: { args: [], path: 'nvidia-container-runtime' } } }
      : {};
    files.push(['/etc/docker/daemon.json', `${JSON.stringify(runtimes, null, 4)}\n`]);
  }
  if (profile.hasNvswitch) {
    files.push([
      '/var/log/fabricmanager.log',
      `[${new Date(model.bootedAtMs).toUTCString()}] [INFO] [tid 4211] Successfully configured all the available NVSwitches to route GPU NVLink traffic.\n`,
    ]);
  }
  return files;
}

function deviceFiles(model: NodeModel): [string, FileEntry][] {
  if (model.profile.driverVersion === null) return [];
  const names = ['nvidiactl', 'nvidia-uvm', 'nvidia-uvm-tools', ...model.gpus.map((gpu) => `nvidia${gpu.index}`)];
  const rdma = model.nics.filter((nic) => nic.rdmaDevice !== null).map((_, index) => `infiniband/uverbs${index}`);
  return [...names, ...rdma].map((name) => [`/dev/${name}`, '']);
}

function cudaFiles(model: NodeModel): [string, FileEntry][] {
  const { cudaToolkits } = model.profile;
  const newest = cudaToolkits.at(-1);
  if (newest === undefined) return [];
  return [
    ...cudaToolkits.map((version): [string, FileEntry] => [
      `/usr/local/cuda-${version}/version.json`,
      `${JSON.stringify({ cuda: { name: 'CUDA SDK', version: `${version}.1` } }, null, 3)}\n`,
    ]),
    ['/usr/local/cuda', { link: `cuda-${newest}` }],
  ];
}
