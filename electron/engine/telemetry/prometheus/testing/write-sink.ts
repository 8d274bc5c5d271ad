import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import protobuf from 'protobufjs/minimal.js';
import snappy from 'snappyjs';
import type { Labels } from '../served-nodes';
import type { WrittenSeries } from '../server/write-request';

export interface Written {
  readonly headers: IncomingHttpHeaders;
  readonly series: WrittenSeries[];
}

/** Takes remote write on loopback, and answers as it is told. */
export class WriteSink {
  readonly requests: Written[] = [];
  answer: (request: Written, response: ServerResponse) => void = (_, response) => response.writeHead(204).end();

  private constructor(
    readonly url: string,
    readonly close: () => Promise<void>,
  ) {}

  static async start(): Promise<WriteSink> {
    const server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const written = { headers: request.headers, series: decoded(Buffer.concat(pieces)) };
        sink.requests.push(written);
        sink.answer(written, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const sink: WriteSink = new WriteSink(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return sink;
  }
}

/** The fields of prometheus.WriteRequest, by their numbers. */
function decoded(body: Uint8Array): WrittenSeries[] {
  const series: WrittenSeries[] = [];
  const each = (bytes: Uint8Array, take: (field: number, reader: protobuf.Reader) => void): void => {
    const reader = protobuf.Reader.create(bytes);
    while (reader.pos < reader.len) take(reader.uint32() >>> 3, reader);
  };
  each(snappy.uncompress(new Uint8Array(body)), (_, request) => {
    const labels: Record<string, string> = {};
    const samples: Array<readonly [number, number]> = [];
    each(request.bytes(), (field, one) => {
      const words: string[] = [];
      let [atMs, value] = [0, 0];
      each(one.bytes(), (part, reader) => {
        if (field === 1) words.push(reader.string());
        else if (part === 1) value = reader.double();
        else atMs = Number(reader.int64());
      });
      if (field === 1) labels[words[0] ?? ''] = words[1] ?? '';
      else samples.push([atMs, value]);
    });
    series.push({ labels: labels as Labels, samples });
  });
  return series;
}
