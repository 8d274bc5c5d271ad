import { type Zippable, zipSync } from 'fflate';
import type { Incident } from '#shared/domain/incident';
import type { Language } from '#shared/domain/text';
import { translatorOf } from '#shared/i18n/translator';
import { sha256 } from '../audit/canonical-json';
import { sampleFiles } from './alert-blocks';
import { keptEvidence } from './kept-evidence';
import { utcTime } from './report-words';

export interface BundleInput {
  /** Redacted already where that is wanted. Exact bytes are in it only when nothing is redacted. */
  readonly incident: Incident;
  readonly hostNames: ReadonlyMap<string, string>;
  readonly language: Language;
  readonly madeAtMs: number;
  readonly isRedacted: boolean;
  readonly version: string;
  readonly html: string;
  readonly markdown: string;
  /** Whatever else lies in it, by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Packs an incident for another person or program. `MANIFEST.sha256` covers every other file, in the form that
 * `sha256sum -c` reads. The same input gives the same bytes.
 */
export function buildBundle(input: BundleInput): Uint8Array<ArrayBuffer> {
  const { incident, hostNames, isRedacted, version, madeAtMs } = input;
  const encoder = new TextEncoder();
  const files = new Map<string, Uint8Array>();
  const evidenceFiles: Record<string, { stdout: string; stderr: string | null }> = {};
  for (const { evidence, file, errorFile } of keptEvidence(incident)) {
    const stderr = exactBytes(evidence.stderrText, evidence.stderrBase64);
    files.set(file, exactBytes(evidence.stdoutText, evidence.stdoutBase64));
    if (stderr.byteLength > 0) files.set(errorFile, stderr);
    evidenceFiles[evidence.id] = { stdout: file, stderr: stderr.byteLength > 0 ? errorFile : null };
  }
  for (const { name, text } of sampleFiles(incident, hostNames)) files.set(name, encoder.encode(text));
  const document = {
    format: 'gantry-incident/1',
    gantryVersion: version,
    madeAtMs,
    isRedacted,
    hosts: Object.fromEntries(hostNames),
    evidenceFiles,
    incident,
  };
  files.set('incident.json', encoder.encode(`${JSON.stringify(document, null, 2)}\n`));
  files.set('report.html', encoder.encode(input.html));
  files.set('report.md', encoder.encode(input.markdown));
  files.set('README.txt', encoder.encode(readme(input)));
  for (const [name, bytes] of input.files) files.set(name, bytes);
  const names = [...files.keys()].sort();
  const manifest = names.map((name) => `${sha256(files.get(name) ?? '')}  ${name}\n`).join('');
  files.set('MANIFEST.sha256', encoder.encode(manifest));
  const zippable: Zippable = {};
  for (const name of [...names, 'MANIFEST.sha256']) zippable[name] = [files.get(name) ?? encoder.encode(''), {}];
  return new Uint8Array(zipSync(zippable, { mtime: madeAtMs, level: 6 }));
}

function exactBytes(text: string, base64: string | undefined): Uint8Array {
  return base64 === undefined ? new TextEncoder().encode(text) : Buffer.from(base64, 'base64');
}

function readme({ incident, language, madeAtMs }: BundleInput): string {
  const translate = translatorOf(language);
  const parts = [
    'bundleJson',
    'bundleHtml',
    'bundleMarkdown',
    'bundleEvidence',
    'bundleSamples',
    'bundleAttachments',
    'bundleManifest',
  ];
  return [
    translate({ key: 'reports.bundleReadme', params: { number: incident.number, time: utcTime(madeAtMs) } }),
    '',
    translate({ key: 'reports.bundleContents' }),
    ...parts.map((part) => `- ${translate({ key: `reports.${part}` })}`),
    '',
  ].join('\n');
}
