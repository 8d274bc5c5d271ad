import { readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ActionInfo, Brought } from '#shared/domain/action';
import type { VersionChoice } from '#shared/domain/compatibility/version-choice';
import type { BroughtKind, MissingPart, SetFile } from '#shared/domain/playbook/package-set';
import type { PlaybookPlan, PlaybookStepPlan } from '#shared/domain/playbook/playbook-plan';
import type { SiteScope } from '#shared/domain/site';
import type { LocalizedText } from '#shared/domain/text';
import { carriedFile } from '../../actions/declared/carried';
import { keyFingerprints } from '../../actions/declared/openpgp-fingerprint';
import { ConflictError, InvalidError, UnavailableError } from '../../errors';
import type { Host } from '../../hosts/host';
import { say } from '../words';
import { askEnvironment, askPip, type WantedPackage } from './ask-node';
import { chosenImage } from './chosen-image';
import { condaFiles, writeChannels } from './conda-channel';
import { fetchFile, hashOf } from './fetch-file';
import { fetchImage } from './fetch-image';
import type { Way } from './http-way';
import { runOn } from './on-node';

export interface PartsRequest {
  readonly plan: PlaybookPlan;
  readonly infos: readonly ActionInfo[];
  readonly choices: readonly VersionChoice[];
  /** Images that were named beside those of the plan. */
  readonly images: readonly string[];
  readonly host: Host;
  readonly folder: string;
  /** As `uname -m` says it. */
  readonly architecture: string;
  readonly way: Way;
  readonly registries: Pick<SiteScope, 'nvcr' | 'dockerHub'>;
  readonly signal: AbortSignal;
  /** `STEP:KIND` of what the folder has already. */
  readonly covered: readonly string[];
}

export interface Parts {
  readonly files: SetFile[];
  readonly missing: MissingPart[];
  readonly covered: string[];
}

/** Packages that steps would install, as far as they are told today. */
export function packagesOf({ steps }: PlaybookPlan): WantedPackage[] {
  const all = steps.flatMap(({ state, plan }) => (state === 'left-out' ? [] : (plan?.packages?.changes ?? [])));
  const wanted = new Map(
    all.flatMap(({ name, after }) => (after === null ? [] : [[`${name}=${after}`, { name, version: after }]])),
  );
  return [...wanted.values()];
}

/** Everything beside packages. What can't be had is told with what to do instead: nothing is silently missing. */
export async function fetchParts(request: PartsRequest): Promise<Parts> {
  const { plan, infos, images } = request;
  const files: SetFile[] = [];
  const missing: MissingPart[] = [];
  const covered = new Set(request.covered);
  const kindsOf = (actionId: string) => infos.find(({ id }) => id === actionId)?.brings ?? [];
  for (const step of plan.steps) {
    if (step.state === 'left-out') continue;
    for (const kind of kindsOf(step.actionId)) {
      const key = `${step.id}:${kind}`;
      const got = await fetchPart(request, step, kind);
      if ('files' in got) {
        files.push(...got.files);
        covered.add(key);
      } else if (!covered.has(key)) missing.push({ step: step.id, kind, ...got });
    }
  }
  for (const image of images) {
    const got = await tried(() => imageOf(request, image));
    if ('files' in got) files.push(...got.files);
    else missing.push({ step: image, kind: 'image', ...got });
  }
  return { files, missing, covered: [...covered] };
}

type Got = { readonly files: SetFile[] } | { readonly reason: LocalizedText; readonly remedy: LocalizedText };

async function fetchPart(request: PartsRequest, step: PlaybookStepPlan, kind: BroughtKind): Promise<Got> {
  const { state, plan } = step;
  const brought = (plan?.brings ?? []).filter((one) => one.kind === kind);
  const untold: Got = { reason: say('setUntold'), remedy: say('setUntoldHelp') };
  switch (kind) {
    case 'package':
      if (state === 'done') return { reason: say('setDone'), remedy: say('setDoneHelp') };
      return state === 'ready' || plan?.packages !== undefined ? { files: [] } : untold;
    case 'model':
      return brought.length === 0 ? { files: [] } : { reason: say('setModel'), remedy: say('setModelHelp') };
    case 'image': {
      const wanted = { actionId: step.actionId, flavour: plan?.parameters['flavour'] };
      const names = brought.map(({ name }) => name ?? chosenImage(wanted, request.choices, request.registries));
      if (names.length === 0 || names.includes(null)) return { reason: say('setUntold'), remedy: say('setImageHelp') };
      return tried(async () => (await Promise.all(names.map((name) => imageOf(request, name ?? '')))).flat());
    }
    case 'file':
      if (plan === null || brought.some(({ name }) => name === null)) return untold;
      return tried(async () => (await Promise.all(brought.map((one) => singleFile(request, one)))).flat());
    case 'conda':
    case 'wheel':
      return environmentParts(request, step, kind, brought);
  }
}

