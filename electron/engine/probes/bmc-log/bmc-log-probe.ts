import type { CommandSpec } from '#shared/domain/command';
import type { BmcLogFacts } from '#shared/domain/facts/power';
import { bmcDevice, noAnswer, textOfCommand } from '../lib/ipmi';
import { integerOf, linesOf, readPairs } from '../lib/lines';
import { isProblem, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { type NodeClock, readBmcTime, readEntry } from './read-entry';

const log: CommandSpec = {
  id: 'ipmi-sel',
  argv: ['ipmitool', '-c', 'sel', 'elist', 'last', '100'],
  privilege: 'root',
  lane: 'bmc',
  maxOutputBytes: 512 * 1024,
  timeoutMs: 60_000,
};
const info: CommandSpec = {
  id: 'ipmi-sel-info',
  argv: ['ipmitool', 'sel', 'info'],
  privilege: 'root',
  lane: 'bmc',
  maxOutputBytes: 512 * 1024,
  timeoutMs: 20_000,
};
const clock: CommandSpec = {
  id: 'ipmi-sel-time',
  argv: ['ipmitool', 'sel', 'time', 'get'],
  privilege: 'root',
  lane: 'bmc',
  maxOutputBytes: 512 * 1024,
  timeoutMs: 20_000,
};

export const bmcLogProbe = defineProbe({
  id: 'bmc-log',
  commands: [log, info, clock, bmcDevice],
  sources: {
    '': 'ipmi-sel',
    entryCount: 'ipmi-sel-info',
    usedPercent: 'ipmi-sel-info',
    isOverflown: 'ipmi-sel-info',
    clockOffsetSeconds: 'ipmi-sel-time',
    presence: 'bmc-device',
  },
  parse(outputs) {
    const output = outputs[log.id];
    const told = output?.state === 'exited' ? output : undefined;
    const node = readNodeClock(textOfCommand(outputs, bmcDevice));
    const lines = linesOf(told?.stdout ?? '', 1024).filter((line) => line.trim() !== '');
    const entries = lines.flatMap((line) => readEntry(line, node) ?? []);
    const isEmpty = /SEL has no entries/.test(`${told?.stdout ?? ''}${told?.stderr ?? ''}`);
    if (told && (isEmpty || entries.length * 2 > lines.length)) {
      const about = readPairs(textOfCommand(outputs, info), ':');
      const now = readBmcTime(textOfCommand(outputs, clock).trim(), node);
      const facts: BmcLogFacts = {
        presence: 'present',
        entries: entries.reverse(),
        entryCount: integerOf(about.get('Entries')) ?? (isEmpty ? 0 : null),
        usedPercent: integerOf(/^(\d{1,3})%?$/.exec(about.get('Percent Used') ?? '')?.[1]),
        isOverflown: readFlag(about.get('Overflow')),
        clockOffsetSeconds: now !== null && node.nowMs !== null ? Math.round((now - node.nowMs) / 1000) : null,
      };
      return { state: 'ok', facts };
    }
    const none = noAnswer(outputs, log);
    if (none === null) return unparsable(log, output);
    if (isProblem(none)) return none;
    const nothing = { entries: [], entryCount: null, usedPercent: null, isOverflown: null, clockOffsetSeconds: null };
    return { state: 'ok', facts: { presence: none.presence, ...nothing } };
  },
});

function readFlag(word: string | undefined): boolean | null {
  return word === 'true' ? true : word === 'false' ? false : null;
}

/** `time=1700000000 +0800`: the node's clock and zone as its own `date` has them. */
function readNodeClock(text: string): NodeClock {
  const match = /^time=(\d{9,11}) ([+-])(\d{2})(\d{2})$/m.exec(text);
  if (!match) return { nowMs: null, zoneMinutes: 0 };
  const minutes = Number(match[3]) * 60 + Number(match[4]);
  return { nowMs: Number(match[1]) * 1000, zoneMinutes: match[2] === '-' ? -minutes : minutes };
}
