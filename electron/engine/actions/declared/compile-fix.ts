import { z } from 'zod';
import { factsSchemas, type ProbeId, probeIds } from '#shared/domain/facts/index';
import { factName } from '#shared/domain/probe';
import { firstOf, type KnowledgeProblem, type Path, YamlSource } from '../../knowledge/yaml-source';
import { Compilation } from '../../trees/compile/compilation';
import type { CompiledEach } from '../../trees/compile/compiled-tree';
import type { Expression, ExpressionSpace } from '../../trees/language/expression';
import type { Template } from '../../trees/language/template';
import { type ArgvTemplate, compileArgv, compileParts, type TextTemplate } from './argv-template';
import { type FixDefinition, type FixStep, fixSchema } from './fix-schema';
import { parameterTypes } from './parameters';

interface Step<Kind extends FixStep['kind']> {
  readonly kind: Kind;
  readonly definition: Extract<FixStep, { kind: Kind }>;
  readonly title: Template;
  readonly when: Expression | null;
}
export type CompiledFixStep =
  | (Step<'command'> & {
      readonly each: CompiledEach | null;
      readonly argv: ArgvTemplate;
      readonly stdin: TextTemplate | null;
      readonly saves: TextTemplate | null;
    })
  | (Step<'file'> & { readonly path: TextTemplate; readonly content: TextTemplate })
  | (Step<'edit'> & { readonly path: TextTemplate; readonly key: TextTemplate | null; readonly value: TextTemplate })
  | (Step<'download'> & {
      readonly url: TextTemplate;
      readonly path: TextTemplate;
      readonly sha256: TextTemplate | null;
      readonly fingerprint: TextTemplate | null;
    })
  | (Step<'package-lists'> & { readonly source: TextTemplate | null })
  | (Step<'packages'> & { readonly packages: Expression; readonly removes: Expression | null })
  | (Step<'off'> & { readonly argv: ArgvTemplate })
  | Step<'restore'>
  | (Step<'boot'> & { readonly argv: ArgvTemplate });

export interface CompiledOutcome {
  readonly pass: Expression;
  readonly passed: Template;
  readonly failed: Template;
}

/** A declared action that passed every check. */
export interface CompiledFix {
  readonly definition: FixDefinition;
  readonly probeIds: readonly ProbeId[];
  readonly reads: readonly {
    readonly argv: ArgvTemplate;
    readonly pattern: RegExp | null;
    readonly over: Expression | null;
  }[];
  readonly lets: readonly { readonly name: string; readonly expression: Expression }[];
  readonly gpus: Expression | null;
  readonly interface: Expression | null;
  readonly checks: readonly {
    readonly definition: FixDefinition['checks'][number];
    readonly title: Template;
    readonly when: Expression | null;
    readonly pass: Expression;
    readonly passed: Template;
    readonly failed: Template;
  }[];
  readonly values: readonly { readonly title: Template; readonly current: Template; readonly wanted: Template }[];
  readonly done: Expression | null;
  readonly dryRuns: readonly {
    readonly definition: FixDefinition['dryRun'][number];
    readonly when: Expression | null;
    readonly argv: ArgvTemplate;
    readonly stdin: TextTemplate | null;
  }[];
  readonly steps: readonly CompiledFixStep[];
  readonly verify: CompiledOutcome & { readonly text: Template; readonly sure: Expression | null };
  readonly undo: (CompiledOutcome & { readonly text: Template; readonly steps: readonly CompiledFixStep[] }) | null;
}

/** Stands in for what could not be compiled; such a fix is never used. */
const nothing: Expression = {
  text: '',
  type: 'dyn',
  ast: null as never,
  evaluate: () => ({ isKnown: false }),
};

