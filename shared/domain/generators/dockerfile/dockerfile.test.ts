import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NodeFacts } from '../../facts/index';
import type { Values } from '../generator';
import { filledForms, hostileWords } from '../testing/form-values';
import { dockerfile } from './dockerfile';

const { examples, files, initial, problems, sections } = dockerfile;
const base = examples[0]?.values ?? {};
const textOf = (values: Values) => files(values)[0]?.text ?? '';
const said = (values: Values, facts: NodeFacts | null = null) =>
  problems(values, facts).map(({ severity, path, text }) => `${severity} ${path.join('.')}: ${text.en}`);
/** Lines as the builder reads them: one that ends with a backslash goes on. */
const instructions = (text: string) =>
  text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line !== '');

it('writes fixed versions, an environment of its own, and a user that is not root', () => {
  expect(textOf(base)).toBe(`FROM nvidia/cuda:12.8.1-runtime-ubuntu22.04

RUN apt-get update \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3 python3-venv \\
 && rm -rf /var/lib/apt/lists/*

RUN python3 -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
RUN /opt/venv/bin/pip install --no-cache-dir 'torch==2.6.0' 'fastapi==0.115.6' 'uvicorn==0.34.0'

ENV PYTHONUNBUFFERED="1"

RUN groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 --create-home app

WORKDIR /app
COPY --chown=10001:10001 ["src","/app/src"]

USER 10001:10001

EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 CMD ["/opt/venv/bin/python","-c","import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT ["/opt/venv/bin/uvicorn","src.main:app","--host","0.0.0.0","--port","8000"]
`);
  expect(files(base)[1]?.text.split('\n')).toContain('.env');
  for (const { values } of examples) expect(said(values)).toEqual([]);
});

it('has no instruction that was not meant, whatever is filled in', () => {
  fc.assert(
    fc.property(filledForms(sections, hostileWords), (form) => {
      const lines = instructions(textOf(form));
      for (const line of lines)
        expect(line).toMatch(/^(FROM|RUN|ENV|WORKDIR|COPY|USER|EXPOSE|HEALTHCHECK|ENTRYPOINT|CMD) /);
      const of = (name: string) => lines.filter((line) => line.startsWith(`${name} `));
      for (const name of ['FROM', 'WORKDIR', 'ENTRYPOINT', 'CMD', 'USER', 'HEALTHCHECK'])
        expect(of(name).length).toBeLessThan(2);
      const meant = (words: unknown) => (words as string[]).map((one) => one.trim()).filter((one) => one !== '');
      for (const [name, field] of [
        ['ENTRYPOINT', 'entrypoint'],
        ['CMD', 'command'],
      ] as const) {
        const [line] = of(name);
        if (line !== undefined) expect(JSON.parse(line.slice(name.length))).toEqual(meant(form[field]));
      }
      for (const line of of('ENV')) expect(line).toMatch(/^ENV \w+="(?:[^"\\$]|\\["\\$]|\$PATH)*"$/);
      // Neither a shell nor the builder finds anything to fill in, and no text of several lines begins.
      for (const line of of('RUN')) expect(line).not.toMatch(/[$`;|]|<</);
    }),
    { numRuns: 150 },
  );
});

it.each<[string, Values, string]>([
  ['no version', { base: 'nvidia/cuda' }, 'warn base: Name its version'],
  ['the newest', { base: 'nvidia/cuda:latest' }, 'warn base: Name its version'],
  ['no image', { base: 'a\nRUN x' }, 'error base: No name of an image'],
  ['root', { user: 'root' }, 'warn user: What breaks out'],
  ['a package that is none', { packages: ['a; b'] }, 'error packages.0: No name of a package'],
  ['a version left open', { pip: ['torch'] }, 'warn pip.0: Name its version'],
  ['no requirement', { pip: ["a'; b"] }, 'error pip.0: No requirement'],
  ['what lies outside', { copy: [{ from: '../x', to: '/x' }] }, 'error copy.0.from: A path in the project’s folder'],
  ['a secret', { environment: [{ name: 'HF_TOKEN', value: 'x' }] }, 'warn environment.0.value: Everybody who gets'],
  ['nothing to run', { entrypoint: [] }, 'warn command: It then runs'],
])('flags %s', (_, own, expected) => {
  expect(said({ ...base, ...own }).join('\n')).toContain(expected);
});

it('begins with CUDA that the driver runs', () => {
  const node = (cudaVersion: string) => ({ gpu: { gpus: [], cudaVersion } }) as unknown as NodeFacts;
  expect(initial(node('12.4')).base).toContain(':12.8.1-');
  expect(initial(node('11.4')).base).toContain(':11.8.0-');
  expect(said({ ...base, base: 'nvidia/cuda:13.0.1-base-ubuntu24.04' }, node('12.8')).join('\n')).toContain(
    'error base: Made for CUDA 13.0; this node’s driver runs CUDA 12.8 at most.',
  );
  expect(said(base, node('12.4'))).toEqual([]);
});
