import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { vendorSite } from '#shared/domain/site';
import { fetchFile } from './fetch-file';
import { fetchImage, imageNameOf } from './fetch-image';
import type { Way } from './http-way';

let folder: string;
let servers: Server[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-fetch-'));
  servers = [];
});
afterEach(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

const { signal } = new AbortController();
const sumOf = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
const noWay: Way = vendorSite;

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const serve = (listener: RequestListener) => listen(createServer(listener));

describe('a file from a server', () => {
  const body = Buffer.alloc(200_000, 'gantry');
  const wanted = (port: number, sha256 = sumOf(body)) => ({
    ...{ url: `http://127.0.0.1:${port}/f`, name: 'f', sha256, sizeBytes: body.length },
  });

  it('whose connection breaks is gone on with where it ended, in the same fetch and in the next', async () => {
    const ranges: (string | undefined)[] = [];
    let isWhole = false;
    const port = await serve((request, response) => {
      ranges.push(request.headers.range);
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const more = { 'content-length': body.length - from, 'content-range': `bytes ${from}-/${body.length}` };
      response.writeHead(from > 0 ? 206 : 200, more);
      if (isWhole) return void response.end(body.subarray(from));
      response.write(body.subarray(from, from + 20_000));
      // It breaks when that much has come.
      const breaking = setInterval(() => {
        if (!existsSync(join(folder, 'f.part')) || statSync(join(folder, 'f.part')).size < from + 20_000) return;
        clearInterval(breaking);
        response.destroy();
      }, 5);
    });
    const path = join(folder, 'f');
    await expect(fetchFile(wanted(port), path, noWay, signal)).rejects.toThrow('playbooks.offlineNotFetched');
    expect(readdirSync(folder)).toEqual(['f.part']);
    isWhole = true;
    await fetchFile(wanted(port), path, noWay, signal);
    expect(readFileSync(path).equals(body)).toBe(true);
    expect(ranges[0]).toBeUndefined();
    expect(new Set(ranges.slice(1).map((one) => /^bytes=[1-9]\d*-$/.test(one ?? '')))).toEqual(new Set([true]));
  });

  it('with another content than its hash, or too long, is refused and nothing of it stays', async () => {
    const port = await serve((_, response) => response.end(body));
    const other = { ...wanted(port), sha256: 'a'.repeat(64) };
    await expect(fetchFile(other, join(folder, 'f'), noWay, signal)).rejects.toThrow('playbooks.offlineOther');
    const short = { ...wanted(port), sizeBytes: 1000 };
    await expect(fetchFile(short, join(folder, 'f'), noWay, signal)).rejects.toThrow('playbooks.offlineOther');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says what the server says', async () => {
    const port = await serve((_, response) => response.writeHead(404).end());
    const error = await fetchFile(wanted(port), join(folder, 'f'), noWay, signal).catch((one) => one);
    expect(error.params).toMatchObject({ reason: 'HTTP 404' });
  });

  it('comes through the site’s proxy from a server that only the site’s authority knows', async () => {
    const [cert, key] = [join(folder, 'cert'), join(folder, 'key')];
    const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const name = ['-subj', '/CN=mirror.site', '-addext', 'subjectAltName=DNS:mirror.site'];
    execFileSync('openssl', [...words, ...name, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const [certificate, secret] = [readFileSync(cert, 'utf8'), readFileSync(key)];
    const tlsPort = await listen(
      createTlsServer({ cert: certificate, key: secret }, (_, response) => response.end(body)),
    );
    const asked: string[] = [];
    const proxy = createServer((_, response) => response.writeHead(500).end());
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      const there = connect(tlsPort, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        there.pipe(socket).pipe(there);
      });
    });
    const way = { ...noWay, httpsProxy: `http://127.0.0.1:${await listen(proxy)}`, ca: certificate };
    const file = { ...wanted(0), url: 'https://mirror.site/f' };
    await fetchFile(file, join(folder, 'f'), way, signal);
    expect(readFileSync(join(folder, 'f')).equals(body)).toBe(true);
    expect(asked).toEqual(['mirror.site:443']);
    const untrusted = fetchFile(file, join(folder, 'g'), { ...way, ca: '' }, signal);
    await expect(untrusted).rejects.toMatchObject({ params: { reason: expect.stringMatching(/self.signed/) } });
  });
});

