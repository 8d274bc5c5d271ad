import { createHash } from 'node:crypto';
import type { Finding, Severity } from '#shared/domain/finding';
import { attributeSource } from '#shared/domain/parts/attribute-source';
import type { NodeParts } from '#shared/domain/parts/index';
import { partReaders } from '#shared/domain/parts/index';
import { unreadKinds } from '#shared/domain/parts/unread-kinds';
import type { ProbeInfo, ProbeResult } from '#shared/domain/probe';
import { checkProfile, type ProfileDifference } from '#shared/domain/profile/check-profile';
import type { Profile } from '#shared/domain/profile/profile';
import { printable } from '#shared/domain/text';
import { evidenceRef } from '../probes/evidence-ref';
import { differenceWords } from './difference-words';

export interface JudgedNode {
  readonly hostId: string;
  readonly look: NodeParts;
  readonly results: readonly ProbeResult[];
  readonly observedAtMs: number;
}

const order: readonly Severity[] = ['fatal', 'critical', 'warn', 'info'];
/** More evidence than this shows nothing new. */
const maxEvidence = 16;

/** Each way in which a node differs from a profile as a finding, the worst first. */
export function profileFindings(profile: Profile, node: JudgedNode, info: readonly ProbeInfo[]): Finding[] {
  const stateOf = new Map(node.results.map(({ probeId, state }) => [probeId, state]));
  return checkProfile(
    profile,
    node.look,
    unreadKinds((probeId) => stateOf.get(probeId)),
  )
    .map((difference) => findingOf(difference, profile, node, info))
    .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

/** What the fleet counts: what is known to be otherwise, and worth a look. */
export function needsAttention({ severity, state }: Finding): boolean {
  return severity !== 'info' && state !== 'unknown';
}

function findingOf(
  difference: ProfileDifference,
  profile: Profile,
  node: JudgedNode,
  info: readonly ProbeInfo[],
): Finding {
  const { aspect, severity, kind, attribute, slots } = difference;
  const key = JSON.stringify([
    profile.id,
    node.hostId,
    aspect,
    kind,
    attribute,
    difference.model,
    difference.found,
    slots,
  ]);
  return {
    id: createHash('sha256').update(key).digest('hex').slice(0, 24),
    code: `P-${aspect.toUpperCase()}`,
    hostId: node.hostId,
    state: stateOf(aspect, severity),
    severity,
    ...differenceWords(difference, profile.name),
    advice: [],
    subjects: slots.slice(0, maxEvidence).map(printable),
    evidence: evidenceOf(difference, node, info),
    actions: [],
    sources: [...profile.sources],
    observedAtMs: node.observedAtMs,
    origin: { profileId: profile.id },
  };
}

function stateOf(aspect: ProfileDifference['aspect'], severity: Severity): Finding['state'] {
  if (aspect === 'unknown') return 'unknown';
  if (severity === 'info') return 'healthy';
  return severity === 'warn' ? 'degraded' : 'unhealthy';
}

/** The facts of the parts it is about; of what is not there, what was read to see that. */
function evidenceOf(
  { kind, attribute, parts }: ProfileDifference,
  { results }: JudgedNode,
  info: readonly ProbeInfo[],
) {
  const sources =
    parts.length > 0
      ? parts.slice(0, maxEvidence).map((part) => attributeSource(part, attribute))
      : partReaders
          .filter((reader) => reader.kind === kind)
          .flatMap(({ needs }) => needs.map((probeId) => ({ probeId, factPath: '' })));
  const once = new Map(sources.map((source) => [`${source.probeId} ${source.factPath}`, source]));
  return [...once.values()].flatMap(({ probeId, factPath }) => {
    const result = results.find((one) => one.probeId === probeId);
    // A tool that is not there has told nothing of what is missing.
    return result && (parts.length > 0 || result.state !== 'missing-tool')
      ? [
          evidenceRef(
            result,
            info.find(({ id }) => id === probeId),
            factPath,
          ),
        ]
      : [];
  });
}
