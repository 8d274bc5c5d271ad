import type { CommandSpec } from '#shared/domain/command';
import type { RaidFacts } from '#shared/domain/facts/storage';
import type { Message } from '#shared/domain/text';
import { readEach } from '../lib/each';
import { commandProblem, isProblem, problem, readCommand, unparsable } from '../lib/outcome';
import { sudoersLineForAll } from '../lib/sudoers';
import { type CommandOutputs, defineProbe } from '../probe';
import { mergeMd, parseMdadm, parseMdstat } from './parse-md';
import { parseStorcliDrives, parseStorcliVolumes } from './parse-storcli';
import { parseLvs, parseMultipath } from './parse-volumes';
import { mergePools, parseZpoolList, parseZpoolStatus } from './parse-zfs';

/** Where Broadcom's and Dell's packages put their one tool, and where administrators do. */
const storcliFiles = [
  '/opt/MegaRAID/storcli/storcli64',
  '/opt/MegaRAID/perccli/perccli64',
  ...['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin'].flatMap((folder) =>
    ['storcli64', 'storcli', 'perccli64', 'perccli'].map((name) => `${folder}/${name}`),
  ),
].join(' ');

/**
 * A kernel without md has no such file, and a node no such arrays. Hardware controllers are named by their drivers: those that
 * hide disks from the kernel, so without a tool nobody knows of them.
 */
const script = `[ ! -r /proc/mdstat ] || cat /proc/mdstat
for k in megaraid_sas aacraid hpsa smartpqi; do
  for d in /sys/bus/pci/drivers/$k/????:*; do [ -e "$d" ] && echo "raid-controller: $k"; done
done
for f in ${storcliFiles}; do [ -e $f ] && echo "raid-tool: $f"; done
exit 0`;
const mdstat: CommandSpec = { id: 'mdstat', argv: ['sh', '-c', script] };
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
/**
 * `nice` stands in front so that one command can be any of the files. `nolog`: the tool would leave a storcli.log where it runs.
 */
const drives: CommandSpec = {
  id: 'storcli-drives',
  argv: ['nice', '{}', '/cALL/eALL/sALL', 'show', 'all', 'J', 'nolog'],
  forEach: storcliFiles,
  privilege: 'root',
  timeoutMs: 40_000,
};
const virtualDrives: CommandSpec = {
  id: 'storcli-volumes',
  argv: ['nice', '{}', '/cALL/vALL', 'show', 'J', 'nolog'],
  forEach: storcliFiles,
  privilege: 'root',
  timeoutMs: 40_000,
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
    const said = isProblem(output) ? '' : output.stdout;
    const text = said.replace(/^raid-(?:controller|tool): .*\n?/gm, '');
    const kernel = parseMdstat(text);
    const others = read(outputs);
    if (kernel === null && text.trim() !== '' && !isProblem(output)) {
      const recorded = readAlone(text);
      return recorded ? { state: 'ok', facts: recorded } : unparsable(mdstat, output);
    }
    const isEmpty = Object.values(others).every((list) => list.length === 0);
    if (isProblem(output) && isEmpty) return output;
    const detailed = readEach(outputs[mdadm.id]?.stdout ?? '').flatMap((each) => parseMdadm(each.output) ?? []);
    const facts: RaidFacts = {
      ...others,
      arrays: [...mergeMd(kernel ?? [], detailed), ...others.arrays],
      ...(controllerIn(said) !== undefined && others.drives.length === 0 ? { hasUnreadDrives: true } : {}),
    };
    const told = kernel && kernel.length > 0 ? readCommand(outputs, mdadm) : null;
    const reason = told && isProblem(told) && told.state === 'denied' ? told.reason : hidden(said, facts, outputs);
    return reason ? { state: 'ok', facts, reason } : { state: 'ok', facts };
  },
});

function controllerIn(said: string): string | undefined {
  return /^raid-controller: (\w{1,20})$/m.exec(said)?.[1];
}

/** Why nothing is known of what lies behind a hardware controller that is there. */
function hidden(said: string, facts: RaidFacts, outputs: CommandOutputs): Message | null {
  const controller = controllerIn(said);
  const isAnswered = facts.drives.length > 0 || facts.arrays.some(({ kind }) => kind === 'controller');
  if (controller === undefined || isAnswered) return null;
  const tool = /^raid-tool: (\S{1,100})$/m.exec(said)?.[1];
  if (tool === undefined) return problem('missing-tool', 'raidControllerUnread', { controller }).reason;
  const told = commandProblem(outputs[drives.id], drives);
  if (told?.state !== 'denied')
    return told?.reason ?? problem('failed', 'raidControllerSilent', { controller, tool }).reason;
  const found = [drives, virtualDrives].map((spec) => ({ ...spec, forEach: tool }));
  return problem('denied', 'denied', { tool, sudoers: sudoersLineForAll(found) }).reason;
}

/** What the node has beside md. A tool that is missing has nothing to tell of. */
function read(outputs: CommandOutputs): Omit<RaidFacts, 'hasUnreadDrives'> {
  const of = (spec: CommandSpec) => outputs[spec.id]?.stdout ?? '';
  // One tool may be there under several names: the first that answers is enough.
  const firstOf = <Found>(spec: CommandSpec, parse: (text: string) => Found | null): Found | null =>
    readEach(of(spec)).reduce<Found | null>((found, { output }) => found ?? parse(output), null);
  const pools = mergePools(parseZpoolList(of(zpool)) ?? [], parseZpoolStatus(of(zpool)) ?? []);
  return {
    arrays: [...pools, ...(firstOf(virtualDrives, parseStorcliVolumes) ?? [])],
    drives: firstOf(drives, parseStorcliDrives) ?? [],
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
