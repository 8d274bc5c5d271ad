import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actionInfoSchema } from '#shared/domain/action';
import type { Action } from './action';
import { infoOf } from './action-info';
import { allActions, codedActions } from './all';
import { KnowledgeError, parseActionKnowledge, textsOf } from './knowledge';

const folder = join(import.meta.dirname, '../../../shared/knowledge/actions');
const codeOf = (id: string) =>
  readdirSync(join(import.meta.dirname, id), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(import.meta.dirname, id, name), 'utf8'))
    .join('\n');

const pick = (from: object, keys: readonly string[]) =>
  Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));

describe('action files', () => {
  it('are exactly the actions in the list, each in a folder of its name', () => {
    const files = readdirSync(folder).flatMap((name) => /^(.*)\.yaml$/.exec(name)?.[1] ?? []);
    expect(codedActions.map((action) => action.id).sort()).toEqual(files.sort());
    for (const action of codedActions) {
      expect(action.knowledge.id).toBe(action.id);
      expect(codeOf(action.id)).toContain(`actions/${action.id}.yaml`);
    }
  });

  it('tell whatever is told of an action: whom it interrupts and how large its image is, too', () => {
    const { id, ownFile, ...told } = actionInfoSchema.shape;
    const triton = allActions.find((one) => one.id === 'triton-server') as Action;
    for (const action of [triton, ...codedActions])
      expect(infoOf(action)).toEqual({ id: action.id, ...pick(action.knowledge, Object.keys(told)) });
    expect(infoOf(triton)).toMatchObject({
      interrupts: 'process',
      image: { fromBytes: expect.any(Number) },
    });
  });

  it.each(codedActions.map((action) => [action.id, action] as const))(
    '%s: the code uses every text and only those',
    (id, action) => {
      const code = codeOf(id);
      const known = Object.keys(action.knowledge.texts);
      const unused = known.filter((key) => !code.includes(`'${key}'`));
      const used = [...code.matchAll(/(?:texts|pass|refuse|failed)\((?:texts, )?'(\w+)'/g)].map(
        (match) => match[1] ?? '',
      );
      expect([unused, used.filter((key) => !known.includes(key))]).toEqual([[], []]);
      expect(used.length).toBeGreaterThan(5);
    },
  );

  it.each(codedActions.map((action) => [action.id, action] as const))(
    '%s: both languages fill in the same values',
    (_, action) => {
      const placeholders = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g) ?? [])].sort();
      for (const text of Object.values(action.knowledge.texts)) {
        expect(placeholders(text['zh-CN'])).toEqual(placeholders(text.en));
      }
      expect(action.knowledge.canUndo).toBe(action.undo !== null);
    },
  );
});

describe('parseActionKnowledge', () => {
  const good = readFileSync(join(folder, 'gpu-process-end.yaml'), 'utf8');

  it.each([
    ['a missing translation', good.replace(/^ {2}zh-CN: 结束.*\n/m, ''), /^x\.yaml:3: title\.zh-CN: /],
    ['an unknown risk', good.replace('risk: disruptive', 'risk: fun'), /^x\.yaml:\d+: risk: /],
    ['an unknown key', `${good}\nsurprise: 1\n`, /^x\.yaml:\d+: .*surprise/],
    ['YAML that ends early', `${good}\n  - [`, /^x\.yaml:\d+: /],
    ['no document at all', '', /^x\.yaml:1: /],
  ])('reports %s with its line', (_, yaml, message) => {
    expect(() => parseActionKnowledge('x.yaml', yaml)).toThrow(KnowledgeError);
    expect(() => parseActionKnowledge('x.yaml', yaml)).toThrow(message);
  });

  it('shows what a node printed as text, once, and short', () => {
    const texts = textsOf(parseActionKnowledge('x.yaml', good));
    const hostile = '\u001b[31m{{cgroup}}\u202e';
    expect(texts('processLine', { line: hostile, user: 'a', cgroup: 'b' }).en).toBe(
      '{{cgroup}}\ufffd (user a, cgroup b)',
    );
    expect(texts('processLine', { line: 'x'.repeat(5000), user: 'a', cgroup: 'b' }).en.length).toBeLessThan(500);
  });
});
