import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FactsOf } from '#shared/domain/facts/index';
import { compareParts } from '#shared/domain/parts/compare-parts';
import { createAuditLog } from '../audit/audit-log';
import { NotFoundError } from '../errors';
import { openStore } from '../store/open-store';
import { type Store, StoreError } from '../store/store';
import { createPartsHistory, type PartsHistory } from './parts-history';
import { dgxFacts, dgxGpuFacts, osFacts } from './testing/simulated-facts';
import { keptVersions } from './versions/version-repository';

const { gpus } = dgxGpuFacts();
const [first, , third] = gpus;
if (!first || !third) throw new Error('the DGX has eight GPUs');
const serialOf = (index: number) => gpus[index]?.serial ?? '';

let folder: string;
let store: Store;
let history: PartsHistory;
const open = () => {
  const opened = openStore(join(folder, 'gantry.db'));
  const audit = createAuditLog({ store: opened, nowMs: () => 0, actor: 'alice' });
  return { store: opened, audit, history: createPartsHistory({ store: opened, audit }) };
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-parts-'));
  ({ store, history } = open());
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});
const told = (hostId: string) =>
  history
    .versions(hostId)
    .map(({ number, firstSeenMs, lastSeenMs, changes }) => [
      number,
      firstSeenMs,
      lastSeenMs,
      changes.map((one) => `${one.kind} ${one.change} ${one.attribute ?? ''} ${one.before ?? ''}>${one.after ?? ''}`),
    ]);
const passportOf = (serial: string) => {
  const [found] = history.search({ text: serial, kind: null, limit: 10 });
  if (!found) throw new Error(`no passport of ${serial}`);
  return history.passport(found.id);
};

