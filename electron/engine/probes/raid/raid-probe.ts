import type { CommandSpec } from '#shared/domain/command';
import type { RaidFacts } from '#shared/domain/facts/storage';
import { readEach } from '../lib/each';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import type { CommandOutputs } from '../probe';
import { defineProbe } from '../probe';
import { mergeMd, parseMdadm, parseMdstat } from './parse-md';
import { parseStorcliDrives, parseStorcliVolumes } from './parse-storcli';
import { parseLvs, parseMultipath } from './parse-volumes';
import { mergePools, parseZpoolList, parseZpoolStatus } from './parse-zfs';

/** Where Broadcom's packages put it; nobody has it on the PATH. */
const storcli = '/opt/MegaRAID/storcli/storcli64';

/** A kernel without md has no such file, and a node no such arrays. */
const mdstat: CommandSpec = { id: 'mdstat', argv: ['sh', '-c', '[ ! -r /proc/mdstat ] || cat /proc/mdstat'] };
const mdadm: CommandSpec = {
  id: 'mdadm',
  argv: ['mdadm', '--detail', '{}'],
  forEach: '/dev/md[0-9] /dev/md[0-9][0-9] /dev/md[0-9][0-9][0-9]',
  privilege: 'root',
  timeoutMs: 10_000,
};
const zpool: CommandSpec = {
  id: 'zpool',
  argv: ['sh', '-c', 'command -v zpool >/dev/null 2>&1 || exit 127; zpool list -p; echo; zpool status'],
  timeoutMs: 8000,
};
const drives: CommandSpec = {
  id: 'storcli-drives',
  argv: [storcli, '/cALL/eALL/sALL', 'show', 'all', 'J'],
  privilege: 'root',
  timeoutMs: 20_000,
};
const virtualDrives: CommandSpec = {
  id: 'storcli-volumes',
  argv: [storcli, '/cALL/vALL', 'show', 'J'],
  privilege: 'root',
  timeoutMs: 20_000,
};
const lvs: CommandSpec = {
  id: 'lvs',
  argv: [
    'lvs',
    '--reportformat',
    'json',
    '--units',
    'b',
    '--nosuffix',
    '-o',
    'vg_name,lv_name,lv_size,lv_attr,data_percent,metadata_percent',
  ],
  privilege: 'root',
  timeoutMs: 8000,
};
const multipath: CommandSpec = { id: 'multipath', argv: ['multipath', '-ll'], privilege: 'root', timeoutMs: 8000 };

export const raidProbe = defineProbe({
  id: 'raid',
  commands: [mdstat, mdadm, zpool, drives, virtualDrives, lvs, multipath],
  sources: {
    '': 'mdstat|zpool|storcli-volumes',
    'arrays.members': 'mdadm|mdstat|zpool',
    'arrays.uuid': 'mdadm',
    drives: 'storcli-drives',
    volumes: 'lvs',
    multipaths: 'multipath',
  },
  parse(outputs) {
    const output = readCommand(outputs, mdstat);
    const text = isProblem(output) ? '' : output.stdout;
    const kernel = parseMdstat(text);
    const others = read(outputs);
    if (kernel === null && text.trim() !== '' && !isProblem(output)) {
      const recorded = readAlone(text);
      return recorded ? { state: 'ok', facts: recorded } : unparsable(mdstat, output);
    }
    const isEmpty = Object.values(others).every((list) => list.length === 0);
    if (isProblem(output) && isEmpty) return output;
    const detailed = readEach(outputs[mdadm.id]?.stdout ?? '').flatMap((each) => parseMdadm(each.output) ?? []);
    const facts: RaidFacts = { ...others, arrays: [...mergeMd(kernel ?? [], detailed), ...others.arrays] };
    const told = kernel && kernel.length > 0 ? readCommand(outputs, mdadm) : null;
    return told && isProblem(told) && told.state === 'denied'
      ? { state: 'ok', facts, reason: told.reason }
      : { state: 'ok', facts };
  },
});

/** What the node has beside md. A tool that is missing has nothing to tell of. */
function read(outputs: CommandOutputs): RaidFacts {
  const of = (spec: CommandSpec) => outputs[spec.id]?.stdout ?? '';
  const pools = mergePools(parseZpoolList(of(zpool)) ?? [], parseZpoolStatus(of(zpool)) ?? []);
  return {
    arrays: [...pools, ...(parseStorcliVolumes(of(virtualDrives)) ?? [])],
    drives: parseStorcliDrives(of(drives)) ?? [],
    volumes: parseLvs(of(lvs)) ?? [],
    multipaths: parseMultipath(of(multipath)) ?? [],
  };
}

/** The recorded output of any one of the tools. */
function readAlone(text: string): RaidFacts | null {
  const md = parseMdadm(text);
  const arrays = md ? [md] : (parseZpoolList(text) ?? parseZpoolStatus(text) ?? parseStorcliVolumes(text));
  const found = arrays ? null : parseStorcliDrives(text);
  const volumes = arrays || found ? null : parseLvs(text);
  const multipaths = arrays || found || volumes ? null : parseMultipath(text);
  if (!arrays && !found && !volumes && !multipaths) return null;
  return { arrays: arrays ?? [], drives: found ?? [], volumes: volumes ?? [], multipaths: multipaths ?? [] };
}
