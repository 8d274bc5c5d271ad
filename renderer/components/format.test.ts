import { describe, expect, it } from 'vitest';
import { formatters } from './format';

describe('formatters', () => {
  const en = formatters('en');
  const zh = formatters('zh-CN');
  const plain = (text: string) => text.replaceAll('\u00a0', ' ');

  it('writes bytes in binary units with three significant digits', () => {
    const cases: Array<[number, string]> = [
      [0, '0 B'],
      [1023, '1,023 B'],
      [1536, '1.5 KiB'],
      [85_520_809_984, '79.6 GiB'],
      [137_438_953_472, '128 GiB'],
      [2 ** 50, '1 PiB'],
    ];
    expect(cases.map(([bytes]) => plain(en.bytes(bytes)))).toEqual(cases.map(([, text]) => text));
  });

  it('writes durations with at most two units', () => {
    const cases = [0.4, 42, 1500, 45_000, 61_000, 3_660_000, 266_400_000].map((ms) => plain(en.duration(ms)));
    expect(cases).toEqual(['0.4 ms', '42 ms', '1.5 s', '45 s', '1 min', '1 hr 1 min', '3 days 2 hr']);
  });

  it('speaks the language of the user', () => {
    const now = Date.UTC(2026, 0, 2);
    expect([en.ago(now - 7_200_000, now), plain(zh.ago(now - 7_200_000, now))]).toEqual(['2 hr. ago', '2 小时前']);
    expect(plain(zh.duration(266_400_000))).toBe('3 天 2 小时');
  });

  it('leaves the date away only for today', () => {
    const now = new Date(2026, 4, 5, 12, 0, 0).getTime();
    expect([en.time(now - 60_000, now), en.time(now - 86_400_000, now)]).toEqual(['11:59:00', '2026-05-04 12:00:00']);
  });
});
