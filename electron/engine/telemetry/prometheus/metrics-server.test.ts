import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usualMetricsServing } from '#shared/domain/telemetry/metrics-serving';
import { noPrometheusServer } from '#shared/domain/telemetry/prometheus-server';
import type { MetricsServer } from './metrics-server';
import { serveMetrics } from './serve-metrics';
import { openServer } from './server/server-client';

let folder: string;
const servers: MetricsServer[] = [];
const token = 'f00f00f00f00f00f00f00f00';
const file = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-metrics-'));
  writeFileSync(file('token'), `${token}\n`);
  writeFileSync(file('short'), 'secret\n');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, '-keyout', file('key'), '-out', file('cert')], {
    stdio: 'ignore',
  });
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(change: Partial<typeof usualMetricsServing> = {}): Promise<MetricsServer> {
  const server = await serveMetrics({ ...usualMetricsServing, port: 0, ...change }, null, {
    telemetry: { measured: () => [] },
    hosts: {
      list: () => [
        {
          spec: { kind: 'local', id: 'h1', name: 'here', tags: [] },
          status: { hostId: 'h1', connection: 'connected', error: null, connectedAtMs: 1, lastSeenAtMs: 1 },
        } as never,
      ],
    },
    inventory: { facts: () => ({}) },
    nowMs: Date.now,
  });
  servers.push(server);
  return server;
}

/** Status, type and text of an answer. */
function ask(
  url: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; type: string; text: string }> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, ...(url.startsWith('https') ? { ca: readFileSync(file('cert')) } : {}) };
    const ask = url.startsWith('https') ? httpsRequest : httpRequest;
    const request = ask(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text }),
      );
    });
    request.on('error', reject);
    request.end();
  });
}

describe('the server of /metrics', () => {
  it('serves text format 0.0.4 to this workstation', async () => {
    const { url } = await start();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    const { status, type, text } = await ask(url);
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(text).toContain('gantry_node_up{instance="here"} 1\n');
  });

  it('answers what Prometheus accepts with text, and refuses who takes none', async () => {
    const { url } = await start();
    const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
    expect((await ask(url, { accept })).status).toBe(200);
    expect((await ask(url, { accept: 'text/*' })).status).toBe(200);
    expect((await ask(url, { accept: 'application/json, text/plain;q=0' })).status).toBe(406);
  });

  it('is packed where that is asked for', async () => {
    const { url } = await start();
    const plain = await (await fetch(url, { headers: { 'accept-encoding': 'gzip;q=0' } })).text();
    const packed = await fetch(url, { headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    // `fetch` unpacks it.
    expect(await packed.text()).toBe(plain);
    expect(
      (await fetch(url, { headers: { 'accept-encoding': 'identity' } })).headers.get('content-encoding'),
    ).toBeNull();
  });

  it('has one page, to be read only', async () => {
    const { url } = await start();
    expect((await ask(url.replace('/metrics', '/'))).status).toBe(404);
    expect((await ask(url, {}, 'POST')).status).toBe(405);
    const head = await ask(url, {}, 'HEAD');
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it('does not answer under a name that a web page could have pointed at it', async () => {
    const { url } = await start();
    expect((await ask(url, { host: 'evil.example:9977' })).status).toBe(403);
    expect((await ask(url, { host: 'localhost:9977' })).status).toBe(200);
  });

  it('asks for its token', async () => {
    const { url } = await start({ tokenFile: file('token') });
    expect((await ask(url)).status).toBe(401);
    expect((await ask(url, { authorization: 'Bearer f00' })).status).toBe(401);
    expect((await ask(url, { authorization: `Bearer ${token}`, host: 'gantry.lab' })).status).toBe(200);
  });

  it('listens beyond this workstation with token and TLS only', async () => {
    const address = '0.0.0.0';
    await expect(start({ address })).rejects.toMatchObject({ key: 'prometheus.needsTokenAndTls' });
    await expect(start({ address, tokenFile: file('token') })).rejects.toMatchObject({
      key: 'prometheus.needsTokenAndTls',
    });
    const tls = { certificateFile: file('cert'), keyFile: file('key') };
    await expect(start({ address, ...tls })).rejects.toMatchObject({ key: 'prometheus.needsTokenAndTls' });
    const { url } = await start({ address, tokenFile: file('token'), ...tls });
    const here = url.replace('0.0.0.0', '127.0.0.1');
    expect((await ask(here)).status).toBe(401);
    expect((await ask(here, { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it('is trusted with its own authority only, as any server that Gantry itself asks', async () => {
    const tls = { certificateFile: file('cert'), keyFile: file('key') };
    const { url } = await start({ tokenFile: file('token'), ...tls });
    const server = { ...noPrometheusServer, url: url.replace('/metrics', ''), secretFile: file('token') };
    const askWith = async (authorityFile: string | null) =>
      (await openServer({ ...server, authorityFile }, async () => null)).ask('/metrics', []);
    // It lets Gantry in with the token, and can't be asked by POST.
    await expect(askWith(file('cert'))).rejects.toMatchObject({
      key: 'prometheus.serverAnswers',
      params: { status: 405 },
    });
    await expect(askWith(null)).rejects.toMatchObject({ key: 'prometheus.serverUnreachable' });
    await expect(askWith(file('none'))).rejects.toMatchObject({ key: 'prometheus.unreadable' });
  });

  it('says what keeps it from listening', async () => {
    const taken = Number(new URL((await start()).url).port);
    await expect(start({ port: taken })).rejects.toMatchObject({ key: 'prometheus.cannotListen' });
    await expect(start({ tokenFile: file('short') })).rejects.toMatchObject({ key: 'prometheus.tokenShort' });
    await expect(start({ tokenFile: file('none') })).rejects.toMatchObject({ key: 'prometheus.unreadable' });
    await expect(start({ keyFile: file('key') })).rejects.toMatchObject({ key: 'prometheus.halfTls' });
    await expect(start({ certificateFile: file('token'), keyFile: file('token') })).rejects.toMatchObject({
      key: 'prometheus.cannotListen',
    });
  });
});