async function imageOf({ architecture, folder, way, signal }: PartsRequest, image: string): Promise<SetFile[]> {
  return [
    await fetchImage(image, { folder, architecture: architecture === 'aarch64' ? 'arm64' : 'amd64', way, signal }),
  ];
}

async function singleFile({ folder, way, signal }: PartsRequest, brought: Brought): Promise<SetFile[]> {
  const { name, sha256 = null, fingerprints = [] } = brought;
  const [url, file] = [name ?? '', carriedFile({ sha256, fingerprints })];
  const path = join(folder, file);
  await fetchFile({ url, name: url, sha256, sizeBytes: null }, path, way, signal);
  if (sha256 === null && keyFingerprints(readFileSync(path))?.every((one) => fingerprints.includes(one)) !== true) {
    renameSync(path, `${path}.part`);
    throw new ConflictError('playbooks.offlineOther', { file: url });
  }
  return [{ kind: 'file', file, url, sizeBytes: statSync(path).size, sha256: await hashOf(path) }];
}

const environmentFile = z.object({
  channels: z.array(z.string()).default([]),
  dependencies: z.array(z.union([z.string(), z.object({ pip: z.array(z.string()) })])).default([]),
});

/** What an environment consists of says the one that was made on the connected node; what pip is asked for beside says pip. */
async function environmentParts(
  { host, folder, way, signal, architecture }: PartsRequest,
  { state, plan, actionId }: PlaybookStepPlan,
  kind: 'conda' | 'wheel',
  brought: readonly Brought[],
): Promise<Got> {
  const untold: Got = { reason: say('setUntold'), remedy: say('setUntoldHelp') };
  const { conda, name, file } = plan?.parameters ?? {};
  const isEnvironment = typeof conda === 'string' && typeof name === 'string' && typeof file === 'string';
  if (!isEnvironment) {
    if (state === 'done') return { reason: say('setDone'), remedy: say('setDoneHelp') };
    const commands = brought.map((one) => one.name);
    if (plan === null || commands.length === 0 || commands.includes(null)) return untold;
    return tried(
      async () => fetchAll(await Promise.all(commands.map((one) => askPip(host, (one ?? '').split(' '), signal)))),
      say('setWheelHelp', { action: actionId }),
    );
  }
  const prefix = `${conda}/envs/${name}`;
  const environment = await askEnvironment(host, prefix, signal);
  if (environment === null) return { reason: say('setNoEnvironment', { prefix }), remedy: say('setUntoldHelp') };
  const written = environmentFile.safeParse(parse(await runOn(host, ['cat', '--', file], signal))).data;
  if (kind === 'conda') {
    const machine = architecture === 'aarch64' ? 'linux-aarch64' : 'linux-64';
    return tried(async () => {
      const got = await fetchAll([condaFiles(environment.records)]);
      writeChannels(folder, environment.records, written?.channels ?? [], machine);
      return got;
    });
  }
  if (environment.pip.length === 0) return { files: [] };
  const lines = (written?.dependencies ?? []).flatMap((one) => (typeof one === 'string' ? [] : one.pip));
  const indexes = lines.flatMap((line) => (/^--(?:extra-)?index-url \S+$/.test(line) ? line.split(' ') : []));
  const words = [`${prefix}/bin/python`, '-m', 'pip', 'install', '--ignore-installed', '--no-deps', ...indexes];
  return tried(
    async () => fetchAll([await askPip(host, [...words, ...environment.pip], signal)]),
    say('setWheelHelp', { action: actionId }),
  );

  async function fetchAll(lists: readonly (readonly SetFile[])[]): Promise<SetFile[]> {
    const got: SetFile[] = [];
    for (const one of lists.flat()) {
      const path = join(folder, one.file);
      const sizeBytes = one.sizeBytes === 0 ? null : one.sizeBytes;
      await fetchFile({ url: one.url, name: one.file, sha256: one.sha256, sizeBytes }, path, way, signal);
      got.push({ ...one, sizeBytes: statSync(path).size });
    }
    return got;
  }
}

/** What a server or the node refuses is told and the rest goes on; another content than it has to be, or a full disk, ends it. */
async function tried(work: () => Promise<SetFile[]>, remedy = say('setAgain')): Promise<Got> {
  try {
    return { files: await work() };
  } catch (error) {
    if (!(error instanceof UnavailableError || error instanceof InvalidError)) throw error;
    const detail = [error.params.url, error.params.image, error.params.reason].filter(Boolean).join(': ');
    return { reason: say('setRefused', { detail }), remedy };
  }
}
