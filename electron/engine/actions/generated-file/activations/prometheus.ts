import { z } from 'zod';
import type { ActionContext } from '../../action';
import { type ActivationKind, ask, check, command, isGood } from './activation';

const wantedSchema = z.object({ path: z.string(), port: z.number() });

/** Prometheus reads its file again. Sources: Prometheus documentation, Management API; HTTP API, Flags. */
export const prometheusActivation: ActivationKind = {
  kind: 'prometheus',

  async prepare(context, { path, port, isThere }, texts) {
    const flags = await ask(context, 'prometheus-flags', get(port, '/api/v1/status/flags'), 'user');
    const { evidenceId } = flags;
    const refused = (key: string, params: Record<string, string> = {}) => ({
      checks: [check(texts, 'fail', texts(key, params), evidenceId)],
      activation: null,
    });
    const read = isGood(flags) ? flagsIn(flags.stdout) : null;
    if (read === null) return refused('noPrometheus', { port: String(port) });
    if (read['config.file'] !== path) return refused('otherConfig', { path: read['config.file'] ?? '?' });
    const reload =
      read['web.enable-lifecycle'] === 'true'
        ? command('load', ['curl', '-fsS', '-m', '20', '-X', 'POST', `http://127.0.0.1:${port}/-/reload`], {
            title: 'stepLoad',
          })
        : command('load', ['systemctl', 'reload', 'prometheus'], { title: 'stepLoad' });
    const known = { path, port };
    return {
      checks: [check(texts, 'pass', texts('prometheusReads', { path }), evidenceId)],
      activation: {
        kind: 'prometheus',
        commands: [reload],
        undoFirst: [],
        undoAfter: isThere ? [reload] : [],
        wanted: known,
        before: isThere ? known : null,
      },
    };
  },

  async prove(context, expected, texts) {
    if (expected === null) return { outcome: 'pass', detail: texts('nothingBefore') };
    const { path, port } = wantedSchema.parse(expected);
    // While it loads, its own answers wait for scrapes that hang, up to their time limit: no answer is a try like another.
    for (let tries = 0; ; tries++) {
      const loaded = await lastLoaded(context, port);
      const written = await ask(context, 'written-at', ['stat', '-c', '%.3Y', path]);
      if (loaded === null || !isGood(written)) {
        if (tries >= 5 || !isGood(written)) return { outcome: 'unknown', detail: texts('noPrometheus', { port }) };
        await context.wait(1000);
        continue;
      }
      // Its clock is that of the file system, both of this node; a reload tells the end of the second it was in.
      const isOfNow = loaded.atSeconds >= Number(written.stdout.trim());
      if (loaded.isGood && isOfNow) return { outcome: 'pass', detail: texts('prometheusLoaded') };
      if (!loaded.isGood || tries >= 5) {
        return { outcome: 'fail', detail: texts(loaded.isGood ? 'prometheusOld' : 'prometheusRefused') };
      }
      await context.wait(1000);
    }
  },
};

function get(port: number, path: string): [string, ...string[]] {
  return ['curl', '-fsS', '-m', '10', `http://127.0.0.1:${port}${path}`];
}

function flagsIn(text: string): Record<string, string> | null {
  try {
    return z.object({ data: z.record(z.string(), z.string()) }).parse(JSON.parse(text)).data;
  } catch {
    return null;
  }
}

async function lastLoaded(context: ActionContext, port: number) {
  const ran = await ask(context, 'prometheus-metrics', get(port, '/metrics'), 'user');
  if (!isGood(ran)) return null;
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(ran.stdout)?.[1] ?? Number.NaN);
  const atSeconds = value('prometheus_config_last_reload_success_timestamp_seconds');
  const isLoaded = value('prometheus_config_last_reload_successful');
  if (Number.isNaN(atSeconds) || Number.isNaN(isLoaded)) return null;
  return { atSeconds, isGood: isLoaded === 1 };
}
