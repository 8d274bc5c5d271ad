import { randomUUID } from 'node:crypto';
import type { AnsiblePreview, NewHost } from '#shared/contract/hosts';
import type { HostSpec, SshTarget } from '#shared/domain/host';
import { hostAt } from '../same-host';
import { readInventory } from './read-inventory';
import { variableFilesBeside } from './variable-files';

export interface PreviewOptions {
  readonly text: string;
  readonly fileName?: string;
  /** Of the file, where it is one: what lies beside it is read too. */
  readonly path?: string;
  readonly resolve: (target: Extract<NewHost, { kind: 'ssh' }>['target']) => SshTarget;
  readonly saved: readonly HostSpec[];
}

/** What importing an inventory would add: each host, whether it is there already, and what was not understood. */
export function previewInventory({ text, fileName, path, resolve, saved }: PreviewOptions): AnsiblePreview {
  const { format, hosts, notes } = readInventory(text, fileName, path === undefined ? [] : variableFilesBeside(path));
  const earlier: HostSpec[] = [];
  return {
    format,
    hosts: hosts.map(({ name, line, host }) => {
      const target = resolve(host.target);
      const known = hostAt(target, saved)?.name ?? null;
      const twin = hostAt(target, earlier)?.name ?? null;
      earlier.push({ kind: 'ssh', id: randomUUID(), name, tags: [], target });
      return { host, target, line, knownAs: known, sameAs: twin };
    }),
    notes: [...notes],
  };
}
