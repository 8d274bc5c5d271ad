import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** A slow line: round trip in milliseconds, bytes per second each way (0 for no limit). */
export interface LinkShape {
  readonly latencyMs: number;
  readonly bytesPerSec: number;
}

interface Parcel {
  readonly dueAtMs: number;
  readonly bytes: number;
  readonly deliver: () => void;
}

/** As much as a sender may have under way, like a TCP window; it would wait a whole trip for each piece otherwise. */
const WINDOW_BYTES = 1024 * 1024;

/** One direction of the line: parcels leave in order, each when the line has carried it. */
class Lane {
  readonly #queue: Parcel[] = [];
  #bytesUnderWay = 0;
  #whenRoom: (() => void) | null = null;
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
    this.#bytesUnderWay += bytes;
    this.#queue.push({ dueAtMs: this.#busyUntilMs + (shape?.latencyMs ?? 0) / 2, bytes, deliver });
    this.#schedule();
  }

  /** Calls back as soon as the sender may go on: at once while there is room on the line. */
  afterRoom(callback: () => void): void {
    if (this.#bytesUnderWay < WINDOW_BYTES) callback();
    else this.#whenRoom = callback;
  }

  #deliver(parcel: Parcel): void {
    this.#bytesUnderWay -= parcel.bytes;
    parcel.deliver();
    if (this.#whenRoom && this.#bytesUnderWay < WINDOW_BYTES) {
      const callback = this.#whenRoom;
      this.#whenRoom = null;
      callback();
    }
  }

  #schedule(): void {
    const first = this.#queue[0];
    if (this.#timer || !first) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        const now = Date.now();
        for (let next = this.#queue[0]; next && next.dueAtMs <= now; next = this.#queue[0]) {
          this.#queue.shift();
          this.#deliver(next);
        }
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

/**
 * A socket behind a line whose shape may change while it is open. The socket must allow half-open connections: it would
 * close before what is still on the line to the other side.
 */
export class ShapedSocket extends Duplex {
  readonly remoteAddress: string | undefined;
  readonly remoteFamily: string | undefined;
  readonly remotePort: number | undefined;
  readonly #socket: Socket;
  readonly #shape: () => LinkShape | null;
  readonly #inbound = new Lane();
  readonly #outbound = new Lane();

  constructor(socket: Socket, shape: () => LinkShape | null) {
    super({ allowHalfOpen: false });
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
    let hasEnded = false;
    socket.on('end', () => {
      hasEnded = true;
      this.#inbound.send(0, this.#shape(), () => this.push(null));
    });
    socket.on('error', (error) => this.destroy(error));
    // After a proper end there may still be something on the line to us; after a cut there is not.
    socket.on('close', () => {
      if (!hasEnded) this.destroy();
    });
  }

  setNoDelay(isOn: boolean): void {
    this.#socket.setNoDelay(isOn);
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#outbound.send(chunk.length, this.#shape(), () => {
      if (!this.#socket.destroyed) this.#socket.write(chunk);
    });
    if (this.#socket.writableNeedDrain) this.#socket.once('drain', () => this.#outbound.afterRoom(done));
    else this.#outbound.afterRoom(done);
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
