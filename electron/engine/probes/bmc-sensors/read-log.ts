import type { BmcLogFacts } from '#shared/domain/facts/power';
import { ipmitool, noAnswer, textOfCommand } from '../lib/ipmi';
import { integerOf, linesOf, readPairs } from '../lib/lines';
import { isProblem, type Problem, unparsable } from '../lib/outcome';
import type { CommandOutputs } from '../probe';
import { type NodeClock, readBmcTime, readEntry } from './read-entry';

export const logCommand = ipmitool('ipmi-sel', ['-c', 'sel', 'elist', 'last', '100'], 60_000);
export const logInfoCommand = ipmitool('ipmi-sel-info', ['sel', 'info'], 20_000);
export const logTimeCommand = ipmitool('ipmi-sel-time', ['sel', 'time', 'get'], 20_000);

/** `nodeText` is what the script that looks for the BMC printed, the node's own time among it. */
export function readLog(outputs: CommandOutputs, nodeText: string): BmcLogFacts | Problem {
  const output = outputs[logCommand.id];
  const told = output?.state === 'exited' ? output : undefined;
  const node = readNodeClock(nodeText);
  const lines = linesOf(told?.stdout ?? '', 1024).filter((line) => line.trim() !== '');
  const entries = lines.flatMap((line) => readEntry(line, node) ?? []);
  const isEmpty = /SEL has no entries/.test(`${told?.stdout ?? ''}${told?.stderr ?? ''}`);
  if (!told || !(isEmpty || entries.length * 2 > lines.length)) {
    const none = noAnswer(outputs, logCommand);
    return none !== null && isProblem(none) ? none : unparsable(logCommand, output);
  }
  const about = readPairs(textOfCommand(outputs, logInfoCommand), ':');
  const now = readBmcTime(textOfCommand(outputs, logTimeCommand).trim(), node);
  return {
    entries: entries.reverse(),
    entryCount: integerOf(about.get('Entries')) ?? (isEmpty ? 0 : null),
    usedPercent: integerOf(/^(\d{1,3})%?$/.exec(about.get('Percent Used') ?? '')?.[1]),
    isOverflown: readFlag(about.get('Overflow')),
    clockOffsetSeconds: now !== null && node.nowMs !== null ? Math.round((now - node.nowMs) / 1000) : null,
  };
}

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
