import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasRecordings, recording } from '../testing/recordings';
import { parseExposition } from './parse-exposition';

const shown = (text: string) =>
  parseExposition(text).map(({ name, labels, value }) => ({ name, labels: Object.fromEntries(labels), value }));

describe('the text format of Prometheus', () => {
  it('is read with and without labels, times, blanks and a last comma', () => {
    expect(
      shown(
        [
          '# HELP up Is it up? {not="a label"} 1',
          '# TYPE up gauge',
          'up 1',
          'up\t 2.5e+3   1395066363000',
          'http_requests_total{method="post",code="200",} 1027 -1395',
          ' spaced { a = "1" , b = "2" } 3\r',
          'a:b{} 0x',
          'with_exemplar_bucket{le="0.1"} 8 # {trace_id="abc"} 0.067',
          'last 7',
        ].join('\n'),
      ),
    ).toEqual([
      { name: 'up', labels: {}, value: 1 },
      { name: 'up', labels: {}, value: 2500 },
      { name: 'http_requests_total', labels: { method: 'post', code: '200' }, value: 1027 },
      { name: 'spaced', labels: { a: '1', b: '2' }, value: 3 },
      { name: 'with_exemplar_bucket', labels: { le: '0.1' }, value: 8 },
      { name: 'last', labels: {}, value: 7 },
    ]);
  });

  it('knows escapes, and numbers that are none', () => {
    expect(shown(String.raw`m{path="C:\\dir\\f.txt",error="a \"b\"\nc",odd="\q"} +Inf`)).toEqual([
      {
        name: 'm',
        labels: { path: String.raw`C:\dir\f.txt`, error: 'a "b"\nc', odd: String.raw`\q` },
        value: Number.POSITIVE_INFINITY,
      },
    ]);
    expect(shown('a -Inf\nb NaN\nc nan\nd inf\ne .5\nf 5.').map(({ value }) => value)).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      0.5,
      5,
    ]);
  });

  it('leaves out lines that are none of it, and goes on', () => {
    const broken = [
      'no_value',
      'm{a="1} 2',
      'm{a=1} 2',
      'm{a="1",a="2"} 3',
      'm{a="1"b="2"} 3',
      'm 1 2 3',
      'm 1,5',
      '9m 1',
      'm{a="1"}',
      '{"quoted.name"} 1',
      '<html>',
      'm1e5',
    ];
    expect(shown(`${broken.join('\n')}\nok 1`)).toEqual([{ name: 'ok', labels: {}, value: 1 }]);
  });

  it('takes apart only what is wanted', () => {
    expect(parseExposition('a{x="1"} 1\nb 2', (name) => name === 'b').map(({ name }) => name)).toEqual(['b']);
  });

  it('reads back whatever was written', () => {
    const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,20}$/);
    const label = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,10}$/);
    const pairs = fc.uniqueArray(fc.tuple(label, fc.string({ unit: 'binary' })), {
      maxLength: 5,
      selector: ([key]) => key,
    });
    const sample = fc.record({
      name,
      labels: pairs.map((each) => new Map(each)),
      value: fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)),
    });
    const numberText = (value: number) => {
      if (Number.isNaN(value)) return 'NaN';
      if (Math.abs(value) === Number.POSITIVE_INFINITY) return `${value > 0 ? '+' : '-'}Inf`;
      return Object.is(value, -0) ? '-0' : `${value}`;
    };
    const escaped = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 8 }), (samples) => {
        const text = samples
          .map(({ name, labels, value }) => {
            const written = [...labels].map(([key, each]) => `${key}="${escaped(each)}"`);
            return `${name}${written.length > 0 ? `{${written.join(',')}}` : ''} ${numberText(value)}`;
          })
          .join('\n');
        expect(parseExposition(text)).toEqual(samples);
      }),
      { numRuns: 50 },
    );
  });

  it('never throws', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('{', '}', '"', '\\', ',', '=', ' ', '\n', 'm', '1', '#', 'le="'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        for (const { labels } of parseExposition(pieces.join(''))) expect(labels).toBeInstanceOf(Map);
      }),
    );
  });

  it
    .skipIf(!hasRecordings)
    .each([
      ['vllm-metrics__v0-engine-opt-125m.prom'],
      ['triton-metrics__t4-2.38.prom'],
      ['dcgm-exporter-metrics__a100-mig.prom'],
      ['dcgm-exporter-metrics__t4-460.106.prom'],
    ])('reads every sample of %s', (file) => {
    const text = recording(`software/${file}`);
    const written = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
    expect(written.length).toBeGreaterThan(10);
    expect(parseExposition(text)).toHaveLength(written.length);
  });
});
