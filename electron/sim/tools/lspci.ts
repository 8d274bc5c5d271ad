import { gigatransfers } from '../model/pci-links';
import { pciTree, type SimPciFunction } from '../model/pci-tree';
import { classNames, deviceNames, vendorNames } from './pci-names';
import { failed, lines, optionValue, printed, type Tool } from './tool';

/** How a run was asked to print. */
interface Form {
  readonly hasDomain: boolean;
  /** 0 names, 1 numbers (-n), 2 both (-nn). */
  readonly numbers: number;
  readonly verbosity: number;
  readonly hasDrivers: boolean;
  readonly isRoot: boolean;
}

/** `lspci` in the forms that are in use: -D -n -nn -mm -vmm -k -v to -vvv -t -tv, and the filters -s and -d. */
export const lspci: Tool = (model, args, context) => {
  const all = pciTree(model);
  const slot = optionValue(args, '-s');
  const device = optionValue(args, '-d');
  const isFilter = /^-[sd]$/;
  const flags = args
    .filter((arg, at) => arg.startsWith('-') && !isFilter.test(arg) && !isFilter.test(args[at - 1] ?? ''))
    .join('')
    .replace(/-/g, '');
  const unknown = /[^DnmvktqbxHMPF]/.exec(flags)?.[0];
  if (unknown !== undefined) return failed(1, `lspci: invalid option -- '${unknown}'\nUsage: lspci [<switches>]\n`);
  const count = (flag: string): number => flags.split(flag).length - 1;
  const form: Form = {
    hasDomain: flags.includes('D') || all.some(({ address }) => !address.startsWith('0000:')),
    numbers: Math.min(2, count('n')),
    verbosity: count('v'),
    hasDrivers: flags.includes('k') || count('v') > 0,
    isRoot: context.uid === 0,
  };
  if (flags.includes('t')) return printed(drawing(all, form));
  const found = all.filter((one) => isAt(one, slot) && isOf(one, device));
  if (count('m') > 0)
    return printed(found.map((one) => (form.verbosity > 0 ? record(one, form) : machineLine(one, form))).join(''));
  return printed(
    found.map((one) => listing(one, all, form)).join(form.verbosity > 0 ? '\n' : '') + (form.verbosity > 0 ? '\n' : ''),
  );
};

function isAt(one: SimPciFunction, slot: string | undefined): boolean {
  if (slot === undefined) return true;
  const wanted = slot.toLowerCase();
  return one.address === wanted || one.address === `0000:${wanted}` || one.address.startsWith(`0000:${wanted}.`);
}

/** `10de:`, `10de:2330`, `::0604` */
function isOf(one: SimPciFunction, filter: string | undefined): boolean {
  const [vendor = '', device = '', kind = ''] = (filter ?? '').toLowerCase().split(':');
  const [ownVendor, ownDevice] = one.ids.split(':');
  return (
    (vendor === '' || vendor === ownVendor) && (device === '' || device === ownDevice) && one.classCode.startsWith(kind)
  );
}

const shortAddress = (one: SimPciFunction, form: Form): string => (form.hasDomain ? one.address : one.address.slice(5));
const className = (one: SimPciFunction): string => classNames[one.classCode.slice(0, 4)] ?? 'System peripheral';
const vendorOf = (ids: string): string => vendorNames[ids.slice(0, 4)] ?? `Vendor ${ids.slice(0, 4)}`;
const deviceOf = (ids: string): string => deviceNames[ids] ?? `Device ${ids.slice(5)}`;

function header(one: SimPciFunction, form: Form): string {
  const code = one.classCode.slice(0, 4);
  const kind = form.numbers === 1 ? code : `${className(one)}${form.numbers === 2 ? ` [${code}]` : ''}`;
  const known = deviceNames[one.ids];
  const name =
    form.numbers === 1
      ? one.ids
      : form.numbers === 2
        ? `${vendorOf(one.ids)} ${known ?? 'Device'} [${one.ids}]`
        : `${vendorOf(one.ids)} ${deviceOf(one.ids)}`;
  const revision = one.revision === '00' ? '' : ` (rev ${one.revision})`;
  const interfaceName = one.classCode === '060400' ? ' (prog-if 00 [Normal decode])' : '';
  return `${shortAddress(one, form)} ${kind}: ${name}${revision}${form.verbosity > 0 ? interfaceName : ''}`;
}

