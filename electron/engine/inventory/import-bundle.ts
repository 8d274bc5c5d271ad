import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { commandKey } from '#shared/domain/command';
import { InvalidError } from '../errors';
import { type Bundle, BundleHost, decodeBundle } from '../hosts/bundle-host';
import { type Host, HostUnavailableError } from '../hosts/host';

/** A full collection is a few MiB; everything capped at its limit together stays below this. */
const maxBundleBytes = 512 * 1024 * 1024;

export interface OpenedBundle {
  readonly name: string;
  readonly collectedAtMs: number | null;
  /** False when the file ends before the collection did. */
  readonly isComplete: boolean;
  /** The collection as a host that answers exactly the commands it holds. */
  asHost(hostId: string): Host;
}

/** Reads the output of the offline collector, gzip or plain. Throws InvalidError for anything else. */
export async function openBundle(bytes: Uint8Array): Promise<OpenedBundle> {
  const bundle = decode(await inflate(bytes));
  if (bundle.results.length === 0) throw new InvalidError('inventory.bundleEmpty');
  const held = new Set(bundle.results.map(({ spec }) => commandKey(spec)));
  return {
    name: bundle.hostName ?? 'bundle',
    collectedAtMs: bundle.collectedAtMs,
    isComplete: bundle.isComplete,
    asHost(hostId) {
      const host = new BundleHost(hostId, bundle);
      const batch: Host['batch'] = (commands, options) =>
        host.batch(
          commands.filter((command) => held.has(commandKey(command))),
          options,
        );
      return {
        id: hostId,
        kind: 'bundle',
        batch,
        exec: (command, options) => host.exec(command, options),
        stream: (argv) => host.stream(argv),
        forward: () => host.forward(),
        close: () => host.close(),
      };
    },
  };
}

async function inflate(bytes: Uint8Array): Promise<Uint8Array> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (bytes.byteLength > maxBundleBytes) throw new InvalidError('inventory.bundleTooLarge');
  if (!isGzip) return bytes;
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: maxBundleBytes });
  } catch (error) {
    const isTooLarge = error instanceof RangeError;
    throw new InvalidError(isTooLarge ? 'inventory.bundleTooLarge' : 'inventory.bundleDamaged');
  }
}

function decode(bytes: Uint8Array): Bundle {
  try {
    return decodeBundle(bytes);
  } catch (error) {
    if (!(error instanceof HostUnavailableError)) throw error;
    const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 65_536)).toString('latin1');
    const format = /^# gantry-bundle (\d{1,6})/m.exec(head)?.[1];
    throw format === undefined || format === '1'
      ? new InvalidError('inventory.bundleNotRecognised')
      : new InvalidError('inventory.bundleTooNew', { format });
  }
}
