import type { ReportOptions } from '#shared/contract/incidents';
import type { TreeGraph } from '#shared/domain/diagnosis';
import type { Incident, Redaction } from '#shared/domain/incident';
import type { ManualPhoto } from '#shared/domain/manual/manual-work';
import type { LocalizedText } from '#shared/domain/text';
import packageJson from '../../../package.json' with { type: 'json' };
import type { AuditLog } from '../audit/audit-log';
import { sha256 } from '../audit/canonical-json';
import type { HostDirectory } from '../hosts/host-directory';
import type { Attachments } from '../incidents/attachments/create-attachments';
import type { Incidents } from '../incidents/create-incidents';
import { attachmentFile } from './attachment-file';
import { buildBundle } from './build-bundle';
import { buildReport } from './build-report';
import { keptEvidence } from './kept-evidence';
import { planRedaction, type RedactionPlan } from './redact';
import { renderHtml } from './render-html';
import { renderMarkdown } from './render-markdown';

export interface ReportsDeps {
  readonly incidents: Pick<Incidents, 'get'>;
  readonly attachments: Pick<Attachments, 'read'>;
  readonly hosts: Pick<HostDirectory, 'everyHost'>;
  readonly audit: AuditLog;
  readonly nowMs: () => number;
  readonly photo?: (photo: ManualPhoto) => Uint8Array | null;
  /** Diagnoses as they are drawn; without it they and their steps are shown by their ids. */
  readonly tree?: (treeId: string) => TreeGraph | null;
  readonly manualTitle?: (procedureId: string) => LocalizedText | null;
}

export interface Reports {
  preview(options: ReportOptions): { redactions: Redaction[]; html: string };
  render(options: ReportOptions & { format: 'html' | 'markdown' | 'zip'; pdf?: Uint8Array | undefined }): {
    fileName: string;
    mediaType: string;
    bytes: Uint8Array<ArrayBuffer>;
  };
}

/** Reports of incidents. Everything identifying is hidden before a report is built, so no format can let it through. */
export function createReports(deps: ReportsDeps): Reports {
  const { incidents, attachments, hosts, audit, nowMs, tree, photo, manualTitle } = deps;
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
    // A photo can't have names and serial numbers taken out of it: it is only in a report that hides nothing.
    if (!isRedacted) return { incident, hostNames, hashes, redactions: [], hiddenCount: null, photo };
    const plan = planFor(incident);
    const revealed = new Set(reveal);
    return {
      photo: undefined,
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
      const report = buildReport({ ...shown, tree, manualTitle, language: options.language, madeAtMs: nowMs() });
      return { redactions, html: renderHtml(report) };
    },

    render(options) {
      const { format, language, isRedacted, incidentId } = options;
      const { redactions: _, ...shown } = prepare(options);
      const { incident, hostNames } = shown;
      const madeAtMs = nowMs();
      const report = buildReport({ ...shown, language, madeAtMs, tree, manualTitle });
      const encode = (text: string) => new TextEncoder().encode(text);
      // The number alone: a title may name what the report hides.
      const name = `gantry-INC-${incident.number}`;
      audit.append({
        event: 'report.export',
        detail: { incidentId, format, language, isRedacted, reveal: options.reveal, hiddenCount: shown.hiddenCount },
      });
      switch (format) {
        case 'html':
          return { fileName: `${name}.html`, mediaType: 'text/html', bytes: encode(renderHtml(report)) };
        case 'markdown':
          return { fileName: `${name}.md`, mediaType: 'text/markdown', bytes: encode(renderMarkdown(report)) };
        case 'zip': {
          const [html, markdown] = [renderHtml(report), renderMarkdown(report)];
          const { version } = packageJson;
          const { pdf } = options;
          // What is in a bug report can't be hidden.
          const files = isRedacted ? new Map<string, Uint8Array>() : filesOf(incident, attachments);
          const bytes = buildBundle({
            incident,
            hostNames,
            language,
            madeAtMs,
            isRedacted,
            version,
            html,
            markdown,
            files: pdf ? new Map([...files, ['report.pdf', pdf]]) : files,
          });
          return { fileName: `${name}.zip`, mediaType: 'application/zip', bytes };
        }
      }
    },
  };
}

/** Files of nodes by their place in the bundle; one that is gone is left out, and the report says which there were. */
function filesOf({ entries }: Incident, attachments: Pick<Attachments, 'read'>): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const entry of entries) {
    const bytes = entry.kind === 'file' ? attachments.read(entry.sha256) : null;
    if (entry.kind === 'file' && bytes) files.set(attachmentFile(entry), bytes);
  }
  return files;
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