describe('an image', () => {
  it.each([
    ['nvcr.io/nvidia/tritonserver:25.07-py3', 'https://nvcr.io', 'nvcr.io/', 'nvidia/tritonserver', '25.07-py3'],
    ['vllm/vllm-openai:v0.9', 'https://registry-1.docker.io', 'docker.io/', 'vllm/vllm-openai', 'v0.9'],
    ['ubuntu', 'https://registry-1.docker.io', 'docker.io/', 'library/ubuntu', 'latest'],
    ['registry.site:5000/hub/cuda:12', 'https://registry.site:5000', 'registry.site:5000/', 'hub/cuda', '12'],
  ])('%s is where Docker would look', (image, registry, host, repository, reference) => {
    const fullName = `${host}${repository}:${reference}`;
    expect(imageNameOf(image)).toEqual({ fullName, registry, repository, reference, isDigest: false });
  });

  /** A registry with one image for two machines, which wants a token. */
  async function registry({ broken = '' } = {}) {
    const blobs = new Map<string, Buffer>();
    const put = (bytes: Buffer) => {
      const digest = `sha256:${sumOf(bytes)}`;
      blobs.set(digest, bytes);
      return { digest, size: bytes.length };
    };
    const layer = put(Buffer.alloc(5000, 'layer'));
    const config = put(Buffer.from('{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}'));
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = put(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [layer] })));
    const of = (architecture: string) => ({ platform: { os: 'linux', architecture } });
    const index = JSON.stringify({
      manifests: [
        { ...put(Buffer.from('{}')), ...of('arm64') },
        { ...manifest, ...of('amd64') },
      ],
    });
    const port = await serve((request, response) => {
      const { url = '', headers } = request;
      if (url.startsWith('/token')) return void response.end('{"token":"t"}');
      if (headers.authorization !== 'Bearer t') {
        const challenge = `Bearer realm="http://${headers.host}/token",service="s",scope="repository:nv/cuda:pull"`;
        return void response.writeHead(401, { 'www-authenticate': challenge }).end();
      }
      const digest = url.split('/').at(-1) ?? '';
      if (/^\/v2\/nv\/cuda\/manifests\/(?:12|latest)$/.test(url)) return void response.end(index);
      const bytes = blobs.get(digest);
      if (bytes === undefined) return void response.writeHead(404).end();
      response.end(digest === layer.digest && broken === 'layer' ? Buffer.alloc(bytes.length) : bytes);
    });
    return { image: `127.0.0.1:${port}/nv/cuda:12`, manifest, layer, config };
  }

  it('is fetched by the digests of the registry for the machine of the node, as an archive that tar and docker load read', async () => {
    const { image, manifest, layer, config } = await registry();
    // Docker's own store refuses a name without a tag, containerd's keeps a name as it stands.
    const asked = image.replace(/:12$/, '');
    const file = await fetchImage(asked, { folder, architecture: 'amd64', way: noWay, signal });
    expect(file).toMatchObject({ kind: 'image', digest: manifest.digest });
    const archive = join(folder, file.file);
    expect(sumOf(readFileSync(archive))).toBe(file.sha256);
    const read = (name: string) => execFileSync('tar', ['-xOf', archive, name]).toString();
    const blob = ({ digest }: { digest: string }) => `blobs/sha256/${digest.slice(7)}`;
    expect(JSON.parse(read('manifest.json'))).toEqual([
      { Config: blob(config), RepoTags: [`${asked}:latest`], Layers: [blob(layer)] },
    ]);
    expect(JSON.parse(read('index.json')).manifests).toMatchObject([
      { digest: manifest.digest, annotations: { 'io.containerd.image.name': `${asked}:latest` } },
    ]);
    expect(sumOf(read(blob(layer)))).toBe(layer.digest.slice(7));
    expect(readdirSync(join(folder, 'images'))).toEqual([file.file.slice('images/'.length)]);
  });

  it('with a layer that is not its digest is refused; one for another machine, or by digest, is said', async () => {
    const { image } = await registry({ broken: 'layer' });
    const at = { folder, architecture: 'amd64', way: noWay, signal };
    await expect(fetchImage(image, at)).rejects.toThrow('playbooks.offlineOther');
    await expect(fetchImage(image, { ...at, architecture: 'riscv64' })).rejects.toMatchObject({
      params: { reason: 'nothing for linux/riscv64' },
    });
    await expect(fetchImage(`nvcr.io/x@sha256:${'a'.repeat(64)}`, at)).rejects.toThrow('playbooks.offlineImageName');
    expect(existsSync(join(folder, 'images', 'x.tar'))).toBe(false);
  });
});

it('a full disk is an error of the file system', async () => {
  writeFileSync(join(folder, 'full'), '');
  const port = await serve((_, response) => response.end('x'));
  const into = fetchFile(
    { url: `http://127.0.0.1:${port}/`, name: 'f', sha256: null, sizeBytes: null },
    join(folder, 'full', 'f'),
    noWay,
    signal,
  );
  await expect(into).rejects.toMatchObject({ code: expect.stringMatching(/ENOTDIR|EEXIST/) });
});
