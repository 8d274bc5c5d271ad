import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describePackaged, executableName, fetchOfficial } from './official-electron.mjs';
import { rootDir } from './paths.mjs';

const version = '99.1.2';
const zipName = `electron-v${version}-${process.platform}-${process.arch}.zip`;
const zip = Buffer.from(
  zipSync({
    [executableName()]: [strToU8('#!/bin/sh\n'), { os: 3, attrs: 0o755 << 16 }],
    version: strToU8(version),
    'resources/default_app.asar': strToU8('an app '.repeat(50_000)),
  }),
);

let dir: string;
let packageDir: string;
let said: string[];
const servers: Server[] = [];
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'gantry-electron-'));
  packageDir = path.join(dir, 'node_modules', 'electron');
  said = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(dir, { recursive: true, force: true });
});

/** The `electron` package as npm leaves it, with its own installer and the sum of our zip. */
function installPackage(sum = createHash('sha256').update(zip).digest('hex')): void {
  mkdirSync(packageDir, { recursive: true });
  const modules = path.join(rootDir, 'node_modules');
  for (const scope of ['@electron', '@electron-internal']) {
    symlinkSync(path.join(modules, scope), path.join(dir, 'node_modules', scope), 'junction');
  }
  copyFileSync(path.join(modules, 'electron', 'install.js'), path.join(packageDir, 'install.js'));
  writeFileSync(path.join(packageDir, 'package.json'), JSON.stringify({ name: 'electron', version }));
  writeFileSync(path.join(packageDir, 'checksums.json'), JSON.stringify({ [zipName]: sum }));
}

async function serve(listener: RequestListener): Promise<{ port: number; server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return { port: (server.address() as AddressInfo).port, server };
}

const serveZip: RequestListener = (request, response) => {
  if (request.url === `/mirror/v${version}/${zipName}`) response.end(zip);
  else response.writeHead(404).end();
};

/** A fetch with nothing of this machine's own settings for mirrors, proxies and caches. */
function fetchWith(env: Record<string, string>) {
  const own = Object.entries(process.env).filter(([name]) => !/proxy$|electron/i.test(name));
  return fetchOfficial(packageDir, {
    ...Object.fromEntries(own),
    electron_config_cache: path.join(dir, 'cache'),
    ...env,
  });
}

describe('the official Electron download', () => {
  it('comes from the mirror, is checked, and is found afterwards', async () => {
    installPackage();
    const { port } = await serve(serveZip);
    expect(describePackaged(packageDir)).toBe(null);
    const runtime = await fetchWith({ ELECTRON_MIRROR: `http://127.0.0.1:${port}/mirror/` });
    expect(runtime).toEqual({
      distDir: path.join(packageDir, 'dist'),
      executable: path.join(packageDir, 'dist', executableName()),
      version,
    });
    expect(describePackaged(packageDir)).toEqual(runtime);
    expect(said.join('')).toMatch(/downloading Electron 99\.1\.2.*\n.*is ready in/);
  });

  it('is not used when its unpacking was interrupted', async () => {
    installPackage();
    mkdirSync(path.join(packageDir, 'dist'));
    for (const file of [executableName(), 'version']) writeFileSync(path.join(packageDir, 'dist', file), version);
    expect(describePackaged(packageDir)).toBe(null);
  });

  it.each<[string, string | undefined, RequestListener, RegExp]>([
    ['has another sum than the pinned one', '0'.repeat(64), serveZip, /failed: .*(checksum|sum).*electron-v99/i],
    ['is not on the mirror', undefined, (_, response) => response.writeHead(404).end(), /failed: HTTPError: .*404/],
    [
      'is cut half-way',
      undefined,
      (_, response) => {
        response.writeHead(200, { 'content-length': zip.length });
        response.write(zip.subarray(0, zip.length / 2), () => response.destroy());
      },
      /failed: .*(terminated|other side closed|aborted)/,
    ],
  ])('is said to have failed, and leaves nothing behind, when it %s', async (_case, sum, listener, words) => {
    installPackage(sum);
    const { port } = await serve(listener);
    expect(await fetchWith({ ELECTRON_MIRROR: `http://127.0.0.1:${port}/mirror/` })).toBe(null);
    expect(said.at(-1)).toMatch(words);
    expect(said.at(-1)).not.toContain('    at ');
    expect(existsSync(path.join(packageDir, 'dist'))).toBe(false);
    // The next try starts afresh: nothing bad was kept in the downloader's cache.
    installPackageAgain();
    const good = await serve(serveZip);
    const runtime = await fetchWith({ ELECTRON_MIRROR: `http://127.0.0.1:${good.port}/mirror/` });
    expect(runtime?.version).toBe(version);
  });

  it('is said to have failed when nobody listens at the mirror', async () => {
    installPackage();
    const { port, server } = await serve(serveZip);
    await new Promise((resolve) => server.close(resolve));
    expect(await fetchWith({ ELECTRON_MIRROR: `http://127.0.0.1:${port}/` })).toBe(null);
    expect(said.at(-1)).toContain('fetch failed');
  });

  it('goes through the proxy that the usual variables name, except to where they say not to', async () => {
    installPackage();
    const mirror = await serve(serveZip);
    const asked: string[] = [];
    const proxy = await serve((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      serveZip({ url: new URL(request.url ?? '').pathname } as never, response as never);
    });
    proxy.server.on('connect', ({ url = '' }, socket) => {
      asked.push(`CONNECT ${url}`);
      if (url !== 'mirror.invalid:80') return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      const upstream = connect(mirror.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      return socket.on('error', () => upstream.destroy());
    });
    const proxyUrl = `http://127.0.0.1:${proxy.port}`;

    // GitHub itself, refused by the proxy: nothing leaves this machine.
    expect(await fetchWith({ https_proxy: proxyUrl })).toBe(null);
    expect(asked.splice(0)).toEqual(['CONNECT github.com:443']);
    expect(said.at(-1)).toContain('failed');

    const viaMirror = { http_proxy: proxyUrl, ELECTRON_MIRROR: 'http://mirror.invalid/mirror/' };
    expect((await fetchWith(viaMirror))?.version).toBe(version);
    expect(asked.splice(0)).toEqual([expect.stringContaining('mirror.invalid')]);

    rmSync(path.join(dir, 'cache'), { recursive: true });
    rmSync(path.join(packageDir, 'dist'), { recursive: true });
    const direct = { ELECTRON_MIRROR: `http://127.0.0.1:${mirror.port}/mirror/`, no_proxy: '127.0.0.1' };
    expect((await fetchWith({ ...direct, http_proxy: proxyUrl }))?.version).toBe(version);
    expect(asked).toEqual([]);
  });
});

function installPackageAgain(): void {
  rmSync(path.join(dir, 'node_modules'), { recursive: true });
  installPackage();
}