function subsystem(one: SimPciFunction): string {
  return `${vendorOf(one.subsystemIds)} ${deviceOf(one.subsystemIds)}`;
}

function listing(one: SimPciFunction, all: readonly SimPciFunction[], form: Form): string {
  const isBridge = one.classCode === '060400';
  const driver =
    one.driver === null ? [] : [`\tKernel driver in use: ${one.driver}`, `\tKernel modules: ${one.driver}`];
  if (form.verbosity === 0) {
    const below = form.hasDrivers ? [...(isBridge ? [] : [`\tSubsystem: ${subsystem(one)}`]), ...driver] : [];
    return lines(header(one, form), ...below);
  }
  if (one.isLost) return lines(header(one, form), '\t!!! Unknown header type 7f', ...driver);
  return lines(
    header(one, form),
    ...(isBridge ? [] : [`\tSubsystem: ${subsystem(one)}`]),
    '\tControl: I/O- Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx+',
    '\tStatus: Cap+ 66MHz- UDF- FastB2B- ParErr- DEVSEL=fast >TAbort- <TAbort- <MAbort- >SERR- <PERR- INTx-',
    ...(one.numaNode >= 0 ? [`\tNUMA node: ${one.numaNode}`] : []),
    ...(one.busBelow === null
      ? []
      : [
          `\tBus: primary=${one.address.slice(5, 7)}, secondary=${one.busBelow}, subordinate=${lastBus(one, all)}, sec-latency=0`,
        ]),
    ...one.bars.map(
      (bar) =>
        `\tRegion ${bar.index}: Memory at 210000000000 (64-bit, ${bar.isPrefetchable ? '' : 'non-'}prefetchable) [size=${size(bar.sizeMib)}]`,
    ),
    ...(one.capability === null ? [] : form.isRoot ? capabilities(one) : ['\tCapabilities: <access denied>']),
    ...driver,
  );
}

function capabilities(one: SimPciFunction): string[] {
  const { capability, trained } = one;
  if (capability === null) return [];
  const mark = (own: number, best: number): string => (own < best ? '(downgraded)' : '(ok)');
  const speed = (generation: number): string => gigatransfers({ generation }).replace('.0', '').replace(' ', '');
  const width = trained?.width ?? 0;
  const generation = trained?.generation ?? 1;
  return [
    '\tCapabilities: [68] Express (v2) Endpoint, MSI 00',
    `\t\tDevSta:\tCorrErr${one.correctableErrors > 0 ? '+' : '-'} NonFatalErr- FatalErr- UnsupReq- AuxPwr- TransPend-`,
    `\t\tLnkCap:\tPort #0, Speed ${speed(capability.generation)}, Width x${capability.width}, ASPM not supported`,
    `\t\tLnkSta:\tSpeed ${speed(generation)} ${mark(generation, capability.generation)}, Width x${width} ${mark(width, capability.width)}`,
    ...(one.classCode === '060400'
      ? [
          '\tCapabilities: [148 v1] Access Control Services',
          '\t\tACSCap:\tSrcValid+ TransBlk+ ReqRedir+ CmpltRedir+ UpstreamFwd+ EgressCtrl- DirectTrans-',
          '\t\tACSCtl:\tSrcValid- TransBlk- ReqRedir- CmpltRedir- UpstreamFwd- EgressCtrl- DirectTrans-',
        ]
      : []),
  ];
}

function size(mib: number): string {
  if (mib < 1) return `${mib * 1024}K`;
  return mib >= 1024 ? `${mib / 1024}G` : `${mib}M`;
}

function lastBus(one: SimPciFunction, all: readonly SimPciFunction[]): string {
  const below = all.filter(({ parent }) => parent === one.address);
  return (
    below
      .map((each) => (each.busBelow === null ? each.address.slice(5, 7) : lastBus(each, all)))
      .sort()
      .at(-1) ??
    one.busBelow ??
    '00'
  );
}

