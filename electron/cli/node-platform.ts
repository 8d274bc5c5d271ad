import type { NodeFacts } from '#shared/domain/facts/index';
import type { BmcPowerSupply } from '#shared/domain/facts/power';
import { memoryShortfall } from '#shared/domain/memory-shortfall';
import { bytes } from './format';
import { amount, type Cell, type Tone } from './table';

type Section = [headers: readonly string[], rows: Cell[][]];
type Words = ReadonlyArray<string | null | undefined | false>;

/** One line each of what stands around the processors. */
export function platformOverview(facts: NodeFacts): Array<[string, Words]> {
  const { machine, bmc, 'memory-modules': memory, 'platform-security': security, cpu, 'bmc-sensors': sensors } = facts;
  const hugePages = facts.memory?.hugePagePools;
  const modules = memory?.modules.filter(({ isEmpty }) => !isEmpty) ?? [];
  const shortfall = memory ? memoryShortfall(memory) : null;
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
      ],
    ],
    ['Fans', fanWords(sensors)],
    [
      'Huge pages',
      (hugePages ?? []).map(
        ({ sizeBytes, total, free }) =>
          total !== null && total > 0 && `${total} of ${bytes(sizeBytes)}, ${free ?? '?'} free`,
      ),
    ],
  ];
}

function fanWords(sensors: NodeFacts['bmc-sensors']): Words {
  const fans = (sensors?.fans ?? []).filter(({ state }) => state !== 'absent');
  const speeds = fans.flatMap(({ speedRpm }) => speedRpm ?? []);
  return [
    fans.length > 0 && `${fans.length}`,
    speeds.length > 0 && `${Math.min(...speeds)} to ${Math.max(...speeds)} RPM`,
    ...fans.filter(({ state }) => state !== 'ok').map(({ name, state }) => `${name} ${state}`),
  ];
}

/** Slots with the same in them, as `16 × 64 GiB`. */
function moduleRows(memory: NodeFacts['memory-modules']): Cell[][] {
  const groups = new Map<string, { cells: Cell[]; slots: string[] }>();
  for (const one of memory?.modules ?? []) {
    const cells: Cell[] = one.isEmpty
      ? [null, 'empty', null, null, null]
      : [
          one.sizeBytes === null ? null : amount(bytes(one.sizeBytes)),
          one.type,
          one.speedMTs === null ? null : amount(`${one.configuredSpeedMTs ?? '?'} of ${one.speedMTs} MT/s`),
          one.manufacturer,
          one.partNumber,
        ];
    const key = JSON.stringify(cells);
    const group = groups.get(key) ?? { cells, slots: [] };
    group.slots.push(one.locator);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ cells, slots }) => [slots.length, ...cells, slots.join(' ')]);
}

function numaRows({ numa }: NodeFacts): Cell[][] {
  return (numa?.nodes ?? []).map(({ id, cpus, memoryTotalBytes, memoryFreeBytes, distances }) => [
    id,
    cpus,
    amount(bytes(memoryTotalBytes)),
    amount(bytes(memoryFreeBytes)),
    distances.join(' '),
  ]);
}

const supplyTones: Readonly<Partial<Record<BmcPowerSupply['state'], Tone>>> = {
  ok: 'good',
  warning: 'warn',
  failed: 'bad',
  'input-lost': 'bad',
};

function supplyRows({ 'bmc-sensors': sensors, redfish }: NodeFacts): Cell[][] {
  const supplies = sensors && sensors.powerSupplies.length > 0 ? sensors.powerSupplies : (redfish?.powerSupplies ?? []);
  return supplies.map(({ name, state, inputW, inputV, detail }) => [
    name,
    { text: state, tone: supplyTones[state] },
    inputW === null ? null : amount(`${inputW} W`),
    inputV === null ? null : amount(`${inputV} V`),
    detail,
  ]);
}

function upsRows({ ups }: NodeFacts): Cell[][] {
  return (ups?.devices ?? []).map(
    ({ name, problem, statusText, chargePercent, runtimeSeconds, loadPercent, ...one }) => [
      name,
      [one.manufacturer, one.model].filter(Boolean).join(' ') || null,
      problem === null ? (statusText ?? 'unknown') : { text: problem, tone: 'warn' },
      chargePercent === null ? null : amount(`${chargePercent} %`),
      runtimeSeconds === null ? null : amount(`${Math.floor(runtimeSeconds / 60)} min`),
      loadPercent === null ? null : amount(`${loadPercent} %`),
    ],
  );
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
  const events = (facts['bmc-sensors']?.log?.entries ?? [])
    .filter(({ severity }) => severity === 'critical')
    .slice(0, 10);
  return [
    [['NUMA NODE', 'CPUS', 'MEMORY', 'FREE', 'DISTANCES'], numaRows(facts)],
    [['SLOTS', 'SIZE', 'TYPE', 'SPEED', 'MAKER', 'PART', 'WHERE'], moduleRows(facts['memory-modules'])],
    [['POWER SUPPLY', 'STATE', 'INPUT', 'VOLTAGE', 'SAYS'], supplyRows(facts)],
    [['UPS', 'MODEL', 'STATE', 'CHARGE', 'LASTS', 'LOAD'], upsRows(facts)],
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
