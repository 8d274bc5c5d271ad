import { arraysOf } from '../model/arrays';
import { uuidOf } from '../model/mounts';
import type { NodeModel } from '../model/node-model';
import { logicalVolumes } from '../model/volumes';
import { mountedFileSystems } from '../tools/storage';
import { tapeDevices } from '../tools/tape';
import { lines } from '../tools/tool';
import type { FileEntry } from './file-entry';

type Entries = [string, FileEntry][];

/** What the kernel tells of disks, arrays, tapes and NFS, and the device files that tools are given. */
export function storageFiles(model: NodeModel): Entries {
  return [
    ...deviceFiles(model),
    ...blockFiles(model),
    ...fstab(model),
    ...nvmeFiles(model),
    ...tapeFiles(model),
    ...nfsFiles(model),
    ...cephFiles(model),
  ];
}

function deviceFiles(model: NodeModel): Entries {
  const tapes = tapeDevices(model);
  const names = [
    ...model.disks.flatMap(({ name, transport, partitions }) => [
      ...(transport === 'nvme' ? [name.replace(/n\d+$/, '')] : []),
      name,
      ...partitions.map((part) => part.name),
    ]),
    ...arraysOf(model).map(({ spec }) => spec.name),
    ...tapes.flatMap(({ device, generic }) => [device, device.replace(/^nst/, 'st'), generic]),
  ];
  return [...new Set(names)].map((name) => [`/dev/${name}`, '']);
}

function under(folder: string, files: Readonly<Record<string, string | number>>): Entries {
  return Object.entries(files).map(([name, value]) => [`${folder}/${name}`, `${value}\n`]);
}

/** Who holds a disk: the arrays and volumes that are made of it. */
function blockFiles(model: NodeModel): Entries {
  const arrays = arraysOf(model).filter(({ isActive }) => isActive);
  const volumes = logicalVolumes(model);
  return model.disks.flatMap((disk): Entries => {
    const folder = `/sys/class/block/${disk.name}`;
    const held = (name: string): Entries =>
      arrays
        .filter(({ present }) => present.includes(name))
        .map(({ spec }): [string, FileEntry] => [
          `${folder}/holders/${spec.name}`,
          { link: `/sys/class/block/${spec.name}` },
        ]);
    const own = volumes.flatMap(
      (volume, index): Entries => (volume.disk === disk ? [[`${folder}/holders/dm-${index}`, { isFolder: true }]] : []),
    );
    return [
      [`${folder}/holders`, { isFolder: true }],
      ...under(folder, { size: Math.floor(disk.sizeBytes / 512), 'device/serial': disk.serial.padEnd(20) }),
      ...held(disk.name),
      ...own,
      ...disk.partitions.map(({ name }): [string, FileEntry] => [`${folder}/${name}`, { isFolder: true }]),
    ];
  });
}

/** As the installer wrote it. */
function fstab(model: NodeModel): Entries {
  const parts = model.profile.disks.flatMap(({ serial, partitions }) =>
    partitions.flatMap(({ name, fileSystem, mountPoint }) =>
      mountPoint === null ? [] : [[`UUID=${uuidOf(`${serial}/${name}`)}`, mountPoint, fileSystem]],
    ),
  );
  const arrays = (model.profile.arrays ?? []).map(({ name, fileSystem, mountPoint }) => [
    `/dev/${name}`,
    mountPoint,
    fileSystem,
  ]);
  const network = model.profile.networkMounts.map(({ source, mountPoint, fileSystem }) => [
    source,
    mountPoint,
    fileSystem,
  ]);
  const whole = model.profile.disks.flatMap(({ name, content }) =>
    content?.mountPoint ? [[`/dev/${name}`, content.mountPoint, content.fileSystem ?? 'auto']] : [],
  );
  const rows = [...parts, ...arrays, ...network, ...whole].map(
    (row) => `${row.join(' ')} defaults 0 ${row[1] === '/' ? 1 : 2}`,
  );
  return [['/etc/fstab', lines('# /etc/fstab: static file system information.', ...rows)]];
}

function nvmeFiles(model: NodeModel): Entries {
  return model.disks
    .filter(({ transport }) => transport === 'nvme')
    .flatMap((disk) => {
      const controller = `/sys/class/nvme/${disk.name.replace(/n\d+$/, '')}`;
      return [
        ...under(controller, {
          model: disk.model.padEnd(40),
          serial: disk.serial.padEnd(20),
          firmware_rev: (disk.firmware ?? 'GDC5602Q').padEnd(8),
          state: 'live',
          transport: 'pcie',
          cntlid: 1,
          ...(disk.pci ? { address: disk.pci.address, numa_node: disk.pci.numaNode } : {}),
        }),
        ...under(`${controller}/${disk.name}`, {
          size: Math.floor(disk.sizeBytes / 512),
          'queue/logical_block_size': 512,
        }),
      ];
    });
}

