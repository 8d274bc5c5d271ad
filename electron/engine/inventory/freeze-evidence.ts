import type { Evidence } from '#shared/domain/command';
import { NotFoundError } from '../errors';
import type { Inventory } from './inventory';

/** An output with its exact bytes, to outlive pruning. Null for one that was already pruned: the rest is still worth keeping. */
export function freezeEvidence(
  evidenceId: string,
  inventory: Pick<Inventory, 'evidence' | 'evidenceBytes'>,
): Evidence | null {
  try {
    const evidence = inventory.evidence(evidenceId);
    const bytes = inventory.evidenceBytes(evidenceId);
    if (!bytes) return evidence;
    return {
      ...evidence,
      ...exactBytes('stdoutBase64', evidence.stdoutText, bytes.stdout),
      ...exactBytes('stderrBase64', evidence.stderrText, bytes.stderr),
    };
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}

/** Most output is plain UTF-8 text, whose text is the bytes; only what is not is kept twice. */
function exactBytes(
  key: 'stdoutBase64' | 'stderrBase64',
  text: string,
  bytes: Uint8Array,
): { [K in typeof key]?: string } {
  return Buffer.from(text).equals(bytes) ? {} : { [key]: Buffer.from(bytes).toString('base64') };
}
