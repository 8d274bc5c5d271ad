import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { NodeFacts } from '../../facts/index';
import type { Values } from '../generator';
import { condaEnvironment } from './conda-environment';
import { readCondaSpec, readPipRequirement } from './specs';

const { examples, files, problems, initial } = condaEnvironment;
const valuesOf = (id: string) => examples.find((example) => example.id === id)?.values ?? {};
const yamlOf = (values: Values) => files(values)[0]?.text ?? '';
const read = (text: string) => condaEnvironment.read?.(text) ?? null;
const said = (values: Values, facts: NodeFacts | null = null) =>
  problems(values, facts).map(({ severity, path, text }) => `${severity} ${path.join('.')}: ${text.en}`);
const working = (own: Values): Values => ({ ...valuesOf('working'), ...own });

it('writes the reference file as it is given', () => {
  expect(yamlOf(valuesOf('reference'))).toBe(`name: llm-env
channels:
  - nvidia
  - pytorch
dependencies:
  - python=3.10
  - pytorch=2.0.1
  - torchvision=0.15.2
  - pip
  - pip:
      - transformers==4.30.2
      - accelerate==0.20.3
`);
});

it('says what the reference file lacks on a GPU, and nothing of the working one', () => {
  expect(
    problems(valuesOf('reference'), null).map(({ severity, path, source }) => [severity, path.join('.'), source]),
  ).toEqual([
    ['warn', 'channels', 'PyTorch, Installing previous versions'],
    ['warn', 'dependencies.1', 'PyTorch, Installing previous versions, v2.0.1'],
    ['warn', 'dependencies.1', 'pytorch/pytorch issue 123097'],
    ['warn', 'dependencies.1', 'PyTorch 2.3 release notes'],
  ]);
  expect(problems(initial(null), null)).toEqual([]);
});

it('gives the commands that solve for the GPU build, and a proof on each GPU', () => {
  const [, commands, proof] = files(valuesOf('working'));
  expect(commands?.text).toContain('export CONDA_OVERRIDE_CUDA=11.8\n');
  expect(commands?.text).toContain('"$conda" run -n llm-env python check-gpus.py\n');
  expect(proof?.text).toContain('torch.cuda.device_count()');
  expect(files({ name: 'a b; rm -rf /', dependencies: ['pytorch'] })[1]?.text).toContain(
    "run -n 'a b; rm -rf /' python",
  );
  expect(files({ name: 'tools', channels: ['conda-forge'], dependencies: ['jq'] })).toHaveLength(2);
});

