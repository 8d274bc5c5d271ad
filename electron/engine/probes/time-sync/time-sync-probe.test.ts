import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { timeSyncProbe } from './time-sync-probe';

const chrony =
  '0A140401,ntp1.lab,3,1731920451.123456789,0.000012345,0.000004,0.000011,-12.3,0.001,0.02,0.0004,0.0009,64.2,Normal\n';
const timedatectl =
  'Timezone=Etc/UTC\nLocalRTC=no\nCanNTP=yes\nNTP=yes\nNTPSynchronized=yes\nTimeUSec=Mon 2025-11-17\n';
const ntpd =
  'associd=0 status=0615 leap_none, sync_ntp, 1 event, clock_sync,\nversion="ntpd 4.2.8p15", processor="x86_64", leap=00, stratum=2, precision=-24,\nrootdelay=0.512, refid=10.0.0.1,\noffset=-1.250, sys_jitter=0.110\n';

describe('time-sync probe', () => {
  it('reads chrony: how far the clock is from the servers, with its sign', () => {
    expect(factsOf(timeSyncProbe, { chrony, timedatectl })).toEqual({
      service: 'chrony',
      isSynchronized: true,
      // The clock is to be moved forward by so much: it is behind.
      offsetSeconds: -0.000012345,
      stratum: 3,
      reference: 'ntp1.lab',
      leapStatus: 'Normal',
      timeZone: 'Etc/UTC',
    });
  });

  it('takes the zeros that chrony prints before the first answer for no measurement', () => {
    // chronyd 4.3 without servers.
    const csv =
      '00000000,,0,0.000000000,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,1.000000000,1.000000000,0.0,Not synchronised\n';
    const human =
      'Reference ID    : 00000000 ()\nStratum         : 0\nSystem time     : 0.000000000 seconds fast of NTP time\nLeap status     : Not synchronised\n';
    const facts = factsOf(timeSyncProbe, { chrony: csv });
    expect(facts).toMatchObject({
      service: 'chrony',
      isSynchronized: false,
      offsetSeconds: null,
      stratum: null,
      leapStatus: 'Not synchronised',
    });
    expect(factsOf(timeSyncProbe, { chrony: human })).toEqual(facts);
  });

  it('reads both forms of one moment alike, and takes no clock that goes by itself for a synchronised one', () => {
    // chronyd 4.3 with `local`, its clock set 100 s back by hand.
    const csv =
      '7F7F0101,,10,1795386970.127127001,99.832023621,-99.832023621,99.832023621,0.000,0.000,0.000,0.000000000,0.000000000,0.0,Normal\n';
    const human =
      'Reference ID    : 7F7F0101 ()\nStratum         : 10\nSystem time     : 99.832023621 seconds slow of NTP time\nLeap status     : Normal\n';
    const facts = factsOf(timeSyncProbe, { chrony: csv });
    expect(facts).toMatchObject({ isSynchronized: false, offsetSeconds: -99.832023621, stratum: 10, reference: null });
    expect(factsOf(timeSyncProbe, { chrony: human })).toEqual(facts);
  });

  it('reads ntpd and systemd where they are what there is', () => {
    expect(factsOf(timeSyncProbe, { ntpd })).toMatchObject({
      service: 'ntpd',
      isSynchronized: true,
      offsetSeconds: 0.00125,
      stratum: 2,
      reference: '10.0.0.1',
    });
    expect(factsOf(timeSyncProbe, { timedatectl })).toMatchObject({ service: 'timesyncd', isSynchronized: true });
  });

  it('does not take a missing daemon for a wrong clock, nor a silent one for a missing one', () => {
    const off = timedatectl.replace('\nNTP=yes', '\nNTP=no').replace('NTPSynchronized=yes', 'NTPSynchronized=no');
    expect(timeSyncProbe.parse({ timedatectl: printed(off) })).toMatchObject({
      state: 'ok',
      facts: { service: null, isSynchronized: false },
      reason: { key: 'probes.noTimeService' },
    });
    expect(timeSyncProbe.parse({ chrony: printed('506 Cannot talk to daemon\n', 1) })).toMatchObject({
      state: 'failed',
      reason: { key: 'probes.timeServiceSilent' },
    });
    const missing = { ...printed(''), state: 'missing-tool', exitCode: null } as const;
    expect(timeSyncProbe.parse({ chrony: missing, timedatectl: missing, ntpd: missing }).state).toBe('missing-tool');
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(timeSyncProbe, { chrony, timedatectl, ntpd });
  });

  it.skipIf(!hasRecordings)(
    'host/chronyc-tracking__synchronised: 20 microseconds fast of a server of stratum 2',
    () => {
      expect(factsOf(timeSyncProbe, { chrony: recording('host/chronyc-tracking__synchronised.txt') })).toEqual({
        service: 'chrony',
        isSynchronized: true,
        offsetSeconds: 0.00002039,
        stratum: 3,
        reference: '192.168.1.22',
        leapStatus: 'Normal',
        timeZone: null,
      });
    },
  );

  it.skipIf(!hasRecordings).each([
    ['host/timedatectl__centos-7.txt', 'America/Los_Angeles'],
    ['host/timedatectl__ubuntu-18.04.txt', 'Etc/UTC'],
  ])('%s: synchronised, in %s', (name, timeZone) => {
    expect(factsOf(timeSyncProbe, { timedatectl: recording(name) })).toEqual({
      service: 'timesyncd',
      isSynchronized: true,
      offsetSeconds: null,
      stratum: null,
      reference: null,
      leapStatus: null,
      timeZone,
    });
  });
});
