import { printable } from '#shared/domain/text';
import type { PlanCheck } from '../action';
import type { Texts } from '../knowledge';
import { describeHolds, type GpuMemory } from './gpu-memory';
import type { Inspection } from './programs';

export type FoundProcess = Extract<Inspection, { kind: 'found' }>;

/** A zombie whose other threads still run holds its memory and can be killed; one without is only an entry. */
export function isDeadZombie(process: FoundProcess): boolean {
  return process.state === 'Z' && process.threads <= 1;
}

export function processCheck(process: FoundProcess, texts: Texts, evidenceId: string): PlanCheck {
  const line = process.psLine || `${process.parentPid} ${process.user} ${process.state} ${process.commandLine}`;
  const detail = texts('processLine', { line, user: process.user, cgroup: process.cgroups.join(' ') || '-' });
  return { title: texts('checkProcess'), outcome: 'pass', detail, evidenceId };
}

/** A process that was found some time ago must still be the one that has its number now. */
export function sameCheck(expected: string | null | undefined, process: FoundProcess, texts: Texts): PlanCheck[] {
  if (!expected) return [];
  const title = texts('checkSame');
  const normal = (line: string) => printable(line).replace(/\s+/g, ' ').trim();
  const now = normal(process.commandLine);
  // `ps` may have cut the line that was found.
  const isSame =
    now !== '' && (now === normal(expected) || (expected.length >= 200 && now.startsWith(normal(expected))));
  if (isSame) return [{ title, outcome: 'pass', detail: texts('isSame') }];
  return [{ title, outcome: 'fail', detail: texts('isOther', { expected, now: now || process.name }) }];
}

export function protectedCheck(pid: number, process: FoundProcess, texts: Texts): PlanCheck {
  const title = texts('checkProtected');
  const { name } = process;
  if (pid === 1) return { title, outcome: 'fail', detail: texts('isInit') };
  if (process.isKernelThread) return { title, outcome: 'fail', detail: texts('isKernelThread', { name }) };
  if (process.isOwnSession) return { title, outcome: 'fail', detail: texts('isOwnSession', { name }) };
  if (/^sshd(?:-session|-auth)?$/.test(name)) return { title, outcome: 'fail', detail: texts('isSshd', { name }) };
  return { title, outcome: 'pass', detail: texts('notProtected') };
}

export function killableCheck(process: FoundProcess, texts: Texts): PlanCheck {
  const title = texts('checkKillable');
  if (isDeadZombie(process)) {
    const params = { parent: process.parentPid, parentName: process.parentName || '?' };
    return { title, outcome: 'fail', detail: texts('isZombie', params) };
  }
  if (process.state === 'D') {
    return { title, outcome: 'fail', detail: texts('isUninterruptible', { waits: process.waitsIn || '?' }) };
  }
  return { title, outcome: 'pass', detail: texts('killable', { state: process.state }) };
}

export function holdsCheck(pid: number, memory: GpuMemory, texts: Texts): PlanCheck {
  const title = texts('checkHolds');
  const holds = describeHolds(memory.holds);
  if (memory.holds.length > 0) {
    const isKnown = memory.holds.every((hold) => hold.heldBytes !== null);
    return {
      title,
      outcome: isKnown ? 'pass' : 'warn',
      detail: texts(isKnown ? 'holdsMemory' : 'holdsUnknown', { holds }),
    };
  }
  // Only the driver's word counts as "holds nothing"; the device files need root and may be out of reach.
  if (memory.unread.includes('gpu') && memory.unread.includes('gpu-processes')) {
    return { title, outcome: 'unknown', detail: texts('holdersUnread', { pid, probes: memory.unread.join(', ') }) };
  }
  if (memory.unread.includes('gpu-holders')) {
    return { title, outcome: 'unknown', detail: texts('holdersUnread', { pid, probes: 'gpu-holders' }) };
  }
  return { title, outcome: 'fail', detail: texts('holdsNothing', { pid }) };
}

export function othersCheck(memory: GpuMemory, texts: Texts): PlanCheck {
  const detail =
    memory.others.length === 0 ? texts('othersNone') : texts('othersListed', { others: memory.others.join('; ') });
  return { title: texts('checkOthers'), outcome: 'pass', detail };
}

/** Says who would start it again: a container, a scheduler job or a systemd service, by its cgroup. */
export function serviceCheck(process: FoundProcess, texts: Texts): PlanCheck {
  const title = texts('checkService');
  const groups = process.cgroups.join('\n');
  const job = /slurm[^\n]*\/job_(\d+)/.exec(groups)?.[1];
  if (job) return { title, outcome: 'warn', detail: texts('serviceScheduler', { job }) };
  const container =
    /(?:docker|libpod|cri-containerd|crio)[-/]([0-9a-f]{12})[0-9a-f]{52}/.exec(groups)?.[1] ??
    /\b(kubepods)\b/.exec(groups)?.[1];
  if (container) return { title, outcome: 'warn', detail: texts('serviceContainer', { container }) };
  // user@1000.service and the login session's scope are where a user's own commands live.
  const unit = /\/([^/\n]+\.service)(?=\/|$)/m.exec(groups.replace(/\/user@\d+\.service/g, ''))?.[1];
  if (unit) return { title, outcome: 'warn', detail: texts('serviceUnit', { unit }) };
  return { title, outcome: 'pass', detail: texts('serviceNone') };
}
