import type { IncidentEntry } from '#shared/domain/incident';

/** Where a file of a node lies in the bundle: made of our own words, and told apart by its hash. */
export function attachmentFile({ name, sha256 }: Extract<IncidentEntry, { kind: 'file' }>): string {
  const safe =
    name
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^\.+/, '')
      .slice(-80) || 'file';
  return `attachments/${sha256.slice(0, 12)}-${safe}`;
}
