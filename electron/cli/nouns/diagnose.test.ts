import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { parseValue } from '../parse-answers';
import { actionCommand } from './diagnose';

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
