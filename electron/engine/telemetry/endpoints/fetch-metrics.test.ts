import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../../hosts/host';
import { LocalHost } from '../../hosts/local-host';
import { createDirectoryBench, type DirectoryBench } from '../../hosts/testing/directory-bench';
import { freePort, type Sshd, sshdMissing, startSshd } from '../../hosts/testing/sshd';
import { parseExposition } from '../../probes/lib/parse-exposition';
import { RealPrometheus } from '../prometheus/testing/real-prometheus';
import { type EndpointError, fetchByCommand, fetchForwarded } from './fetch-metrics';

let server: Server;
let base: string;
const never = new AbortController().signal;
/** However busy this machine is. */
const PATIENCE_MS = 60_000;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/endless') {
      const write = (): void => {
        while (!response.destroyed && response.write('a 1\n'.repeat(50_000)));
        if (!response.destroyed) response.once('drain', write);
      };
      return write();
    }
    if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': 100 }).write('half', () => request.socket.destroy());
      return;
    }
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    response.end(`# ${request.headers.accept}\nup 1\nname{label="ä"} 2\n`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server?.closeAllConnections();
  server?.close();
});

const failureOf = (asked: Promise<string>) =>
  asked.then(
    () => null,
    ({ state, message }: EndpointError) => ({ state, message }),
  );

function behaves(host: () => Host): void {
  it('reads what is served', async () => {
    const text = await fetchForwarded(host(), new URL(`${base}/metrics`), never, PATIENCE_MS);
    expect(text).toContain('text/plain;version=0.0.4');
    expect(parseExposition(text).map(({ labels }) => labels.get('label'))).toEqual([undefined, 'ä']);
  });

  it('says what is wrong', async () => {
    expect(await failureOf(fetchForwarded(host(), new URL(`${base}/other`), never, PATIENCE_MS))).toEqual({
      state: 'failed',
      message: 'HTTP 404 /other',
    });
    const closed = new URL(`http://127.0.0.1:${await freePort()}/metrics`);
    expect(await failureOf(fetchForwarded(host(), closed, never, PATIENCE_MS))).toMatchObject({ state: 'missing' });
    expect(await failureOf(fetchForwarded(host(), new URL(`${base}/cut`), never, PATIENCE_MS))).toMatchObject({
      state: 'failed',
    });
    expect(await failureOf(fetchForwarded(host(), new URL(`${base}/endless`), never, PATIENCE_MS))).toEqual({
      state: 'failed',
      message: 'more than 4 MiB',
    });
  });
}

describe('metrics of this workstation', () => {
  const host = new LocalHost({ id: 'local' });
  behaves(() => host);
});

describe.skipIf(sshdMissing !== null)('metrics behind a real sshd', () => {
  let bench: DirectoryBench;
  let open: Sshd;
  let closed: Sshd;
  const hosts = new Map<Sshd, Host>();
  beforeAll(async () => {
    bench = createDirectoryBench();
    open = await startSshd();
    closed = await startSshd({ config: ['AllowTcpForwarding no'] });
    for (const sshd of [open, closed]) hosts.set(sshd, await bench.directory.open(bench.add(sshd)));
  });
  afterAll(async () => {
    await bench?.close();
    await open?.stop();
    await closed?.stop();
  });
  const hostOf = (sshd: Sshd): Host => hosts.get(sshd) as Host;

  describe('that forwards', () => {
    behaves(() => hostOf(open));

    it('come whole from a real Prometheus, histograms and all', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'gantry-metrics-'));
      const prometheus = await RealPrometheus.start(folder, 'global: {}\n');
      const text = await fetchForwarded(hostOf(open), new URL(`${prometheus.url}/metrics`), never, PATIENCE_MS);
      await prometheus.close();
      rmSync(folder, { recursive: true, force: true });
      const written = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      const samples = parseExposition(text);
      expect(samples).toHaveLength(written.length);
      expect(samples.some(({ labels }) => labels.get('le') === '+Inf')).toBe(true);
      expect(samples.some(({ name }) => name === 'prometheus_build_info')).toBe(true);
    });
  });

  describe('that forwards nothing', () => {
    it('are told as not allowed, and read by a tool of the node', async () => {
      const url = new URL(`${base}/metrics`);
      expect(await failureOf(fetchForwarded(hostOf(closed), url, never, PATIENCE_MS))).toMatchObject({
        state: 'denied',
      });
      expect(parseExposition(await fetchByCommand(hostOf(closed), url, never))).toHaveLength(2);
      const nowhere = new URL(`http://127.0.0.1:${await freePort()}/metrics`);
      expect(await failureOf(fetchByCommand(hostOf(closed), nowhere, never))).toMatchObject({ state: 'missing' });
      expect(await failureOf(fetchByCommand(hostOf(closed), new URL(`${base}/other`), never))).toMatchObject({
        state: 'failed',
        message: expect.stringContaining('404'),
      });
    });
  });
});
