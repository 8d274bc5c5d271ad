import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { parseValue } from '../parse-answers';
import { actionCommand } from '../walk-view';
import { assumptionOf } from './diagnose-revise';

it.each([
  ['70', 70],
  ['0.5', 0.5],
  ['true', true],
  ['llama-3.1-70b', 'llama-3.1-70b'],
  ['', ''],
  ['  ', '  '],
])('reads the answer %j as %j', (given, expected) => {
  expect(parseValue(given)).toBe(expected);
});

it('suggests an action as a line that can be pasted, whatever a process is called', () => {
  const commandLine = `python3 "it's" $(touch /tmp/owned) \`id\`\nend`;
  const line = actionCommand({ actionId: 'gpu-process-end', parameters: { pid: 7, commandLine } }, 'node 1');
  const words = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' }).split('\0');
  expect(words.slice(0, -1)).toEqual([
    'gantry',
    'action',
    'plan',
    'gpu-process-end',
    'node 1',
    '--set',
    'pid=7',
    '--set',
    `commandLine=${JSON.stringify(commandLine)}`,
  ]);
});

const context = { say: ({ key }: { key: string }) => key };

it.each([
  [{ branch: 'nvlink-fabric:owner.orphan' }, { kind: 'branch', stepId: 'nvlink-fabric:owner', branchId: 'orphan' }],
  [
    { answer: ['seen.symptom=slow', 'seen.hours=2'] },
    { kind: 'answers', stepId: 'seen', answers: { symptom: 'slow', hours: 2 } },
  ],
  [{ fact: 'gpu:gpus[].temperatureC=91' }, { kind: 'fact', probeId: 'gpu', path: 'gpus[].temperatureC', value: 91 }],
])('takes %j for an assumption', (options, assumption) => {
  expect(assumptionOf(context, options)).toEqual(assumption);
});

it.each([{}, { branch: 'owner' }, { fact: 'gpu' }, { branch: 'a.b', fact: 'gpu:a=1' }, { answer: ['a.b=1', 'c.d=2'] }])(
  'refuses %j, which is not one assumption',
  (options) => {
    expect(() => assumptionOf(context, options)).toThrow('cli.oneAssumption');
  },
);
