import { installedFolder } from '#shared/domain/playbook/package-set';
import { hasSecret, isDirect, isSiteUrl } from '#shared/domain/site';
import type { LocalizedText } from '#shared/domain/text';
import { sha256 } from '../../audit/canonical-json';
import type { ActionContext, PlanCheck, RanCommand, StepResult } from '../action';
import { carriedFile, isCarried } from './carried';
import { dryRunFailed } from './failed-command';
import type { FilledStep } from './filled-step';
import { foldersBack, foldersFor } from './new-folders';
import { keyFingerprints, plainFingerprint } from './openpgp-fingerprint';
import { keptFolder } from './package-undo';
import { say } from './words';

/** What a step fetches, with every value in it. */
export interface Download {
  readonly url: string;
  readonly path: string;
  /** Lower case hex; null where the fingerprints of a key file are asked instead. */
  readonly sha256: string | null;
  readonly fingerprints: string[];
  readonly mode: string;
}

/** The commands of a download, and those that take it back. Both empty: what is there is what is wanted. */
export interface DownloadPlan {
  readonly steps: readonly FilledStep[];
  readonly undo: readonly FilledStep[];
}

/** Null for what no download can be: not http, a password in the address, no hash and no fingerprint. */
export function downloadOf(
  texts: { url: string; path: string; sha256: string | null; fingerprint: string | null },
  mode: string,
): Download | null {
  const { url, path } = texts;
  const hash = texts.sha256?.trim().toLowerCase() ?? null;
  const fingerprints = (texts.fingerprint ?? '').split(',').map(plainFingerprint);
  const isHash = hash !== null && /^[0-9a-f]{64}$/.test(hash);
  const isKey = hash === null && fingerprints.every((one) => one !== null);
  if (!isSiteUrl(url) || hasSecret(url) || (!isHash && !isKey)) return null;
  return { url, path, sha256: hash, fingerprints: isKey ? (fingerprints as string[]) : [], mode };
}

/** Beside the file, so that giving it its name is one step. */
const partOf = (path: string) => `${path}.gantry-part`;

/** How it is fetched: what fails is an error, and what a server redirects to may be anywhere, as the content is checked. */
export function fetchArgv(program: 'curl' | 'wget', { url, path }: Download, proxy: string | null): string[] {
  if (program === 'curl') {
    const through = proxy === null ? [] : ['--proxy', proxy];
    return ['curl', '-fsSL', '--retry', '2', '--connect-timeout', '20', ...through, '-o', partOf(path), url];
  }
  const through = proxy === null ? [] : ['use_proxy=yes', `http_proxy=${proxy}`, `https_proxy=${proxy}`];
  return ['wget', '-nv', '-t', '3', '-T', '20', ...through.flatMap((one) => ['-e', one]), '-O', partOf(path), url];
}

/** Finds out with what the node fetches, whether it gets through, and what is there already. */
export async function planDownload(
  context: ActionContext,
  step: FilledStep,
  download: Download,
  hasUndo: boolean,
  checks: PlanCheck[],
): Promise<DownloadPlan> {
  const { url, path } = download;
  const there = await contentOf(context, download);
  if (there === 'wanted') return { steps: [], undo: [] };
  const title = say('checkDownload', { url });
  if (there === 'unread') {
    checks.push({ title: say('checkFile', { path }), outcome: 'unknown', detail: say('fileUnread') });
  }
  const carried = carriedFile(download);
  if (await isCarried(context, carried)) {
    checks.push({ title, outcome: 'pass', detail: say('downloadCarried', { folder: installedFolder }) });
    return fetched(context, step, download, { there, hasUndo }, [
      'cp',
      '--',
      `${installedFolder}/${carried}`,
      partOf(path),
    ]);
  }
  const program = await programOf(context);
  if (program === null) {
    checks.push({ title, outcome: 'fail', detail: say('downloadNoProgram') });
    return { steps: [], undo: [] };
  }
  const proxy = await proxyOf(context, url);
  checks.push({ title, ...(await reached(context, program, download, proxy)) });
  return fetched(context, step, download, { there, hasUndo }, fetchArgv(program, download, proxy));
}

