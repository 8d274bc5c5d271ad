import type { CommandSpec } from '#shared/domain/command';
import type { TimeSyncFacts } from '#shared/domain/facts/software';
import { integerOf, linesOf, readPairs } from '../lib/lines';
import { commandProblem, problem } from '../lib/outcome';
import { defineProbe } from '../probe';

const chrony: CommandSpec = { id: 'chrony', argv: ['chronyc', '-c', 'tracking'], timeoutMs: 5000 };
/** `show` came with systemd 239; before there is only what people read. */
const timedatectl: CommandSpec = {
  id: 'timedatectl',
  argv: ['sh', '-c', 'command -v timedatectl >/dev/null || exit 127; timedatectl show 2>/dev/null || timedatectl'],
  timeoutMs: 5000,
};
const ntp: CommandSpec = { id: 'ntpd', argv: ['ntpq', '-c', 'rv'], timeoutMs: 5000 };

/** A daemon that answers says more than systemd does, which knows of its own one alone. */
export const timeSyncProbe = defineProbe({
  id: 'time-sync',
  commands: [chrony, timedatectl, ntp],
  sources: { '': 'chrony|ntpd|timedatectl', timeZone: 'timedatectl' },
  parse(outputs) {
    const text = (id: string) => (outputs[id]?.state === 'exited' ? outputs[id].stdout : '');
    const system = fromTimedatectl(text('timedatectl'));
    const daemon = fromChrony(text('chrony')) ?? fromNtpq(text('ntpd'));
    if (daemon) return { state: 'ok', facts: { ...daemon, timeZone: system?.timeZone ?? null } };
    if (system) {
      const facts = system;
      return facts.service === null
        ? { state: 'ok', facts, reason: { key: 'probes.noTimeService' } }
        : { state: 'ok', facts };
    }
    const told = [chrony, timedatectl, ntp].map((spec) => commandProblem(outputs[spec.id], spec));
    const other = told.find(
      (one) => one !== null && one.state !== 'missing-tool' && one.reason.key !== 'probes.notRun',
    );
    if (other) return other;
    const isSilent = /Cannot talk to daemon|Connection refused/i.test(
      `${text('chrony')}${outputs.chrony?.stderr ?? ''}${outputs.ntpd?.stderr ?? ''}`,
    );
    if (isSilent) return problem('failed', 'timeServiceSilent');
    return (
      told.find((one) => one?.state === 'missing-tool') ?? problem('unparsable', 'unparsable', { tool: 'chronyc' })
    );
  },
});

const alone = /^(?:00000000|0\.0\.0\.0|7F7F0101|127\.127\.1\.1)$/;

const nothing: TimeSyncFacts = {
  service: null,
  isSynchronized: null,
  offsetSeconds: null,
  stratum: null,
  reference: null,
  leapStatus: null,
  timeZone: null,
};

/**
 * `chronyc -c tracking`: reference id, name, stratum, reference time, system time offset, last offset, RMS offset, frequency,
 * residual frequency, skew, root delay, root dispersion, update interval, leap status. Or the same as people read it:
 *   System time     : 0.000020390 seconds fast of NTP time
 * Source: chronyc manual, `tracking`. A reference id of zero: no server yet; 127.127.1.1:
 * it has none and goes by its own clock (`local`).
 */
