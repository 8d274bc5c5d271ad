import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KnowledgeError } from '../knowledge';
import { compileFixText } from './fix-library';

const good = readFileSync(join(import.meta.dirname, '../../../../shared/knowledge/fixes/gpu-reset.yaml'), 'utf8');

function messageOf(yaml: string): string {
  try {
    compileFixText('x.yaml', yaml);
    return '';
  } catch (error) {
    if (error instanceof KnowledgeError) return error.message;
    throw error;
  }
}

function lineWith(text: string): number {
  return good.split('\n').findIndex((line) => line.includes(text)) + 1;
}

describe('compileFix', () => {
  it.each<[string, [from: string | RegExp, to: string], string, RegExp]>([
    ['a missing translation', [/, zh-CN: 复位 GPU \}/, ' }'], 'title: {', /the zh-CN text is missing/],
    ['an unknown risk', ['risk: R2', 'risk: R9'], 'risk:', /risk/],
    [
      'a probe that there is not',
      ['probes: [gpu, services]', 'probes: [gpu, services, gpux]'],
      'probes:',
      /no probe gpux/,
    ],
    ['facts that no probe of it reads', ['probes: [gpu, services]', 'probes: [gpu]'], 'when: >-', /facts of services/],
    ['a shell', ['argv: [nvidia-smi,', 'argv: [sh, -c,'], 'argv:', /there is no shell/],
    ['a shell by its path', ['argv: [nvidia-smi,', 'argv: [/usr/bin/bash,'], 'argv:', /there is no shell/],
    ['sudo', ['argv: [nvidia-smi,', 'argv: [sudo,'], 'argv:', /there is no shell/],
    ['a program out of a value', ['argv: [nvidia-smi,', "argv: ['{{ parameters.gpus }}',"], 'argv:', /written out/],
    ['a name that is not there', ['joined(uuids,', 'joined(uuidz,'], 'argv:', /uuidz/],
    ['a check that gives no bool', ['pass: "false"', 'pass: "1.0"'], 'pass: "false"', /must give bool/],
    ['R2 without a drain', ['drain: gpu\ninUse: refuse', 'drain: none'], 'drain:', /R2 needs a drain/],
    ['a drain without what a user means', ['inUse: refuse\n', ''], 'drain:', /inUse/],
    ['a text without a pattern', ['kind: gpus', 'kind: text'], '- name: gpus', /a text needs a pattern/],
    ['a {{ without an end', ['joined(uuids, ",") }}', 'joined(uuids, ",")'], 'argv:', /no \}\}/],
  ])('refuses %s with the line', (_, [from, to], near, message) => {
    const broken = good.replace(from, to);
    expect(broken).not.toBe(good);
    const found = messageOf(broken);
    expect(found).toMatch(message);
    const shift = broken.split('\n').length - good.split('\n').length;
    const lines = [...found.matchAll(/^x\.yaml:(\d+): /gm)].map(([, line]) => Number(line));
    expect(lines.some((line) => Math.abs(line - lineWith(near)) <= 2 + Math.abs(shift))).toBe(true);
  });

  it('lists every problem of a file at once', () => {
    const broken = good
      .replace('probes: [gpu, services]', 'probes: [gpu, nope]')
      .replace('argv: [nvidia-smi,', 'argv: [env,');
    expect(messageOf(broken).split('\n').length).toBeGreaterThan(2);
  });
});
