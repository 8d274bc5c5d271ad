import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { ServicesFacts } from '#shared/domain/facts/software';
import { integerOf, linesOf } from '../lib/lines';
import { isProblem, problem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

type Service = ServicesFacts['services'][number];

/** What a GPU node depends on. One call asks for all; systemd says of each that is not there `LoadState=not-found`. */
const known = [
  'nvidia-persistenced',
  'nvidia-fabricmanager',
  'nvidia-imex',
  'nvidia-dcgm',
  'dcgm-exporter',
  'nvidia-cdi-refresh',
  'nvidia-powerd',
  'openibd',
  'docker',
  'containerd',
  'kubelet',
  'k3s',
  'k3s-agent',
  'rke2-agent',
  'slurmd',
  'munge',
  'chronyd',
  'chrony',
  'ntpsec',
  'systemd-timesyncd',
  'irqbalance',
  'tuned',
  'unattended-upgrades',
  'multipathd',
  'nvidia-gridd',
];
const properties = 'Id,LoadState,ActiveState,SubState,UnitFileState,NRestarts,ExecMainStatus';
const units: CommandSpec = {
  id: 'units',
  argv: ['systemctl', 'show', '--no-pager', '-p', properties, ...known.map((name) => `${name}.service`)],
  timeoutMs: 5000,
};
const failed: CommandSpec = {
  id: 'failed',
  argv: ['systemctl', 'list-units', '--state=failed', '--plain', '--no-legend', '--no-pager'],
  timeoutMs: 5000,
};
const fabricManager: CommandSpec = { id: 'fabric-manager', argv: ['nv-fabricmanager', '--version'] };
const dcgm: CommandSpec = { id: 'dcgm', argv: ['dcgmi', '--version'] };
const managerLog = '/var/log/fabricmanager.log';
const fabricLog: CommandSpec = {
  id: 'fabric-manager-log',
  argv: ['tail', '-n', '500', managerLog],
  privilege: 'root-else-user',
  onlyWhere: managerLog,
};

export const servicesProbe = defineProbe({
  id: 'services',
  commands: [units, failed, fabricManager, dcgm, fabricLog],
  sources: {
    '': 'units',
    failedUnits: 'failed',
    fabricManagerVersion: 'fabric-manager',
    dcgmVersion: 'dcgm',
    fabricManagerLog: 'fabric-manager-log',
  },
  parse(outputs) {
    const output = readCommand(outputs, units);
    if (isProblem(output)) return output;
    if (/System has not been booted with systemd|Failed to connect to bus|Failed to get D-Bus/i.test(output.stderr)) {
      return problem('missing-tool', 'systemdNotRunning');
    }
    const services = parseUnits(output.stdout);
    if (services === null) return unparsable(units, output);
    const text = (id: string) => (outputs[id]?.state === 'exited' ? (outputs[id]?.stdout ?? '') : '');
    const facts: ServicesFacts = {
      services,
      failedUnits: parseFailed(outputs.failed),
      // Fabric Manager version is : 550.127.08
      fabricManagerVersion:
        /^Fabric Manager version is *: *(\d[\d.]{1,30})\s*$/im.exec(text('fabric-manager'))?.[1] ?? null,
      // dcgmi  version: 3.3.5
      dcgmVersion: /^\s*(?:dcgmi)? *version *: *(\d[\d.]{1,30})/im.exec(text('dcgm'))?.[1] ?? null,
      fabricManagerLog: parseManagerLog(outputs[fabricLog.id]),
    };
    return { state: 'ok', facts };
  },
});

/** `systemctl show`: `Property=value` lines, an empty line between two units. Null: no unit among them. */
function parseUnits(text: string): Service[] | null {
  const blocks = text.split(/\n\s*\n/).map((block) => {
    // A value may have several lines; only what stands before the first `=` of a known name counts.
    const values = new Map<string, string>();
    for (const line of linesOf(block)) {
      const match = /^(Id|LoadState|ActiveState|SubState|UnitFileState|NRestarts|ExecMainStatus)=(.{0,300})$/.exec(
        line,
      );
      if (match) values.set(match[1] ?? '', (match[2] ?? '').trim());
    }
    return values;
  });
  const named = blocks.filter((values) => /^[\w@.:\\-]{1,255}\.service$/.test(values.get('Id') ?? ''));
  if (named.length === 0 || !text.endsWith('\n')) return null;
  const services = named.flatMap((values): Service[] => {
    const value = (name: string) => values.get(name) || null;
    if (value('LoadState') === 'not-found') return [];
    return [
      {
        name: (value('Id') ?? '').replace(/\.service$/, ''),
        activeState: value('ActiveState'),
        subState: value('SubState'),
        unitFileState: value('UnitFileState'),
        restarts: integerOf(value('NRestarts')),
        exitStatus: integerOf(value('ExecMainStatus')),
      },
    ];
  });
  // One unit by two names (chrony, chronyd) is told twice.
  return services.filter(({ name }, index) => services.findIndex((other) => other.name === name) === index);
}

/** `nvidia-dcgm.service loaded failed failed NVIDIA DCGM service`; with a bullet and a header where it was not asked plain. */
export function parseFailed(output: CommandOutput | undefined): string[] | null {
  if (output?.state !== 'exited' || output.exitCode !== 0) return null;
  const found = linesOf(output.stdout).flatMap(
    (line) => /^(?:[●*•] ?|\s)*([\w@.:\\-]{1,255}\.[a-z]{3,12}) +\S{1,20} +failed +\S/.exec(line)?.[1] ?? [],
  );
  return [...new Set(found)].sort();
}

/** `[Feb 25 2025 13:59:45] [ERROR] [tid 1808] detected NVSwitch fatal error 20034 …`: the errors of it, the newest 50. */
export function parseManagerLog(output: CommandOutput | undefined): string[] | null {
  if (output?.state !== 'exited' || output.exitCode !== 0) return null;
  const errors = linesOf(output.stdout, 500).filter((line) =>
    /^\[[^\]]{1,40}\] \[(ERROR|CRITICAL|FATAL)\]|number of NVSwitches|NVSwitch fatal error/i.test(line),
  );
  return errors.slice(-50).map((line) => line.trim());
}
