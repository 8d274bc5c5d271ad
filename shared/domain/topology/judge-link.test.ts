import { describe, expect, it } from 'vitest';
import type { PciLink } from '../facts/pci';
import { type DriverView, judgeLink, type LinkEnd } from './judge-link';

const full: PciLink = { generation: 5, width: 16, maxGeneration: 5, maxWidth: 16 };
const end = (link: PciLink | null, more: Partial<LinkEnd> = {}): LinkEnd => ({
  address: '0000:1b:00.0',
  vendorId: '15b3',
  classCode: '020000',
  state: 'present',
  link,
  aer: null,
  runtimeStatus: 'active',
  powerState: 'D0',
  ...more,
});
const card = (link: PciLink): LinkEnd => end(link, { vendorId: '10de', classCode: '030200' });
const driver = (
  utilizationPercent: number | null,
  performanceState: string,
  more: Partial<DriverView> = {},
): DriverView => ({
  isLost: false,
  utilizationPercent,
  performanceState,
  generation: null,
  maxGeneration: null,
  maxWidth: null,
  width: null,
  ...more,
});
const verdict = (...ends: Parameters<typeof judgeLink>): string => {
  const { state, reasons } = judgeLink(...ends);
  return [state, ...reasons].join(' ');
};

describe('judgeLink', () => {
  it('takes a link at what both ends can do for well trained', () => {
    expect(verdict({ device: end(full), port: end(full) })).toBe('ok');
    expect(verdict({ device: end({ ...full, generation: 4 }), port: end({ ...full, maxGeneration: 4 }) })).toBe(
      'ok slot-generation',
    );
  });

  it('never flags the generation of a GPU at rest, and says why', () => {
    const device = card({ ...full, generation: 1 });
    expect(verdict({ device, port: end(full), driver: driver(0, 'P8') })).toBe('idle idle-generation');
    expect(verdict({ device, port: end(full), driver: driver(0, 'P0') })).toBe('idle idle-generation');
    expect(verdict({ device, port: end(full) })).toBe('idle unjudged-generation');
    expect(verdict({ device, port: end(full), driver: driver(87, 'P0') })).toBe('degraded generation-low');
  });

  it('counts the generation that the driver saw when it woke the card', () => {
    const device = card({ ...full, generation: 1 });
    expect(verdict({ device, port: end(full), driver: driver(0, 'P0', { generation: 5 }) })).toBe('ok');
  });

  it('flags missing lanes of a GPU at rest as well', () => {
    const device = card({ ...full, generation: 1, width: 8 });
    expect(verdict({ device, port: end(full), driver: driver(0, 'P8') })).toBe('degraded width-low idle-generation');
  });

  it('tells a narrow slot from a fault', () => {
    expect(verdict({ device: end({ ...full, width: 8 }), port: end({ ...full, maxWidth: 8 }) })).toBe('ok slot-width');
    expect(verdict({ device: end({ ...full, width: 4 }), port: end({ ...full, maxWidth: 8 }) })).toBe(
      'degraded width-low slot-width',
    );
    // Without the other end there is no telling.
    expect(verdict({ device: end({ ...full, width: 8 }), port: null })).toBe('unknown width-low upper-unknown');
    expect(
      verdict({ device: card({ ...full, width: 8 }), port: null, driver: driver(9, 'P0', { maxWidth: 16 }) }),
    ).toBe('degraded width-low');
  });

  it('does not expect speed of what sleeps', () => {
    const slow = { ...full, generation: 1 };
    expect(verdict({ device: end(slow), port: end(full) })).toBe('degraded generation-low');
    expect(verdict({ device: end(slow, { runtimeStatus: 'suspended' }), port: end(full) })).toBe(
      'idle idle-generation',
    );
    expect(verdict({ device: end(slow, { powerState: 'D3hot' }), port: end(full) })).toBe('idle idle-generation');
  });

  it('tells a lost device, no link and no capability apart', () => {
    expect(verdict({ device: end(null, { state: 'lost' }), port: end(full) })).toBe('degraded lost');
    expect(verdict({ device: end(null), port: null })).toBe('unknown no-link');
    expect(verdict({ device: end({ ...full, maxWidth: null }), port: null })).toBe('unknown no-capability');
    expect(verdict({ device: end({ ...full, width: null }), port: null })).toBe('unknown no-link');
  });

  it('tells of errors without calling the link degraded', () => {
    const device = end(full, { aer: { correctable: 12, nonFatal: 0, fatal: 0, kinds: { BadTLP: 12 } } });
    expect(judgeLink({ device, port: end(full) })).toMatchObject({
      state: 'ok',
      reasons: ['errors'],
      errors: { correctable: 12, uncorrectable: 0 },
    });
  });
});
