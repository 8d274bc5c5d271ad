import type { PlannedStep } from '#shared/domain/action';
import type { Platform, PlaybookInfo } from '#shared/domain/playbook/playbook';
import type { PlaybookPlan, PlaybookStepPlan } from '#shared/domain/playbook/playbook-plan';
import { type Language, type LocalizedText, localize } from '#shared/domain/text';
import { environmentLine, quietAs } from '../hosts/batch/batch-library';
import { quoteWord } from '../hosts/quote';
import { say } from './words';

export type PlanFormat = 'markdown' | 'script';

export interface ExportedPlan {
  readonly fileName: string;
  readonly text: string;
}

export interface ExportOptions {
  readonly plan: PlaybookPlan;
  readonly info: PlaybookInfo;
  /** The name of the node. */
  readonly host: string;
  /** Of the node when it was last read; null: not known. */
  readonly platform: Platform | null;
  readonly format: PlanFormat;
  readonly language: Language;
}

const stateWords = {
  done: 'stateDone',
  ready: 'stateReady',
  later: 'stateLater',
  'left-out': 'stateLeftOut',
  blocked: 'stateBlocked',
} as const;

const outcomeWords = {
  pass: 'checkPass',
  warn: 'checkWarn',
  fail: 'checkFail',
  unknown: 'checkUnknown',
} as const;

const offlineWords = { yes: 'offlineYes', 'with-packages': 'offlinePackages', no: 'offlineNo' } as const;

/** A plan to hand on: to read and sign, or a script that does the same with nothing but sh. */
export function exportPlan(options: ExportOptions): ExportedPlan {
  const { plan, host, format } = options;
  const name = `${plan.playbookId}-${host.replace(/[^A-Za-z0-9._-]/g, '_')}`;
  return format === 'markdown'
    ? { fileName: `${name}.md`, text: markdownOf(options) }
    : { fileName: `${name}.sh`, text: scriptOf(options) };
}

function markdownOf({ plan, info, host, language }: ExportOptions): string {
  const words = (text: LocalizedText) => inline(localize(text, language));
  const lines = [
    `# ${words(info.title)}: ${inline(host)}`,
    '',
    words(say('exportHead', { at: new Date(plan.createdAtMs).toISOString(), fingerprint: plan.fingerprint })),
    ...(plan.refusal ? ['', `**${words(plan.refusal)}**`] : []),
    '',
    ...plan.summary.map((line) => `- ${words(line)}`),
    `- ${words(say(offlineWords[info.offline.can]))}`,
    ...info.offline.needs.map((need) => `  - ${words(need)}`),
  ];
  for (const step of plan.steps) {
    lines.push('', `## ${step.id}: ${words(step.title)}`, '', words(say(stateWords[step.state])));
    if (step.reason) lines.push('', words(step.reason));
    for (const { title, outcome, detail } of step.plan?.checks ?? []) {
      lines.push(`- ${words(say(outcomeWords[outcome]))}: ${words(title)}: ${words(detail)}`);
    }
    if (!isOpen(step)) continue;
    const commands = (step.plan?.steps ?? []).map(commandOf);
    if (commands.length > 0) lines.push('', fenced(commands.join('\n'), 'sh'));
    for (const file of step.plan?.steps ?? []) if (file.kind === 'file') lines.push('', fenced(file.diff, 'diff'));
    if (step.plan) lines.push('', words(step.plan.verification));
    if (step.plan?.undo) lines.push('', words(say('exportUndo')), '', fenced(localize(step.plan.undo, language), ''));
  }
  const { packages } = plan;
  if (packages.length > 0) {
    lines.push('', `## ${words(say('exportPackages'))}`, '');
    for (const { name, before, after } of packages) lines.push(`- ${inline(name)}: ${before ?? '-'} → ${after ?? '-'}`);
  }
  return `${lines.join('\n')}\n`;
}

