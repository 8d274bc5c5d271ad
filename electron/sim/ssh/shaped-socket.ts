import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** A slow line: round trip in milliseconds, bytes per second each way (0 for no limit). */
export interface LinkShape {
  readonly latencyMs: number;
  readonly bytesPerSec: number;
}

interface Parcel {
  readonly dueAtMs: number;
  readonly deliver: () => void;
}

/** One direction of the line: parcels leave in order, each when the line has carried it. */
class Lane {
  readonly #queue: Parcel[] = [];
  #busyUntilMs = 0;
  #timer: NodeJS.Timeout | null = null;

  send(bytes: number, shape: LinkShape | null, deliver: () => void): void {
    if (!shape && this.#queue.length === 0) {
      deliver();
      return;
    }
    const now = Date.now();
    const carryMs = shape && shape.bytesPerSec > 0 ? (bytes / shape.bytesPerSec) * 1000 : 0;
    this.#busyUntilMs = Math.max(now, this.#busyUntilMs) + carryMs;
    this.#queue.push({ dueAtMs: this.#busyUntilMs + (shape?.latencyMs ?? 0) / 2, deliver });
    this.#schedule();
  }

  #schedule(): void {
    const first = this.#queue[0];
    if (this.#timer || !first) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        const now = Date.now();
        while (this.#queue[0] && this.#queue[0].dueAtMs <= now) this.#queue.shift()?.deliver();
        this.#schedule();
      },
      Math.max(0, first.dueAtMs - Date.now()),
    );
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#queue.length = 0;
  }
}

/** A socket behind a line whose shape may change while it is open. */
export class ShapedSocket extends Duplex {
  readonly remoteAddress: string | undefined;
  readonly remoteFamily: string | undefined;
  readonly remotePort: number | undefined;
  readonly #socket: Socket;
  readonly #shape: () => LinkShape | null;
  readonly #inbound = new Lane();
  readonly #outbound = new Lane();

  constructor(socket: Socket, shape: () => LinkShape | null) {
    super();
    this.#socket = socket;
    this.#shape = shape;
    this.remoteAddress = socket.remoteAddress;
    this.remoteFamily = socket.remoteFamily;
    this.remotePort = socket.remotePort;
    socket.on('data', (chunk: Buffer) => {
      this.#inbound.send(chunk.length, this.#shape(), () => {
        if (!this.destroyed && !this.push(chunk)) socket.pause();
      });
    });
    socket.on('end', () => this.#inbound.send(0, this.#shape(), () => this.push(null)));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  setNoDelay(isOn: boolean): void {
    this.#socket.setNoDelay(isOn);
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#outbound.send(chunk.length, this.#shape(), () => {
      if (this.#socket.destroyed) done();
      else this.#socket.write(chunk, done);
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#outbound.send(0, this.#shape(), () => this.#socket.end(() => done()));
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#inbound.close();
    this.#outbound.close();
    this.#socket.destroy();
    done(error);
  }
}
