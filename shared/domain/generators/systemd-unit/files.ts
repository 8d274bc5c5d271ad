import type { GeneratedFile, GeneratorProblem, Values } from '../generator';
import { both, filledIn, groupOf, isOn, numberOf, oneLine, pairsOf, problem, rowsOf, textOf, textsOf } from '../values';
import { lostComments } from '../yaml-file';
import { sections } from './fields';
import { commandWord, plainValue, readUnit, type UnitLine, word, wordsOf } from './syntax';

/** What stands in the file as it is in the form, by the kind of its value. */
const unitLists = ['After', 'Wants', 'Requires'] as const;
const serviceTexts = ['User', 'Group', 'WorkingDirectory', 'EnvironmentFile', 'MemoryMax', 'CPUAffinity'] as const;
const serviceChoices = ['Type', 'Restart', 'ProtectSystem', 'ProtectHome'] as const;
const serviceNumbers = ['RestartSec', 'TimeoutStartSec', 'TimeoutStopSec', 'LimitNOFILE'] as const;
const serviceFlags = [
  'RemainAfterExit',
  'NoNewPrivileges',
  'PrivateTmp',
  'PrivateDevices',
  'ProtectKernelTunables',
  'ProtectKernelModules',
  'ProtectControlGroups',
  'RestrictSUIDSGID',
  'LockPersonality',
  'MemoryDenyWriteExecute',
] as const;
/** Once a line each; others stand behind one another in one line. */
const serviceLines = ['DeviceAllow', 'ReadWritePaths'] as const;
const serviceWords = ['CapabilityBoundingSet', 'AmbientCapabilities'] as const;

type Setting = readonly [name: string, value: string | null];

/** Sections of other programs begin with X-. */
export const sectionPattern = /^[A-Za-z][\w-]*$/;
export const unitNamePattern = /^[A-Za-z0-9:_.@-]{1,200}$/;

export function files(form: Values): GeneratedFile[] {
  const given = textOf(form, 'name') ?? '';
  const name = unitNamePattern.test(given) ? given : 'unit';
  const timer = groupOf(form, 'timer');
  const calendar = textOf(timer, 'OnCalendar');
  const place = (fileName: string) => ({ fileName, language: 'ini' as const, path: `/etc/systemd/system/${fileName}` });
  return [
    {
      ...place(`${name}.service`),
      text: unitText(form, calendar !== null),
      // With a timer, that one starts it.
      ...(calendar === null ? { activation: 'unit' as const } : {}),
    },
    ...(calendar === null
      ? []
      : [
          {
            ...place(`${name}.timer`),
            text: timerText(form, calendar, isOn(timer, 'Persistent')),
            activation: 'unit' as const,
          },
        ]),
  ];
}

function unitText(form: Values, hasTimer: boolean): string {
  const plain = (name: string): Setting => {
    const text = textOf(form, name);
    return [name, text === null ? null : plainValue(text)];
  };
  const others = (section: string): Setting[] =>
    rowsOf(form, 'other').flatMap((row) => {
      const name = textOf(row, 'name');
      const isMeant = textOf(row, 'section') === section && name !== null && /^[\w-]+$/.test(name);
      return isMeant ? [[name, oneLine(textOf(row, 'value') ?? '').replace(/[\s\\]+$/, '')]] : [];
    });
  const commands = (words: readonly string[]) => (words.length > 0 ? words.map(commandWord).join(' ') : null);
  const environment = Object.entries(pairsOf(form, 'Environment'));
  // A timer starts it; by itself it would run at every boot.
  const wantedBy = hasTimer ? [] : textsOf(form, 'WantedBy');
  const own = ['Unit', 'Service', 'Install'];
  const more = rowsOf(form, 'other').flatMap((row) => textOf(row, 'section') ?? []);
  const added = [...new Set(more)].filter((section) => sectionPattern.test(section) && !own.includes(section));
  return sectionsText({
    Unit: [
      plain('Description'),
      ...unitLists.map((name): Setting => [name, list(textsOf(form, name))]),
      ...others('Unit'),
    ],
    Service: [
      ...serviceChoices.slice(0, 1).map(plain),
      ...rowsOf(form, 'ExecStartPre').map((row): Setting => ['ExecStartPre', commands(textsOf(row, 'words'))]),
      ['ExecStart', commands(textsOf(form, 'ExecStart'))],
      ...serviceTexts.slice(0, 3).map(plain),
      ...environment.map(([name, value]): Setting => ['Environment', word(`${name}=${value}`)]),
      ...serviceTexts.slice(3).map(plain),
      ...serviceChoices.slice(1).map(plain),
      ...serviceNumbers.map((name): Setting => [name, numberOf(form, name)?.toString() ?? null]),
      ['LimitMEMLOCK', isOn(form, 'memlockUnlimited') ? 'infinity' : null],
      ...serviceFlags.map((name): Setting => [name, isOn(form, name) ? 'true' : null]),
      ...serviceLines.flatMap((name) =>
        textsOf(form, name).map((one): Setting => [name, name === 'DeviceAllow' ? plainValue(one) : word(one)]),
      ),
      ...serviceWords.map((name): Setting => [name, list(textsOf(form, name))]),
      ...others('Service'),
    ],
    Install: [['WantedBy', list(wantedBy)], ...others('Install')],
    ...Object.fromEntries(added.map((section) => [section, others(section)])),
  });
}