/** Reads one file. It comes back only when there is nothing wrong with it at all. Words in both languages are asked of built-in ones. */
export function compileFix(
  file: string,
  text: string,
  base: ExpressionSpace,
  { isBuiltIn } = { isBuiltIn: true },
): { fix: CompiledFix | null; problems: readonly KnowledgeProblem[] } {
  const source = new YamlSource(file, text);
  const parsed = source.parse(fixSchema);
  if (parsed.value === null) return { fix: null, problems: firstOf(parsed.problems) };
  const definition = parsed.value;
  const space = base.fork();
  const known = definition.probes.filter((id): id is ProbeId => probeIds.some((one) => one === id));
  const compilation = new Compilation({ source, space, probeIds: known, needsChinese: isBuiltIn, actionIds: null });
  declareVariables(space, definition);
  checkForm(compilation, definition, isBuiltIn);
  const lets = compilation.lets(definition.let);
  const fix: CompiledFix = {
    definition,
    probeIds: known,
    // What a read asks for is said by parameters alone: facts and lets come after it.
    reads: definition.reads.map(({ argv, pattern, over }, index) => ({
      argv: compileArgv(compilation, argv, ['reads', index, 'argv']),
      pattern: patternOf(compilation, pattern, ['reads', index, 'pattern']),
      over: compilation.expression(over, ['reads', index, 'over'], null),
    })),
    lets,
    gpus: compilation.expression(definition.gpus, ['gpus'], null),
    interface: compilation.expression(definition.interface, ['interface'], 'string'),
    checks: definition.checks.map((one, index) => ({
      definition: one,
      title: compilation.template(one.title, ['checks', index, 'title']),
      when: compilation.expression(one.when, ['checks', index, 'when'], 'bool'),
      pass: compilation.expression(one.pass, ['checks', index, 'pass'], 'bool') ?? nothing,
      passed: compilation.template(one.passed, ['checks', index, 'passed']),
      failed: compilation.template(one.failed, ['checks', index, 'failed']),
    })),
    values: definition.values.map(({ title, current, wanted }, index) => ({
      title: compilation.template(title, ['values', index, 'title']),
      current: compilation.template(current, ['values', index, 'current']),
      wanted: compilation.template(wanted, ['values', index, 'wanted']),
    })),
    done: compilation.expression(definition.done, ['done'], 'bool'),
    dryRuns: definition.dryRun.map((one, index) => ({
      definition: one,
      when: compilation.expression(one.when, ['dryRun', index, 'when'], 'bool'),
      argv: compileArgv(compilation, one.argv, ['dryRun', index, 'argv']),
      stdin: one.stdin === undefined ? null : compileParts(compilation, one.stdin, ['dryRun', index, 'stdin']),
    })),
    steps: compileSteps(compilation, definition.steps, ['steps']),
    verify: {
      text: compilation.template(definition.verify.text, ['verify', 'text']),
      sure: compilation.expression(definition.verify.sure, ['verify', 'sure'], 'bool'),
      ...outcomeOf(compilation, definition.verify, ['verify']),
    },
    undo: definition.undo && {
      text: compilation.template(definition.undo.text, ['undo', 'text']),
      steps: compileSteps(compilation, definition.undo.steps, ['undo', 'steps']),
      ...outcomeOf(compilation, definition.undo, ['undo']),
    },
  };
  const { problems } = compilation;
  return { fix: problems.length > 0 ? null : fix, problems: firstOf(problems) };
}

function declareVariables(space: ExpressionSpace, { parameters, reads }: FixDefinition): void {
  for (const id of probeIds) space.declareSchema(factName(id), factsSchemas[id]);
  space.declareSchema('parameters', parameterTypes(parameters));
  space.declareSchema('node', z.object({ kind: z.string() }));
  const typeOf = ({ kind }: FixDefinition['reads'][number]) => (kind === 'number' ? z.number() : z.string());
  space.declareSchema('read', z.object(Object.fromEntries(reads.map((one) => [one.name, typeOf(one)]))));
}

