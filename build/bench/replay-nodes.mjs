// `node replay-nodes.mjs NODE.json COUNT FOLDER`: SSH nodes that answer a program as NODE answered it, at NODE's own pace,
// without running anything: nodes whose work is done elsewhere, as that of other machines is. A program that is new is run
// on NODE once. Prints the nodes as JSON and lives until its input ends.
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

/** The line in which a batch names the word its frames begin with; a collector chooses its own. */
const tokenLine = /^T=([0-9a-f]{16,})$/m;

/**
 * @param {string} command
 * @param {string} program
 * @returns {Promise<Recording>}
 */
async function record(command, program) {
  const upstream = new ssh2.Client();
  await new Promise((resolve, reject) => {
    upstream.on('ready', () => resolve(undefined)).on('error', reject);
    upstream.connect({ host: node.address, port: node.port, username: node.user, privateKey });
  });
  /** @type {Recording} */
  const recording = { token: tokenLine.exec(program)?.[1] ?? '', chunks: [], code: 0 };
  await new Promise((resolve, reject) => {
    upstream.exec(command, (error, channel) => {
      if (error) return reject(error);
      const startedAt = performance.now();
      channel.on('data', (/** @type {Buffer} */ bytes) => {
        recording.chunks.push({ atMs: performance.now() - startedAt, bytes });
      });
      channel.on('exit', (/** @type {number} */ code) => {
        recording.code = code;
      });
      channel.on('close', resolve).stderr.resume();
      channel.write(program);
      if (!recording.token) channel.end();
    });
  });
  upstream.end();
  return recording;
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
    // A batch keeps its input open, and its last line starts it.
    if (tokenLine.test(program) && program.endsWith('\nmain\n')) void play();
  });
  channel.on('end', () => void play());
}

/** @type {Node[]} */
const nodes = [];
const knownHosts = path.join(folder, 'known_hosts');
for (let index = 0; index < Number(count); index += 1) {
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
    client.on('authentication', (context) => {
      if (context.method === 'publickey') context.accept();
      else context.reject(['publickey']);
    });
    client.on('error', () => {});
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => answer(acceptExec(), command));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  nodes.push({ ...node, name: `replay${index + 1}`, address: '127.0.0.1', port, knownHosts });
}
await writeFile(knownHosts, nodes.map(({ port }) => `[127.0.0.1]:${port} ${hostKey.public}\n`).join(''));
console.log(JSON.stringify(nodes));
process.stdin.on('end', () => process.exit()).resume();