/** The commands around the one that brings it: folder, what is there kept, the content checked, its name. */
async function fetched(
  context: ActionContext,
  step: FilledStep,
  download: Download,
  { there, hasUndo }: { there: 'absent' | 'unread' | { readonly sha256: string }; hasUndo: boolean },
  argv: string[],
): Promise<DownloadPlan> {
  const { path } = download;
  const { of, missing } = await foldersFor(context, path);
  const part = partOf(path);
  const base = { ...step, download: null, path: null };
  const more = (id: string, words: LocalizedText, argv: string[], rest: Partial<FilledStep> = {}): FilledStep => ({
    ...base,
    id: `${step.id}-${id}`,
    title: words as FilledStep['title'],
    kind: 'command',
    argv,
    timeoutMs: 120_000,
    ...rest,
  });
  const kept = `${keptFolder}/file-${sha256(JSON.stringify([path, there])).slice(0, 12)}`;
  const isKept = hasUndo && typeof there === 'object';
  const cleanup = ['rm', '-f', part];
  const check: Partial<FilledStep> =
    download.sha256 === null
      ? { kind: 'key', argv: ['cat', part], fingerprints: [...download.fingerprints], cleanup }
      : { argv: ['sha256sum', '-c', '-'], stdin: `${download.sha256}  ${part}\n`, cleanup };
  return {
    steps: [
      ...(missing.length > 0 ? [more('folder', say('makeFolder'), ['install', '-d', '-m', '755', of])] : []),
      ...(isKept
        ? [
            more('keep-folder', say('keepFile'), ['install', '-d', '-m', '700', keptFolder]),
            more('keep', say('keepFile'), ['cp', '-a', '-T', path, kept]),
          ]
        : []),
      more('fetch', say('fetchFile'), argv, { timeoutMs: step.timeoutMs, cleanup }),
      more('check', say('checkContent'), [], check),
      more('mode', say('setMode'), ['chmod', download.mode, part], { cleanup }),
      { ...base, kind: 'command', argv: ['mv', '-T', part, path], timeoutMs: 120_000 },
    ],
    undo: [
      isKept
        ? more('back', say('putFileBack'), ['mv', '-T', kept, path])
        : more('back', say('removeFile'), ['rm', '-f', path]),
      ...(isKept
        ? [
            more('keep-folder', say('removeFolder'), ['rmdir', '--ignore-fail-on-non-empty', keptFolder], {
              exitCodes: [0, 1],
            }),
          ]
        : []),
      ...foldersBack(missing).map((argv) => more('folder', say('removeFolder'), argv, { exitCodes: [0, 1] })),
    ],
  };
}

/** Compares the keys of a file that was fetched with those that were named. */
export function checkKey(step: FilledStep, ran: RanCommand): StepResult {
  const found = keyFingerprints(ran.stdoutBytes);
  const wanted = step.fingerprints ?? [];
  const { evidenceId } = ran;
  if (found === null) return { state: 'failed', evidenceId, detail: say('noKey') };
  const isGood = found.every((one) => wanted.includes(one));
  const detail = say(isGood ? 'keyFits' : 'keyOther', { found: found.join(', '), wanted: wanted.join(', ') });
  return { state: isGood ? 'done' : 'failed', evidenceId, detail };
}

async function contentOf(
  context: ActionContext,
  { path, sha256: wanted, fingerprints }: Download,
): Promise<'wanted' | 'absent' | 'unread' | { readonly sha256: string }> {
  const summed = await asked(context, 'sum', ['sha256sum', '--', path], 'root-else-user');
  const found = /^\\?([0-9a-f]{64}) /.exec(summed.stdout)?.[1];
  if (summed.exitCode !== 0 || found === undefined) {
    const tested = await asked(context, 'test', ['test', '-e', path], 'root-else-user');
    return tested.exitCode === 1 ? 'absent' : 'unread';
  }
  if (wanted !== null) return found === wanted ? 'wanted' : { sha256: found };
  const read = await asked(context, 'key', ['cat', '--', path], 'root-else-user');
  const keys = keyFingerprints(read.stdoutBytes);
  return keys?.every((one) => fingerprints.includes(one)) === true ? 'wanted' : { sha256: found };
}

