import { writtenArgv } from '#shared/domain/command';
import { factName, type ProbeInfo } from '#shared/domain/probe';
import { allProbes } from './all';

const defaultTimeoutMs = 3000;

/** What is fixed about each probe: its commands and which of them each fact comes from. */
export const probeInfo: readonly ProbeInfo[] = allProbes.map((probe) => ({
  id: probe.id,
  factName: factName(probe.id),
  commands: probe.commands.map((command) => ({
    id: command.id,
    argv: writtenArgv(command),
    privilege: command.privilege ?? 'user',
    timeoutMs: command.timeoutMs ?? defaultTimeoutMs,
  })),
  sources: { ...probe.sources },
}));