it.each<[string, Values, string]>([
  ['a name with a slash', { name: 'a/b' }, 'error name: No spaces'],
  ['conda’s own environment', { name: 'base' }, 'error name: That is conda’s own'],
  ['Anaconda’s channel', { channels: ['pytorch', 'nvidia', 'defaults'] }, 'warn channels.2: Anaconda’s own'],
  ['conda-forge first', { channels: ['conda-forge', 'pytorch', 'nvidia'] }, 'warn channels.0: conda-forge before'],
  ['no channel nvidia', { channels: ['pytorch', 'conda-forge'] }, 'error channels: pytorch-cuda takes'],
  ['a channel twice', { channels: ['pytorch', 'nvidia', 'conda-forge', 'nvidia/'] }, 'warn channels.3: Listed twice'],
  ['no package', { dependencies: ['python=3.10', '=2'] }, 'error dependencies.1: conda does not read'],
  ['two versions', { dependencies: ['python=3.10', 'python=3.11'] }, 'warn dependencies.1: python is listed twice'],
  ['no version', { dependencies: ['python=3.10', 'jq'], pip: [] }, 'info dependencies.1: Any version of jq'],
  ['no Python', { dependencies: ['jq=1.7'], pip: [] }, 'warn dependencies: No Python version'],
  ['pip not listed', { dependencies: ['python=3.10'] }, 'warn dependencies: conda wants pip listed'],
  ['one equals sign for pip', { pip: ['transformers=4.30.2'] }, 'error pip.0: pip refuses'],
  ['an open version for pip', { pip: ['transformers'] }, 'info pip.0: Not pinned'],
  ['a second copy', { pip: ['torch==2.0.1'] }, 'warn pip.0: pytorch comes from conda already'],
  [
    'a version the channel never had',
    { dependencies: ['python=3.10', 'pytorch=2.7.0', 'pip'] },
    'error dependencies.1: The channel pytorch ends',
  ],
  [
    'a build that there is none of',
    { dependencies: ['python=3.10', 'pytorch=2.0.1', 'pytorch-cuda=12.1', 'pip'] },
    'error dependencies.2: PyTorch 2.0.1 was built for CUDA 11.7, 11.8 only.',
  ],
  [
    'a newer MKL',
    { dependencies: ['python=3.10', 'pytorch=2.0.1', 'mkl=2024.2', 'pip'] },
    'warn dependencies.2: With MKL',
  ],
  [
    'NumPy 2',
    { dependencies: ['python=3.10', 'pytorch=2.0.1', 'numpy>=1.26', 'pip'] },
    'warn dependencies.2: Built against NumPy 1',
  ],
  [
    'another torchvision',
    { dependencies: ['python=3.10', 'pytorch=2.0.1', 'torchvision=0.16.0', 'pip'] },
    'error dependencies.2: PyTorch 2.0.1 goes with torchvision 0.15.x',
  ],
  [
    'a newer Python',
    { dependencies: ['python=3.12', 'pytorch=2.0.1', 'pip'] },
    'error dependencies.0: PyTorch 2.0.1 exists for Python 3.8 to 3.11.',
  ],
  ['no name for a variable', { variables: [{ name: '1A', value: 'x' }] }, 'error variables.0.name: Letters'],
  ['what is no list', { channels: 'nvidia' }, 'error channels: Must be a list of texts'],
  ['a setting that there is none of', { chanels: ['nvidia'] }, 'error chanels: There is no such setting'],
])('flags %s', (_, own, expected) => {
  expect(said(working(own)).join('\n')).toContain(expected);
});

it('lets pins of either kind stand', () => {
  const lines = [
    'python=3.10',
    'pytorch=2.0.1=py3.10_cuda11.8*',
    'pytorch-cuda=11.8',
    'mkl<=2024.0',
    'numpy>=1.20,<2',
    'pip',
  ];
  expect(said(working({ dependencies: lines }))).toEqual([]);
});

it('judges by the GPUs and the driver of the node that it is for', () => {
  const node = (architecture: string, driverVersion: string) =>
    ({
      gpu: { driverVersion, cudaVersion: null, gpus: [{ name: `NVIDIA ${architecture}`, architecture }] },
    }) as unknown as NodeFacts;
  expect(said(valuesOf('working'), node('Ampere', '535.54.03'))).toEqual([]);
  expect(said(valuesOf('working'), node('Blackwell', '580.65.06'))).toEqual([
    'error dependencies.1: PyTorch 2.0.1 has no code for NVIDIA Blackwell: 2.7 or newer, built for CUDA 12.8, has.',
  ]);
  const older = working({
    dependencies: ['python=3.10', 'pytorch=2.0.1', 'pytorch-cuda=11.7', 'mkl<2024.1', 'numpy<2', 'pip'],
  });
  expect(said(older, node('Hopper', '440.33.01'))).toEqual([
    'error dependencies.2: NVIDIA Hopper needs a build for CUDA 11.8 or newer.',
    'error dependencies.2: CUDA 11.7 needs driver 450.80.02 or newer; this node has 440.33.01.',
  ]);
  const wheels = {
    ...{ name: 'llm-env', channels: ['conda-forge'], dependencies: ['python=3.11', 'pip'] },
    pip: [
      '--extra-index-url https://download.pytorch.org/whl/cu128',
      'torch==2.7.1+cu128',
      'torchvision==0.22.1+cu128',
    ],
  };
  expect(said(wheels, node('Blackwell', '580.65.06'))).toEqual([]);
  expect(read(yamlOf(wheels))?.values).toEqual(wheels);
  expect(said({ ...wheels, pip: ['torch==2.6.0+cu126'] }, node('Blackwell', '520.61.05'))).toEqual([
    'error pip.0: PyTorch 2.6.0 has no code for NVIDIA Blackwell: 2.7 or newer, built for CUDA 12.8, has.',
    'error pip.0: CUDA 12.6 needs driver 525.60.13 or newer; this node has 520.61.05.',
  ]);
});