function timerText(form: Values, calendar: string, isPersistent: boolean): string {
  return sectionsText({
    Unit: [['Description', plainValue(textOf(form, 'Description') ?? '')]],
    Timer: [
      ['OnCalendar', plainValue(calendar)],
      ['Persistent', isPersistent ? 'true' : null],
    ],
    Install: [['WantedBy', 'timers.target']],
  });
}

/** Names of units and capabilities: what is none is flagged and left out. */
function list(names: readonly string[]): string | null {
  const known = names.filter((name) => unitNamePattern.test(name));
  return known.length > 0 ? known.join(' ') : null;
}

function sectionsText(sections: Readonly<Record<string, readonly Setting[]>>): string {
  return Object.entries(sections)
    .flatMap(([section, settings]) => {
      const lines = settings.flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]));
      return lines.length > 0 ? [`[${section}]\n${lines.join('\n')}\n`] : [];
    })
    .join('\n');
}

const isTrue = (value: string) => /^(1|yes|y|true|t|on)$/i.test(value);
const plainText = (value: string) => value.replaceAll('%%', '%');

export function read(text: string): { values: Record<string, unknown>; notes: GeneratorProblem[] } | null {
  const lines = readUnit(text);
  if (lines === null || !lines.some(({ section }) => section === 'Service')) return null;
  const values: Record<string, unknown[] | unknown> = {};
  const other: UnitLine[] = [];
  const push = (name: string, ...all: unknown[]) => {
    values[name] = [...((values[name] as unknown[] | undefined) ?? []), ...all];
  };
  for (const line of lines) if (!take(line, values, push)) other.push(line);
  const notes = other.length > 0 ? [keptLines(other)] : [];
  const filled = filledIn({ ...values, other }) ?? {};
  return { values: filled, notes: [...notes, ...(/^[ \t]*[#;]/m.test(text) ? lostComments(' #') : [])] };
}

function keptLines(lines: readonly UnitLine[]): GeneratorProblem {
  const names = lines.map(({ section, name }) => `[${section}] ${name}`);
  const shown = names.length > 8 ? [...names.slice(0, 8), '…'] : names;
  return problem('info', ['other'], both(`Kept as it is: ${shown.join(', ')}.`, `原样保留：${shown.join('、')}。`));
}

/** Of a setting that has choices: whether it is one of them. */
function isChoice(name: string, value: string): boolean {
  const field = sections.flatMap(({ fields }) => fields).find((one) => one.name === name);
  return field?.kind === 'choice' && field.choices.some((choice) => choice.value === value);
}

/** False: the form has no field for it. */
function take(
  { section, name, value }: UnitLine,
  values: Record<string, unknown>,
  push: (name: string, ...all: unknown[]) => void,
): boolean {
  const isIn = (names: readonly string[]) => names.includes(name);
  // An empty one takes back what was before: no field says that.
  if (value === '') return false;
  if (section === 'Unit') {
    if (name === 'Description') values[name] = plainText(value);
    else if (isIn(unitLists)) push(name, ...value.split(/\s+/));
    else return false;
    return true;
  }
  if (section === 'Install') {
    if (name !== 'WantedBy') return false;
    push(name, ...value.split(/\s+/));
    return true;
  }
  if (section !== 'Service') return false;
  return takeService(name, value, values, push, isIn);
}

function takeService(
  name: string,
  value: string,
  values: Record<string, unknown>,
  push: (name: string, ...all: unknown[]) => void,
  isIn: (names: readonly string[]) => boolean,
): boolean {
  const words = wordsOf(value)?.map(plainText) ?? null;
  if (name === 'ExecStart' || name === 'ExecStartPre') {
    // Prefixes and several commands have no field.
    if (words === null || (!value.startsWith('/') && !value.startsWith('"/'))) return false;
    const meant = words.map((one) => one.replaceAll('$$', '$'));
    if (/(?:^|[^$])(?:\$\$)*\$(?!\$)/.test(value) || words.includes(';')) return false;
    if (name === 'ExecStartPre') push(name, { words: meant });
    else if (values[name] !== undefined) return false;
    else values[name] = meant;
  } else if (name === 'Environment') {
    if (words === null) return false;
    for (const one of words) push(name, { name: one.split('=')[0] ?? '', value: one.slice(one.indexOf('=') + 1) });
  } else if (isIn(serviceTexts)) values[name] = plainText(value);
  else if (isChoice(name, value)) values[name] = value;
  else if (isIn(serviceNumbers) && /^\d+(\.\d+)?$/.test(value)) values[name] = Number(value);
  else if (name === 'LimitMEMLOCK' && value === 'infinity') values.memlockUnlimited = true;
  else if (isIn(serviceFlags) && isTrue(value)) values[name] = true;
  else if (name === 'DeviceAllow') push(name, plainText(value));
  else if (name === 'ReadWritePaths') push(name, ...(words ?? []));
  else if (isIn(serviceWords) && /^[A-Z_ ]+$/.test(value)) push(name, ...value.split(/\s+/));
  else return false;
  return true;
}