/** What the schema can't say. */
function checkForm(compilation: Compilation, definition: FixDefinition, isBuiltIn: boolean): void {
  const { parameters, probes, risk, drain, inUse, steps, undo, title, description, sources } = definition;
  if (isBuiltIn && sources.length === 0) compilation.report(['sources'], 'a source has to be named');
  compilation.plainText(title, ['title']);
  compilation.plainText(description, ['description']);
  for (const [index, { kind, pattern, choices, label, help }] of parameters.entries()) {
    const at = ['parameters', index];
    compilation.plainText(label, [...at, 'label']);
    compilation.plainText(help, [...at, 'help']);
    for (const [place, choice] of choices.entries()) {
      compilation.plainText(choice.label, [...at, 'choices', place, 'label']);
    }
    if ((kind === 'text') !== (pattern !== undefined)) {
      compilation.report(at, kind === 'text' ? 'a text needs a pattern' : 'only a text has a pattern');
    }
    patternOf(compilation, pattern, [...at, 'pattern']);
    if ((kind === 'choice') !== choices.length > 0) {
      compilation.report(at, kind === 'choice' ? 'a choice needs choices' : 'only a choice has choices');
    }
  }
  for (const [index, { over, kind, at }] of definition.reads.entries()) {
    if (over === undefined || (kind === 'number' && at === 'after')) continue;
    compilation.report(['reads', index, 'over'], 'only a number that is read after the steps (at: after) can grow');
  }
  for (const [index, probe] of probes.entries()) {
    if (!probeIds.some((id) => id === probe)) compilation.report(['probes', index], `there is no probe ${probe}`);
  }
  const isDrained = drain === 'gpu' || drain === 'node';
  if ((inUse !== undefined) !== isDrained) {
    compilation.report(
      ['drain'],
      isDrained ? 'say with inUse what a process on the GPUs means' : 'inUse is for drain gpu or node',
    );
  }
  if ((risk === 'R2' || risk === 'R3') && drain === 'none') {
    compilation.report(['drain'], `${risk} needs a drain: it has to be said who uses what it touches`);
  }
  checkIds(compilation, steps, ['steps']);
  checkIds(compilation, undo?.steps ?? [], ['undo', 'steps']);
  const files = steps.flatMap((step) =>
    step.kind === 'file' ||
    step.kind === 'edit' ||
    step.kind === 'download' ||
    (step.kind === 'command' && step.saves !== undefined)
      ? [step.id]
      : [],
  );
  const restorable = [...files, ...steps.flatMap((step) => (step.kind === 'packages' ? [step.id] : []))];
  if (steps.some(({ kind }) => kind === 'packages' || kind === 'package-lists') && !probes.includes('packages')) {
    compilation.report(['probes'], 'a step with packages needs the probe packages: it says which manager there is');
  }
  for (const [index, step] of steps.entries()) {
    if (step.kind === 'restore') compilation.report(['steps', index, 'kind'], 'only undo restores');
    if (step.kind === 'download' && (step.sha256 === undefined) === (step.fingerprint === undefined)) {
      compilation.report(['steps', index], 'a download needs a sha256, or of a key file its fingerprint');
    }
    if (step.kind === 'edit') checkEdit(compilation, step, ['steps', index]);
  }
  for (const [index, step] of (undo?.steps ?? []).entries()) {
    if (step.kind === 'restore' && !restorable.includes(step.of)) {
      compilation.report(['undo', 'steps', index, 'of'], `no step ${step.of} writes or saves a file, or has packages`);
    }
    if (step.kind === 'packages')
      compilation.report(
        ['undo', 'steps', index, 'kind'],
        'undo restores packages: restore, of the step that has them',
      );
    if (step.kind === 'file' || step.kind === 'edit' || step.kind === 'download')
      compilation.report(['undo', 'steps', index, 'kind'], 'undo restores files, it writes none');
  }
}

function checkEdit(compilation: Compilation, step: Extract<FixStep, { kind: 'edit' }>, at: Path): void {
  const { format, key, section } = step;
  if (key === undefined && format !== 'json') compilation.report(at, `an edit of ${format} needs a key`);
  if ((section !== undefined) !== (format === 'ini')) {
    compilation.report(at, format === 'ini' ? 'which section it stands in has to be said' : 'only ini has sections');
  }
}

