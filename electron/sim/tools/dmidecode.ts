import type { NodeModel } from '../model/node-model';
import { platformOf } from '../profiles/platform';
import { failed, lines, optionValue, printed, type Tool } from './tool';

const keywords: Readonly<Record<string, readonly number[]>> = {
  bios: [0, 13],
  system: [1, 12, 15, 23, 32],
  baseboard: [2, 10, 41],
  chassis: [3],
  processor: [4],
  memory: [5, 6, 16, 17],
  cache: [7],
  connector: [8],
  slot: [9],
};

/** The serial number of the machine, the same in every tool. */
export function machineSerial(model: NodeModel): string {
  return model.machineId.slice(0, 10).toUpperCase();
}

export function machineUuid(model: NodeModel): string {
  return model.machineId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
}

/** dmidecode of root: all structures, or those of `-t TYPES`. */
export const dmidecode: Tool = (model, args, context) => {
  const head = lines('# dmidecode 3.5', 'Getting SMBIOS data from sysfs.');
  if (context.uid !== 0) {
    const denied = '/sys/firmware/dmi/tables/smbios_entry_point: Permission denied\n/dev/mem: Permission denied\n';
    return failed(1, denied, lines('# dmidecode 3.5', 'Scanning /dev/mem for entry point.'));
  }
  const wanted = optionValue(args, '-t', '--type');
  const types = wanted?.split(',').flatMap((word) => keywords[word] ?? (/^\d+$/.test(word) ? [Number(word)] : []));
  const found = structures(model).filter(({ type }) => types === undefined || types.includes(type));
  const text = found.map(({ type, title, values }, index) =>
    lines(
      `Handle 0x${(0x1000 + type * 0x100 + index).toString(16).toUpperCase()}, DMI type ${type}, ${type === 17 ? 92 : 27} bytes`,
      title,
      ...values.map(([name, value]) => `\t${name}: ${value}`),
      '',
    ),
  );
  return printed(`${head}SMBIOS 3.5.0 present.\n\n${text.join('')}`);
};

interface Structure {
  readonly type: number;
  readonly title: string;
  readonly values: ReadonlyArray<readonly [string, string]>;
}

function structures(model: NodeModel): Structure[] {
  const { profile } = model;
  const platform = platformOf(profile);
  const serial = machineSerial(model);
  return [
    {
      type: 0,
      title: 'BIOS Information',
      values: [
        ['Vendor', platform ? 'American Megatrends International, LLC.' : 'SeaBIOS'],
        ['Version', profile.biosVersion],
        ['Release Date', '04/16/2025'],
        ['BIOS Revision', '5.32'],
      ],
    },
    {
      type: 1,
      title: 'System Information',
      values: [
        ['Manufacturer', profile.vendor],
        ['Product Name', profile.product],
        ['Version', platform ? '0123456789' : 'pc-q35-8.1'],
        ['Serial Number', platform ? serial : 'Not Specified'],
        ['UUID', machineUuid(model)],
        ['Wake-up Type', 'Power Switch'],
        ['SKU Number', platform?.sku ?? 'Not Specified'],
        ['Family', platform?.family ?? 'Not Specified'],
      ],
    },
    ...(platform
      ? [
          {
            type: 2,
            title: 'Base Board Information',
            values: [
              ['Manufacturer', profile.vendor],
              ['Product Name', platform.board],
              ['Version', '1.02'],
              ['Serial Number', `WM${serial.slice(0, 8)}`],
            ],
          } satisfies Structure,
        ]
      : []),
    {
      type: 3,
      title: 'Chassis Information',
      values: [
        ['Manufacturer', profile.vendor],
        ['Type', platform ? 'Rack Mount Chassis' : 'Other'],
        ['Serial Number', platform ? `C${serial.slice(2)}` : 'Not Specified'],
        ['Asset Tag', 'Not Specified'],
      ],
    },
    ...memoryStructures(model),
    ...(platform
      ? [
          {
            type: 38,
            title: 'IPMI Device Information',
            values: [['Interface Type', 'KCS (Keyboard Control Style)']] as const,
          },
        ]
      : []),
  ];
}

/** A slot whose module was pulled is still listed, as empty. */
function memoryStructures(model: NodeModel): Structure[] {
  const { profile } = model;
  const isReal = platformOf(profile) !== null;
  if (profile.dimms.length === 0) return [];
  const largest = Math.max(...profile.dimms.map(({ sizeMib }) => sizeMib));
  const array: Structure = {
    type: 16,
    title: 'Physical Memory Array',
    values: [
      ['Location', 'System Board Or Motherboard'],
      ['Use', 'System Memory'],
      ['Error Correction Type', isReal ? 'Multi-bit ECC' : 'None'],
      ['Maximum Capacity', `${Math.max(1, Math.round((largest * profile.dimms.length * 2) / 1024))} GB`],
      ['Number Of Devices', String(profile.dimms.length)],
    ],
  };
  const isDdr5 = profile.dimms[0]?.type === 'DDR5';
  const devices = profile.dimms.map((dimm, index): Structure => {
    const isFitted = model.dimms.includes(dimm);
    const told = (value: string): string => (isFitted && value !== '' ? value : 'Not Specified');
    const speed = (value: number): string => (isFitted && value > 0 ? `${value} MT/s` : 'Unknown');
    const widths = isFitted
      ? [isReal ? (isDdr5 ? '80 bits' : '72 bits') : 'Unknown', isReal ? '64 bits' : 'Unknown']
      : ['Unknown', 'Unknown'];
    return {
      type: 17,
      title: 'Memory Device',
      values: [
        ['Array Handle', '0x1000'],
        ['Total Width', widths[0] ?? ''],
        ['Data Width', widths[1] ?? ''],
        ['Size', isFitted ? `${dimm.sizeMib / 1024} GB` : 'No Module Installed'],
        ['Form Factor', 'DIMM'],
        ['Set', 'None'],
        ['Locator', dimm.locator],
        [
          'Bank Locator',
          isReal ? `P${Math.floor((index * profile.cpu.sockets) / profile.dimms.length)}_Node0` : 'Not Specified',
        ],
        ['Type', isFitted ? dimm.type : 'Unknown'],
        ['Type Detail', isFitted && isReal ? 'Synchronous Registered (Buffered)' : 'Unknown'],
        ['Speed', speed(dimm.speedMtps)],
        ['Manufacturer', told(dimm.manufacturer)],
        ['Serial Number', told(dimm.serial ?? '')],
        ['Asset Tag', 'Not Specified'],
        ['Part Number', told(dimm.partNumber)],
        ['Rank', isFitted && isReal ? '2' : 'Unknown'],
        ['Configured Memory Speed', speed(dimm.configuredMtps)],
        ['Configured Voltage', isFitted && isReal ? (isDdr5 ? '1.1 V' : '1.2 V') : 'Unknown'],
      ],
    };
  });
  return [array, ...devices];
}
