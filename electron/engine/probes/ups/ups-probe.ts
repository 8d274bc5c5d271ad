import type { CommandSpec } from '#shared/domain/command';
import type { UpsFacts } from '#shared/domain/facts/power';
import { linesOf, readPairs } from '../lib/lines';
import { isProblem, problem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { fromApcupsd, fromNut, problemDevice } from './read-ups';

/**
 * NUT's `upsc` asks the upsd of this node, and that of another machine where this node's upsmon watches one (of its file no more
 * than the names is read: passwords stand beside them). apcupsd's `apcaccess` is there where somebody chose that instead.
 */
const script = `found= t=
command -v timeout >/dev/null 2>&1 && t='timeout 3'
if command -v upsc >/dev/null 2>&1; then
  found=1; echo 'ups:nut'
  near=$(upsc -l 2>/dev/null) || printf 'ups:unreachable %s\\n' "$(upsc -l 2>&1)"
  far=$(sed -n 's/^[[:space:]]*MONITOR[[:space:]]*\\([^[:space:]]*@[^[:space:]]*\\).*/\\1/p' /etc/nut/upsmon.conf /etc/ups/upsmon.conf 2>/dev/null)
  for u in $near $far; do
    case $u in *@localhost*|*@127.*|*@*::1*) continue;; esac
    printf '==> %s\\n' "$u"; $t upsc "$u" 2>&1; printf '<== %s\\n' $?
  done
fi
if command -v apcaccess >/dev/null 2>&1; then
  found=1; echo 'ups:apcupsd'
  if s=$(apcaccess status 2>&1); then printf '==> apcupsd\\n%s\\n<== 0\\n' "$s"; else printf 'ups:unreachable %s\\n' "$s"; fi
fi
[ -n "$found" ] || exit 127`;
const upsc: CommandSpec = { id: 'upsc', argv: ['sh', '-c', script], timeoutMs: 10_000 };

export const upsProbe = defineProbe({
  id: 'ups',
  commands: [upsc],
  sources: { '': 'upsc' },
  parse(outputs) {
    const output = readCommand(outputs, upsc);
    if (isProblem(output)) return output;
    const text = output.stdout;
    const source = /^ups:(nut|apcupsd)$/m.exec(text)?.[1] as 'nut' | 'apcupsd' | undefined;
    if (source === undefined) {
      const alone = readBare(text);
      return alone ? { state: 'ok', facts: alone } : unparsable(upsc, output);
    }
    const devices = readFramed(text);
    const unreachable = /^ups:unreachable (.{0,300})$/m.exec(text)?.[1];
    // The one that has an UPS counts where both are installed.
    const facts: UpsFacts = {
      source: devices.some(({ isApc }) => isApc) ? 'apcupsd' : source,
      devices: devices.map(({ device }) => device),
    };
    if (devices.length === 0 && unreachable !== undefined) {
      return { state: 'ok', facts, reason: problem('failed', 'upsServerSilent', { detail: unreachable }).reason };
    }
    return { state: 'ok', facts };
  },
});

/** What `upsc UPS` or `apcaccess` alone printed. */
function readBare(text: string): UpsFacts | null {
  const values = readPairs(text, ':');
  if (values.has('ups.status') || (values.has('device.type') && values.has('driver.name'))) {
    return {
      source: 'nut',
      devices: [fromNut(values.get('device.model') ?? values.get('ups.model') ?? 'ups', values)],
    };
  }
  const isApc = values.has('STATUS') && (values.has('UPSNAME') || values.has('UPSMODE')) && values.has('BCHARGE');
  return isApc ? { source: 'apcupsd', devices: [fromApcupsd(values)] } : null;
}

function readFramed(text: string): Array<{ isApc: boolean; device: UpsFacts['devices'][number] }> {
  const found: Array<{ isApc: boolean; device: UpsFacts['devices'][number] }> = [];
  for (const part of text.split(/^==> /m).slice(1)) {
    const [name = '', ...rest] = linesOf(part.split(/^<== \d{1,3}$/m)[0] ?? '', 1024);
    const body = rest.join('\n');
    const values = readPairs(body, ':');
    if (values.has('BCHARGE') || values.has('APC')) found.push({ isApc: true, device: fromApcupsd(values) });
    else if (/^Error: /m.test(body)) {
      found.push({ isApc: false, device: problemDevice(name.trim(), /^Error: (.{0,200})$/m.exec(body)?.[1] ?? '') });
    } else if (values.size === 0) {
      // Ended by the time limit, as a server that is switched off gives no answer at all.
      found.push({ isApc: false, device: { ...problemDevice(name.trim(), ''), problem: 'unreachable' } });
    } else found.push({ isApc: false, device: fromNut(name.trim(), values) });
  }
  return found;
}