function checkIds(compilation: Compilation, steps: readonly FixStep[], path: Path): void {
  for (const [index, { id }] of steps.entries()) {
    if (steps.findIndex((one) => one.id === id) !== index) {
      compilation.report([...path, index, 'id'], `the id ${id} is taken`);
    }
  }
}

function compileSteps(compilation: Compilation, steps: readonly FixStep[], path: Path): CompiledFixStep[] {
  return steps.map((definition, index) => compileStep(compilation, definition, [...path, index]));
}

function compileStep(compilation: Compilation, definition: FixStep, at: Path): CompiledFixStep {
  const { each, space } = compilation.each(definition.kind === 'command' ? definition.each : undefined, at);
  const common = {
    title: compilation.template(definition.title, [...at, 'title'], space),
    when: compilation.expression(definition.when, [...at, 'when'], 'bool', space),
  };
  switch (definition.kind) {
    case 'command': {
      const argv = compileArgv(compilation, definition.argv, [...at, 'argv'], space);
      const parts = (name: 'stdin' | 'saves') => {
        const text = definition[name];
        return text === undefined ? null : compileParts(compilation, text, [...at, name], space);
      };
      const texts = { stdin: parts('stdin'), saves: parts('saves') };
      return { kind: definition.kind, definition, ...common, each, argv, ...texts };
    }
    case 'file': {
      const file = compileParts(compilation, definition.path, [...at, 'path']);
      const content = compileParts(compilation, definition.content, [...at, 'content']);
      return { kind: definition.kind, definition, ...common, path: file, content };
    }
    case 'edit': {
      const file = compileParts(compilation, definition.path, [...at, 'path']);
      const key = definition.key === undefined ? null : compileParts(compilation, definition.key, [...at, 'key']);
      const value = compileParts(compilation, definition.value, [...at, 'value']);
      return { kind: definition.kind, definition, ...common, path: file, key, value };
    }
    case 'download': {
      const parts = (name: 'sha256' | 'fingerprint') => {
        const text = definition[name];
        return text === undefined ? null : compileParts(compilation, text, [...at, name]);
      };
      const url = compileParts(compilation, definition.url, [...at, 'url']);
      const file = compileParts(compilation, definition.path, [...at, 'path']);
      const content = { sha256: parts('sha256'), fingerprint: parts('fingerprint') };
      return { kind: definition.kind, definition, ...common, url, path: file, ...content };
    }
    case 'package-lists': {
      const { source: text } = definition;
      const source = text === undefined ? null : compileParts(compilation, text, [...at, 'source']);
      return { kind: definition.kind, definition, ...common, source };
    }
    case 'packages': {
      const packages = compilation.expression(definition.packages, [...at, 'packages'], null) ?? nothing;
      const removes = compilation.expression(definition.removes, [...at, 'removes'], null);
      return { kind: definition.kind, definition, ...common, packages, removes };
    }
    case 'restore':
      return { kind: definition.kind, definition, ...common };
    case 'boot': {
      const argv = compileArgv(compilation, definition.argv, [...at, 'argv']);
      return { kind: definition.kind, definition, ...common, argv };
    }
    case 'off': {
      const argv = compileArgv(compilation, definition.argv, [...at, 'argv']);
      return { kind: definition.kind, definition, ...common, argv };
    }
  }
}

function outcomeOf(
  compilation: Compilation,
  { pass, passed, failed }: Pick<FixDefinition['verify'], 'pass' | 'passed' | 'failed'>,
  path: Path,
): CompiledOutcome {
  return {
    pass: compilation.expression(pass, [...path, 'pass'], 'bool') ?? nothing,
    passed: compilation.template(passed, [...path, 'passed']),
    failed: compilation.template(failed, [...path, 'failed']),
  };
}

function patternOf(compilation: Compilation, pattern: string | undefined, path: Path): RegExp | null {
  if (pattern === undefined) return null;
  try {
    return new RegExp(pattern, 'mu');
  } catch (error) {
    compilation.report(path, error instanceof Error ? error.message : String(error));
    return null;
  }
}