it.each([
  'name: llm-env channels: [nvidia, pytorch] dependencies: - python=3.10 - pytorch=2.0.1 - torchvision=0.15.2 - pip - pip: - transformers==4.30.2 - accelerate==0.20.3',
  'name: llm-env channels: - nvidia - pytorch dependencies: - python=3.10 - pytorch=2.0.1 - torchvision=0.15.2 - pip - pip: - transformers==4.30.2 - accelerate==0.20.3',
  'name:llm-env channels:[nvidia,pytorch] dependencies:[python=3.10,pytorch=2.0.1,torchvision=0.15.2,pip,{pip:[transformers==4.30.2,accelerate==0.20.3]}]',
  'name: llm-env\nchannels: [nvidia, pytorch]\ndependencies: [python=3.10, pytorch=2.0.1, torchvision=0.15.2, pip, {pip: [transformers==4.30.2, accelerate==0.20.3]}]\n',
  'name: llm-env\n\tchannels:\n\t- nvidia\n\t- pytorch\n\tdependencies:\n\t- python=3.10\n\t- pytorch=2.0.1\n\t- torchvision=0.15.2\n\t- pip\n\t- pip:\n\t\t- transformers==4.30.2\n\t\t- accelerate==0.20.3',
  'name: llm-env\r\nchannels:\r\n- nvidia\r\n- pytorch\r\ndependencies:\r\n- python=3.10\r\n- pytorch=2.0.1\r\n- torchvision=0.15.2\r\n- pip\r\n- pip:\r\n- transformers==4.30.2\r\n- accelerate==0.20.3\r\n',
  'name: llm-env\nchannels:\n– nvidia\n– pytorch\ndependencies:\n-python=3.10\n-pytorch=2.0.1\n-torchvision=0.15.2\n-pip\n-pip:\n-transformers==4.30.2\n-accelerate==0.20.3',
  'name: “llm-env” channels: nvidia pytorch dependencies: python=3.10 pytorch=2.0.1 torchvision=0.15.2 pip pip: transformers==4.30.2 accelerate==0.20.3',
])('reads the reference file out of %j', (pasted) => {
  expect(read(pasted)?.values).toEqual(valuesOf('reference'));
});

it('says what it repaired and what it leaves out', () => {
  const notes = (text: string) => read(text)?.notes.map(({ text: note }) => note.en.split(':')[0]);
  expect(notes('name: a\nchannels: [b]\ndependencies: [c=1]\n')).toEqual([]);
  expect(notes('name: a channels: [b] dependencies: [c=1]')).toEqual(['Lines, indentation or dashes were lost']);
  expect(notes('name: a\nchannels: [b]\nprefix: /x\nplatforms: [linux-64]\ndependencies: [c=1] # d\n')).toEqual([
    'Kept as it is, among the other settings',
    'prefix (a folder of one machine) is left out.',
    'Comments are not kept.',
  ]);
});

it('keeps what follows the list of pip, and a name that looks like a number', () => {
  expect(read('name: 3.10 channels: [x] dependencies: - python=3.10 - pip: - a==1 - numpy=1.24')?.values).toEqual({
    name: '3.10',
    channels: ['x'],
    dependencies: ['python=3.10', 'numpy=1.24'],
    pip: ['a==1'],
  });
});

it.each(['', 'hello', '{}', '[1, 2]', 'name: x', '\u0000', '&a [*a]', 'dependencies: 3'])(
  'finds nothing in %j',
  (text) => {
    expect(read(text)).toBeNull();
  },
);

