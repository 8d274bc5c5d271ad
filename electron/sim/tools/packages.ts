import { sysfsAddress } from '../model/gpu';
import type { NodeModel } from '../model/node-model';
import { failed, lines, printed, type Tool } from './tool';

function packages(model: NodeModel): [name: string, version: string][] {
  const { driverVersion, docker, cudaToolkits } = model.profile;
  const branch = driverVersion?.split('.')[0];
  return [
    ...(driverVersion === null
      ? []
      : ([
          [`nvidia-driver-${branch}`, `${driverVersion}-0ubuntu1`],
          [`libnvidia-compute-${branch}`, `${driverVersion}-0ubuntu1`],
        ] as [string, string][])),
    ...cudaToolkits.map((version): [string, string] => [`cuda-toolkit-${version.replace('.', '-')}`, `${version}.1-1`]),
    ...(docker
      ? ([
          ['docker-ce', `5:${docker.version}-1`],
          ['containerd.io', '1.7.24-1'],
        ] as [string, string][])
      : []),
    ...(docker?.toolkitVersion
      ? ([['nvidia-container-toolkit', `${docker.toolkitVersion}-1`]] as [string, string][])
      : []),
    ['openssh-server', '1:9.6p1-3'],
  ];
}

export const dpkgQuery: Tool = (model) =>
  printed(lines(...packages(model).map(([name, version]) => `${name}\t${version}`)));
export const rpm: Tool = (model) => printed(lines(...packages(model).map(([name, version]) => `${name}\t${version}`)));

interface PciDevice {
  readonly address: string;
  readonly classCode: string;
  readonly className: string;
  readonly ids: string;
  readonly name: string;
}

function pciDevices(model: NodeModel): PciDevice[] {
  const gpus = model.gpus.map((gpu): PciDevice => {
    const { card } = gpu.slot;
    const isDisplay = card.pciSubclass === '0';
    return {
      address: sysfsAddress(gpu),
      classCode: isDisplay ? '0300' : '0302',
      className: isDisplay ? 'VGA compatible controller' : '3D controller',
      ids: `10de:${card.pciDeviceId.slice(0, 4).toLowerCase()}`,
      // A card that has fallen off the bus answers every read with ones.
      name: `NVIDIA Corporation ${card.productName} (rev ${gpu.isLost ? 'ff' : 'a1'})`,
    };
  });
  const nics = model.nics.map(
    (nic): PciDevice => ({
      address: nic.pciAddress,
      classCode: nic.kind === 'infiniband' ? '0207' : '0200',
      className: nic.kind === 'infiniband' ? 'Infiniband controller' : 'Ethernet controller',
      ids: nic.pciDeviceId,
      name: nic.driver,
    }),
  );
  const switches = model.profile.hasNvswitch
    ? ['05', '06', '07', '08'].map(
        (bus): PciDevice => ({
          address: `0000:${bus}:00.0`,
          classCode: '0680',
          className: 'Bridge',
          ids: '10de:22a3',
          name: 'NVIDIA Corporation GH100 [H100 NVSwitch] (rev a1)',
        }),
      )
    : [];
  return [...switches, ...gpus, ...nics].sort((a, b) => (a.address < b.address ? -1 : 1));
}

export const lspci: Tool = (model, args) => {
  const vendor = args.find((arg) => /^[0-9a-f]{4}:/.test(arg))?.slice(0, 4);
  const slot = args[args.indexOf('-s') + 1];
  const found = pciDevices(model)
    .filter((device) => vendor === undefined || device.ids.startsWith(vendor))
    .filter((device) => !args.includes('-s') || device.address.endsWith(slot ?? ''));
  const flags = args.filter((arg) => /^-[a-zA-Z]/.test(arg)).join('');
  const address = (device: PciDevice): string =>
    flags.includes('D') ? device.address : device.address.replace(/^0000:/, '');
  if (flags.includes('nn'))
    return printed(
      lines(
        ...found.map(
          (device) =>
            `${address(device)} ${device.className} [${device.classCode}]: ${device.name.replace(/ \(rev.*/, '')} [${device.ids}]${/ \(rev.*/.exec(device.name)?.[0] ?? ''}`,
        ),
      ),
    );
  if (flags.includes('n'))
    return printed(
      lines(
        ...found.map(
          (device) => `${address(device)} ${device.classCode}: ${device.ids}${/ \(rev.*/.exec(device.name)?.[0] ?? ''}`,
        ),
      ),
    );
  return found.length === 0 && slot
    ? failed(0, '')
    : printed(lines(...found.map((device) => `${address(device)} ${device.className}: ${device.name}`)));
};

const SYSCTLS: Readonly<Record<string, string>> = {
  'vm.max_map_count': '65530',
  'kernel.numa_balancing': '1',
  'vm.overcommit_memory': '0',
  'kernel.dmesg_restrict': '1',
  'kernel.pid_max': '4194304',
  'vm.nr_hugepages': '0',
};

export const sysctl: Tool = (_model, args) => {
  const isValueOnly = args.includes('-n');
  const names = args.filter((arg) => !arg.startsWith('-'));
  const unknown = names.filter((name) => SYSCTLS[name] === undefined);
  const stdout = names.flatMap((name) =>
    SYSCTLS[name] === undefined ? [] : [isValueOnly ? SYSCTLS[name] : `${name} = ${SYSCTLS[name]}`],
  );
  return {
    stdout: lines(...stdout),
    stderr: unknown
      .map((name) => `sysctl: cannot stat /proc/sys/${name.replaceAll('.', '/')}: No such file or directory\n`)
      .join(''),
    exitCode: unknown.length > 0 ? 1 : 0,
  };
};
