import type { BaseAgent, IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';
import ssh2 from 'ssh2';
import type { SkippedKey } from './private-keys';

/** The agent's public keys; an agent that does not answer is noted in `skipped`. */
export async function listAgentKeys(socket: string, skipped: SkippedKey[]): Promise<ParsedKey[]> {
  const agent = ssh2.createAgent(socket);
  try {
    return await new Promise<ParsedKey[]>((resolve, reject) => {
      agent.getIdentities((error, keys) => {
        if (error) return reject(error);
        resolve(
          (keys ?? []).flatMap((key) => {
            const parsed = ssh2.utils.parseKey(key as unknown as Buffer);
            return parsed instanceof Error ? [] : [parsed].flat();
          }),
        );
      });
    });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    skipped.push({ what: 'agent', why: { key: 'hosts.keyProblem.agent', params: { detail } } });
    return [];
  }
}

/** Wraps one key of an agent, so that each key is one attempt of its own. */
export function oneKeyAgent(socket: string, key: ParsedKey): BaseAgent {
  return new OneKeyAgent(ssh2.createAgent(socket), key);
}

class OneKeyAgent extends ssh2.BaseAgent {
  constructor(
    private readonly agent: BaseAgent,
    private readonly key: ParsedKey,
  ) {
    super();
  }

  override getIdentities(callback: IdentityCallback): void {
    callback(null, [this.key]);
  }

  override sign(
    publicKey: ParsedKey | Buffer | string,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    if (typeof options === 'function') this.agent.sign(publicKey, data, options);
    else this.agent.sign(publicKey, data, options, callback);
  }
}
