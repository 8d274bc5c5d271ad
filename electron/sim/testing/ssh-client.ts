import { readFileSync } from 'node:fs';
import ssh2, { type ClientChannel, type ConnectConfig } from 'ssh2';
import type { SimNode } from '../sim-node';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
}

/** Logs in with the fleet's key, or as `how` says. Rejects with what ssh2 reports. */
export function connect(node: SimNode, how: Partial<ConnectConfig> = {}): Promise<ssh2.Client> {
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve(client));
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed before ready')));
    client.on('keyboard-interactive', (_name, _instructions, _language, _prompts, finish) =>
      finish([node.password ?? '']),
    );
    client.connect({
      host: node.address,
      port: node.port,
      username: node.user,
      ...('password' in how || 'tryKeyboard' in how ? {} : { privateKey: readFileSync(node.privateKeyPath) }),
      ...how,
    });
  });
}

export function open(client: ssh2.Client, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
}

/** Reads a channel to its end. */
export function collect(channel: ClientChannel): Promise<Ran> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let code: number | null = null;
  let signal: string | null = null;
  channel.on('data', (chunk: Buffer) => stdout.push(chunk));
  channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  channel.on('exit', (exitCode: number | null, name?: string) => {
    code = exitCode;
    signal = name ?? null;
  });
  return new Promise((resolve) => {
    channel.on('close', () => {
      resolve({
        stdout: Buffer.concat(stdout).toString('latin1'),
        stderr: Buffer.concat(stderr).toString('latin1'),
        code,
        signal,
      });
    });
  });
}

/** Runs one command on a connection of its own. */
export async function run(node: SimNode, command: string, stdin = ''): Promise<Ran> {
  const client = await connect(node);
  try {
    const channel = await open(client, command);
    const result = collect(channel);
    channel.end(stdin);
    return await result;
  } finally {
    client.end();
  }
}
