import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part } from '../parts/part';
import { look, part } from '../parts/testing/parts';
import { checkProfile } from './check-profile';
import { countedByDefault, makeProfile } from './make-profile';
import { isLike, type PartExpectation, type Profile, profileSchema } from './profile';
import { suggestProfiles } from './suggest-profile';

const h100 = 'NVIDIA H100 80GB HBM3';
const gpus = (count: number, change: (index: number) => Partial<Part['attributes']> = () => ({})) =>
  Array.from({ length: count }, (_, index) =>
    part({
      slot: `1${index}`,
      identity: `S${index}`,
      model: h100,
      attributes: { uuid: `GPU-${index}`, vbiosVersion: '96', powerLimitW: 700, eccMode: 'Enabled', ...change(index) },
    }),
  );
const profile = (...parts: Array<Partial<PartExpectation>>): Profile =>
  profileSchema.parse({ id: 'test', name: { en: 'Test' }, parts: parts.map((one) => ({ kind: 'gpu', ...one })) });
/** One line a difference: aspect, severity, attribute, wanted, found, slots. */
const told = (wanted: Profile, parts: readonly Part[], kinds: Part['kind'][] = ['gpu']) =>
  checkProfile(wanted, look(parts, kinds)).map((one) =>
    [
      one.aspect,
      one.severity,
      one.attribute ?? '-',
      one.wanted ? `${one.wanted.how}:${one.wanted.values.join('|')}` : '-',
      one.found,
      one.slots.join(','),
    ].join(' '),
  );

