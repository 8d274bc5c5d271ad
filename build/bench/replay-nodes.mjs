// `node replay-nodes.mjs NODE.json COUNT FOLDER`: SSH nodes that answer a program as NODE answered it, at NODE's own pace,
// without running anything: nodes whose work is done elsewhere, as that of other machines is. A program that is new is run
// on NODE once; of one that goes on printing all get the lines as they come, all at the same moment. Prints the nodes as
// JSON, then for each line of its input what all of them were asked until then, and lives until that ends.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import ssh2 from 'ssh2';

/** @typedef {import('./fleet.mjs').Node} Node */
/** @typedef {{ token: string, chunks: Array<{ atMs: number, bytes: Buffer }>, code: number }} Recording */

const [nodeFile = '', count = '0', folder = ''] = process.argv.slice(2);
/** @type {Node} */
const node = JSON.parse(await readFile(nodeFile, 'utf8'));
const privateKey = await readFile(node.privateKeyPath);
const hostKey = ssh2.utils.generateKeyPairSync('ed25519');
/** @type {Map<string, Promise<Recording>>} */
const recordings = new Map();

/**
 * @typedef {object} Tee what one stream of NODE prints, for everyone who started it
 * @property {Set<(bytes: Buffer) => void>} readers
 * @property {string} head lines that a reader who comes later has to know: the number of the process, names of columns
 */
/** @type {Map<string, Tee>} */
const tees = new Map();
const streamLine = /^printf '\\n%s\\n' ([0-9a-f]{24})$/m;

/** The line in which a batch names the word its frames begin with; a collector chooses its own. */
const tokenLine = /^T=([0-9a-f]{16,})$/m;

/** Sockets of now, what went through those of before, and commands that were started. */
const sockets = /** @type {Set<import('node:net').Socket>} */ (new Set());
const passed = { channels: 0, bytes: 0 };
const bytesOf = (/** @type {import('node:net').Socket} */ { bytesRead, bytesWritten }) => bytesRead + bytesWritten;

/** @type {Promise<unknown>} */
let lastLogin = Promise.resolve();

/** One after the other: sshd refuses some of many at once. */
function login() {
  const next = lastLogin.then(logInNow);
  lastLogin = next.catch(() => {});
  return next;
}

async function logInNow() {
  const upstream = new ssh2.Client();
  await new Promise((resolve, reject) => {
    upstream.on('ready', () => resolve(undefined)).on('error', reject);
    upstream.connect({ host: node.address, port: node.port, username: node.user, privateKey });
  });
  return upstream;
}

/**
 * @param {string} command
 * @param {string} program
 * @param {string} token
 * @returns {Tee}
 */
