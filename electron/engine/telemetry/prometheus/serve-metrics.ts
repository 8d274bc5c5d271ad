import { readFile } from 'node:fs/promises';
import type { MetricsServing } from '#shared/domain/telemetry/metrics-serving';
import { InvalidError } from '../../errors';
import type { ConnectedHostDirectory } from '../../hosts/host-directory';
import type { Inventory } from '../../inventory/inventory';
import type { Telemetry } from '../create-telemetry';
import { exposition } from './exposition';
import { familiesOf } from './families';
import { isLoopbackName } from './loopback';
import { type MetricsServer, startMetricsServer } from './metrics-server';
import { servedNodes } from './served-nodes';

export interface ServedDeps {
  readonly telemetry: Pick<Telemetry, 'measured'>;
  readonly hosts: Pick<ConnectedHostDirectory, 'list'>;
  readonly inventory: Pick<Inventory, 'facts'>;
  readonly nowMs: () => number;
}

/** Shorter ones could be guessed. */
const MIN_TOKEN = 16;

/** Serves what is known of hosts; null: of all. Throws InvalidError, which says what to mend. */
export async function serveMetrics(
  serving: MetricsServing,
  hostIds: readonly string[] | null,
  deps: ServedDeps,
): Promise<MetricsServer> {
  const { address, port, tokenFile, certificateFile, keyFile } = serving;
  if ((certificateFile === null) !== (keyFile === null)) throw new InvalidError('prometheus.halfTls');
  if (!isLoopbackName(address) && (tokenFile === null || certificateFile === null)) {
    throw new InvalidError('prometheus.needsTokenAndTls', { address });
  }
  const token = tokenFile === null ? null : (await read(tokenFile)).trim();
  if (token !== null && token.length < MIN_TOKEN) {
    throw new InvalidError('prometheus.tokenShort', { file: tokenFile ?? '', least: MIN_TOKEN });
  }
  const tls =
    certificateFile === null || keyFile === null
      ? null
      : { certificate: await read(certificateFile), key: await read(keyFile) };
  const wanted = hostIds && new Set(hostIds);
  const text = (): Generator<string> => {
    const views = deps.hosts.list().filter(({ spec }) => spec.kind !== 'bundle' && (!wanted || wanted.has(spec.id)));
    return exposition(familiesOf(servedNodes(views, deps.inventory), deps.telemetry.measured(), deps.nowMs()));
  };
  try {
    return await startMetricsServer({ address, port, token, tls, text });
  } catch (error) {
    // A port that is taken, an address that is not this machine's, a certificate that is none.
    throw new InvalidError('prometheus.cannotListen', { address, port, detail: messageOf(error) });
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new InvalidError('prometheus.unreadable', { file, detail: messageOf(error) });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
