import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type AuthContext, type Connection, type ServerChannel, type Session } from 'ssh2';
import type { KeyPair } from './host-keys';
import { type LinkShape, ShapedSocket } from './shaped-socket';

export interface NodeUser {
  readonly name: string;
  readonly password: string | null;
  /** `ssh-ed25519 AAAA…` lines that may log in. */
  readonly publicKeys: readonly string[];
}

/** What the connection needs to know of the node it leads to; asked again each time, as faults come and go. */
export interface NodeConnectionPolicy {
  readonly users: readonly NodeUser[];
  hostKey(): KeyPair;
  linkShape(): LinkShape | null;
  /** Bytes of output after which each connection is cut; null for never. */
  cutAfterBytes(): number | null;
  run(session: SessionRequest): { signal(name: string): void };
  /** False: like sshd with `AllowTcpForwarding no`, for as long as the connection lasts. */
  isForwarding(): boolean;
  /** Takes a connection to a port of the node itself; null where nothing listens. */
  portOf(port: number): ((channel: Duplex) => void) | null;
}

export interface SessionRequest {
  readonly channel: ServerChannel;
  /** Null for an interactive login. */
  readonly command: string | null;
  readonly user: string;
  readonly hasTerminal: boolean;
  readonly environment: Readonly<Record<string, string>>;
  countOutput(chunk: Buffer): { readonly allowed: Buffer; readonly isCut: boolean };
  cut(): void;
}

/** sshd's default MaxSessions. */
const MAX_SESSIONS = 10;

/** The SSH side of one node: a listening socket, and an ssh2 server for each host key that it has shown. */
export class NodeServer {
  readonly #policy: NodeConnectionPolicy;
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();
  readonly #servers = new Map<string, ssh2.Server>();
  #port = 0;

  constructor(policy: NodeConnectionPolicy) {
    this.#policy = policy;
    this.#listener = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
    // Another program took the port while the node refused: it goes on refusing.
    this.#listener.on('error', () => {});
  }

  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#listener.once('error', reject);
      this.#listener.listen(port, '127.0.0.1', () => {
        this.#listener.off('error', reject);
        const address = this.#listener.address();
        this.#port = typeof address === 'object' && address ? address.port : port;
        resolve(this.#port);
      });
    });
  }

  /** Nothing listens while it refuses, as on a node whose sshd has stopped; what is connected stays. */
  refuse(isRefusing: boolean): void {
    if (this.#port === 0 || isRefusing !== this.#listener.listening) return;
    if (isRefusing) this.#listener.close();
    else this.#listener.listen(this.#port, '127.0.0.1');
  }

  /** Cuts every open connection, without a word to the other side. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cutAll();
    await new Promise<void>((resolve) => {
      this.#listener.close(() => resolve());
    });
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    const shaped = new ShapedSocket(socket, () => this.#policy.linkShape());
    shaped.on('error', () => {});
    const key = this.#policy.hostKey();
    const server = this.#serverFor(key);
    // ssh2 tells of a connection while it takes the socket, so the two can be paired here.
    server.once('connection', (connection: Connection) => this.#serve(connection, socket));
    server.injectSocket(shaped as unknown as Socket);
  }

  #serverFor(key: KeyPair): ssh2.Server {
    let server = this.#servers.get(key.sha256);
    if (!server) {
      server = new ssh2.Server({ hostKeys: [key.privateKey], ident: 'OpenSSH_9.6' });
      this.#servers.set(key.sha256, server);
    }
    return server;
  }

  #serve(connection: Connection, socket: Socket): void {
    let user = '';
    let sentBytes = 0;
    let openSessions = 0;
    connection.on('error', () => socket.destroy());
    connection.on('authentication', (context) => {
      if (this.#authenticate(context, connection)) user = context.username;
    });
    // Without a listener ssh2 answers as sshd does: administratively prohibited.
    if (this.#policy.isForwarding()) {
      connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
        const take = /^(127\.\d+\.\d+\.\d+|localhost|::1)$/.test(destIP) ? this.#policy.portOf(destPort) : null;
        if (take) take(accept());
        else reject();
      });
    }
    connection.on('session', (accept, reject) => {
      if (openSessions >= MAX_SESSIONS) {
        reject();
        return;
      }
      openSessions += 1;
      const session = accept();
      session.on('close', () => {
        openSessions -= 1;
      });
      this.#serveSession(session, {
        user,
        countOutput: (chunk) => {
          const limit = this.#policy.cutAfterBytes();
          const left = limit === null ? Number.POSITIVE_INFINITY : Math.max(0, limit - sentBytes);
          sentBytes += chunk.length;
          return { allowed: chunk.length > left ? chunk.subarray(0, left) : chunk, isCut: chunk.length >= left };
        },
        cut: () => setImmediate(() => socket.destroySoon()),
      });
    });
  }

  #serveSession(session: Session, from: Pick<SessionRequest, 'user' | 'countOutput' | 'cut'>): void {
    const environment: Record<string, string> = {};
    let running: { signal(name: string): void } | null = null;
    let hasTerminal = false;
    const start = (channel: ServerChannel, command: string | null): void => {
      channel.on('error', () => {});
      running = this.#policy.run({ ...from, channel, command, hasTerminal, environment });
    };
    session.on('env', (accept, _reject, info) => {
      // AcceptEnv LANG LC_*, as Debian ships it.
      if (/^(LANG|LC_\w+)$/.test(info.key)) environment[info.key] = info.val;
      accept?.();
    });
    session.on('pty', (accept) => {
      hasTerminal = true;
      accept?.();
    });
    session.on('window-change', (accept) => accept?.());
    session.on('exec', (accept, _reject, info) => start(accept(), info.command));
    session.on('shell', (accept) => start(accept(), null));
    session.on('signal', (accept, _reject, info) => {
      running?.signal(info.name);
      accept?.();
    });
  }

  #authenticate(context: AuthContext, _connection: Connection): boolean {
    const user = this.#policy.users.find((each) => each.name === context.username);
    const methods: ('password' | 'publickey' | 'keyboard-interactive')[] = [
      'publickey',
      'password',
      'keyboard-interactive',
    ];
    switch (context.method) {
      case 'password':
        if (user && user.password !== null && user.password === context.password) {
          context.accept();
          return true;
        }
        break;
      case 'publickey': {
        const offered = context.key.data.toString('base64');
        const known = user?.publicKeys.find((line) => line.split(' ')[1] === offered);
        const key = known === undefined ? null : ssh2.utils.parseKey(known);
        if (key && !(key instanceof Error)) {
          // Without a signature the client only asks whether this key would do.
          const isProven =
            !context.signature ||
            key.verify(context.blob ?? Buffer.alloc(0), context.signature, context.hashAlgo) === true;
          if (isProven) {
            context.accept();
            return context.signature !== undefined;
          }
        }
        break;
      }
      case 'keyboard-interactive':
        context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
          if (user && user.password !== null && answers[0] === user.password) context.accept();
          else context.reject(methods);
        });
        return user !== undefined;
    }
    context.reject(methods);
    return false;
  }
}
