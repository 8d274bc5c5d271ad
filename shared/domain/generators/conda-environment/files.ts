import { Document } from 'yaml';
import type { GeneratedFile, Values } from '../generator';
import { completed, otherOf } from '../other-settings';
import { rowsOf, textOf, textsOf } from '../values';
import { type CondaSpec, fixedVersion, readCondaSpec } from './specs';

/** `environment.yml`, the commands that make the environment, and what proves it on a GPU. */
export function files(values: Values): GeneratedFile[] {
  const pip = textsOf(values, 'pip');
  const variables = rowsOf(values, 'variables').flatMap((row) => {
    const name = textOf(row, 'name');
    return name === null ? [] : [[name, typeof row.value === 'string' ? row.value : ''] as const];
  });
  // `pip` comes last: where indentation is lost, what follows it would be taken for its own.
  const content = {
    name: textOf(values, 'name') ?? '',
    channels: textsOf(values, 'channels'),
    dependencies: [...textsOf(values, 'dependencies'), ...(pip.length > 0 ? [{ pip }] : [])],
    ...(variables.length > 0 ? { variables: Object.fromEntries(variables) } : {}),
  };
  const document = new Document(completed(content, otherOf(values)));
  const specs = textsOf(values, 'dependencies').flatMap((line) => readCondaSpec(line) ?? []);
  const hasTorch = specs.some(({ name }) => name === 'pytorch') || pip.some((line) => /^torch(?![\w.-])/i.test(line));
  return [
    { fileName: 'environment.yml', language: 'yaml', text: document.toString({ lineWidth: 0 }) },
    { fileName: 'create-environment.sh', language: 'shell', text: createCommands(values, specs, hasTorch) },
    ...(hasTorch ? [{ fileName: 'check-gpus.py', language: 'python', text: proof } as const] : []),
  ];
}

/**
 * `CONDA_OVERRIDE_CUDA` lets a machine without a GPU solve for one that has it. Source: conda documentation, Managing virtual
 * packages.
 */
function createCommands(values: Values, specs: readonly CondaSpec[], hasTorch: boolean): string {
  const cuda = specs.filter(({ name }) => name === 'pytorch-cuda').map(fixedVersion)[0] ?? null;
  const name = quote(textOf(values, 'name') ?? '');
  return [
    '#!/bin/sh',
    'set -eu',
    'conda=$(command -v conda || echo "$HOME/miniforge3/bin/conda")',
    ...(cuda === null
      ? []
      : ['# A machine without a GPU then takes the GPU build as well.', `export CONDA_OVERRIDE_CUDA=${cuda}`]),
    '# After a change of the file: "$conda" env update -f environment.yml --prune',
    '"$conda" env create -f environment.yml',
    ...(hasTorch ? [`"$conda" run -n ${name} python check-gpus.py`] : []),
    '',
  ].join('\n');
}

/** Multiplies on each GPU: `is_available()` alone says nothing of kernels that are missing for its architecture. */
const proof = `import torch

print("PyTorch", torch.__version__, "built for CUDA", torch.version.cuda)
assert torch.cuda.is_available(), "PyTorch sees no GPU"
for gpu in range(torch.cuda.device_count()):
    x = torch.randn(4096, 4096, device=f"cuda:{gpu}", dtype=torch.float16)
    mean = (x @ x).float().abs().mean().item()
    assert mean > 0 and mean < float("inf"), f"GPU {gpu} computed {mean}"
    print(gpu, torch.cuda.get_device_name(gpu), torch.cuda.get_device_capability(gpu), "ok")
`;

function quote(word: string): string {
  return /^[\w.-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