function follow(command, program, token) {
  const key = program.replaceAll(token, '');
  const known = tees.get(key);
  if (known) return known;
  /** @type {Tee} */
  const tee = { readers: new Set(), head: '' };
  tees.set(key, tee);
  let rest = '';
  let isBegun = false;
  void login().then((upstream) =>
    upstream.exec(command, (error, channel) => {
      if (error) throw error;
      channel
        .on('data', (/** @type {Buffer} */ bytes) => {
          rest += bytes.toString('latin1');
          const end = rest.lastIndexOf('\n') + 1;
          let lines = rest.slice(0, end);
          rest = rest.slice(end);
          if (!isBegun) {
            const marker = `\n${token}\n`;
            const at = `\n${lines}`.indexOf(marker);
            if (at < 0) return;
            isBegun = true;
            lines = lines.slice(at + marker.length - 1);
          }
          if (tee.head.length < 1000) tee.head += lines.match(/^(#|= pid |= readable$).*\n/gm)?.join('') ?? '';
          const shared = Buffer.from(lines, 'latin1');
          for (const read of tee.readers) read(shared);
        })
        .stderr.resume();
      channel.write(program);
    }),
  );
  return tee;
}

/**
 * @param {string} command
 * @param {string} program
 * @returns {Promise<Recording>}
 */
async function record(command, program) {
  const upstream = await login();
  /** @type {Recording} */
  const recording = { token: tokenLine.exec(program)?.[1] ?? '', chunks: [], code: 0 };
  await new Promise((resolve, reject) => {
    upstream.exec(command, (error, channel) => {
      if (error) return reject(error);
      const startedAt = performance.now();
      // Kept by whole lines: a token that is cut in two would not be found, and its frame be lost on every other node.
      let rest = Buffer.alloc(0);
      const keep = (/** @type {Buffer} */ bytes) => {
        if (bytes.length > 0) recording.chunks.push({ atMs: performance.now() - startedAt, bytes });
      };
      channel.on('data', (/** @type {Buffer} */ bytes) => {
        const all = Buffer.concat([rest, bytes]);
        const end = all.lastIndexOf('\n') + 1;
        keep(all.subarray(0, end));
        rest = all.subarray(end);
      });
      channel.on('exit', (/** @type {number} */ code) => {
        recording.code = code;
      });
      channel.on('close', () => {
        keep(rest);
        resolve(undefined);
      });
      channel.stderr.resume();
      channel.write(program);
      if (!recording.token) channel.end();
    });
  });
  upstream.end();
  return recording;
}

/**
 * @param {ssh2.ServerChannel} channel
 * @param {Tee} tee
 * @param {string} token
 */
function join(channel, tee, token) {
  const read = (/** @type {Buffer} */ lines) => void channel.write(lines);
  channel.write(`\n${token}\n${tee.head}`);
  tee.readers.add(read);
  // Who closes the input has the command end.
  channel.on('end', () => {
    tee.readers.delete(read);
    channel.exit(0);
    channel.end();
  });
  channel.on('close', () => tee.readers.delete(read));
}

/**
 * @param {ssh2.ServerChannel} channel
 * @param {string} command
 */
function answer(channel, command) {
  let program = '';
  let isAnswered = false;
  const play = async () => {
    if (isAnswered) return;
    isAnswered = true;
    const token = tokenLine.exec(program)?.[1] ?? '';
    const key = `${command}\n${token ? program.replaceAll(token, '') : program}`;
    const known = recordings.get(key) ?? record(command, program);
    recordings.set(key, known);
    const recording = await known;
    const startedAt = performance.now();
    for (const { atMs, bytes } of recording.chunks) {
      const early = atMs - (performance.now() - startedAt);
      if (early > 1) await delay(early);
      channel.write(token ? Buffer.from(bytes.toString('latin1').replaceAll(recording.token, token), 'latin1') : bytes);
    }
    channel.exit(recording.code);
    channel.end();
  };
  channel.on('data', (/** @type {Buffer} */ bytes) => {
    program += bytes.toString('latin1');
    const token = streamLine.exec(program)?.[1];
    if (token && program.endsWith('\nmain\n')) {
      isAnswered = true;
      join(channel, follow(command, program, token), token);
      return;
    }
    // A batch keeps its input open, and its last line starts it.
    if (tokenLine.test(program) && program.endsWith('\nmain\n')) void play();
  });
  channel.on('end', () => void play());
}

/**
 * A real sshd sends a packet as one; ssh2 writes it in three pieces.
 * @param {import('node:net').Socket} socket
 */
function gatherWrites(socket) {
  const write = /** @type {(...args: unknown[]) => boolean} */ (socket.write.bind(socket));
  socket.write = (/** @type {unknown[]} */ ...args) => {
    if (socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(() => socket.uncork());
    }
    return write(...args);
  };
}

/** @type {Node[]} */
const nodes = [];
const knownHosts = path.join(folder, 'known_hosts');
for (let index = 0; index < Number(count); index += 1) {
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
    const socket = /** @type {{ _sock: import('node:net').Socket }} */ (/** @type {unknown} */ (client))._sock;
    gatherWrites(socket);
    sockets.add(socket);
    client.on('close', () => {
      sockets.delete(socket);
      passed.bytes += bytesOf(socket);
    });
    client.on('authentication', (context) => {
      if (context.method === 'publickey') context.accept();
      else context.reject(['publickey']);
    });
    client.on('error', () => {});
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => {
        passed.channels += 1;
        answer(acceptExec(), command);
      });
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  nodes.push({ ...node, name: `replay${index + 1}`, address: '127.0.0.1', port, knownHosts });
}
await writeFile(knownHosts, nodes.map(({ port }) => `[127.0.0.1]:${port} ${hostKey.public}\n`).join(''));
console.log(JSON.stringify(nodes));
process.stdin
  .on('data', () => {
    const bytes = [...sockets].reduce((sum, socket) => sum + bytesOf(socket), passed.bytes);
    console.log(JSON.stringify({ ...passed, bytes }));
  })
  .on('end', () => process.exit());