it('never throws, whatever it is given', () => {
  const pieces = fc.constantFrom(
    'name:',
    'pip:',
    'dependencies:',
    'variables:',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '-',
    ' ',
    '\n',
    '\t',
    ',',
    '#',
    'a=1',
    ':',
  );
  fc.assert(
    fc.property(
      fc.array(pieces).map((all) => all.join('')),
      (text) => void read(text),
    ),
  );
  fc.assert(fc.property(fc.string(), (text) => void read(`dependencies: ${text}`)));
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('name', 'channels', 'dependencies', 'pip', 'variables'), fc.jsonValue()),
      (values) => {
        problems(values, null);
        files(values);
      },
    ),
  );
});

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4})?$/);
const version = fc.stringMatching(/^[1-9][0-9]?(\.[0-9]{1,2}){0,2}$/);
const condaLine = fc.oneof(
  fc.tuple(word, fc.constantFrom('=', '==', '<', '>=', '!='), version).map((parts) => parts.join('')),
  fc.tuple(word, version, version).map(([name, low, high]) => `${name}>=${low},<${high}`),
  fc.tuple(word, word).map(([channel, name]) => `${channel}::${name}`),
  word,
);
const pipLine = fc.oneof(
  fc.tuple(word, version).map(([name, of]) => `${name}==${of}`),
  fc.tuple(word, word).map(([name, extra]) => `${name}[${extra}]>=1,<2`),
  fc.constant('git+https://example.org/a.git#egg=a'),
);
const environment = fc.record(
  {
    name: word,
    channels: fc.uniqueArray(fc.oneof(word, fc.constant('https://mirror.example.org:8443/conda')), {
      minLength: 1,
      maxLength: 3,
    }),
    dependencies: fc.array(condaLine, { minLength: 1, maxLength: 5 }),
    pip: fc.array(pipLine, { minLength: 1, maxLength: 3 }),
    variables: fc.uniqueArray(
      fc.record({
        name: fc.stringMatching(/^[A-Z][A-Z_]{0,5}$/),
        value: fc.constantFrom('1', '/srv/hf', '', 'http://p:3128', 'yes'),
      }),
      {
        selector: ({ name }) => name,
        minLength: 1,
        maxLength: 2,
      },
    ),
  },
  { requiredKeys: ['name', 'channels', 'dependencies'] },
);

it('writes YAML that means the values, and reads it back', () => {
  fc.assert(
    fc.property(environment, (values) => {
      const { pip, variables, ...rest } = values;
      expect(parse(yamlOf(values))).toEqual({
        ...rest,
        dependencies: [...rest.dependencies, ...(pip ? [{ pip }] : [])],
        ...(variables ? { variables: Object.fromEntries(variables.map(({ name, value }) => [name, value])) } : {}),
      });
      expect(read(yamlOf(values))?.values).toEqual(values);
    }),
  );
});

it('reads the same values out of every way of squeezing white space out of a file', () => {
  const some = fc.constantFrom(' ', '  ', '\n', '\t', '\r\n', '\n\t', '\u00a0', '\n    ');
  const maybe = fc.oneof(some, fc.constant(''));
  fc.assert(
    fc.property(environment, fc.infiniteStream(some), fc.infiniteStream(maybe), (values, gaps, spaces) => {
      // Between entries some white space is left; behind a dash and a colon there may be none.
      let squeezed = '';
      for (const line of yamlOf(values).trim().split('\n')) {
        const [, dash, key, rest] = /^ *(- )?([A-Za-z_]+:(?= |$))? ?(.*)$/.exec(line) ?? [];
        const isAfterColon = squeezed.trimEnd().endsWith(':');
        if (squeezed !== '') squeezed += isAfterColon ? spaces.next().value : gaps.next().value;
        squeezed += `${dash ? `-${spaces.next().value}` : ''}${key ? `${key}${spaces.next().value}` : ''}${rest}`;
      }
      expect(read(squeezed)?.values, squeezed).toEqual(values);
    }),
    { numRuns: 200 },
  );
});

it('reads the package specifications of conda and pip', () => {
  expect(readCondaSpec('conda-forge::numpy >=1.20,<2')).toEqual({
    channel: 'conda-forge',
    name: 'numpy',
    constraint: '>=1.20,<2',
  });
  expect(['numpy<', 'a b=c d', '-e .', '{}', ''].map(readCondaSpec)).toEqual([null, null, null, null, null]);
  expect(
    ['a==1', 'a[b]>=1,<2; python_version < "3.9"', '-r x.txt', 'a @ https://x/y.whl'].map(
      (line) => readPipRequirement(line)?.isPinned,
    ),
  ).toEqual([true, false, true, true]);
  expect(['a=1', 'a==', '==1', 'a b'].map(readPipRequirement)).toEqual([null, null, null, null]);
});
