import { arraysOf, type SimArray } from '../model/arrays';
import type { NodeModel } from '../model/node-model';
import { logicalVolumes } from '../model/volumes';
import { failed, lines, printed, type Tool, table } from './tool';

const kibibytes = (bytes: number): number => Math.floor(bytes / 1024);

/** /proc/mdstat, newest array first as the kernel has them. */
export function mdstat(model: NodeModel): string {
  const arrays = arraysOf(model);
  const levels = [...new Set(arrays.map(({ spec }) => `[${spec.level}]`))];
  return lines(
    `Personalities : ${levels.join(' ')}`,
    ...[...arrays].reverse().flatMap((array) => [...describe(array), '']),
    'unused devices: <none>',
  );
}

function describe({ spec, present, isActive, sizeBytes }: SimArray): string[] {
  const member = (name: string): string => `${name}[${spec.members.indexOf(name)}]`;
  if (!isActive) {
    return [
      `${spec.name} : inactive ${present.map((name) => `${member(name)}(S)`).join(' ')}`,
      `      ${kibibytes((sizeBytes / spec.members.length) * present.length)} blocks super 1.2`,
    ];
  }
  const head = `${spec.name} : active ${spec.level} ${present.map(member).join(' ')}`;
  if (spec.level === 'raid0') return [head, `      ${kibibytes(sizeBytes)} blocks super 1.2 512k chunks`];
  const map = spec.members.map((name) => (present.includes(name) ? 'U' : '_')).join('');
  return [
    head,
    `      ${kibibytes(sizeBytes)} blocks super 1.2 [${spec.members.length}/${present.length}] [${map}]`,
    '      bitmap: 2/14 pages [8KB], 65536KB chunk',
  ];
}

/** mdadm: `--detail` of one array. */
export const mdadm: Tool = (model, args, context) => {
  const device = args.at(-1) ?? '';
  if (!args.some((arg) => arg === '--detail' || arg === '-D')) return failed(2, 'mdadm: only --detail is there\n');
  const array = arraysOf(model).find(({ spec }) => `/dev/${spec.name}` === device);
  if (!array) return failed(1, `mdadm: cannot open ${device}: No such file or directory\n`);
  if (context.uid !== 0) return failed(1, `mdadm: must be super-user to perform this action\n`);
  const { spec, present, sizeBytes, uuid } = array;
  const isDegraded = present.length < spec.members.length;
  const row = (name: string, value: string | number): string => `${name.padStart(18)} : ${value}`;
  const shown = `${kibibytes(sizeBytes)} (${(sizeBytes / 1024 ** 3).toFixed(2)} GiB ${(sizeBytes / 1e9).toFixed(2)} GB)`;
  return printed(
    lines(
      `${device}:`,
      row('Version', '1.2'),
      row('Creation Time', new Date(model.bootedAtMs - 2e10).toUTCString().replace(/,| GMT/g, '')),
      row('Raid Level', spec.level),
      row('Array Size', shown),
      row('Raid Devices', spec.members.length),
      row('Total Devices', present.length),
      row('Persistence', 'Superblock is persistent'),
      '',
      row('State', !array.isActive ? 'inactive' : isDegraded ? 'clean, degraded ' : 'clean '),
      row('Active Devices', present.length),
      row('Working Devices', present.length),
      row('Failed Devices', 0),
      row('Spare Devices', 0),
      '',
      row('Name', `${model.name}:${spec.name.replace('md', '')}  (local to host ${model.name})`),
      row('UUID', uuid),
      row('Events', 18_211),
      '',
      '    Number   Major   Minor   RaidDevice State',
      ...spec.members.map((name, index) =>
        present.includes(name)
          ? `${String(index).padStart(8)}     259 ${String(index).padStart(8)} ${String(index).padStart(8)}      active sync   /dev/${name}`
          : `       -       0        0 ${String(index).padStart(8)}      removed`,
      ),
    ),
  );
};

/** lvs, as JSON or as a table. */
export const lvs: Tool = (model, args, context) => {
  if (context.uid !== 0) return failed(5, '  WARNING: Running as a non-root user. Functionality may be unavailable.\n');
  const volumes = logicalVolumes(model);
  if (args.includes('json')) {
    const lv = volumes.map(({ group, name, sizeBytes }) => ({
      vg_name: group,
      lv_name: name,
      lv_size: String(sizeBytes),
      lv_attr: '-wi-ao----',
      data_percent: '',
      metadata_percent: '',
    }));
    return printed(`${JSON.stringify({ report: [{ lv }] }, null, 2)}\n`);
  }
  const rows = volumes.map(({ group, name, sizeBytes }) => [
    name,
    group,
    '-wi-ao----',
    `${(sizeBytes / 1024 ** 4).toFixed(2)}t`,
  ]);
  return printed(
    table([['  LV', 'VG', 'Attr', 'LSize'], ...rows.map(([name = '', ...rest]) => [`  ${name}`, ...rest])]),
  );
};