describe('versions', () => {
  it('are kept only when something differs; else the last one was seen again', () => {
    history.record('a', dgxFacts(), 1000);
    history.record('a', dgxFacts(), 2000);
    history.record('a', dgxFacts(2, { vbiosVersion: '96.00.99.00.01' }), 3000);
    expect(told('a')).toEqual([
      [2, 3000, 3000, [`gpu changed vbiosVersion ${third.vbiosVersion}>96.00.99.00.01`]],
      [1, 1000, 2000, []],
    ]);
  });

  it('survive a restart, each as it was', () => {
    history.record('a', dgxFacts(), 1000);
    history.record('a', dgxFacts(2, null), 2000);
    history.record('a', dgxFacts(0, { eccMode: 'x' } as never), 3000);
    store.close();
    ({ store, history } = open());
    const count = (number: number) => history.at('a', number)?.look.parts.filter(({ kind }) => kind === 'gpu').length;
    expect([count(1), count(2), count(3)]).toEqual([8, 7, 8]);
    expect(history.at('a', 1)?.look.parts.find(({ slot }) => slot === third.pciBusId)?.identity).toBe(third.serial);
    expect(() => history.at('a', 9)).toThrow(NotFoundError);
    expect(history.at('b')).toBeNull();
  });

  it('take no failed tool for a change, and see what changed meanwhile', () => {
    history.record('a', dgxFacts(), 1000);
    history.record('a', { os: osFacts() }, 2000);
    expect(told('a')).toEqual([[1, 1000, 2000, []]]);
    history.record('a', { os: osFacts({ kernelRelease: '6.8' }) }, 3000);
    const [second] = history.versions('a');
    expect(second?.carriedCount).toBe(3); // GPUs as a whole, driver and CUDA version.
    expect(history.at('a', 2)?.look.knownKinds).toEqual(['node']);
    history.record(
      'a',
      { ...dgxFacts(2, { serial: '1999999999999', uuid: 'GPU-9' }), os: osFacts({ kernelRelease: '6.8' }) },
      4000,
    );
    expect(told('a')[0]?.[3]).toEqual([`gpu swapped  ${third.serial}>1999999999999`]);
  });

  it('know more of the last one when more could be read, without a change', () => {
    history.record('a', { os: osFacts() }, 1000);
    history.record('a', { os: osFacts({ kernelRelease: '6.8' }) }, 2000);
    history.record('a', { ...dgxFacts(), os: osFacts({ kernelRelease: '6.8' }) }, 3000);
    expect(told('a').map(([number]) => number)).toEqual([2, 1]);
    const kinds = (number: number) => history.at('a', number)?.look.knownKinds;
    expect([kinds(1), kinds(2)]).toEqual([['node'], ['gpu', 'node']]);
    expect(history.at('a', 1)?.look.parts[0]?.attributes.kernelRelease).toBe('5.15.0-1053-nvidia');
  });

  it('show a lost GPU as the one that was in its slot', () => {
    history.record('a', dgxFacts(), 1000);
    history.record('a', dgxFacts(2, { state: 'lost', serial: null, uuid: null, name: null, vbiosVersion: null }), 2000);
    const versions = history.versions('a');
    expect(versions.flatMap(({ changes }) => changes.filter(({ change }) => change !== 'changed'))).toEqual([]);
    expect(history.known('a')?.parts.find(({ slot }) => slot === third.pciBusId)?.identity).toBe(third.serial);
  });

  it(`are ${keptVersions} at most for a node`, () => {
    for (let run = 0; run < keptVersions + 5; run += 1) {
      history.record('a', { os: osFacts({ kernelRelease: `6.${run}` }) }, run * 1000);
    }
    const numbers = history.versions('a').map(({ number }) => number);
    expect([numbers.length, numbers.at(-1)]).toEqual([keptVersions, 6]);
    expect(history.at('a', 6)?.look.parts[0]?.attributes.kernelRelease).toBe('6.5');
  });

  it('of two processes on one database are one history', () => {
    const other = open();
    history.record('a', dgxFacts(), 1000);
    other.history.record('a', dgxFacts(2, null), 2000);
    // This process looked earlier and comes later: the newer look stands.
    history.record('a', dgxFacts(), 1500);
    history.record('a', dgxFacts(2, null), 3000);
    other.store.close();
    expect(told('a')).toEqual([
      [2, 2000, 3000, ['gpu removed  >']],
      [1, 1000, 1000, []],
    ]);
  });

  it('go on after the clock was set back', () => {
    const day = 86_400_000;
    history.record('a', dgxFacts(), 2 * day);
    history.record('a', dgxFacts(2, null), day);
    history.record('a', dgxFacts(2, null), day + 1000);
    expect(told('a')).toEqual([
      [2, day, day + 1000, ['gpu removed  >']],
      [1, 2 * day, 2 * day, []],
    ]);
    expect(passportOf(serialOf(2)).stays).toMatchObject([{ fromMs: 2 * day, toMs: 2 * day, isOpen: false }]);
  });

  it('that are damaged are told as damage of the database', () => {
    history.record('a', dgxFacts(), 1000);
    store.transaction(() => store.database.prepare("UPDATE parts_version SET content = x'ff00'").run());
    expect(() => history.at('a')).toThrow(StoreError);
  });
});

