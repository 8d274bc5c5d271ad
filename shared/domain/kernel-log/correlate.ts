import type {
  CodeAction,
  CorrelationKnowledge,
  CorrelationRuleId,
} from '../../knowledge/catalogs/kernel-log/kernel-log-schema';
import { Correlation, type CorrelationEntry, isXid, nearestOf } from './correlation';
import { severityRank } from './explain-event';
import type { LogEntry, LogGroup } from './log-report';

const SECONDS_30 = 30_000;
const MINUTE = 60_000;
/** Hardware events of one part count as one for five minutes, as in the ranking of findings. */
const WINDOW = 5 * MINUTE;
/** Of a GPU that takes its links and its neighbours with it. */
const LOST = [79, 62, 119];
const ECC_COMPANIONS = [63, 64, 94, 95, 171, 172];
const OF_APPLICATIONS = [13, 31];

/**
 * What the entries of a log mean together, by the rules of the catalogue: which is the cause and which its echo, entries in
 * groups by part and time, and the diagnosis to go on with. Pure; as long as the square of the entries, which are few.
 */
export function correlate(
  entries: readonly CorrelationEntry[],
  knowledge: CorrelationKnowledge,
  hasSwitches: boolean,
): { links: ReadonlyArray<Pick<LogEntry, 'role' | 'echoOf' | 'group'>>; groups: LogGroup[] } {
  const found = new Correlation(entries);
  killedProcesses(found);
  lostGpus(found);
  memoryErrors(found);
  followers(found);
  applications(found);
  if (hasSwitches) lonelyPreemptions(found);
  return found.result((ids, members, roots) => together(found, members, leadOf(roots), [...ids], knowledge));
}

/** 43 or 45 where the kernel ended the process for want of memory. */
function killedProcesses(found: Correlation): void {
  const kills = found.where(({ id }) => id === 'oom-kill');
  for (const echo of found.where((entry) => isXid(entry, 43, 45))) {
    const root = nearestOf(echo, kills, SECONDS_30);
    if (root) found.echo(echo, root, 'process-was-killed');
  }
}

function lostGpus(found: Correlation): void {
  const lost = found.where((entry) => isXid(entry, ...LOST) || entry.id === 'gpu-lost');
  for (const echo of found.where(({ id }) => id === 'gpu-lost')) {
    // The driver says the same again, without the number.
    const root = nearestOf(
      echo,
      lost.filter((entry) => isXid(entry, 79) && found.isSamePart(entry, echo)),
      MINUTE,
    );
    if (root) found.echo(echo, root, null);
  }
  for (const echo of found.where(({ id }) => id === 'sxid')) {
    const root = nearestOf(
      echo,
      lost.filter((entry) => !found.isEcho(entry) && found.isBefore(entry, echo)),
      MINUTE,
    );
    if (root) found.echo(echo, root, 'switch-lost-gpu');
  }
  const fatal = found.where((entry) => entry.id === 'sxid' && entry.isFatal === true);
  for (const victim of found.where((entry) => isXid(entry, 74))) {
    const other = lost.filter((entry) => !found.isSamePart(entry, victim));
    const root =
      nearestOf(victim, other, WINDOW) ??
      nearestOf(
        victim,
        fatal.filter((entry) => found.isBefore(entry, victim)),
        WINDOW,
      );
    if (root) found.echo(victim, root, 'nvlink-victim');
  }
  const gone = found.where((entry) => isXid(entry, 79) || (entry.id === 'gpu-lost' && !found.isEcho(entry)));
  for (const one of gone) {
    const other = nearestOf(
      one,
      gone.filter((entry) => !found.isSamePart(entry, one)),
      MINUTE,
    );
    if (other) found.join(one, other, 'several-gpus-lost');
  }
}

function memoryErrors(found: Correlation): void {
  for (const root of found.where((entry) => isXid(entry, 48))) {
    const near = found.where(
      (entry) => isXid(entry, ...ECC_COMPANIONS) && found.isSamePart(entry, root) && found.isNear(entry, root, WINDOW),
    );
    const codes = new Set(near.map(({ code }) => code));
    for (const echo of near) found.echo(echo, root, null);
    if (codes.has(95)) found.says(root, 'uncontained');
    else if (codes.has(94)) found.says(root, 'contained');
    // 171 and 172 say it outright; without them a repair of a row is of DRAM.
    const isSram = codes.has(172) || !(codes.has(63) || codes.has(64) || codes.has(171));
    found.says(root, isSram ? 'sram-fault' : 'dram-fault');
  }
}

