import { createHash } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { imageFile, type SetFile } from '#shared/domain/playbook/package-set';
import { ConflictError, InvalidError, UnavailableError } from '../../errors';
import { imageEntries, writeTar } from './docker-archive';
import { fetchFile, hashOf } from './fetch-file';
import { ask, notFetched, type Way } from './http-way';

/** Where an image is, as Docker reads names. */
export interface ImageName {
  /** With its registry and tag: `docker.io/library/ubuntu:latest` of `ubuntu`. */
  readonly fullName: string;
  /** The address of its registry. */
  readonly registry: string;
  readonly repository: string;
  /** A tag, or `sha256:…`. */
  readonly reference: string;
  readonly isDigest: boolean;
}

/** Null for what is no name. A registry on this very machine is spoken to without TLS, as Docker does. */
export function imageNameOf(image: string): ImageName | null {
  const [, name = '', tag, digest] =
    /^([a-z0-9][a-z0-9._:/-]*?)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(image) ?? [];
  if (name === '') return null;
  const [first = '', ...rest] = name.split('/');
  const isHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const host = isHost ? first : 'docker.io';
  const path = isHost ? rest.join('/') : name;
  const repository = host === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  const scheme = /^(?:localhost|127\.\d+\.\d+\.\d+)(?::|$)/.test(host) ? 'http' : 'https';
  const registry = `${scheme}://${host === 'docker.io' ? 'registry-1.docker.io' : host}`;
  const reference = digest ?? tag ?? 'latest';
  const isDigest = digest !== undefined;
  const fullName = `${host}/${repository}${isDigest ? '@' : ':'}${reference}`;
  return { fullName, registry, repository, reference, isDigest };
}

const descriptor = z.object({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number().int().min(0),
  platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
});
const manifestSchema = z.object({
  mediaType: z.string().optional(),
  manifests: z.array(descriptor).optional(),
  config: descriptor.optional(),
  layers: z.array(descriptor).optional(),
});

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const maxManifestBytes = 4 * 1024 * 1024;

/**
 * Fetches an image by the registry's API (OCI distribution, Docker registry v2) into `images/` of a folder, as an archive for
 * `docker load`. Every blob is checked by its digest. What came of a broken fetch is gone on with.
 * @param architecture `amd64`, `arm64`.
 */
export async function fetchImage(
  image: string,
  { folder, architecture, way, signal }: { folder: string; architecture: string; way: Way; signal: AbortSignal },
): Promise<SetFile> {
  const name = imageNameOf(image);
  if (name === null || name.isDigest) throw new InvalidError('playbooks.offlineImageName', { image });
  const base = `${name.registry}/v2/${name.repository}`;
  const session: Session = { headers: {}, way, signal };
  const { text, digest } = await manifestOf(base, name.reference, architecture, session, image);
  const manifest = manifestSchema.parse(JSON.parse(text));
  const { config, layers } = manifest;
  if (!config || !layers) throw notFetched(`${base}/manifests/${name.reference}`, 'not an image');
  const blobs = join(folder, 'images', '.blobs');
  const pathOf = (one: string) => join(blobs, one.replace('sha256:', ''));
  for (const { digest: one, size } of [config, ...layers]) {
    const sha256 = one.replace('sha256:', '');
    const wanted = { url: `${base}/blobs/${one}`, name: `${image} ${one}`, sha256, sizeBytes: size };
    const get = () => fetchFile({ ...wanted, headers: session.headers }, pathOf(one), way, signal);
    await get().catch(async (error: unknown) => {
      // A token lasts for minutes, a layer may take longer.
      if (!(error instanceof UnavailableError) || error.params.reason !== 'HTTP 401') throw error;
      session.headers = {};
      (await authorized(`${base}/manifests/${name.reference}`, session)).resume();
      await get();
    });
  }
  const file = imageFile(image);
  const mediaType = manifest.mediaType ?? manifestTypes[2] ?? '';
  const parts = {
    fullName: name.fullName,
    manifest: { text, mediaType },
    config: config.digest,
    layers: layers.map((one) => one.digest),
  };
  await writeTar(join(folder, file), imageEntries({ ...parts, pathOf }), signal);
  rmSync(blobs, { recursive: true, force: true });
  const path = join(folder, file);
  return {
    kind: 'image',
    file,
    url: `docker://${image}`,
    sizeBytes: statSync(path).size,
    sha256: await hashOf(path),
    digest,
  };
}

interface Session {
  headers: Record<string, string>;
  readonly way: Way;
  readonly signal: AbortSignal;
}

/** Of a list of several machines' the one of this architecture. */
async function manifestOf(
  base: string,
  reference: string,
  architecture: string,
  session: Session,
  image: string,
): Promise<{ text: string; digest: string }> {
  const url = `${base}/manifests/${reference}`;
  const text = await textOf(await authorized(url, session), url);
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  if (reference.startsWith('sha256:') && digest !== reference)
    throw new ConflictError('playbooks.offlineOther', { file: image });
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (!parsed.success) throw notFetched(url, 'no manifest that can be read');
  const { manifests } = parsed.data;
  if (manifests === undefined) return { text, digest };
  const fitting = manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === architecture);
  if (fitting === undefined || reference.startsWith('sha256:'))
    throw notFetched(url, `nothing for linux/${architecture}`);
  return manifestOf(base, fitting.digest, architecture, session, image);
}

/** A registry that wants a token says where; without an account it is given one for what is public. */
async function authorized(url: string, session: Session): Promise<IncomingMessage> {
  const { way, signal } = session;
  const get = () => ask(url, { way, signal, headers: { accept: manifestTypes.join(', '), ...session.headers } });
  const first = await get();
  if (first.statusCode !== 401) return first;
  first.resume();
  const told = first.headers['www-authenticate'] ?? '';
  const of = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(told)?.[1];
  const realm = of('realm');
  if (!/^bearer /i.test(told) || realm === undefined || !URL.canParse(realm))
    throw notFetched(url, 'the registry wants a login');
  const tokenUrl = new URL(realm);
  for (const name of ['service', 'scope']) {
    const value = of(name);
    if (value !== undefined) tokenUrl.searchParams.set(name, value);
  }
  const given = parseJson(await textOf(await ask(tokenUrl.href, { way, signal }), realm));
  const token = z.object({ token: z.string().optional(), access_token: z.string().optional() }).safeParse(given);
  const value = token.data?.token ?? token.data?.access_token;
  if (value === undefined) throw notFetched(url, 'the registry gave no token');
  session.headers = { authorization: `Bearer ${value}` };
  return get();
}

async function textOf(answer: IncomingMessage, url: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > maxManifestBytes) throw notFetched(url, 'too long');
  }
  if (answer.statusCode !== 200) throw notFetched(url, `HTTP ${answer.statusCode}`);
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