describe('checkProfile', () => {
  const h100s = {
    model: 'NVIDIA H100*',
    count: 8,
    attributes: { vbiosVersion: '96', powerLimitW: { min: 700 }, eccMode: 'Enabled' },
  };

  it.each<[string, Part[], string[]]>([
    ['a node that is as it should be', gpus(8), []],
    ['a missing GPU', gpus(7), ['missing critical - equals:8 7 ']],
    ['no GPU at all', [], ['missing critical - equals:8 0 ']],
    ['one GPU too many', gpus(9), ['extra info - equals:8 9 18']],
    [
      'VBIOS drift of two of them, once',
      gpus(8, (index) => (index < 2 ? { vbiosVersion: '95' } : {})),
      ['firmware warn vbiosVersion equals:96 95 10,11'],
    ],
    [
      'a wrong power limit',
      gpus(8, (index) => (index === 3 ? { powerLimitW: 500 } : {})),
      ['power warn powerLimitW at-least:700 500 13'],
    ],
    [
      'ECC off',
      gpus(8, (index) => (index === 3 ? { eccMode: 'Disabled' } : {})),
      ['ecc warn eccMode equals:Enabled Disabled 13'],
    ],
    [
      'a value that could not be read as unknown, not as wrong',
      gpus(8, (index) => (index === 3 ? { eccMode: null } : {})),
      ['unknown info eccMode equals:Enabled  13'],
    ],
  ])('tells %s', (_, parts, expected) => {
    expect(told(profile(h100s), parts)).toEqual(expected);
  });

  it('tells a kind that could not be read as unknown, and nothing of it as missing', () => {
    expect(told(profile(h100s), [], [])).toEqual(['unknown info - -  ']);
  });

  it('misses nothing of a kind of which not all could be read, and still judges what is there', () => {
    const found = look(gpus(2, () => ({ eccMode: 'Disabled' })));
    const differences = checkProfile(profile(h100s), found, ['gpu']);
    expect(differences.map(({ aspect, attribute }) => [aspect, attribute])).toEqual([
      ['ecc', 'eccMode'],
      ['unknown', null],
    ]);
  });

  it('counts a GPU that tells no model (it is lost) as there', () => {
    const lost = part({ slot: '17', model: null, attributes: { state: 'lost', vbiosVersion: null } });
    const wanted = profile({ ...h100s, attributes: { state: 'present' } });
    const present = gpus(7, () => ({ state: 'present' }));
    expect(told(wanted, [...present, lost])).toEqual([
      'unknown info model like:NVIDIA H100*  17',
      'state critical state equals:present lost 17',
    ]);
  });

  it('takes no name that lspci has for a GPU while its own tool fails as another GPU', () => {
    const golden = profile({ model: h100, slots: ['10'] });
    const byLspci = look([part({ slot: '10', model: 'GH100 [H100 SXM5 80GB]' })]);
    expect(checkProfile(golden, byLspci, ['gpu']).map(({ aspect }) => aspect)).toEqual(['unknown']);
    expect(checkProfile(golden, byLspci).map(({ aspect }) => aspect)).toEqual(['model']);
  });

  it('takes no link of another device for the one of a GPU that is missing', () => {
    const link = (slot: string, model: string | null, linkWidth: number) =>
      part({ kind: 'pci-link', slot, model, attributes: { linkWidth } });
    const golden: Profile = {
      ...profile({ kind: 'pci-link', model: 'GH100', slots: ['1b', '43'], attributes: { linkWidth: 16 } }),
    };
    const nameless = { kind: 'pci-link' as const, slots: ['2a', '2e'], attributes: { linkWidth: 4 } };
    const found = [link('1b', 'GH100', 16), link('2a', null, 4), link('5e', null, 8)];
    expect(told({ ...golden, parts: [...golden.parts, nameless] }, found)).toEqual([]);
  });

  it('takes no software for other software that is missing', () => {
    const software = (slot: string, version: string) =>
      part({ kind: 'software', slot, model: null, attributes: { version } });
    const golden = profile({ kind: 'software', slots: ['docker'], attributes: { version: '27.3.1' } });
    expect(told(golden, [software('podman', '4.9')])).toEqual(['missing warn - equals:1 0 docker']);
  });

  it('names the slots of a golden node that are empty, and what else is in one', () => {
    const golden = profile({ model: h100, slots: ['10', '11', '12'] });
    expect(told(golden, gpus(2))).toEqual(['missing critical - equals:3 2 12']);
    const other = part({ slot: '12', model: 'NVIDIA A100-SXM4-80GB' });
    expect(told(golden, [...gpus(2), other])).toEqual([`model warn model like:${h100} NVIDIA A100-SXM4-80GB 12`]);
  });

  it('takes a part of the model in a slot of another number', () => {
    expect(told(profile({ model: h100, slots: ['90', '91'] }), gpus(2))).toEqual([]);
  });

  it('compares a value with another one of the same part', () => {
    const wanted = profile({ attributes: { width: { sameAs: 'maxWidth', severity: 'critical' } } });
    const links = gpus(2, (index) => ({ width: index === 0 ? 8 : 16, maxWidth: 16 }));
    expect(told(wanted, links)).toEqual(['link critical width equals:16 8 10']);
    expect(
      told(
        wanted,
        gpus(1, () => ({ width: 8, maxWidth: null })),
      ),
    ).toEqual(['unknown info width equals:maxWidth  10']);
  });

  it('takes a number and a text that read the same for the same, as YAML may have made either', () => {
    expect(
      told(
        profile({ attributes: { driver: 570, on: 'true' } }),
        gpus(1, () => ({ driver: '570', on: true })),
      ),
    ).toEqual([]);
  });

  it('tells a missing device once, and not its link as well', () => {
    const link = part({ kind: 'pci-link', slot: '1b', model: h100, attributes: { linkQuality: 'degraded' } });
    const wanted = profile({ kind: 'pci-link', slots: ['1b', '43'], attributes: { linkQuality: 'ok' } });
    expect(told(wanted, [link])).toEqual(['link warn linkQuality equals:ok degraded 1b']);
  });

  it('judges only what is there without a count', () => {
    expect(told(profile({ kind: 'disk', model: 'SAMSUNG*' }), [], ['disk'])).toEqual([]);
  });
});