async function programOf(context: ActionContext): Promise<'curl' | 'wget' | null> {
  for (const program of ['curl', 'wget'] as const) {
    if ((await asked(context, program, [program, '--version'], 'user')).exitCode === 0) return program;
  }
  return null;
}

/**
 * The site's proxy, else the node's own: sudo gives a command no environment, so it has to be named. One with a password is not
 * written into a plan: it belongs into root's ~/.curlrc or /etc/wgetrc, which both read.
 */
async function proxyOf(context: ActionContext, url: string): Promise<string | null> {
  const { site } = context;
  const host = new URL(url).hostname;
  const isTls = url.startsWith('https:');
  const ofSite = isTls ? site?.httpsProxy : site?.httpProxy;
  if (ofSite) return isDirect(host, site?.noProxy ?? '') ? null : ofSite;
  const file = (await asked(context, 'environment', ['cat', '/etc/environment'], 'user')).stdout;
  const setIn = (name: string) =>
    new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[ \\t]*["']?([^"'\\s]+)`, 'im').exec(file)?.[1] ?? null;
  const found = setIn(isTls ? 'https_proxy' : 'http_proxy') ?? (await proxyOfApt(context, isTls));
  if (found === null || !isSiteUrl(found) || hasSecret(found) || isDirect(host, setIn('no_proxy') ?? '')) return null;
  return found;
}

async function proxyOfApt(context: ActionContext, isTls: boolean): Promise<string | null> {
  const ran = await asked(context, 'apt-proxy', ['apt-config', 'dump', '--format', '%f %v%n'], 'user');
  const of = (name: string) => new RegExp(`^Acquire::${name}::proxy (\\S+)$`, 'im').exec(ran.stdout)?.[1] ?? null;
  const found = (isTls ? of('https') : null) ?? of('http');
  return found === 'DIRECT' ? null : found;
}

/** curl(1), EXIT CODES: no name, no way, no TLS, nothing in time. A server that only refuses to be asked so may still give the file. */
const hopeless = { curl: [5, 6, 7, 28, 35, 51, 58, 60, 77], wget: [4, 5] };

async function reached(
  context: ActionContext,
  program: 'curl' | 'wget',
  { url }: Download,
  proxy: string | null,
): Promise<Omit<PlanCheck, 'title'>> {
  const argv =
    program === 'curl'
      ? [
          'curl',
          '-fsSLI',
          '-o',
          '/dev/null',
          '--connect-timeout',
          '10',
          '-m',
          '30',
          ...(proxy ? ['--proxy', proxy] : []),
          url,
        ]
      : [
          'wget',
          '-nv',
          '-t',
          '1',
          '-T',
          '10',
          '--spider',
          ...(proxy ? ['-e', `https_proxy=${proxy}`, '-e', `http_proxy=${proxy}`] : []),
          url,
        ];
  const ran = await asked(context, 'reach', argv as [string, ...string[]], 'user', 45_000);
  const { evidenceId, exitCode, state } = ran;
  if (state === 'exited' && exitCode === 0) {
    return { outcome: 'pass', detail: proxy ? say('downloadThrough', { proxy }) : say('downloadReached'), evidenceId };
  }
  const detail = dryRunFailed(ran, `${ran.stdout} ${ran.stderr}`);
  return { outcome: exitCode !== null && hopeless[program].includes(exitCode) ? 'fail' : 'warn', detail, evidenceId };
}

function asked(
  context: ActionContext,
  id: string,
  argv: [string, ...string[]],
  privilege: 'user' | 'root-else-user',
  timeoutMs = 30_000,
): Promise<RanCommand> {
  return context.run({ id: `download-${id}`, argv, privilege, timeoutMs });
}
