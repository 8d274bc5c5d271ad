import type { NodeFacts } from '#shared/domain/facts/index';
import { memoryShortfall } from '#shared/domain/memory-shortfall';
import { bytes } from './format';
import { amount, type Cell } from './table';

type Section = [headers: readonly string[], rows: Cell[][]];
type Words = ReadonlyArray<string | null | undefined | false>;

/** One line each of what stands around the processors. */
export function platformOverview(facts: NodeFacts): Array<[string, Words]> {
  const {
    machine,
    bmc,
    ups,
    'memory-modules': memory,
    'platform-security': security,
    cpu,
    'bmc-sensors': sensors,
  } = facts;
  const modules = memory?.modules.filter(({ isEmpty }) => !isEmpty) ?? [];
  const shortfall = memory ? memoryShortfall(memory) : null;
  const failed = sensors?.powerSupplies.filter(({ state }) => state === 'failed' || state === 'input-lost') ?? [];
  return [
    ['Serial', [machine?.system.serial, machine?.system.sku && `SKU ${machine.system.sku}`]],
    [
      'Modules',
      [
        modules.length > 0 && `${modules.length} of ${memory?.modules.length} slots`,
        memory?.installedBytes ? bytes(memory.installedBytes) : null,
        memory?.errorCorrection,
        shortfall !== null && `${bytes(shortfall)} of it not used by the kernel`,
      ],
    ],
    ['Governor', [[...new Set(cpu?.scaling.map(({ governor }) => governor))].join(' ')]],
    [
      'Security',
      [
        security && `Secure Boot ${security.secureBoot}`,
        security?.tpm.version && `TPM ${security.tpm.version}`,
        ...(security?.protections ?? [])
          .filter(({ state }) => state === 'enabled' || state === 'in-use')
          .map(({ name, state }) => `${name} ${state}`),
      ],
    ],
    [
      'BMC',
      [
        bmc?.presence === 'present' && (bmc.manufacturer ?? 'there'),
        bmc?.firmwareVersion && `firmware ${bmc.firmwareVersion}`,
        typeof bmc?.power?.nowW === 'number' && `${bmc.power.nowW} W`,
        sensors && sensors.powerSupplies.length > 0 && `${sensors.powerSupplies.length} power supplies`,
        failed.length > 0 && `${failed.map(({ name }) => name).join(' ')} failed`,
      ],
    ],
    [
      'UPS',
      (ups?.devices ?? []).map(({ name, problem, statusText }) => `${name}: ${problem ?? statusText ?? 'unknown'}`),
    ],
  ];
}

/** Sensors and memory errors that need a look, and the newest serious entries of the BMC's log. */
export function platformSections(facts: NodeFacts): Section[] {
  const sensors = (facts['bmc-sensors']?.sensors ?? []).filter(
    ({ state }) => state === 'warning' || state === 'critical',
  );
  const errors = (facts.edac?.controllers ?? []).flatMap(({ name, modules }) =>
    modules
      .filter(({ correctedErrors, uncorrectedErrors }) => (correctedErrors ?? 0) + (uncorrectedErrors ?? 0) > 0)
      .map((module): Cell[] => [
        `${name}/${module.name}`,
        module.label,
        amount(String(module.correctedErrors ?? '—')),
        amount(String(module.uncorrectedErrors ?? '—')),
      ]),
  );
  const events = (facts['bmc-log']?.entries ?? []).filter(({ severity }) => severity === 'critical').slice(0, 10);
  return [
    [
      ['BMC SENSOR', 'STATE', 'READING', 'SAYS'],
      sensors.map(({ name, state, value, unit, detail }) => [
        name,
        { text: state, tone: state === 'critical' ? 'bad' : 'warn' },
        value === null ? null : amount(`${value} ${unit ?? ''}`),
        detail,
      ]),
    ],
    [['MEMORY ERRORS', 'MODULE', 'CORRECTED', 'UNCORRECTED'], errors],
    [
      ['BMC LOG', 'SENSOR', 'EVENT'],
      events.map(({ atMs, time, sensor, event }) => [
        atMs === null ? time : new Date(atMs).toISOString().slice(0, 19).replace('T', ' '),
        sensor,
        event,
      ]),
    ],
  ];
}
