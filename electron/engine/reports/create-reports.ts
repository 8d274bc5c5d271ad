import type { ReportOptions } from '#shared/contract/incidents';
import type { TreeGraph } from '#shared/domain/diagnosis';
import type { Incident, Redaction } from '#shared/domain/incident';
import packageJson from '../../../package.json' with { type: 'json' };
import type { AuditLog } from '../audit/audit-log';
import { sha256 } from '../audit/canonical-json';
import type { HostDirectory } from '../hosts/host-directory';
import type { Incidents } from '../incidents/create-incidents';
import { buildBundle } from './build-bundle';
import { buildReport } from './build-report';
import { keptEvidence } from './kept-evidence';
import { planRedaction, type RedactionPlan } from './redact';
import { renderHtml } from './render-html';
import { renderMarkdown } from './render-markdown';

export interface ReportsDeps {
  readonly incidents: Pick<Incidents, 'get'>;
  readonly hosts: Pick<HostDirectory, 'everyHost'>;
  readonly audit: AuditLog;
  readonly nowMs: () => number;
  /** Diagnoses as they are drawn; without it they and their steps are shown by their ids. */
  readonly tree?: (treeId: string) => TreeGraph | null;
}

export interface Reports {
  preview(options: ReportOptions): { redactions: Redaction[]; html: string };
  render(options: ReportOptions & { format: 'html' | 'markdown' | 'zip' }): {
    fileName: string;
    mediaType: string;
    bytes: Uint8Array<ArrayBuffer>;
  };
}

/** Reports of incidents. Everything identifying is hidden before a report is built, so no format can let it through. */
export function createReports({ incidents, hosts, audit, nowMs, tree }: ReportsDeps): Reports {
  /** Working out what to hide takes longer than anything else here, and each tick of a box asks for a new preview. */
  let last: { key: string; plan: RedactionPlan } | null = null;

  function planFor(incident: Incident): RedactionPlan {
    const specs = hosts.everyHost();
    const key = JSON.stringify([incident.id, incident.title, incident.entryCount, specs]);
    if (last?.key !== key) last = { key, plan: planRedaction(withoutExactBytes(incident), specs) };
    return last.plan;
  }

  /** What may be shown, and the list of what may not. */
  function prepare({ incidentId, isRedacted, reveal }: ReportOptions) {
    const incident = incidents.get(incidentId);
    const names = new Map(hosts.everyHost().map(({ id, name }) => [id, name]));
    const hostNames = new Map(incident.hostIds.map((hostId) => [hostId, names.get(hostId) ?? hostId]));
    // Of the exact bytes, before anything is hidden: whoever has the node's own output can tell that it is this one.
    const hashes = new Map(
      keptEvidence(incident).map(({ evidence: { id, stdoutText, stdoutBase64 } }) => [
        id,
        sha256(stdoutBase64 === undefined ? stdoutText : Buffer.from(stdoutBase64, 'base64')),
      ]),
    );
    if (!isRedacted) return { incident, hostNames, hashes, redactions: [], hiddenCount: null };
    const plan = planFor(incident);
    const revealed = new Set(reveal);
    return {
      hashes,
      incident: plan.apply(withoutExactBytes(incident), revealed),
      hostNames: new Map([...hostNames].map(([hostId, name]) => [hostId, plan.apply(name, revealed)])),
      redactions: plan.redactions,
      hiddenCount: plan.redactions.filter(({ token }) => !revealed.has(token)).length,
    };
  }

  return {
    preview(options) {
      const { redactions, ...shown } = prepare(options);
      const report = buildReport({ ...shown, tree, language: options.language, madeAtMs: nowMs() });
      return { redactions, html: renderHtml(report) };
    },

    render(options) {
      const { format, language, isRedacted, incidentId } = options;
      const { incident, hostNames, hashes, hiddenCount } = prepare(options);
      const madeAtMs = nowMs();
      const report = buildReport({ incident, hostNames, hashes, hiddenCount, language, madeAtMs, tree });
      const encode = (text: string) => new TextEncoder().encode(text);
      // The number alone: a title may name what the report hides.
      const name = `gantry-INC-${incident.number}`;
      audit.append({
        event: 'report.export',
        detail: { incidentId, format, language, isRedacted, reveal: options.reveal, hiddenCount },
      });
      switch (format) {
        case 'html':
          return { fileName: `${name}.html`, mediaType: 'text/html', bytes: encode(renderHtml(report)) };
        case 'markdown':
          return { fileName: `${name}.md`, mediaType: 'text/markdown', bytes: encode(renderMarkdown(report)) };
        case 'zip': {
          const [html, markdown] = [renderHtml(report), renderMarkdown(report)];
          const { version } = packageJson;
          const bytes = buildBundle({ incident, hostNames, language, madeAtMs, isRedacted, version, html, markdown });
          return { fileName: `${name}.zip`, mediaType: 'application/zip', bytes };
        }
      }
    },
  };
}

/** The raw bytes of output can't be redacted; its text, which can, says the same. */
function withoutExactBytes(incident: Incident): Incident {
  return {
    ...incident,
    entries: incident.entries.map((entry) =>
      entry.kind === 'evidence' || entry.kind === 'action'
        ? {
            ...entry,
            evidence: (entry.evidence ?? []).map(({ stdoutBase64: _, stderrBase64: __, ...evidence }) => evidence),
          }
        : entry,
    ),
  };
}
