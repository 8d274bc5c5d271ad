import { z } from 'zod';
import type { SetFile } from '#shared/domain/playbook/package-set';
import { InvalidError } from '../../errors';
import type { Host } from '../../hosts/host';
import { runOn } from './on-node';
import { packagesList, readUris } from './read-package-set';

/** What the tools of a node say they would fetch: where from, and what it has to be. They fetch nothing themselves. */
export interface Told {
  readonly files: SetFile[];
  /** Paragraphs for the file Packages of apt. */
  readonly list: string;
}

export interface WantedPackage {
  readonly name: string;
  readonly version: string;
}

/** The archives of these packages, by the node's own lists. Throws InvalidError where it does not tell each, HostUnavailableError. */
export async function askPackages(
  host: Host,
  manager: 'dpkg' | 'rpm',
  packages: readonly WantedPackage[],
  signal: AbortSignal,
): Promise<Told> {
  if (packages.length === 0) return { files: [], list: '' };
  const told = manager === 'dpkg' ? await askApt(host, packages, signal) : await askDnf(host, packages, signal);
  if (told.files.length < packages.length)
    throw new InvalidError('playbooks.offlineNotListed', { wanted: packages.length, listed: told.files.length });
  return told;
}

async function askApt(host: Host, packages: readonly WantedPackage[], signal: AbortSignal): Promise<Told> {
  const words = packages.map(({ name, version }) => `${name}=${version}`);
  const files = readUris(await runOn(host, ['apt-get', 'download', '--print-uris', ...words], signal));
  const { text, missing } = packagesList(await runOn(host, ['apt-cache', 'show', ...words], signal), files);
  return { files: files.filter(({ file }) => !missing.includes(file)), list: text };
}

/** dnf's own library: its commands print no checksums. */
const dnfScript = `import json, sys, dnf
base = dnf.Base()
base.conf.read()
names = base.conf.substitutions
names.update_from_etc("/")
names["releasever"] = names.get("releasever") or ""
base.read_all_repos()
base.fill_sack(load_system_repo=False)
for word in sys.argv[1:]:
    name, version = word.split("=", 1)
    if ":" not in version:
        version = "0:" + version
    epoch, rest = version.split(":", 1)
    ver, _, rel = rest.rpartition("-")
    for one in list(base.sack.query().available().filter(name=name, epoch=int(epoch), version=ver, release=rel))[:1]:
        kind, digest = one.returnIdSum()
        print(json.dumps({"url": one.remote_location(), "kind": kind, "sha256": digest, "size": one.downloadsize}))`;
const dnfLine = z.object({ url: z.string(), kind: z.string(), sha256: z.string(), size: z.number().int().min(0) });

async function askDnf(host: Host, packages: readonly WantedPackage[], signal: AbortSignal): Promise<Told> {
  const words = packages.map(({ name, version }) => `${name}=${version}`);
  const said = await runOn(host, ['/usr/bin/python3', '-c', dnfScript, ...words], signal, { timeoutMs: 600_000 });
  return {
    files: jsonLines(said, dnfLine).flatMap(({ url, kind, sha256, size }) => {
      const file = fileNameOf(url);
      if (kind !== 'sha256' || file === null || !file.endsWith('.rpm')) return [];
      return [{ kind: 'package' as const, file, url, sizeBytes: size, sha256 }];
    }),
    list: '',
  };
}

const reportSchema = z.object({
  install: z.array(
    z.object({
      download_info: z.object({
        url: z.string(),
        archive_info: z.object({ hashes: z.record(z.string(), z.string()).optional() }).optional(),
      }),
    }),
  ),
});

/**
 * Wheels that `PYTHON -m pip install …` would fetch, by pip's own report. What exists as source only is an error: its code would run.
 * @param argv As the action would run it.
 */
export async function askPip(host: Host, argv: readonly string[], signal: AbortSignal): Promise<SetFile[]> {
  const at = argv.indexOf('install') + 1;
  const rest = argv
    .slice(at)
    .filter((word, index, all) => word !== '--constraint' && all[index - 1] !== '--constraint');
  const dry = ['--dry-run', '--quiet', '--disable-pip-version-check', '--only-binary=:all:', '--report', '-'];
  const words = [...argv.slice(0, at), ...dry, ...rest] as [string, ...string[]];
  const said = await runOn(host, words, signal, { timeoutMs: 600_000 });
  const report = reportSchema.safeParse(parseJson(said));
  if (!report.success) throw new InvalidError('playbooks.offlineCommand', { command: 'pip', reason: 'no report' });
  return report.data.install.map(({ download_info: { url, archive_info } }): SetFile => {
    const sha256 = archive_info?.hashes?.sha256 ?? '';
    const file = fileNameOf(url);
    if (file === null || !/^[0-9a-f]{64}$/.test(sha256))
      throw new InvalidError('playbooks.offlineCommand', {
        command: 'pip',
        reason: `no SHA-256 of ${url.slice(0, 150)}`,
      });
    return { kind: 'wheel', file: `wheels/${file}`, url, sizeBytes: 0, sha256 };
  });
}

/** What conda wrote down of each package of an environment, and what pip brought into it. */
const environmentScript = `import glob, importlib.metadata, json, sys
for path in sorted(glob.glob(sys.prefix + "/conda-meta/*.json")):
    with open(path) as file:
        one = json.load(file)
    print(json.dumps({key: value for key, value in one.items() if key not in ("files", "paths_data", "link")}))
for one in importlib.metadata.distributions():
    if (one.read_text("INSTALLER") or "").strip() == "pip":
        print(json.dumps({"pip": one.metadata["Name"] + "==" + one.version}))`;
const condaLine = z.looseObject({
  url: z.string(),
  fn: z.string().regex(/^[A-Za-z0-9_][\w.+~-]{0,200}\.(?:conda|tar\.bz2)$/),
  subdir: z.string().regex(/^[a-z0-9-]{1,40}$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.number().int().min(0),
});
export type CondaRecord = z.infer<typeof condaLine>;

/** Null: there is no such environment. */
export async function askEnvironment(
  host: Host,
  prefix: string,
  signal: AbortSignal,
): Promise<{ records: CondaRecord[]; pip: string[] } | null> {
  const python = `${prefix}/bin/python`;
  const there = await host.exec({ id: 'there', argv: ['test', '-x', python], timeoutMs: 30_000 }, { signal });
  if (there.state !== 'exited' || there.exitCode !== 0) return null;
  const said = await runOn(host, [python, '-c', environmentScript], signal);
  const pip = jsonLines(said, z.object({ pip: z.string().regex(/^[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+$/) }));
  return { records: jsonLines(said, condaLine), pip: pip.map((one) => one.pip) };
}

function jsonLines<Value>(text: string, schema: z.ZodType<Value>): Value[] {
  return text.split('\n').flatMap((line) => {
    const { data } = schema.safeParse(parseJson(line));
    return data === undefined ? [] : [data];
  });
}

/** The last part of a URL, if it can be the name of a file of a set. */
function fileNameOf(url: string): string | null {
  if (!/^https?:/.test(url) || !URL.canParse(url)) return null;
  const name = decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '');
  return /^[A-Za-z0-9][\w.+~-]{0,240}$/.test(name) ? name : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
