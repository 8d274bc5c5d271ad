import { z } from 'zod';
import type { ActionContext } from '../../action';
import { type ActivationKind, ask, check, command, isGood } from './activation';

const valuesSchema = z.record(z.string(), z.string());

/** Settings of the kernel are set as the file says. Source: sysctl(8). */
export const sysctlActivation: ActivationKind = {
  kind: 'sysctl',

  async prepare(context, { file, path }, texts) {
    const wanted = Object.fromEntries(
      [...file.text.matchAll(/^([a-z][A-Za-z0-9_.-]*) = (\S+)$/gm)].map(([, name, value]) => [name ?? '', value ?? '']),
    );
    const before = await valuesOf(context, Object.keys(wanted));
    if (before === null) return { checks: [check(texts, 'unknown', texts('sysctlUnknown'))], activation: null };
    const back = Object.entries(before).map(([name, value]) => `${name}=${value}`);
    return {
      checks: [check(texts, 'pass', texts('sysctlSets', { names: Object.keys(wanted).join(', ') }))],
      activation: {
        kind: 'sysctl',
        commands: [command('set', ['sysctl', '-p', path], { title: 'stepSet' })],
        undoFirst: [],
        undoAfter: [command('set', ['sysctl', '-w', ...back])],
        wanted,
        before,
      },
    };
  },

  async prove(context, expected, texts) {
    const wanted = valuesSchema.parse(expected);
    const now = await valuesOf(context, Object.keys(wanted));
    if (now === null) return { outcome: 'unknown', detail: texts('sysctlUnknown') };
    const wrong = Object.entries(now).filter(([name, value]) => wanted[name] !== value);
    if (wrong.length === 0) return { outcome: 'pass', detail: texts('sysctlIs') };
    return { outcome: 'fail', detail: texts('sysctlWrong', { names: wrong.map((one) => one.join(' = ')).join(', ') }) };
  },
};

async function valuesOf(context: ActionContext, names: readonly string[]): Promise<Record<string, string> | null> {
  const ran = await ask(context, 'sysctl', ['sysctl', '-n', ...names]);
  const lines = ran.stdout.trim().split('\n');
  if (!isGood(ran) || lines.length !== names.length) return null;
  return Object.fromEntries(names.map((name, index) => [name, (lines[index] ?? '').trim()]));
}