/** 45, 43 and 154 come with other codes of the same GPU. */
function followers(found: Correlation): void {
  const others = found.where((entry) => entry.id === 'xid' && !isXid(entry, 43, 45, 154));
  const onSame = (echo: CorrelationEntry) => others.filter((entry) => found.isSamePart(entry, echo));
  for (const echo of found.where((entry) => isXid(entry, 43))) {
    const root = nearestOf(
      echo,
      onSame(echo).filter((entry) => found.isBefore(entry, echo)),
      SECONDS_30,
    );
    if (root) found.echo(echo, root, 'channel-reset-follows');
  }
  const resets = found.where((entry) => isXid(entry, 43));
  for (const echo of found.where((entry) => isXid(entry, 45))) {
    const root =
      nearestOf(echo, onSame(echo), SECONDS_30) ??
      nearestOf(
        echo,
        resets.filter((entry) => found.isSamePart(entry, echo)),
        SECONDS_30,
      );
    if (root) found.echo(echo, root, 'preemption-follows');
  }
  for (const echo of found.where((entry) => isXid(entry, 154))) {
    const root = nearestOf(echo, onSame(echo), SECONDS_30);
    if (root) found.echo(echo, root, 'recovery-action-outranks');
    else found.says(echo, 'recovery-action-outranks');
  }
}

function applications(found: Correlation): void {
  const faults = found.where((entry) => isXid(entry, ...OF_APPLICATIONS) && entry.processName !== null);
  for (const one of faults) {
    for (const other of faults) {
      if (other === one) continue;
      const isSameName = other.processName === one.processName;
      const isSamePart = found.isSamePart(one, other);
      if (isSamePart && !isSameName && one.unit !== null && one.unit === other.unit) {
        found.join(one, other, 'same-unit-many-applications');
      }
      if (!isSamePart && isSameName) found.join(one, other, 'application-moves');
    }
  }
}

function lonelyPreemptions(found: Correlation): void {
  const alone = found.where((entry) => isXid(entry, 45) && !found.isEcho(entry));
  for (const one of alone) {
    const other = nearestOf(
      one,
      alone.filter((entry) => !found.isSamePart(entry, one)),
      MINUTE,
    );
    if (other) found.join(one, other, 'preemption-alone-on-switches');
  }
}

/** Of rules that say different things, the one that asks for more comes first. */
const strongest: readonly CorrelationRuleId[] = ['several-gpus-lost', 'uncontained', 'contained'];

/** What is told of all; what to do, and the diagnosis, by the rules of what weighs most: those of a lesser one may ask for less. */
function together(
  found: Correlation,
  members: readonly CorrelationEntry[],
  lead: CorrelationEntry,
  ids: readonly CorrelationRuleId[],
  knowledge: CorrelationKnowledge,
): Pick<LogGroup, 'severity' | 'action' | 'tree' | 'rules'> & { lead: CorrelationEntry } {
  const ranked = [...ids].sort((left, right) => rank(left) - rank(right));
  const rules = ranked.map((id) => ({ id, when: knowledge.rules[id].when, says: knowledge.rules[id].says }));
  const told = members.filter((entry) => isXid(entry, 154) && entry.recovery !== null && isOfLead(found, entry, lead));
  const ofLead = found.rulesOf(lead);
  const byRule = <T>(read: (rule: CorrelationKnowledge['rules'][CorrelationRuleId]) => T | undefined): T | undefined =>
    ranked
      .filter((id) => ofLead.has(id))
      .map((id) => read(knowledge.rules[id]))
      .find((value) => value !== undefined);
  const severity = members.reduce(
    (worst, entry) => (severityRank(entry.severity) > severityRank(worst) ? entry.severity : worst),
    lead.severity,
  );
  const action: CodeAction | undefined = told.at(-1)?.action ?? byRule((rule) => rule.action);
  return { lead, rules, severity, action: action ?? lead.action, tree: byRule((rule) => rule.tree) ?? lead.tree };
}

/** Xid 154 speaks of its own GPU only. */
function isOfLead(found: Correlation, entry: CorrelationEntry, lead: CorrelationEntry): boolean {
  return entry === lead || found.isSamePart(entry, lead);
}

const rank = (id: CorrelationRuleId): number => {
  const at = strongest.indexOf(id);
  return at === -1 ? strongest.length : at;
};

/** What weighs most, and of those what came first. */
function leadOf(members: readonly CorrelationEntry[]): CorrelationEntry {
  return members.reduce((lead, entry) => (severityRank(entry.severity) > severityRank(lead.severity) ? entry : lead));
}
