import { type NodeFacts, probeOfFact } from '#shared/domain/facts/index';
import { commandOfFact, type ProbeInfo } from '#shared/domain/probe';
import type { LocalizedText } from '#shared/domain/text';
import { commandLineOf } from '../actions/command-line';
import { probeInfo } from '../probes/probe-info';
import { referenceOf, variablesOf } from '../trees/language/explain-values';
import { type Expression, visit } from '../trees/language/expression';
import type { CompiledPlaybook } from './compile-playbook';
import { say } from './words';

type Lets = CompiledPlaybook['lets'];

/** `gpu-driver.kernelModuleVersion`, with the command of the probe that would tell it. */
interface MissingFact {
  readonly fact: string;
  readonly command: string | null;
}

/** What an expression reads and the node did not tell, and how to see why; where all was told, that a step before it brings it. */
export function missingWords(expression: Expression, lets: Lets, facts: NodeFacts): LocalizedText {
  const missing = missingFacts(expression, lets, facts);
  if (missing.length === 0) return say('notThereYet');
  const texts = missing.map(({ fact, command }) =>
    command === null ? say('factMissing', { fact }) : say('factMissingCommand', { fact, command }),
  );
  return { en: texts.map(({ en }) => en).join(' '), 'zh-CN': texts.map((one) => one['zh-CN']).join('') };
}

function missingFacts({ ast }: Expression, lets: Lets, facts: NodeFacts): MissingFact[] {
  const free = new Set(variablesOf(ast));
  const found = new Map<string, MissingFact>();
  visit(ast, (node) => {
    const reference = referenceOf(node);
    if (reference === null || !free.has(reference.variable)) return;
    const named = lets.find(({ name }) => name === reference.variable);
    const probeId = probeOfFact(reference.variable);
    const more = named
      ? missingFacts(named.expression, lets, facts)
      : probeId === undefined
        ? []
        : missingAt(probeId, reference.path, facts[probeId]);
    for (const one of more) found.set(one.fact, one);
  });
  // Of a probe that told nothing at all, each of its facts is missing: the probe says it.
  return [...found.values()].filter(({ fact }) => !found.has(fact.split('.')[0] ?? '') || !fact.includes('.'));
}

/** Indexes are not in `path`: of a list only that it is empty can be said. */
function missingAt(probeId: string, path: string, facts: unknown): MissingFact[] {
  const info = probeInfo.find(({ id }) => id === probeId);
  if (facts === undefined) return [{ fact: probeId, command: commandOf(info, path) }];
  let value: unknown = facts;
  for (const part of path === '' ? [] : path.split('.')) {
    if (Array.isArray(value) || typeof value !== 'object' || value === null) break;
    value = (value as Record<string, unknown>)[part] ?? null;
  }
  const isMissing = value === null || (Array.isArray(value) && value.length === 0);
  return isMissing ? [{ fact: `${probeId}.${path}`, command: commandOf(info, path) }] : [];
}

/** Of a script that tells many things at once, how to have Gantry run it. */
function commandOf(info: ProbeInfo | undefined, path: string): string | null {
  if (info === undefined) return null;
  const id = commandOfFact(info.sources, path);
  const command = info.commands.find((one) => one.id === id) ?? info.commands[0];
  if (command === undefined) return null;
  if (command.argv[0] === 'sh') return `gantry probe run NODE ${info.id}`;
  return commandLineOf(command.argv, command.privilege === 'root' ? 'root' : 'user');
}
