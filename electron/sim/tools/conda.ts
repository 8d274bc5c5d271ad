import { parse } from 'yaml';
import type { NodeModel } from '../model/node-model';
import {
  failed,
  lines,
  optionValue,
  printed,
  type Tool,
  type ToolContext,
  type ToolFiles,
  type ToolOutput,
} from './tool';

/*
 * Miniforge as its installer leaves it: `bin/conda`, and in each environment `bin/python` and `bin/ds_report`. What is in an
 * environment is in its folder, so deleting the folder takes all of it away.
 */

interface Listed {
  readonly name: string;
  readonly version: string;
  readonly channel: string;
}

/** A small program that says where it lies and asks the fleet. */
const ASKS = `#!/bin/sh\nB=\${0%%/1/*}\nexec "$B/1/usr/bin/.call-NAME" "\${0#"$B/1"}" "$@"\n`;
const asks = (name: string): string => ASKS.replace('NAME', name);

/** What stands in for Miniforge's installer of 25.3.1-0, whose sum it has on a node: `-b -f -p PREFIX`. */
export const miniforgeInstaller = `#!/bin/sh
# stands for sha256 376b160ed8130820db0ab0f3826ac1fc85923647f75c1b8231166e3d559ab768
while [ $# -gt 0 ]; do
  [ "$1" = -p ] && { prefix=$2; shift; }
  shift
done
mkdir -p "$prefix/bin" "$prefix/envs" || exit 1
cat >"$prefix/bin/conda" <<'END'
${asks('conda')}END
chmod 755 "$prefix/bin/conda"
echo 'installation finished.'
`;

const listPath = (prefix: string): string => `${prefix}/conda-meta/list.json`;

function listOf(files: ToolFiles | undefined, prefix: string): Listed[] | null {
  const text = files?.read(listPath(prefix)) ?? null;
  return text === null ? null : (JSON.parse(text) as Listed[]);
}

/** What the newest of a range was when these files were written. */
const others: Readonly<Record<string, string>> = { numpy: '1.26.4', mkl: '2023.1.0', pip: '24.2' };

/** `conda --version | env create | env remove | list`. */
export const conda: Tool = (_model, [, ...args], { files }) => {
  const prefix = optionValue(args, '-p') ?? '';
  const [verb = '', second = ''] = args.filter((arg) => !arg.startsWith('-'));
  if (args.includes('--version')) return printed('conda 25.3.1\n');
  if (verb === 'list') {
    const list = listOf(files, prefix);
    if (list === null) return failed(1, `\nEnvironmentLocationNotFound: Not a conda environment: ${prefix}\n\n`);
    return printed(`${JSON.stringify(list, null, 2)}\n`);
  }
  if (verb === 'env' && second === 'remove') return printed(`\nRemove all packages in environment ${prefix}:\n\n`);
  if (verb !== 'env' || second !== 'create')
    return failed(2, `conda: error: argument COMMAND: invalid choice: '${verb}'\n`);
  const file = optionValue(args, '-f') ?? '';
  const text = files?.read(file) ?? null;
  if (text === null) return failed(1, `\nEnvironmentFileNotFound: '${file}' file not found\n\n`);
  const list = solved(text);
  if (args.includes('--dry-run')) return printed('Channels:\nPlatform: linux-64\n');
  files?.write(listPath(prefix), JSON.stringify(list));
  files?.write(`${prefix}/bin/python`, asks('conda-python'), 0o755);
  return printed('Preparing transaction: done\nVerifying transaction: done\nExecuting transaction: done\n');
};

function solved(text: string): Listed[] {
  const { dependencies = [] } = parse(text) as { dependencies?: (string | { pip: string[] })[] };
  return dependencies.flatMap((entry): Listed[] => {
    if (typeof entry !== 'string') return entry.pip.flatMap((line) => pinned(line) ?? []);
    const [, name = '', operator, version = ''] = /^([\w.-]+)\s*([=<>!~]+)?\s*([\w.]*)/.exec(entry) ?? [];
    return [{ name, version: operator?.startsWith('=') ? version : (others[name] ?? '1.0'), channel: 'conda-forge' }];
  });
}

/** `name==1.2`; options of pip stand in lines of their own. */
function pinned(line: string): Listed | null {
  const [, name, version] = /^([\w.-]+)==(\S+)$/.exec(line) ?? [];
  return name && version ? { name, version, channel: 'pypi' } : null;
}