/**
 * Stops at the first command that fails. It has none of what Gantry does around a step: no checks, no verification, no journal; its
 * head says so. A step that can't be told today is a comment and ends it.
 */
function scriptOf({ plan, info, host, platform, language }: ExportOptions): string {
  const echo = (text: LocalizedText) => `echo ${quoteWord(localize(text, language))} >&2`;
  const comment = (text: LocalizedText | string) =>
    (typeof text === 'string' ? text : localize(text, language)).split('\n').map((line) => `# ${line}`);
  const lines = [
    '#!/bin/sh',
    ...comment(`${localize(info.title, language)}: ${host}`),
    ...comment(say('exportHead', { at: new Date(plan.createdAtMs).toISOString(), fingerprint: plan.fingerprint })),
    ...comment(say('exportScript')),
    ...plan.summary.flatMap(comment),
    'set -eu',
    environmentLine,
  ];
  if (plan.isBlocked) {
    const blocked = plan.steps.filter(({ state }) => state === 'blocked').map(({ id }) => id);
    lines.push(echo(plan.refusal ?? say('exportBlocked', { steps: blocked.join(', ') })), 'exit 1');
    return `${lines.join('\n')}\n`;
  }
  if (platform !== null) {
    const otherwise = echo(say('exportOtherSystem', { platform }));
    lines.push(
      '. /etc/os-release',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
      'case "${ID-}-${VERSION_ID-}" in',
      `${shellPatterns[platform] ?? platform}) ;;`,
      `*) ${otherwise}; exit 1 ;;`,
      'esac',
    );
  }
  // The sudo of the lines below, with what keeps an installer from asking where its rules allow that. It may ask whoever runs the script.
  if (plan.steps.some((step) => step.plan?.steps.some(({ commandLine }) => commandLine?.startsWith('sudo '))))
    lines.push(`sudo() { sh -c ${quoteWord(quietAs('sudo', 'exec '))} sh "$@"; }`);
  if (isForRoot(plan)) lines.push(`[ "$(id -u)" = 0 ] || { ${echo(say('exportNotRoot'))}; exit 1; }`);
  for (const step of plan.steps) {
    lines.push('', ...comment(`${step.id}: ${localize(step.title, language)}`));
    if (!isOpen(step)) lines.push(...comment(say(stateWords[step.state])));
    else if (step.state === 'later' && step.plan?.isAlreadyDone)
      lines.push(...comment(step.reason ?? say('stateLater')));
    else if (step.state === 'later') {
      const why = localize(step.reason ?? say('stateLater'), language);
      lines.push(...comment(why), `echo ${quoteWord(`${step.id}: ${why}`)} >&2`, 'exit 3');
      break;
    } else lines.push(...(step.plan?.steps ?? []).map(commandOf));
  }
  return `${lines.join('\n')}\n`;
}

/** Others are what they are called. */
const shellPatterns: Partial<Record<Platform, string>> = { 'rhel-9': 'rhel-9*|rocky-9*|almalinux-9*' };

/** Its commands are those of a login that is root: they ask no sudo. */
const isForRoot = ({ steps }: PlaybookPlan): boolean =>
  steps
    .filter(isOpen)
    .flatMap(({ plan }) => plan?.steps ?? [])
    .some(({ privilege, commandLine }) => privilege === 'root' && !commandLine?.startsWith('sudo '));

const isOpen = ({ state }: PlaybookStepPlan): boolean => state === 'ready' || state === 'later';

/** The line with what it is given on its standard input. */
function commandOf(step: PlannedStep): string {
  if (step.kind === 'command') return step.script ?? step.commandLine;
  return `printf %s ${quoteWord(step.after)} | { ${step.commandLine ?? `tee ${quoteWord(step.path)}`}; }`;
}

/** What a node printed is text, not Markdown of its own. */
function inline(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|!]/g, '\\$&').replace(/\n/g, '  \n');
}

function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}
