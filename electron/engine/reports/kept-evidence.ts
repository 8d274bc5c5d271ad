import type { Evidence } from '#shared/domain/command';
import type { Incident } from '#shared/domain/incident';

/** One command's output that an incident kept, with its place in the bundle. */
export interface KeptEvidence {
  readonly evidence: Evidence;
  readonly file: string;
  readonly errorFile: string;
}

/** Every output of an incident, once, in the order of the timeline. File names are made of our own words alone. */
export function keptEvidence(incident: Incident): KeptEvidence[] {
  const seen = new Map<string, Evidence>();
  for (const entry of incident.entries) {
    if (entry.kind !== 'evidence' && entry.kind !== 'action') continue;
    for (const evidence of entry.evidence ?? []) if (!seen.has(evidence.id)) seen.set(evidence.id, evidence);
  }
  return [...seen.values()].map((evidence, index) => {
    const words = [evidence.probeId ?? 'action', evidence.record.commandId].map(slug).join('-');
    const name = `evidence/${String(index + 1).padStart(3, '0')}-${words}`;
    return { evidence, file: `${name}.txt`, errorFile: `${name}.stderr.txt` };
  });
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
}
