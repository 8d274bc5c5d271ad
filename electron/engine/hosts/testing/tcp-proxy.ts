import { connect, createServer, type Server, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** One-way delay, half of the round trip. */
  latencyMs: number;
  /** Closes every connection once it has carried that many bytes from the server; null: never. */
  cutAfterBytes: number | null;
  /** Bytes from the server, all connections together. */
  readonly bytesFromServer: number;
  readonly connections: number;
  /** Stops carrying anything without closing, as a peer that lost its power. */
  freeze(): void;
  thaw(): void;
  /** Closes every connection now. */
  cut(): void;
  close(): Promise<void>;
}

/** Stands between a client and a server on loopback and makes the network bad. */
export async function startTcpProxy(target: { host?: string; port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isFrozen = false;
  let bytesFromServer = 0;
  let connections = 0;
  const waiting: Array<() => void> = [];

  const carry = (from: Socket, to: Socket, isFromServer: boolean, carried: { bytes: number }): void => {
    let queue = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      const dueAtMs = performance.now() + proxy.latencyMs;
      queue = queue.then(async () => {
        const waitMs = dueAtMs - performance.now();
        if (waitMs > 0) await new Promise((done) => setTimeout(done, waitMs));
        while (isFrozen) await new Promise<void>((done) => waiting.push(done));
        if (to.destroyed) return;
        let part = chunk;
        if (isFromServer) {
          const left = proxy.cutAfterBytes === null ? part.length : Math.max(0, proxy.cutAfterBytes - carried.bytes);
          part = part.subarray(0, left);
          carried.bytes += part.length;
          bytesFromServer += part.length;
        }
        if (part.length > 0) to.write(part);
        if (part.length < chunk.length) {
          to.end();
          from.destroy();
        }
      });
    });
    from.on('end', () => {
      queue = queue.then(() => void (isFrozen || to.end()));
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      queue = queue.then(() => void (isFrozen || to.end()));
    });
  };

  const server: Server = createServer((client) => {
    connections += 1;
    const upstream = connect({ host: target.host ?? '127.0.0.1', port: target.port });
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    sockets.add(client);
    sockets.add(upstream);
    const carried = { bytes: 0 };
    carry(client, upstream, false, carried);
    carry(upstream, client, true, carried);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();

  const proxy: TcpProxy = {
    port: typeof address === 'object' && address ? address.port : 0,
    latencyMs: 0,
    cutAfterBytes: null,
    get bytesFromServer() {
      return bytesFromServer;
    },
    get connections() {
      return connections;
    },
    freeze: () => {
      isFrozen = true;
    },
    thaw: () => {
      isFrozen = false;
      for (const go of waiting.splice(0)) go();
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      proxy.cut();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
  return proxy;
}
