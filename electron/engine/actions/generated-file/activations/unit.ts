import { z } from 'zod';
import type { ActionContext } from '../../action';
import { type ActivationKind, ask, check, command, isGood, minute } from './activation';

const stateSchema = z.object({
  unit: z.string(),
  isEnabled: z.boolean(),
  isActive: z.boolean(),
  /** Runs to its end and is then inactive. */
  isOneshot: z.boolean(),
});

const properties = ['LoadState', 'ActiveState', 'UnitFileState', 'Result', 'NRestarts', 'NeedDaemonReload'] as const;

/** A unit is enabled and started anew; stopped and disabled again where it was not so before. Source: systemctl(1). */
export const unitActivation: ActivationKind = {
  kind: 'unit',

  async prepare(context, { file, path }, texts) {
    const unit = path.slice(path.lastIndexOf('/') + 1);
    if (!/^\/etc\/systemd\/system\/[A-Za-z0-9_.\\-]+\.(?:service|timer|socket|path|mount)$/.test(path)) {
      return { checks: [check(texts, 'fail', texts('noUnitPlace'))], activation: null };
    }
    const now = await shown(context, unit);
    if (now === null) return { checks: [check(texts, 'fail', texts('noSystemd'))], activation: null };
    if (now.LoadState === 'masked') {
      return { checks: [check(texts, 'fail', texts('isMasked', { unit }), now.evidenceId)], activation: null };
    }
    const isEnabled = (now.UnitFileState ?? '').startsWith('enabled');
    const isActive = ['active', 'activating', 'reloading'].includes(now.ActiveState ?? '');
    const canEnable = /^\[Install\]$/m.test(file.text);
    const isOneshot = /^Type=oneshot$/m.test(file.text) && !/^RemainAfterExit=(?:true|yes|1|on)$/m.test(file.text);
    const detail = texts(isActive ? 'unitRestarts' : 'unitStarts', { unit });
    return {
      checks: [check(texts, 'pass', detail, now.evidenceId)],
      activation: {
        kind: 'unit',
        commands: [
          command('reload', ['systemctl', 'daemon-reload'], { title: 'stepReload' }),
          ...(canEnable && !isEnabled
            ? [command('enable', ['systemctl', 'enable', unit], { title: 'stepEnable' })]
            : []),
          command('start', ['systemctl', 'restart', unit], { title: 'stepStart', timeoutMs: 10 * minute }),
        ],
        undoFirst: [
          ...(isActive ? [] : [command('stop', ['systemctl', 'stop', unit], { timeoutMs: 5 * minute })]),
          ...(canEnable && !isEnabled ? [command('disable', ['systemctl', 'disable', unit])] : []),
          // A unit that failed and is gone would be listed as failed for ever.
          ...(isActive ? [] : [command('forget', ['systemctl', 'reset-failed', unit], { mayFail: true })]),
        ],
        undoAfter: [
          command('reload', ['systemctl', 'daemon-reload'], { title: 'stepReload' }),
          ...(isActive ? [command('start', ['systemctl', 'restart', unit], { timeoutMs: 10 * minute })] : []),
        ],
        wanted: { unit, isEnabled: canEnable || isEnabled, isActive: true, isOneshot },
        before: { unit, isEnabled, isActive, isOneshot },
      },
    };
  },

  async prove(context, expected, texts) {
    const { unit, isEnabled, isActive, isOneshot } = stateSchema.parse(expected);
    let now = await shown(context, unit);
    for (
      let tries = 0;
      tries < 30 && ['activating', 'deactivating', 'reloading'].includes(now?.ActiveState ?? '');
      tries++
    ) {
      await context.wait(2000);
      now = await shown(context, unit);
    }
    if (now === null) return { outcome: 'unknown', detail: texts('noSystemd') };
    const state = [now.ActiveState, now.Result].filter((word) => word && word !== 'success').join(', ') || '?';
    const isWrong = { outcome: 'fail' as const, detail: texts('unitIs', { unit, state }) };
    if (now.NeedDaemonReload === 'yes') return isWrong;
    if ((now.UnitFileState ?? '').startsWith('enabled') !== isEnabled) {
      return { outcome: 'fail', detail: texts(isEnabled ? 'unitNotEnabled' : 'unitEnabled', { unit }) };
    }
    if (!isActive)
      return now.ActiveState === 'active' ? isWrong : { outcome: 'pass', detail: texts('unitStopped', { unit }) };
    if (isOneshot && now.ActiveState === 'inactive' && now.Result === 'success') {
      return { outcome: 'pass', detail: texts('unitRan', { unit }) };
    }
    if (now.ActiveState !== 'active') return isWrong;
    // One that dies at once was active for a moment.
    await context.wait(2000);
    const later = await shown(context, unit);
    if (later?.ActiveState !== 'active' || later.NRestarts !== now.NRestarts)
      return { outcome: 'fail', detail: texts('unitDies', { unit }) };
    return { outcome: 'pass', detail: texts('unitRuns', { unit }) };
  },
};

/** Null: systemd does not answer. */
async function shown(
  context: ActionContext,
  unit: string,
): Promise<(Partial<Record<(typeof properties)[number], string>> & { evidenceId: string }) | null> {
  const ran = await ask(context, 'unit-state', ['systemctl', 'show', '-p', properties.join(','), unit]);
  if (!isGood(ran) || !/^ActiveState=/m.test(ran.stdout)) return null;
  const found = Object.fromEntries(
    ran.stdout.split('\n').flatMap((line) => {
      const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value]];
    }),
  );
  return { ...found, evidenceId: ran.evidenceId };
}