describe('a profile of a golden node', () => {
  const head = { id: 'golden', name: { en: 'Golden' }, sources: [] };
  const node = part({
    kind: 'node',
    slot: 'system',
    model: 'DGXH100',
    attributes: { vendor: 'NVIDIA', kernelRelease: '5.15' },
  });

  it('is met by that node, and never holds a serial number or UUID', () => {
    const golden = look([node, ...gpus(8, (index) => (index === 5 ? { vbiosVersion: '95', eccMode: null } : {}))]);
    const made = profileSchema.parse(makeProfile(golden, countedByDefault(golden), head));
    expect(checkProfile(made, golden)).toEqual([]);
    expect(JSON.stringify(made)).not.toMatch(/GPU-\d|"S\d"/);
    expect(made.matches).toEqual({ vendor: 'NVIDIA', product: 'DGXH100', gpu: h100, gpuCount: 8 });
    expect(made.parts.find(({ kind }) => kind === 'gpu')?.attributes).toEqual({
      vbiosVersion: '96',
      powerLimitW: 700,
      eccMode: 'Enabled',
    });
  });

  it('counts only the kinds and attributes that were chosen', () => {
    const golden = look([node, ...gpus(2)]);
    expect(makeProfile(golden, { gpu: ['eccMode', 'uuid'] }, head).parts).toEqual([
      { kind: 'gpu', model: h100, slots: ['10', '11'], attributes: { eccMode: 'Enabled' } },
    ]);
  });

  it('is met by the node it was made from, whatever that has', () => {
    const anyPart = fc.record({
      kind: fc.constantFrom('gpu', 'dimm', 'nic'),
      slot: fc.constantFrom('1', '2', '3', '10', '11'),
      model: fc.constantFrom(null, 'H100', 'A100', 'a*b'),
      attributes: fc.dictionary(
        fc.constantFrom('vbiosVersion', 'eccMode', 'speed', 'uuid'),
        fc.constantFrom(null, 1, 2, 'x'),
      ),
    });
    fc.assert(
      fc.property(fc.uniqueArray(anyPart, { selector: ({ kind, slot }) => `${kind} ${slot}` }), (values) => {
        const golden = look(values.map((value) => part(value as Partial<Part>)));
        const differences = checkProfile(makeProfile(golden, countedByDefault(golden), head), golden);
        expect(differences).toEqual([]);
      }),
    );
  });
});

describe('suggestProfiles', () => {
  const of = (id: string, matches: Profile['matches']): Profile => ({ ...profile({}), id, matches });
  const dgx = look([part({ kind: 'node', model: 'DGXH100', attributes: { vendor: 'NVIDIA' } }), ...gpus(8)]);

  it('puts the profile that says most of the node first, and leaves out those of other nodes', () => {
    const profiles = [
      of('any-nvidia', { gpu: 'NVIDIA*' }),
      of('dgx-h100', { vendor: 'NVIDIA', product: 'DGX*H100*', gpu: 'NVIDIA H100*', gpuCount: 8 }),
      of('dgx-a100', { product: 'DGX*A100*' }),
      of('four', { gpu: 'NVIDIA H100*', gpuCount: 4 }),
      of('nobody', undefined),
    ];
    expect(suggestProfiles(profiles, dgx).map(({ id }) => id)).toEqual(['dgx-h100', 'any-nvidia']);
  });

  it('counts no GPUs of a node whose GPUs could not be read', () => {
    expect(suggestProfiles([of('none', { gpuCount: 0 })], look([]))).toEqual([]);
  });
});

it.each([
  ['NVIDIA H100 80GB HBM3', 'nvidia h100*', true],
  ['NVIDIA H100 80GB HBM3', '*H100*HBM3', true],
  ['NVIDIA H100', 'NVIDIA H100', true],
  ['NVIDIA H100 NVL', 'NVIDIA H100', false],
  ['aba', 'ab*ba', false],
  ['anything', '*', true],
  ['a.c', 'a?c', false],
])('isLike(%j, %j) is %s', (text, wanted, expected) => {
  expect(isLike(text, wanted)).toBe(expected);
});
