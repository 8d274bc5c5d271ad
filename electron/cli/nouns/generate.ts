import { join } from 'node:path';
import type { Command } from 'commander';
import type { NodeFacts } from '#shared/domain/facts/index';
import type { Generator, GeneratorField, GeneratorProblem, Values } from '#shared/domain/generators/generator';
import { generators } from '#shared/domain/generators/index';
import { examples } from '../arguments';
import type { CliContext } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { makeFolder, writeOutput } from '../files';
import { readText } from '../knowledge-files';
import type { Run } from '../run';

interface MakeOptions {
  values?: string;
  example?: string;
  host?: string;
  output?: string;
}

/** Configuration files with their settings explained and judged, the same ones as in the app. */
export function registerGenerate(program: Command, run: Run): void {
  const generate = program
    .command('generate')
    .description('Configuration files whose settings are explained and checked against each other and a node.')
    .addHelpText(
      'after',
      examples(
        'gantry generate fields deepspeed',
        'gantry generate deepspeed --example zero-3 --host gpu-07 -o ~/training',
        'gantry generate read conda-environment pasted.txt > values.json   # also where its lines were lost',
        'gantry generate conda-environment --values values.json > environment.yml',
      ),
    );

  generate
    .command('make', { isDefault: true })
    .description(
      'Print a file, or write it with those that go with it to a folder. Problems go to standard error; with an error in it nothing is written to the folder.',
    )
    .argument('<generator>', 'an id of `gantry generate list`')
    .option('--values <file>', 'JSON with the settings that `gantry generate fields` explains')
    .option('--example <id>', 'settings that are filled in already')
    .option('--host <host>', 'the node that it is for: judged by its last facts')
    .option('-o, --output <folder>', 'write all files there')
    .action(
      run(async (context, id: string, options: MakeOptions) => {
        const generator = generatorOf(context, id);
        const facts = options.host === undefined ? null : await factsOf(context, options.host);
        const values = await valuesOf(context, generator, options, facts);
        const problems = generator.problems(values, facts);
        tell(context, problems);
        const [first, ...others] = generator.files(values);
        if (!first) return;
        if (options.output === undefined) {
          context.print(first.text.trimEnd());
          return;
        }
        if (problems.some(({ severity }) => severity === 'error')) return;
        await makeFolder(options.output);
        for (const file of [first, ...others]) {
          const path = join(options.output, file.fileName);
          await makeFolder(join(path, '..'));
          await writeOutput(path, Buffer.from(file.text));
          context.print(path);
        }
      }),
    );

  generate
    .command('list')
    .description('List the kinds of files.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        if (options.json) {
          return context.json(
            generators.map(({ id, title, description, nodePath }) => ({ id, title, description, nodePath })),
          );
        }
        context.table(
          ['GENERATOR', 'WHAT IT MAKES'],
          generators.map(({ id, description }) => [id, context.text(description)]),
        );
      }),
    );

  generate
    .command('fields')
    .description('Explain the settings of a file, and the examples to begin with.')
    .argument('<generator>', 'an id of `gantry generate list`')
    .option('--json', 'print JSON')
    .action(
      run(async (context, id: string, options: { json?: boolean }) => {
        const generator = generatorOf(context, id);
        if (options.json) return context.json({ sections: generator.sections, examples: generator.examples });
        for (const { title, fields } of generator.sections) {
          context.print(`${context.text(title)}\n`);
          for (const line of linesOf(context, fields, '')) context.print(line);
          context.print('');
        }
        for (const example of generator.examples) {
          context.print(`--example ${example.id}: ${context.text(example.description)}`);
        }
      }),
    );

  generate
    .command('read')
    .description('Print the settings of an existing file as JSON, repaired where it is clear what was meant.')
    .argument('<generator>', 'an id of `gantry generate list`')
    .argument('<file>')
    .action(
      run(async (context, id: string, file: string) => {
        const generator = generatorOf(context, id);
        if (!generator.read) throw new CliError(`${generator.id}: files of this kind are not read back`);
        const read = generator.read((await readText(file)).text);
        if (read === null) throw new CliError(`${file}: not understood as ${generator.id}`, exitCodes.couldNotJudge);
        tell(context, read.notes);
        context.json(read.values);
      }),
    );
}

function generatorOf(context: CliContext, id: string): Generator {
  const generator = generators.find((one) => one.id === id);
  if (!generator) throw new CliError(context.say({ key: 'cli.notFound', params: { what: 'generator', id } }));
  return generator;
}

async function valuesOf(
  context: CliContext,
  generator: Generator,
  { values, example }: MakeOptions,
  facts: NodeFacts | null,
): Promise<Values> {
  if (values !== undefined && example !== undefined) throw new CliError('Give --values or --example, not both.');
  if (example !== undefined) {
    const found = generator.examples.find(({ id }) => id === example);
    if (!found) throw new CliError(context.say({ key: 'cli.notFound', params: { what: 'example', id: example } }));
    return found.values;
  }
  if (values === undefined) return generator.initial(facts);
  const { text } = await readText(values);
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    throw new CliError(`${values}: no JSON: ${(error as Error).message}`);
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    throw new CliError(`${values}: a JSON object with settings, please`);
  }
  return read as Values;
}

async function factsOf(context: CliContext, host: string): Promise<NodeFacts> {
  const { spec } = await context.host(host);
  const { results } = await (await context.client()).inventory.get({ hostId: spec.id });
  const known = results.filter(({ state }) => state === 'ok').map(({ probeId, facts }) => [probeId, facts]);
  if (known.length === 0) {
    throw new CliError(`${host} was not read yet: gantry inventory refresh ${host}`, exitCodes.couldNotJudge);
  }
  return Object.fromEntries(known) as NodeFacts;
}

function tell(context: CliContext, problems: readonly GeneratorProblem[]): void {
  for (const { severity, path, text, source } of problems) {
    const place = path.length > 0 ? `${path.join('.')}: ` : '';
    context.warn(`${severity}: ${place}${context.text(text)}${source === null ? '' : ` [${source}]`}`);
  }
  if (problems.some(({ severity }) => severity !== 'info')) context.setExitCode(exitCodes.findings);
}

/** `zero_optimization.stage (integer)` and its explanation; `[]` stands for a row's number. */
function linesOf(context: CliContext, fields: readonly GeneratorField[], prefix: string): string[] {
  return fields.flatMap((field) => {
    const path = `${prefix}${field.name}`;
    const kind = field.kind === 'choice' ? field.choices.map(({ value }) => value).join(' | ') : field.kind;
    const word = 'word' in field && field.word !== undefined ? ` | ${field.word}` : '';
    const needed = field.isRequired === true ? ', needed' : '';
    const line = `  ${path} (${kind}${word}${field.unit === undefined ? '' : `, ${field.unit}`}${needed})\n      ${context.text(field.help)}`;
    if (field.kind === 'group') return [line, ...linesOf(context, field.fields, `${path}.`)];
    return field.kind === 'list' ? [line, ...linesOf(context, field.fields, `${path}[].`)] : [line];
  });
}