function field(name: string, id: string, form: Form): string {
  const isUnnamed = /^(?:Device|Vendor) [0-9a-f]{4}$/.test(name);
  if (form.numbers === 1) return id;
  return form.numbers === 2 ? `${isUnnamed ? name.slice(0, 6) : name} [${id}]` : name;
}

function fields(
  one: SimPciFunction,
  form: Form,
): { kind: string; vendor: string; device: string; subsystem: [string, string] } {
  return {
    kind: field(className(one), one.classCode.slice(0, 4), form),
    vendor: field(vendorOf(one.ids), one.ids.slice(0, 4), form),
    device: field(deviceOf(one.ids), one.ids.slice(5), form),
    subsystem: [
      field(vendorOf(one.subsystemIds), one.subsystemIds.slice(0, 4), form),
      field(deviceOf(one.subsystemIds), one.subsystemIds.slice(5), form),
    ],
  };
}

function machineLine(one: SimPciFunction, form: Form): string {
  const { kind, vendor, device, subsystem: below } = fields(one, form);
  const revision = one.revision === '00' ? '' : ` -r${one.revision}`;
  return lines(
    `${shortAddress(one, form)} "${kind}" "${vendor}" "${device}"${revision} ${below.map((name) => `"${name}"`).join(' ')}`,
  );
}

function record(one: SimPciFunction, form: Form): string {
  const { kind, vendor, device, subsystem: below } = fields(one, form);
  return lines(
    `Slot:\t${shortAddress(one, form)}`,
    `Class:\t${kind}`,
    `Vendor:\t${vendor}`,
    `Device:\t${device}`,
    `SVendor:\t${below[0]}`,
    `SDevice:\t${below[1]}`,
    ...(one.revision === '00' ? [] : [`Rev:\t${one.revision}`]),
    ...(form.hasDrivers && one.driver !== null ? [`Driver:\t${one.driver}`] : []),
    ...(one.numaNode >= 0 ? [`NUMANode:\t${one.numaNode}`] : []),
    '',
  );
}

/** The drawing of -t: a branch a root bus, what is below a bridge to the right of its bus number. */
function drawing(all: readonly SimPciFunction[], form: Form): string {
  const roots = [...new Set(all.filter(({ parent }) => parent === null).map(({ address }) => address.slice(0, 7)))];
  const name = (one: SimPciFunction): string =>
    form.verbosity > 0 && one.busBelow === null ? `  ${vendorOf(one.ids)} ${deviceOf(one.ids)}` : '';
  const branch = (children: readonly SimPciFunction[]): string[] =>
    children.flatMap((one, at) => {
      const isLast = at === children.length - 1;
      const mark = children.length === 1 ? '----' : isLast ? '\\-' : '+-';
      const own = `${mark}${one.address.slice(8)}${name(one)}`;
      const below = all.filter(({ parent }) => parent === one.address);
      if (one.busBelow === null || below.length === 0) return [own];
      const last = lastBus(one, all);
      const bus = `[${one.busBelow}${last === one.busBelow ? '' : `-${last}`}]`;
      const head = `${own}-${bus}${below.length > 1 ? '--' : ''}`;
      const [first = '', ...rest] = branch(below);
      const bar = children.length === 1 || isLast ? ' ' : '|';
      return [head + first, ...rest.map((line) => `${bar}${' '.repeat(head.length - 1)}${line}`)];
    });
  const drawn = roots.flatMap((bus, at) => {
    const children = all.filter((one) => one.parent === null && one.address.startsWith(bus));
    const start = at === 0 ? '-+-' : at === roots.length - 1 ? ' \\-' : ' +-';
    const head = `${start}[${bus}]-`;
    const [first = '', ...rest] = branch(children);
    const bar = at === roots.length - 1 ? '  ' : ' |';
    return [head + first, ...rest.map((line) => `${bar}${' '.repeat(head.length - 2)}${line}`)];
  });
  return lines(...drawn);
}