function tapeFiles(model: NodeModel): Entries {
  return tapeDevices(model).flatMap((node, index) => {
    const folder = `/sys/class/scsi_device/${node.address}/device`;
    const isDrive = node.type === 1;
    return [
      ...under(folder, {
        type: node.type,
        vendor: node.vendor.padEnd(8),
        model: node.product.padEnd(16),
        rev: node.revision.padEnd(4),
      }),
      // Page 80h: a head of four bytes, then the number.
      [`${folder}/vpd_pg80`, `\0\u0000\0${String.fromCharCode(node.serial.length)}${node.serial}`],
      [`${folder}/${isDrive ? 'scsi_tape' : 'scsi_changer'}/${node.device}/dev`, `9:${128 + index}\n`],
      [`${folder}/scsi_generic/${node.generic}/dev`, `21:${index}\n`],
      ...(isDrive
        ? under(`/sys/class/scsi_tape/${node.device}/stats`, {
            in_flight: 0,
            other_cnt: 14_211 + index * 90,
            read_byte_cnt: 8_412_011_827_200 - index * 6_000_000_000_000,
            read_cnt: 32_089_660 - index * 22_000_000,
            resid_cnt: 3,
            write_byte_cnt: 41_880_213_749_760 - index * 30_000_000_000_000,
            write_cnt: 159_760_336 - index * 114_000_000,
          })
        : []),
    ] as Entries;
  });
}

function nfsFiles(model: NodeModel): Entries {
  const { nfsExports } = model.profile;
  const entries: Entries = [['/proc/self/mountstats', mountStats(model)]];
  if (!nfsExports) return entries;
  const seconds = Math.floor(model.uptimeSeconds());
  return [
    ...entries,
    [
      '/proc/net/rpc/nfsd',
      lines(
        `rc 0 ${seconds * 11} ${seconds * 402}`,
        'fh 0 0 0 0 0',
        `io ${seconds * 61_204_331} ${seconds * 9_442_117}`,
        'th 64 0 0.000 0.000 0.000 0.000 0.000 0.000 0.000 0.000 0.000 0.000',
        `net ${seconds * 413} 0 ${seconds * 413} 41`,
        `rpc ${seconds * 413} 0 0 0 0`,
        `proc4 2 2 ${seconds * 413}`,
      ),
    ],
    [
      '/var/lib/nfs/etab',
      lines(
        ...nfsExports.map(
          ({ path, client }) =>
            `${path}\t${client}(rw,async,wdelay,hide,nocrossmnt,secure,root_squash,no_all_squash,no_subtree_check,secure_locks,acl,no_pnfs,anonuid=65534,anongid=65534,sec=sys)`,
        ),
      ),
    ],
  ];
}

/** What the NFS client has counted since it mounted, at boot. */
function mountStats(model: NodeModel): string {
  const age = Math.floor(model.uptimeSeconds());
  return lines(
    ...mountedFileSystems(model).flatMap(({ source, mountPoint, fileSystem, options }) => {
      const head = `device ${source} mounted on ${mountPoint} with fstype ${fileSystem}`;
      if (!/^nfs4?$/.test(fileSystem)) return [head];
      const [reads, writes] = [age * 14, age * 5];
      const operation = (name: string, count: number, sent: number, received: number, rtt: number): string =>
        `\t${name.padStart(15)}: ${count} ${count + Math.floor(count / 90_000)} 0 ${count * sent} ${count * received} ${Math.floor(count * 0.04)} ${Math.floor(count * rtt)} ${Math.floor(count * (rtt + 0.06))} 0`;
      return [
        `${head} statvers=1.1`,
        `\topts:\t${options},clientaddr=10.20.4.11,local_lock=none`,
        `\tage:\t${age}`,
        '\tcaps:\tcaps=0x3ffbffff,wtmult=512,dtsize=1048576,bsize=0,namlen=255',
        '\tsec:\tflavor=1,pseudoflavor=1',
        `\tbytes:\t${reads * 412_300} ${writes * 288_100} 0 0 ${reads * 371_200} ${writes * 288_100} ${reads * 91} ${writes * 71}`,
        '\tRPC iostats version: 1.1  p/v: 100003/4 (nfs)',
        `\txprt:\ttcp 0 0 2 0 11 ${reads + writes} ${reads + writes} 0 ${reads * 2} 0 64 ${reads} ${reads}`,
        '\tper-op statistics',
        operation('NULL', 1, 44, 24, 0.3),
        operation('READ', reads, 212, 371_400, 1.42),
        operation('WRITE', writes, 288_340, 176, 2.87),
        operation('GETATTR', reads * 3, 196, 244, 0.31),
        operation('LOOKUP', writes * 2, 204, 312, 0.38),
        '',
      ];
    }),
  );
}

/** The keyring of the administrator is root's. */
function cephFiles(model: NodeModel): Entries {
  const { ceph } = model.profile;
  if (!ceph) return [];
  return [
    ['/etc/ceph/ceph.conf', lines('[global]', `fsid = ${ceph.fsid}`, 'mon_host = 10.20.5.31,10.20.5.32,10.20.5.33')],
    [
      '/etc/ceph/ceph.client.admin.keyring',
      { rootOnly: lines('[client.admin]', 'key = AQ==', 'caps mon = "allow *"') },
    ],
  ];
}