function fromChrony(text: string): TimeSyncFacts | null {
  const line = linesOf(text).find((one) => /^[0-9A-F]{8},/.test(one));
  if (line !== undefined) {
    const fields = line.split(',');
    const leapStatus = fields[13]?.trim() ?? '';
    if (fields.length !== 14 || !/^(Normal|Insert second|Delete second|Not synchronised)$/.test(leapStatus))
      return null;
    // Before the first answer of a server there are only zeros, which nobody has measured.
    const isMeasured = !/^0{8}$/.test(fields[0] ?? '');
    return {
      ...nothing,
      service: 'chrony',
      isSynchronized: leapStatus !== 'Not synchronised' && !alone.test(fields[0] ?? ''),
      // Its sign is that of the correction to come: positive where the clock is slow.
      offsetSeconds: isMeasured ? negated(decimal(fields[4])) : null,
      stratum: isMeasured ? integerOf(fields[2]) : null,
      reference: fields[1] || null,
      leapStatus,
    };
  }
  const pairs = readPairs(text, ': ');
  const offset = /^(\d{1,12}\.\d{1,12}) seconds (fast|slow) of NTP time$/.exec(pairs.get('System time') ?? '');
  const leapStatus = pairs.get('Leap status');
  const reference = /^(\S{1,64}) \((.{0,256})\)$/.exec(pairs.get('Reference ID') ?? '');
  if (!offset || leapStatus === undefined || !reference) return null;
  const isMeasured = !/^0{8}$/.test(reference[1] ?? '');
  return {
    ...nothing,
    service: 'chrony',
    isSynchronized: leapStatus !== 'Not synchronised' && !alone.test(reference[1] ?? ''),
    offsetSeconds: isMeasured ? Number(offset[1]) * (offset[2] === 'slow' ? -1 : 1) : null,
    stratum: isMeasured ? integerOf(pairs.get('Stratum')) : null,
    reference: reference[2] || null,
    leapStatus,
  };
}

/**
 * `Timezone=Etc/UTC`, `NTP=yes`, `NTPSynchronized=yes`; or, as people read it (systemd 219 / 237 / 252):
 *        Time zone: Etc/UTC (UTC, +0000)
 *  NTP synchronized: yes   |  System clock synchronized: yes
 *      NTP enabled: yes    |  systemd-timesyncd.service active: yes   |  NTP service: active
 * `NTP=yes` may be chrony as well; that one would have answered above.
 */
function fromTimedatectl(text: string): TimeSyncFacts | null {
  const shown = readPairs(text, '=');
  const told = readPairs(text, ': ');
  const synchronized =
    shown.get('NTPSynchronized') ?? told.get('System clock synchronized') ?? told.get('NTP synchronized');
  const zone = shown.get('Timezone') ?? /^([\w+/-]{1,64})(?: \(|$)/.exec(told.get('Time zone') ?? '')?.[1] ?? null;
  if (synchronized !== 'yes' && synchronized !== 'no') return null;
  const enabled =
    shown.get('NTP') ??
    told.get('NTP service') ??
    told.get('systemd-timesyncd.service active') ??
    told.get('NTP enabled');
  return {
    ...nothing,
    service: enabled === 'yes' || enabled === 'active' ? 'timesyncd' : null,
    isSynchronized: synchronized === 'yes',
    timeZone: zone,
  };
}

/** `leap=00, precision=-23, stratum=2, …, refid=10.0.0.1, …, offset=0.123, …`; the offset is in milliseconds. */
function fromNtpq(text: string): TimeSyncFacts | null {
  const value = (name: string) => new RegExp(`(?:^|[\\s,])${name}=([\\w.:+-]{1,64})`, 'm').exec(text)?.[1] ?? null;
  const leap = value('leap') ?? /\bleap_(none|alarm|add_sec|del_sec)\b/.exec(text)?.[1] ?? null;
  const stratum = integerOf(value('stratum'));
  if (leap === null || stratum === null) return null;
  const offsetMs = decimal(value('offset'));
  const isAlarmed = leap === '11' || leap === 'alarm';
  return {
    ...nothing,
    service: 'ntpd',
    isSynchronized: !isAlarmed && stratum < 16,
    offsetSeconds: offsetMs === null ? null : -offsetMs / 1000,
    stratum,
    reference: value('refid'),
    leapStatus: leap,
  };
}

function decimal(text: string | null | undefined): number | null {
  return /^[+-]?\d{1,12}(\.\d{1,12})?$/.test(text ?? '') ? Number(text) : null;
}

function negated(value: number | null): number | null {
  return value === null ? null : 0 - value;
}