describe('passports', () => {
  it('tell where a part has been, over nodes and slots', () => {
    history.record('a', dgxFacts(), 1000);
    history.record('a', dgxFacts(), 2000);
    history.record('a', dgxFacts(2, null), 3000);
    const facts = dgxFacts(0, null);
    history.record(
      'b',
      { ...facts, gpu: { ...facts.gpu, gpus: [{ ...third, pciBusId: '00000000:99:00.0' }] } as never },
      4000,
    );
    history.record(
      'b',
      { ...facts, gpu: { ...facts.gpu, gpus: [{ ...third, pciBusId: '00000000:99:00.0' }] } as never },
      5000,
    );
    expect(passportOf(serialOf(2))).toMatchObject({
      kind: 'gpu',
      model: third.name,
      hostId: 'b',
      isThere: true,
      identities: [
        { name: 'serial', value: third.serial },
        { name: 'uuid', value: third.uuid },
      ],
      stays: [
        { hostId: 'b', slot: '00000000:99:00.0', fromMs: 4000, toMs: 5000, isOpen: true },
        { hostId: 'a', slot: third.pciBusId, fromMs: 1000, toMs: 2000, isOpen: false },
      ],
    });
    expect(passportOf(third.uuid ?? '').id).toBe(passportOf(serialOf(2)).id);
  });

  it('take a serial number for one part only with its model, as each maker counts for himself', () => {
    const facts = dgxFacts();
    const other = { ...third, name: 'NVIDIA A100', uuid: 'GPU-other' };
    history.record('a', facts, 1000);
    history.record('b', { ...facts, gpu: { ...facts.gpu, gpus: [other] } as never }, 2000);
    const found = history.search({ text: serialOf(2), kind: null, limit: 10 });
    expect(found.map(({ model, hostId }) => [model, hostId])).toEqual([
      ['NVIDIA A100', 'b'],
      [third.name, 'a'],
    ]);
  });

  it('tell a move although the old place was not looked at again, and a number that two nodes have', () => {
    const only = { ...dgxFacts(0, null), gpu: { ...dgxGpuFacts(), gpus: [third] } };
    history.record('a', dgxFacts(), 1000);
    history.record('b', only, 2000);
    const places = () =>
      passportOf(serialOf(2)).stays.map(({ hostId, isOpen, isOutdated }) => [hostId, isOpen, isOutdated]);
    expect([passportOf(serialOf(2)), places()]).toMatchObject([
      { hostId: 'b', isThere: true, nodesAtOnce: 1 },
      [
        ['b', true, false],
        ['a', true, true],
      ],
    ]);
    history.record('a', dgxFacts(), 3000);
    expect([passportOf(serialOf(2)), places()]).toMatchObject([
      { isThere: true, nodesAtOnce: 2 },
      [
        ['b', true, false],
        ['a', true, false],
      ],
    ]);
  });

  it('are of one part when its model is told later than its serial number', () => {
    const nameless = dgxFacts(2, { name: null, uuid: null });
    history.record('a', nameless, 1000);
    const { id } = passportOf(serialOf(2));
    history.record('a', dgxFacts(2, { uuid: null }), 2000);
    history.removeHost('a');
    history.record('b', dgxFacts(2, { uuid: null }), 3000);
    const found = history.search({ text: serialOf(2), kind: null, limit: 9 });
    expect(found.map((one) => [one.id, one.model, one.identities])).toEqual([
      [id, third.name, [{ name: 'serial', value: third.serial }]],
    ]);
  });

  it('tell a reset by what counts from there, and whether the node started with it', () => {
    const replays = (replayCount: number, uptimeSeconds: number) => ({
      ...dgxFacts(2, { pcie: { ...third.pcie, replayCount } }),
      os: osFacts({ uptimeSeconds }),
    });
    history.record('a', replays(7, 1000), 1_000_000);
    history.record('a', replays(0, 2000), 2_000_000);
    history.record('a', replays(3, 3000), 3_000_000);
    history.record('a', replays(1, 10), 4_000_000);
    expect(passportOf(serialOf(2)).events.map(({ event }) => event)).toEqual([
      { kind: 'reset', counter: 'replaysSinceReset', before: 3, after: 1, nodeStarted: true },
      { kind: 'reset', counter: 'replaysSinceReset', before: 7, after: 0, nodeStarted: false },
    ]);
  });

  it('tell a swap on both sides', () => {
    history.record('a', dgxFacts(), 1000);
    history.record('a', dgxFacts(2, { serial: '1999999999999', uuid: 'GPU-9' }), 2000);
    expect(passportOf('1999999999999').events).toEqual([
      {
        atMs: 2000,
        hostId: 'a',
        event: { kind: 'swapped', direction: 'in', slot: third.pciBusId, other: third.serial },
      },
    ]);
    expect(passportOf(serialOf(2)).events).toEqual([
      {
        atMs: 2000,
        hostId: 'a',
        event: { kind: 'swapped', direction: 'out', slot: third.pciBusId, other: '1999999999999' },
      },
    ]);
  });

  it('keep counters over time, each time they are different', () => {
    const remapped = (correctable: number) => dgxFacts(2, { remappedRows: { ...third.remappedRows, correctable } });
    history.record('a', remapped(0), 1000);
    history.record('a', remapped(0), 2000);
    history.record('a', remapped(3), 3000);
    const { counters, events } = passportOf(serialOf(2));
    expect(counters.map(({ atMs, values }) => [atMs, values.remappedRows])).toEqual([
      [1000, 0],
      [3000, 3],
    ]);
    expect([events, history.versions('a').length]).toEqual([[], 1]);
  });

  it('keep each line of the kernel log that names the part, once', () => {
    const line = { atMs: 900, kind: 'xid' as const, xid: 79, pciBusId: third.pciBusId, pid: null, processName: null };
    const facts = { ...dgxFacts(), 'gpu-kernel-log': { lines: [{ ...line, text: 'GPU has fallen off the bus.' }] } };
    history.record('a', facts, 1000);
    history.record('a', facts, 2000);
    expect(passportOf(serialOf(2)).events).toEqual([
      { atMs: 900, hostId: 'a', event: { kind: 'log', text: 'GPU has fallen off the bus.', xid: 79 } },
    ]);
    expect(passportOf(serialOf(0)).events).toEqual([]);
  });

  it('give what a slot said before a swap to the part that was in it', () => {
    history.record('a', dgxFacts(), 1000);
    const log: FactsOf<'gpu-kernel-log'> = {
      lines: [1500, 2500].map((atMs) => ({
        atMs,
        kind: 'xid',
        xid: 48,
        pciBusId: third.pciBusId,
        pid: null,
        processName: null,
        text: 'DBE',
      })),
    };
    history.record('a', { ...dgxFacts(2, { serial: '1999999999999', uuid: 'GPU-9' }) }, 2000);
    history.record('a', { ...dgxFacts(2, { serial: '1999999999999', uuid: 'GPU-9' }), 'gpu-kernel-log': log }, 3000);
    const times = (serial: string) =>
      passportOf(serial).events.flatMap(({ atMs, event }) => (event.kind === 'log' ? [atMs] : []));
    expect([times(serialOf(2)), times('1999999999999')]).toEqual([[1500], [2500]]);
  });

  it('stay when the node is removed, and not when it is to be forgotten', () => {
    history.record('a', dgxFacts(), 1000);
    history.record('a', dgxFacts(), 2000);
    history.removeHost('a');
    expect(passportOf(serialOf(2))).toMatchObject({
      isThere: false,
      stays: [{ hostId: 'a', fromMs: 1000, toMs: 2000 }],
    });
    expect(history.versions('a')).toEqual([]);
    history.setNote(passportOf(serialOf(0)).id, 'RMA 4711', null);
    history.forgetHost('a');
    expect(history.search({ text: '', kind: null, limit: 100 }).map(({ identities }) => identities[0]?.value)).toEqual([
      serialOf(0),
    ]);
  });

  it('keep a note with its date, in the audit log too', () => {
    history.record('a', dgxFacts(), 1000);
    const { id } = passportOf(serialOf(2));
    history.setNote(id, 'RMA 4711 open', '2027-03-31');
    store.close();
    const reopened = open();
    ({ store, history } = reopened);
    expect(history.passport(id)).toMatchObject({ note: 'RMA 4711 open', warrantyUntil: '2027-03-31', hasNote: true });
    expect(() => history.setNote(999, '', null)).toThrow(NotFoundError);
    const rows = store.database.prepare("SELECT detail FROM audit WHERE event = 'part.note'").all();
    expect(rows).toHaveLength(1);
  });

  it('find a part by a piece of a serial number or UUID, taking every character for itself', () => {
    history.record('a', dgxFacts(), 1000);
    expect(history.search({ text: third.uuid?.slice(4, 20).toUpperCase() ?? '', kind: 'gpu', limit: 5 })).toHaveLength(
      1,
    );
    expect(history.search({ text: '%', kind: null, limit: 5 })).toEqual([]);
    expect(history.search({ text: serialOf(2), kind: 'disk', limit: 5 })).toEqual([]);
  });
});

it('compares two versions of a node', () => {
  history.record('a', dgxFacts(), 1000);
  history.record('a', dgxFacts(2, { power: { ...third.power, limitW: 500 } }), 2000);
  const [one, other] = [history.at('a', 1), history.at('a', 2)];
  if (!one || !other) throw new Error('there are two versions');
  const different = compareParts(one.look, other.look, 'time').pairs.filter(({ isDifferent }) => isDifferent);
  expect(different.map(({ after }) => after?.slot)).toEqual([third.pciBusId]);
});