/** The Python of an environment: versions of packages, pip, and the proof of PyTorch on each GPU. */
export const condaPython: Tool = (model, [self = '', ...args], context) => {
  const prefix = self.replace(/\/bin\/\w+$/, '');
  const { files } = context;
  const list = listOf(files, prefix) ?? [];
  if (self.endsWith('/ds_report'))
    return printed('DeepSpeed general environment info:\ndeepspeed info ................... installed\n');
  if (args[0] === '-m' && args[1] === 'pip') return pip(prefix, list, args.slice(2), context);
  const program = args[0] === '-c' ? (args[1] ?? '') : '';
  if (program.includes('"uninstall"')) {
    // Taken back to the packages that are named: what is none of pip's stays.
    const before = args.slice(3).flatMap((line) => pinned(line) ?? []);
    const isOfBefore = (one: Listed) => before.some(({ name }) => name === plain(one.name));
    const back = before.filter(
      (one) => !list.some(({ name, version }) => plain(name) === one.name && version === one.version),
    );
    const kept = list.filter((one) => isOfBefore(one) && !back.some(({ name }) => name === plain(one.name)));
    files?.write(listPath(prefix), JSON.stringify([...kept, ...back]));
    return printed('');
  }
  const torch = list.find(({ name }) => name === 'torch' || name === 'pytorch')?.version;
  if (torch === undefined)
    return failed(1, 'importlib.metadata.PackageNotFoundError: No package metadata was found for torch\n');
  const target = args[2];
  if (target === undefined || !program.includes('nccl.all_reduce')) return printed(`torch ${torch}\n`);
  const proof = JSON.stringify(proofOf(model, torch, list));
  files?.write(target, proof);
  return printed(`${proof}\n`);
};

function proofOf(model: NodeModel, torch: string, list: readonly Listed[]): object {
  const seen = model.gpus.filter(({ isLost }) => !isLost);
  return {
    ...{ version: 1, at: `${new Date(model.clockMs()).toISOString().slice(0, 19)}Z`, python: '3.10.14', torch },
    cuda: list.find(({ name }) => name === 'pytorch-cuda')?.version ?? '12.8',
    ...{ driver: model.profile.driverVersion, error: null },
    gpus: seen.map(({ uuid, slot: { card } }) => ({
      ...{ uuid, name: card.productName, capability: card.computeCapability, tflops: 58.4, isRight: true, error: null },
    })),
    pairs: seen.flatMap((_, first) =>
      first % 2 === 0 && first + 1 < seen.length ? [{ first, second: first + 1, gbPerSecond: 17.2, error: null }] : [],
    ),
  };
}

/** What DeepSpeed brings along into an environment that has PyTorch. */
const brought = ['hjson==3.1.0', 'ninja==1.11.1', 'py-cpuinfo==9.0.0', 'pydantic==1.10.17'];

function pip(prefix: string, list: readonly Listed[], args: readonly string[], { files }: ToolContext): ToolOutput {
  const [verb = ''] = args;
  const named = args.flatMap((arg) => pinned(arg) ?? []);
  const save = (packages: readonly Listed[]): void => files?.write(listPath(prefix), JSON.stringify(packages));
  if (verb === 'list') return printed(lines(...list.map(({ name, version }) => `${plain(name)}==${version}`)));
  if (verb === 'uninstall') {
    const gone = new Set(args.slice(1).filter((arg) => !arg.startsWith('-')));
    save(list.filter(({ name }) => !gone.has(name)));
    return printed(lines(...[...gone].map((name) => `Successfully uninstalled ${name}`)));
  }
  if (verb !== 'install') return failed(1, `ERROR: unknown command "${verb}"\n`);
  const needs = named.some(({ name }) => name === 'deepspeed') ? brought.flatMap((line) => pinned(line) ?? []) : [];
  const comes = [...named, ...needs.filter(({ name }) => !named.some((one) => one.name === name))].filter(
    (one) => !list.some(({ name, version }) => name === one.name && version === one.version),
  );
  const told = comes.map(({ name, version }) => `${name}-${version}`).join(' ');
  save([...list.filter(({ name }) => !comes.some((one) => one.name === name)), ...comes]);
  if (comes.some(({ name }) => name === 'deepspeed'))
    files?.write(`${prefix}/bin/ds_report`, asks('conda-python'), 0o755);
  return printed(told === '' ? '' : `Successfully installed ${told}\n`);
}

/** pip's names for what conda calls otherwise. */
function plain(name: string): string {
  return name === 'pytorch' ? 'torch' : name;
}
