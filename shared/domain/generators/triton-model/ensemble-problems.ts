import type { GeneratorProblem, Values } from '../generator';
import { both, numberOf, problem, rowsOf, textOf } from '../values';

const proto = 'triton-inference-server/common protobuf/model_config.proto';
const docs = 'triton-inference-server/server docs/user_guide/architecture.md (ensemble models)';

/** Each tensor of an ensemble is produced once: by an input of it, or by a step; and each that a step takes is produced. */
export function ensembleProblems(form: Values): GeneratorProblem[] {
  const found: GeneratorProblem[] = [];
  const steps = rowsOf(form, 'step');
  if (steps.length === 0) {
    found.push(problem('error', ['step'], both('An ensemble needs a step at least.', '集成至少需要一个步骤。'), docs));
  }
  const inputs = namesOf(rowsOf(form, 'input'), 'name');
  const made = new Set(inputs);
  for (const [at, step] of steps.entries()) {
    for (const [row, tensor] of rowsOf(step, 'output_map').entries()) {
      const name = textOf(tensor, 'ensemble');
      if (name === null) continue;
      if (made.has(name)) {
        const text = both(`${name} is produced already.`, `${name} 已由别处产生。`);
        found.push(problem('error', ['step', at, 'output_map', row, 'ensemble'], text, proto));
      }
      made.add(name);
    }
  }
  const taken = new Set<string>();
  for (const [at, step] of steps.entries()) {
    for (const [row, tensor] of rowsOf(step, 'input_map').entries()) {
      const name = textOf(tensor, 'ensemble');
      if (name === null) continue;
      taken.add(name);
      if (!made.has(name)) {
        const text = both(`Nothing produces ${name}.`, `没有步骤产生 ${name}。`);
        found.push(problem('error', ['step', at, 'input_map', row, 'ensemble'], text, docs));
      }
    }
    found.push(...ofMember(form, step, at));
  }
  for (const [index, row] of rowsOf(form, 'output').entries()) {
    const name = textOf(row, 'name');
    if (name !== null && !made.has(name)) {
      found.push(
        problem('error', ['output', index, 'name'], both(`Nothing produces ${name}.`, `没有步骤产生 ${name}。`), docs),
      );
    }
  }
  for (const [index, row] of rowsOf(form, 'input').entries()) {
    const name = textOf(row, 'name');
    if (name !== null && !taken.has(name)) {
      found.push(
        problem('error', ['input', index, 'name'], both(`No step takes ${name}.`, `没有步骤使用 ${name}。`), docs),
      );
    }
  }
  return [...found, ...circle(steps, inputs)];
}

function ofMember(form: Values, step: Values, at: number): GeneratorProblem[] {
  const found: GeneratorProblem[] = [];
  const [own, member] = [numberOf(form, 'max_batch_size') ?? 0, numberOf(step, 'memberMaxBatchSize')];
  if (member !== null && own > member) {
    const text = both(
      `${textOf(step, 'model_name') ?? 'A step'} takes at most ${member}.`,
      `${textOf(step, 'model_name') ?? '某一步骤'} 最多接受 ${member}。`,
    );
    found.push(problem('error', ['max_batch_size'], text, docs));
  }
  const name = textOf(step, 'model_name');
  if (name !== null && name === textOf(form, 'name')) {
    found.push(
      problem(
        'error',
        ['step', at, 'model_name'],
        both('An ensemble can’t contain itself.', '集成不能包含自身。'),
        docs,
      ),
    );
  }
  return found;
}

/** Steps that wait for each other never run. */
function circle(steps: readonly Values[], inputs: readonly string[]): GeneratorProblem[] {
  const known = new Set(inputs);
  let waiting = steps.map((step, at) => ({
    at,
    takes: namesOf(rowsOf(step, 'input_map'), 'ensemble'),
    gives: namesOf(rowsOf(step, 'output_map'), 'ensemble'),
  }));
  const everything = new Set([...known, ...waiting.flatMap(({ gives }) => gives)]);
  for (;;) {
    // What nothing produces is told of elsewhere.
    const ready = waiting.filter(({ takes }) => takes.every((name) => known.has(name) || !everything.has(name)));
    if (ready.length === 0) break;
    for (const { gives } of ready) for (const name of gives) known.add(name);
    waiting = waiting.filter((step) => !ready.includes(step));
  }
  return waiting.map(({ at }) =>
    problem(
      'error',
      ['step', at],
      both('Waits for what comes after it: the steps form a circle.', '等待其后的结果：步骤形成了循环。'),
      docs,
    ),
  );
}

function namesOf(rows: readonly Values[], name: string): string[] {
  return rows.flatMap((row) => textOf(row, name) ?? []);
}
