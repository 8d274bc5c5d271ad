import { dirname } from 'node:path/posix';
import type { Privilege } from '#shared/domain/command';
import type { GeneratedFile, Generator } from '#shared/domain/generators/generator';
import type { ActionContext, PlanCheck, Verification } from '../action';
import type { Texts } from '../knowledge';
import { rootAccess } from '../root-access';
import { said } from './activations/activation';
import type { Parameters } from './parameters';
import { fileTexts, type State } from './steps';
import { checkArgv, type ToolCheck, toolCheckOf } from './tool-checks';

/** The deepest folder that is there must take the new ones. */
export async function folderCheck(
  context: ActionContext,
  missing: readonly string[],
  privilege: Privilege,
  texts: Texts,
): Promise<PlanCheck> {
  const parent = dirname(missing.at(-1) ?? '/');
  const wanted = privilege === 'root' ? 'root-else-user' : 'user';
  const ran = await context.run({ id: 'parent', argv: ['test', '-d', parent, '-a', '-w', parent], privilege: wanted });
  const canMake = ran.state === 'exited' && ran.exitCode === 0;
  return {
    title: fileTexts('checkFile'),
    outcome: canMake ? 'pass' : 'fail',
    detail: texts(canMake ? 'folderIsMade' : 'folderRefused', { folder: missing[0] ?? '', parent }),
    evidenceId: ran.evidenceId,
  };
}

/** What the generator says of the settings on this node, by its facts of now. */
export async function settingsChecks(
  context: ActionContext,
  generator: Generator,
  { values }: Parameters,
  texts: Texts,
): Promise<PlanCheck[]> {
  const facts = generator.probeIds.length > 0 ? await context.facts(generator.probeIds) : null;
  const problems = generator.problems(values, facts).filter(({ severity }) => severity !== 'info');
  if (problems.length === 0) {
    return [{ title: texts('checkSettings'), outcome: 'pass', detail: texts('settingsFit') }];
  }
  return problems.map(({ severity, path, text }) => ({
    title: texts('checkSettings'),
    outcome: severity === 'error' ? ('fail' as const) : ('warn' as const),
    detail: path.length > 0 ? texts('problemAt', { place: path.join('.'), text }) : texts('problem', { text }),
  }));
}

export async function rootChecks(context: ActionContext, privilege: Privilege, texts: Texts): Promise<PlanCheck[]> {
  if (privilege === 'user') return [];
  const { canRun, evidenceId } = await rootAccess(context);
  const detail = canRun ? texts('rootOk') : texts('rootMissing');
  return [{ title: texts('checkRoot'), outcome: canRun ? 'pass' : 'fail', detail, evidenceId }];
}

/** The tool's own judgement of the file, before it is written. */
export async function toolChecks(
  context: ActionContext,
  generatorId: string,
  file: GeneratedFile,
  texts: Texts,
): Promise<PlanCheck[]> {
  const check = toolCheckOf(generatorId, file);
  if (check === null) return [];
  const { tool, isStrict } = check;
  const ran = await context.run(
    { id: 'check-file', argv: checkArgv(check), timeoutMs: 30_000 },
    { stdin: new TextEncoder().encode(file.text) },
  );
  const { evidenceId } = ran;
  const title = texts('checkTool', { tool });
  if (ran.state === 'exited' && ran.exitCode === 0) {
    return [{ title, outcome: 'pass', detail: texts('toolTakes'), evidenceId }];
  }
  const isRefused = ran.state === 'exited' && (ran.exitCode ?? 0) < 91;
  if (!isRefused) return [{ title, outcome: 'warn', detail: texts('toolMissing', { tool }), evidenceId }];
  return [
    { title, outcome: isStrict ? 'fail' : 'warn', detail: texts('toolRefuses', { said: said(ran) }), evidenceId },
  ];
}

export async function checkedInPlace(
  context: ActionContext,
  { generator, fileName, path, privilege, after: text }: State,
  verified: Verification,
  texts: Texts,
): Promise<Verification> {
  const language = /\.ya?ml$/.test(fileName) ? 'yaml' : /\.sh$/.test(fileName) ? 'shell' : 'text';
  const check: ToolCheck | null = toolCheckOf(generator, { fileName, language, text });
  const argv = check?.live(path);
  if (!check || !argv) return verified;
  const isThere = await context.run({ id: 'tool', argv: check.probe });
  if (isThere.state !== 'exited' || isThere.exitCode !== 0) return verified;
  const wanted = privilege === 'root' ? 'root-else-user' : 'user';
  const ran = await context.run({ id: 'check-in-place', argv, privilege: wanted, timeoutMs: 30_000 });
  if (ran.state === 'exited' && ran.exitCode === 0) return verified;
  const detail = texts('toolRefuses', { said: said(ran) });
  return check.isStrict ? { outcome: ran.state === 'exited' ? 'fail' : 'unknown', detail } : verified;
}
