import protobuf from 'protobufjs/minimal.js';
import snappy from 'snappyjs';
import type { Labels } from '../served-nodes';

/** One series with samples in the order of their times; NaN ends it until its next number. */
export interface WrittenSeries {
  readonly labels: Labels;
  readonly samples: ReadonlyArray<readonly [atMs: number, value: number]>;
}

/** Of remote write 1.0 (prometheus.io/docs/specs/prw/remote_write_spec). */
export const writeHeaders = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
} as const;

/** `StaleNaN` of Prometheus: from here on the series tells nothing. */
const STALE_MARKER = { high: 0x7ff00000, low: 2, unsigned: true };

/** The numbers of fields in prometheus.WriteRequest, TimeSeries, Label and Sample, with their wire types. */
const TIME_SERIES = (1 << 3) | 2;
const LABEL = (1 << 3) | 2;
const SAMPLE = (2 << 3) | 2;
const NAME = (1 << 3) | 2;
const LABEL_VALUE = (2 << 3) | 2;
const VALUE = (1 << 3) | 1;
const TIMESTAMP = (2 << 3) | 0;

/** The body of a request that writes series. */
export function writeRequest(series: readonly WrittenSeries[]): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const { labels, samples } of series) {
    writer.uint32(TIME_SERIES).fork();
    for (const [name, value] of Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1))) {
      writer.uint32(LABEL).fork().uint32(NAME).string(name).uint32(LABEL_VALUE).string(value).ldelim();
    }
    for (const [atMs, value] of samples) {
      writer.uint32(SAMPLE).fork().uint32(VALUE);
      if (Number.isNaN(value)) writer.fixed64(STALE_MARKER as never);
      else writer.double(value);
      writer.uint32(TIMESTAMP).int64(atMs).ldelim();
    }
    writer.ldelim();
  }
  return snappy.compress(writer.finish());
}
